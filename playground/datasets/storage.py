"""Where data sets lie, and how they are written."""

import os
from pathlib import Path
from typing import Any

import numpy as np

PROJECT = Path(__file__).resolve().parents[2]


def cache_folder() -> Path:
    """Where built data sets are kept, outside the repository."""
    return Path(os.environ.get("PLAYGROUND_DATA", Path.home() / ".cache" / "generative-playground"))


def golden_folder() -> Path:
    """Where published reference data may lie, which is not part of the project; a relative path counts from its root."""
    return PROJECT / os.environ.get("PLAYGROUND_GOLDEN", "../shared/golden")


def save_arrays(path: Path, **arrays: Any) -> None:
    """Write arrays to ``path`` (.npz), its folder too; a reader never sees half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.stem}.partial.npz")
    np.savez_compressed(partial, allow_pickle=False, **arrays)
    partial.replace(path)


def save_texts(path: Path, parts: dict[str, list[str]]) -> None:
    """Write lists of texts by name to ``path`` (.npz). No text may hold the character 0, which separates them."""
    save_arrays(path, **{name: np.frombuffer("\0".join(texts).encode(), np.uint8) for name, texts in parts.items()})


def load_texts(path: Path) -> dict[str, list[str]]:
    """What ``save_texts`` wrote; a part without texts comes back empty."""
    with np.load(path, allow_pickle=False) as file:
        return {name: file[name].tobytes().decode().split("\0") if len(file[name]) else [] for name in file}
