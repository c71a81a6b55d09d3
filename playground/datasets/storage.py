"""Where data sets lie, and how they are written."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

PROJECT = Path(__file__).resolve().parents[2]
SPLIT = ("train", "valid", "test")
Item = TypeVar("Item")


def cache_folder() -> Path:
    """Where built data sets are kept, outside the repository."""
    return Path(os.environ.get("PLAYGROUND_DATA", Path.home() / ".cache" / "generative-playground"))


def built(name: str, build: Callable[[Path], None]) -> Path:
    """Where a data set is kept (.npz), which ``build`` writes first when it is not there."""
    path = cache_folder() / f"{name}.npz"
    if not path.exists():
        build(path)
    return path


def random_parts(count: int, edges: tuple[float, float]) -> NDArray[np.int64]:
    """Numbers into ``SPLIT`` (count,), drawn once and for all: training is the share below the first edge, and so on."""
    return np.digitize(np.random.default_rng(0).permutation(count) / count, edges)


def split_items(items: Sequence[Item], edges: tuple[float, float] = (0.9, 0.95)) -> dict[str, list[Item]]:
    """Items by split, as ``random_parts`` divides them, each part in the order given."""
    parts = random_parts(len(items), edges)
    return {name: [item for item, part in zip(items, parts) if part == i] for i, name in enumerate(SPLIT)}


def golden_folder() -> Path:
    """Where published reference data may lie, which is not part of the project; a relative path counts from its root."""
    return PROJECT / os.environ.get("PLAYGROUND_GOLDEN", "../shared/golden")


def reference_path(name: str) -> Path:
    """Where the reference of a data set lies, which ships with the repository."""
    return Path(__file__).with_name(name) / "reference.npz"


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
