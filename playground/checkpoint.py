"""A checkpoint is a folder: config.json (facts), model.safetensors (weights), README.md (card). Saved, checked, loaded here.

Only JSON and safetensors are ever read. Everything that can be wrong with a folder becomes one sentence (BrokenCheckpoint),
so that a broken model is listed with its reason while the others serve. Finding and describing needs no torch.
"""

import hashlib
import json
import math
import os
import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playground.errors import BrokenCheckpoint, UnknownModel

FORMAT = 1
WEIGHTS = "model.safetensors"
MAX_FILE_BYTES = 10 * 1024 * 1024  # a plain git push to a Space refuses larger files
MAX_HEADER_BYTES = 1024 * 1024
MAX_FOREIGN_BYTES = 2 << 30  # of the weights of a folder that somebody else made, which is never committed
LARGEST_SIZE = 4096  # of any number in "config": a wrong one must not take the memory of all other models
PICKLES = {".bin", ".pt", ".pth", ".pkl", ".pickle", ".ckpt"}
TEXTS = ("id", "name", "summary", "modality", "family", "dataset")
REQUIRED: dict[str, type] = {"format": int, **dict.fromkeys(TEXTS, str), "config": dict, "cost": dict, "metrics": dict}


@dataclass(frozen=True)
class Checkpoint:
    """One folder as found: its id, its facts (empty when unreadable) and its problems (sentences; empty when healthy)."""

    id: str
    folder: Path
    facts: dict[str, Any]
    problems: tuple[str, ...] = ()


def default_root() -> Path:
    """The checkpoints folder beside the package."""
    return Path(__file__).resolve().parent.parent / "checkpoints"


def served_root() -> Path:
    """The folder whose models the page serves: the environment's, else the one beside the package."""
    return Path(os.environ.get("PLAYGROUND_CHECKPOINTS", default_root()))


def find_checkpoints(root: Path) -> list[Checkpoint]:
    """Every folder two levels below ``root`` (modality/name), sorted by id; never raises for a broken one."""
    folders = sorted(path for path in root.glob("*/*") if path.is_dir() and not path.name.startswith("."))
    return [read_checkpoint(root, folder) for folder in folders]


def read_checkpoint(root: Path, folder: Path) -> Checkpoint:
    """The facts of one folder and what is visibly wrong with it, without opening the weights beyond their header."""
    model_id = folder.relative_to(root).as_posix()
    try:
        facts = _read_config(folder)
    except BrokenCheckpoint as error:
        return Checkpoint(model_id, folder, {}, (str(error),))
    try:
        if facts.get("foreign"):
            facts["parameters"] = _foreign_parameters(folder)
        else:
            read_header(folder / WEIGHTS)
    except BrokenCheckpoint as error:
        return Checkpoint(model_id, folder, facts, (str(error),))
    return Checkpoint(model_id, folder, facts)


def find_checkpoint(root: Path, model_id: str) -> Checkpoint:
    """The checkpoint of that id. Raises UnknownModel naming those there are, BrokenCheckpoint with the first problem."""
    found = {checkpoint.id: checkpoint for checkpoint in find_checkpoints(root)}
    if model_id not in found:
        known = ", ".join(found) or "none yet"
        raise UnknownModel(f"No model is called '{str(model_id)[:80]}': choose one of {known}.")
    checkpoint = found[model_id]
    if checkpoint.problems:
        raise BrokenCheckpoint(checkpoint.problems[0])
    return checkpoint


def _read_config(folder: Path) -> dict[str, Any]:
    path = folder / "config.json"
    try:
        if path.stat().st_size > MAX_HEADER_BYTES:
            raise BrokenCheckpoint(f"{path.name} is larger than 1 MiB: it should hold facts only.")
        facts = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise BrokenCheckpoint(
            "config.json is missing: a checkpoint needs config.json and model.safetensors."
        ) from error
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise BrokenCheckpoint(f"config.json is not valid JSON ({type(error).__name__}): write it anew.") from error
    if not isinstance(facts, dict):
        raise BrokenCheckpoint(f"config.json must hold an object, it holds a {type(facts).__name__}.")
    if "format" not in facts and "model_type" in facts:
        return _foreign_facts(folder, facts)
    missing = [name for name in REQUIRED if name not in facts]
    if missing:
        raise BrokenCheckpoint(f"config.json lacks {', '.join(missing)}.")
    for name, kind in REQUIRED.items():
        if type(facts[name]) is not kind:
            got = type(facts[name]).__name__
            raise BrokenCheckpoint(
                f"config.json needs {name!r} as {kind.__name__}, it has a {got} there: write it anew."
            )
    if facts["format"] != FORMAT:
        raise BrokenCheckpoint(f"config.json has format {facts['format']!r}; this version reads format {FORMAT}.")
    return facts


def _foreign_facts(folder: Path, config: dict[str, Any]) -> dict[str, Any]:
    """The facts of a folder as the transformers library writes it, which knows nothing of ours."""
    kind = str(config["model_type"])[:60]
    if folder.parent.name != "text":
        raise BrokenCheckpoint("config.json is that of a language model: its folder belongs under checkpoints/text.")
    return {
        "format": FORMAT,
        "foreign": True,
        "id": f"text/{folder.name}",
        "name": str(config.get("_name_or_path") or folder.name).rpartition("/")[2][:60] or folder.name,
        "summary": f"A pretrained language model ({kind}), as it was found in its folder.",
        "modality": "text",
        "family": "causal-lm",
        "dataset": "",
        "config": {},
        "parameters": 0,
        "cost": {},
        "metrics": {},
    }


def _foreign_parameters(folder: Path) -> int:
    """How many numbers the weights of a foreign folder hold, by their headers alone. Raises BrokenCheckpoint."""
    files = sorted(folder.glob("model*.safetensors"))
    if not files:
        read_header(folder / WEIGHTS)  # says what is missing
    if sum(file.stat().st_size for file in files) > MAX_FOREIGN_BYTES:
        raise BrokenCheckpoint(f"The weights take more than {MAX_FOREIGN_BYTES >> 30} GiB: choose a smaller model.")
    count = 0
    for file in files:
        for entry in read_header(file, MAX_FOREIGN_BYTES).values():
            count += math.prod(entry["shape"])
    return count


def read_header(path: Path, most_bytes: int = MAX_FILE_BYTES) -> dict[str, dict]:
    """Tensor name -> {"dtype", "shape", "data_offsets"} of a safetensors file, after checking that its sizes add up."""
    pickles = sorted(other.name for other in path.parent.iterdir() if other.suffix in PICKLES)
    if not path.exists():
        hint = f" {pickles[0]} is a pickle file, which is never loaded: convert it to safetensors." if pickles else ""
        raise BrokenCheckpoint(f"{path.name} is missing.{hint}")
    size = path.stat().st_size
    if size > most_bytes:
        raise BrokenCheckpoint(
            f"{path.name} has {size / 2**20:.1f} MiB; the limit is {most_bytes // 2**20} MiB a file."
        )
    with path.open("rb") as file:
        start = file.read(8)
        length = struct.unpack("<Q", start)[0] if len(start) == 8 else 0
        if not 2 <= length <= min(MAX_HEADER_BYTES, size - 8):
            if len(start) == 8 and (start[:1] == b"\x80" or start[:2] == b"PK"):
                raise BrokenCheckpoint(
                    f"{path.name} is a pickle or zip file under another name; pickles are never loaded."
                )
            raise BrokenCheckpoint(
                f"{path.name} is truncated or not a safetensors file: its header length does not fit."
            )
        try:
            header = json.loads(file.read(length))
        except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
            raise BrokenCheckpoint(f"{path.name} has an unreadable header ({type(error).__name__}).") from error
    if not isinstance(header, dict):
        raise BrokenCheckpoint(f"{path.name} has an unreadable header (not an object).")
    tensors = {name: entry for name, entry in header.items() if name != "__metadata__"}
    try:
        end = max((entry["data_offsets"][1] for entry in tensors.values()), default=0)
    except (TypeError, KeyError, IndexError) as error:
        raise BrokenCheckpoint(f"{path.name} has an unreadable header (a tensor without offsets).") from error
    if 8 + length + end != size:
        raise BrokenCheckpoint(
            f"{path.name} is truncated: its header promises {8 + length + end} bytes, it has {size}."
        )
    return tensors


def load_model(checkpoint: Checkpoint, device: str = "cpu") -> Any:
    """Build the model and load its weights strictly: same names, shapes and dtypes, all finite. In eval mode.

    Raises BrokenCheckpoint with the reason.
    """
    if checkpoint.facts.get("foreign"):
        from playground.models.foreign_lm import ForeignLM

        return ForeignLM(checkpoint.folder).to(device).eval().requires_grad_(False)
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    model = _built(checkpoint, lambda config, family: family(config))
    try:
        tensors = load_file(checkpoint.folder / WEIGHTS)
    except (SafetensorError, OSError) as error:
        raise BrokenCheckpoint(f"{WEIGHTS} cannot be read: {error}.") from error
    wanted = model.state_dict()
    directions = [name for name in ("direction_vectors", "direction_change") if name in wanted and name in tensors]
    for name in directions:  # their number is decided after training
        setattr(model, name, tensors[name])
    wanted = model.state_dict()
    if wanted.keys() != tensors.keys():
        odd = sorted(wanted.keys() ^ tensors.keys())
        raise BrokenCheckpoint(f"{WEIGHTS} does not fit its config.json: '{odd[0]}' is only in one of them.")
    for name, tensor in tensors.items():
        halved = (str(tensor.dtype), str(wanted[name].dtype)) == ("torch.float16", "torch.float32")
        if tensor.shape != wanted[name].shape or not (tensor.dtype == wanted[name].dtype or halved):
            raise BrokenCheckpoint(
                f"{WEIGHTS} does not fit its config.json: '{name}' is {tensor.dtype} {tuple(tensor.shape)}, "
                f"expected {wanted[name].dtype} {tuple(wanted[name].shape)}."
            )
        if tensor.is_floating_point() and not bool(tensor.isfinite().all()):
            raise BrokenCheckpoint(f"{WEIGHTS} holds numbers that are not finite in '{name}'.")
    if directions:
        vectors, change = tensors["direction_vectors"], tensors["direction_change"]
        if vectors.ndim != 2 or change.shape != vectors.shape[:1] or vectors.shape[1] > model.latent.size:
            raise BrokenCheckpoint(
                f"{WEIGHTS} has direction_vectors {tuple(vectors.shape)} and direction_change {tuple(change.shape)}: "
                f"they must be (k, at most {model.latent.size}) and (k,)."
            )
    model.load_state_dict(tensors)
    model.open_files(checkpoint.folder)
    return model.to(device if model.accelerated else "cpu").eval().requires_grad_(False)


def skeleton_model(checkpoint: Checkpoint) -> Any:
    """The model without networks and weights, None where its family builds them quickly; raises BrokenCheckpoint."""
    if checkpoint.facts.get("foreign"):
        from playground.models.foreign_lm import ForeignLM

        return ForeignLM(checkpoint.folder, skeleton=True)
    return _built(checkpoint, lambda config, family: family.skeleton(config))


def _built(checkpoint: Checkpoint, build: Callable[[Any, Any], Any]) -> Any:
    """What ``build`` makes of the config and the family that config.json names."""
    from playground.models import REGISTRY

    facts = checkpoint.facts
    if facts["family"] not in REGISTRY:
        raise BrokenCheckpoint(f"config.json names the family {facts['family']!r}; known are {', '.join(REGISTRY)}.")
    config_class, family = REGISTRY[facts["family"]]
    for name, size in facts["config"].items():
        if isinstance(size, (int, float)) and not -LARGEST_SIZE <= size <= LARGEST_SIZE:
            raise BrokenCheckpoint(f"config.json asks for {name} = {size:.3g}: sizes go up to {LARGEST_SIZE}.")
    try:
        return build(config_class(**facts["config"]), family)
    except (TypeError, ValueError, RuntimeError, MemoryError) as error:
        reason = str(error).partition("\n")[0]
        raise BrokenCheckpoint(f"config.json does not describe a {facts['family']}: {reason}.") from error


def save_checkpoint(root: Path, model, facts: dict[str, Any]) -> Checkpoint:
    """Write the folder of ``facts["id"]`` (weights first, then config.json) and return it as found again.

    Weights that would not fit into 10 MiB are written in half precision; loading makes float32 of them again.
    """
    from safetensors.torch import save_file

    folder = root / facts["id"]
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {name: tensor.contiguous() for name, tensor in model.state_dict().items()}
    if sum(tensor.nbytes for tensor in tensors.values()) > MAX_FILE_BYTES - MAX_HEADER_BYTES:
        tensors = {name: tensor.half() if tensor.is_floating_point() else tensor for name, tensor in tensors.items()}
    save_file(tensors, folder / WEIGHTS)
    model.save_files(folder)
    write_facts(folder, {"format": FORMAT, **facts, "sha256": file_sha256(folder / WEIGHTS)})
    return find_checkpoint(root, facts["id"])


def write_facts(folder: Path, facts: dict[str, Any]) -> None:
    """Write config.json, replacing it whole."""
    partial = folder / "config.json.partial"
    partial.write_text(json.dumps(facts, indent=2, allow_nan=False) + "\n", encoding="utf-8")
    partial.replace(folder / "config.json")


def file_sha256(path: Path) -> str:
    """Hex SHA-256 of a file; part of every cache key, so that new weights never show old pictures."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
