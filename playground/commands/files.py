"""Replies as files: PNG, MIDI, WAV, CSV and text, each with what made it inside, and JSON with the numbers."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from playground.errors import BadRequest
from playground.formats.point_files import write_points
from playground.views.plain import from_base64

MEDIA = {"picture": "png", "midi": "mid"}  # what a plain reply calls a file -> how its name ends


def make_folder(folder: Path) -> Path:
    """The folder for files; BadRequest when it cannot be one."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadRequest(
            f"--out must be a folder that can be made, and {folder} is none ({error.strerror})."
        ) from error
    return folder


def read_file(path: Path, most_bytes: int) -> bytes:
    """The content of a file; BadRequest when it cannot be read or is too large."""
    try:
        if path.stat().st_size > most_bytes:
            raise BadRequest(
                f"A file may have {most_bytes} bytes, {path} has {path.stat().st_size}; choose a smaller one."
            )
        return path.read_bytes()
    except OSError as error:
        raise BadRequest(f"{path} cannot be read ({error.strerror}): name a file.") from error


def write_media(folder: Path, name: str, reply: dict[str, Any]) -> dict[str, Any]:
    """Write the files in a plain reply as ``name`` with their endings; returns what is left of the reply."""
    facts = dict(reply)
    for media, ending in MEDIA.items():
        if media in facts:
            (folder / f"{name}.{ending}").write_bytes(from_base64(facts.pop(media)))
    for i, sound in enumerate(sounds := facts.pop("sounds", [])):
        number = f"-{i + 1}" if len(sounds) > 1 else ""
        (folder / f"{name}{number}.wav").write_bytes(from_base64(sound))
    if "points" in facts:
        (folder / f"{name}.csv").write_text(write_points(np.array(facts.pop("points"))), encoding="utf-8")
    if "texts" in facts:
        (folder / f"{name}.txt").write_text("\n".join(facts.pop("texts")) + "\n", encoding="utf-8")
    return facts


def write_json(folder: Path, name: str, facts: dict[str, Any]) -> None:
    """Numbers, with what made them."""
    (folder / f"{name}.json").write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
