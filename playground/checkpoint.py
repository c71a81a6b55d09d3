"""A checkpoint is a folder: config.json (facts), model.safetensors (weights), README.md (card). Saved, checked, loaded here.

Only JSON and safetensors are ever read. Everything that can be wrong with a folder becomes one sentence (BrokenCheckpoint),
so that a broken model is listed with its reason while the others serve. Finding and describing needs no torch.
"""

import hashlib
import json
import logging
import os
import stat
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playground.errors import BrokenCheckpoint, PlaygroundError, UnknownModel
from playground.formats import hub_folder
from playground.formats.plain_files import read_bytes, read_object, sentence_of
from playground.formats.safetensors_header import MAX_HEADER_BYTES, read_header

FORMAT = 1
CONFIG, WEIGHTS = "config.json", "model.safetensors"
MAX_FILE_BYTES = 10 * 1024 * 1024  # a plain git push to a Space refuses larger files
MAX_CONFIG_BYTES = 1024 * 1024
LONGEST_ID = 100  # characters: what a request may name
LARGEST_SIZE = 4096  # of any number in "config": a wrong one must not take the memory of all other models
TEXTS = ("id", "name", "summary", "modality", "family", "dataset")
NUMBER = (int, float)
UNREADABLE = "None of the models in this folder can be read: give the server's user the permission."
REQUIRED: dict[str, type] = {"format": int, **dict.fromkeys(TEXTS, str), "config": dict, "cost": dict, "metrics": dict}


@dataclass(frozen=True)
class Checkpoint:
    """One folder as found: its id, its facts (empty when unreadable) and its problems (sentences; empty when healthy).

    foreign: config.json as the transformers library wrote it, where it did.
    """

    id: str
    folder: Path
    facts: dict[str, Any]
    problems: tuple[str, ...] = ()
    foreign: dict[str, Any] | None = None


def default_root() -> Path:
    """The checkpoints folder beside the package."""
    return Path(__file__).resolve().parent.parent / "checkpoints"


def served_root() -> Path:
    """The folder whose models the page serves: the environment's, else the one beside the package."""
    return Path(os.environ.get("PLAYGROUND_CHECKPOINTS", default_root()))


def find_checkpoints(root: Path) -> list[Checkpoint]:
    """Every folder two levels below ``root`` (modality/name), sorted by id; never raises for a broken one."""
    found: list[Checkpoint] = []
    for place in sorted(root.iterdir()) if root.is_dir() else []:
        try:
            inside = sorted(place.iterdir())
        except (NotADirectoryError, FileNotFoundError):
            continue
        except OSError:
            found.append(Checkpoint(f"{place.name}/", place, {}, (UNREADABLE,)))
            continue
        folders = [path for path in inside if not path.name.startswith(".") and _may_be_folder(path)]
        found += [read_checkpoint(root, folder) for folder in folders]
    names = Counter(checkpoint.facts.get("name") for checkpoint in found)
    for checkpoint in found:
        if checkpoint.foreign is not None and names[checkpoint.facts["name"]] > 1:
            checkpoint.facts["name"] += f" ({checkpoint.folder.name})"
    return found


def read_checkpoint(root: Path, folder: Path) -> Checkpoint:
    """The facts of one folder and what is visibly wrong with it, without opening the weights beyond their header."""
    model_id = "".join(one if one.isprintable() else "?" for one in folder.relative_to(root).as_posix())
    facts: dict[str, Any] = {}
    foreign: dict[str, Any] | None = None
    problems: tuple[str, ...] = ()
    try:
        with one_sentence(folder):
            _check_name(model_id, folder)
            config = _read_config(folder)
            if "format" not in config and "model_type" in config:
                foreign, facts = config, _foreign_facts(folder, config)
                facts["parameters"] = hub_folder.check_folder(folder, foreign)
            else:
                facts = _checked_facts(config)
                read_header(folder / WEIGHTS, MAX_FILE_BYTES)
    except BrokenCheckpoint as error:
        problems = (str(error),)
    return Checkpoint(model_id, folder, facts, problems, foreign)


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


@contextmanager
def one_sentence(folder: Path) -> Iterator[None]:
    """Turn whatever else a folder brings about into BrokenCheckpoint: it must not take the other models down."""
    try:
        yield
    except PlaygroundError:
        raise
    except Exception as error:
        logging.getLogger(__name__).warning("checkpoint %s", folder.name, exc_info=True)
        reason = f"{type(error).__name__}: {sentence_of(error, folder)}"
        raise BrokenCheckpoint(f"This folder cannot be served ({reason}).") from error


def _may_be_folder(path: Path) -> bool:
    """Whether it is a folder; one that cannot be looked at, such as a link that leads nowhere, is listed with that reason."""
    try:
        return stat.S_ISDIR(path.stat().st_mode)
    except OSError:
        return True


def _check_name(model_id: str, folder: Path) -> None:
    if len(model_id) > LONGEST_ID:
        raise BrokenCheckpoint(
            f"The id may have {LONGEST_ID} characters, this one has {len(model_id)}: rename the folder."
        )
    if not folder.name.isprintable():
        raise BrokenCheckpoint("The folder's name holds characters that cannot be shown: rename it.")
    if os.path.islink(folder) and not os.path.exists(folder):
        raise BrokenCheckpoint("The folder is a link that leads nowhere: put the folder itself there.")


def _read_config(folder: Path) -> dict[str, Any]:
    try:
        return read_object(folder / CONFIG, MAX_CONFIG_BYTES)
    except BrokenCheckpoint as error:
        if not str(error).endswith("is missing."):
            raise
        needed = hub_folder.missing_config(folder) or f"a checkpoint needs {CONFIG} and {WEIGHTS}"
        raise BrokenCheckpoint(f"{CONFIG} is missing: {needed}.") from error


def _checked_facts(facts: dict[str, Any]) -> dict[str, Any]:
    """The facts of a model of ours; raises BrokenCheckpoint where one is missing or of another kind."""
    missing = [name for name in REQUIRED if name not in facts]
    if missing:
        raise BrokenCheckpoint(f"{CONFIG} lacks {', '.join(missing)}.")
    for name, kind in REQUIRED.items():
        if type(facts[name]) is not kind:
            got = type(facts[name]).__name__
            raise BrokenCheckpoint(f"{CONFIG} needs {name!r} as {kind.__name__}, it has a {got} there: write it anew.")
    if facts["format"] != FORMAT:
        raise BrokenCheckpoint(f"{CONFIG} has format {facts['format']!r}; this version reads format {FORMAT}.")
    if type(facts.get("parameters", 0)) is not int:
        raise BrokenCheckpoint(f"{CONFIG} needs 'parameters' as a whole number: write it anew.")
    if facts["cost"] and not (
        _has(facts["cost"], NUMBER, "seconds", "flops") and _has(facts["cost"], (str,), "device")
    ):
        raise BrokenCheckpoint(
            f"{CONFIG} needs in its 'cost' seconds and flops as numbers and a device: write it anew."
        )
    if not all(map(_is_metric, facts["metrics"].values())):
        raise BrokenCheckpoint(
            f"{CONFIG} needs for each of its 'metrics' a value and a floor, a unit and what is better: write it anew."
        )
    return facts


def _is_metric(entry: Any) -> bool:
    if not _has(entry, (str,), "unit", "better") or not _has({"spread": 0, **entry}, NUMBER, "spread"):
        return False
    return _has({"baseline": None, **entry}, (*NUMBER, type(None)), "value", "floor", "baseline")


def _has(table: Any, kinds: tuple[type, ...], *names: str) -> bool:
    """Whether each of these fields is there and of one of these kinds."""
    return isinstance(table, dict) and all(name in table and type(table[name]) in kinds for name in names)


def _foreign_facts(folder: Path, config: dict[str, Any]) -> dict[str, Any]:
    """The facts of a folder as the transformers library writes it, which knows nothing of ours."""
    if folder.parent.name != "text":
        raise BrokenCheckpoint(f"{CONFIG} is that of a language model: its folder belongs under checkpoints/text.")
    return {
        "format": FORMAT,
        "id": f"text/{folder.name}",
        "name": hub_folder.model_name(folder, config),
        "summary": f"A pretrained language model ({str(config['model_type'])[:60]}), as it was found in its folder.",
        "modality": "text",
        "family": "causal-lm",
        "dataset": "",
        "config": {},
        "parameters": 0,
        "cost": {},
        "metrics": {},
    }


def load_model(checkpoint: Checkpoint, device: str = "cpu") -> Any:
    """Build the model and load its weights strictly: same names, shapes and dtypes, all finite. In eval mode.

    Raises BrokenCheckpoint with the reason.
    """
    with one_sentence(checkpoint.folder):
        if checkpoint.foreign is None:
            return _load_own(checkpoint, device)
        from playground.models.foreign_lm import ForeignLM

        held = checkpoint.facts["parameters"]
        return ForeignLM(checkpoint.folder, checkpoint.foreign, held).to(device).eval().requires_grad_(False)


def _load_own(checkpoint: Checkpoint, device: str) -> Any:
    from safetensors import SafetensorError
    from safetensors.torch import load

    from playground.models.size_limit import size_limit

    content = read_bytes(checkpoint.folder / WEIGHTS, MAX_FILE_BYTES)
    try:
        tensors = load(content)
    except SafetensorError as error:
        raise BrokenCheckpoint(f"{WEIGHTS} cannot be read: {sentence_of(error, checkpoint.folder)}.") from error
    with size_limit(sum(tensor.numel() for tensor in tensors.values())):
        model = _built(checkpoint, lambda config, family: family(config))
    wanted = model.state_dict()
    directions = [name for name in ("direction_vectors", "direction_change") if name in wanted and name in tensors]
    for name in directions:  # their number is decided after training
        setattr(model, name, tensors[name])
    chains, stored = wanted.get("particles"), tensors.get("particles")
    if chains is not None and stored is not None and len(stored) and stored.shape[1:] == chains.shape[1:]:
        model.particles = stored  # as is the number of chains
    wanted = model.state_dict()
    if wanted.keys() != tensors.keys():
        odd = sorted(wanted.keys() ^ tensors.keys())
        raise BrokenCheckpoint(f"{WEIGHTS} does not fit its config.json: '{odd[0]}' is only in one of them.")
    for name, tensor in sorted(tensors.items()):
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
    found, known = hashlib.sha256(content).hexdigest(), checkpoint.facts.get("sha256", "")
    if known and found != known:
        raise BrokenCheckpoint(
            f"{WEIGHTS} is not the file that config.json names: its SHA-256 begins with {found[:12]} and not with "
            f"{str(known)[:12]}; copy both anew."
        )
    model.load_state_dict(tensors)
    model.open_files(checkpoint.folder)
    return model.to(device if model.accelerated else "cpu").eval().requires_grad_(False)


def skeleton_model(checkpoint: Checkpoint) -> Any:
    """The model without networks and weights, None where its family builds them quickly; raises BrokenCheckpoint."""
    with one_sentence(checkpoint.folder):
        if checkpoint.foreign is None:
            return _built(checkpoint, lambda config, family: family.skeleton(config))
        from playground.models.foreign_lm import ForeignLM

        return ForeignLM(checkpoint.folder, checkpoint.foreign, checkpoint.facts["parameters"], skeleton=True)


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
