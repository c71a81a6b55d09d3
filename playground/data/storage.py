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
