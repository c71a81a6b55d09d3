"""The header of a safetensors file: names, types, shapes and places of its tensors, checked without reading the weights."""

import struct
from pathlib import Path
from typing import Any

from playground.errors import BrokenCheckpoint
from playground.formats.plain_files import check_file, parse_object, read_start

MAX_HEADER_BYTES = 1 << 20
PICKLES = {".bin", ".pt", ".pth", ".pkl", ".pickle", ".ckpt"}
PICKLE_STARTS = (b"\x80", b"PK")  # of a pickle, of a zip archive with one inside


def read_header(path: Path, most_bytes: int) -> dict[str, dict[str, Any]]:
    """Tensor name -> {"dtype", "shape", "data_offsets"}, after checking that the sizes add up. Raises BrokenCheckpoint."""
    if not path.exists() and not path.is_symlink():
        pickles = sorted(other.name for other in path.parent.iterdir() if other.suffix in PICKLES)
        hint = f" {pickles[0]} is a pickle file, which is never loaded: convert it to safetensors." if pickles else ""
        raise BrokenCheckpoint(f"{path.name} is missing.{hint}")
    size = check_file(path, most_bytes)
    start = read_start(path, 8, most_bytes)
    length = struct.unpack("<Q", start)[0] if len(start) == 8 else 0
    if not 2 <= length <= min(MAX_HEADER_BYTES, size - 8):
        if len(start) == 8 and start.startswith(PICKLE_STARTS):
            raise BrokenCheckpoint(f"{path.name} is a pickle or zip file under another name; pickles are never loaded.")
        raise BrokenCheckpoint(f"{path.name} is truncated or not a safetensors file: its header length does not fit.")
    try:
        header = parse_object(read_start(path, 8 + length, most_bytes)[8:])
    except (ValueError, TypeError) as error:
        raise BrokenCheckpoint(f"{path.name} has an unreadable header ({error}).") from error
    tensors = {name: entry for name, entry in header.items() if name != "__metadata__"}
    for name, entry in tensors.items():
        if not _is_entry(entry):
            wanted = "a dtype, a shape and two data_offsets"
            raise BrokenCheckpoint(f"{path.name} has an unreadable header ('{name[:60]}' needs {wanted}).")
    end = 8 + length + max((entry["data_offsets"][1] for entry in tensors.values()), default=0)
    if end != size:
        raise BrokenCheckpoint(f"{path.name} is truncated: its header promises {end} bytes, it has {size}.")
    return tensors


def _is_entry(entry: Any) -> bool:
    if not isinstance(entry, dict) or not isinstance(entry.get("dtype"), str):
        return False
    shape, offsets = entry.get("shape"), entry.get("data_offsets")
    whole = all(
        isinstance(one, list) and all(type(number) is int and number >= 0 for number in one) for one in (shape, offsets)
    )
    return whole and len(offsets or ()) == 2
