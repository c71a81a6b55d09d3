"""A few training items of each data set in small files, for machines where the data sets are not built."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safetensors.torch import load_file, save_file
from torch import Tensor

from playground.datasets import find_dataset
from playground.datasets.storage import cache_folder

MOST_ITEMS = 64  # of a data set: eight batches


@dataclass(frozen=True)
class Batches:
    """The first items of a data set, in the form that training takes."""

    inputs: Tensor
    labels: Tensor
    tokenizer: Any
    vocabulary: Any

    def training_tensors(self) -> tuple[Tensor, Tensor]:
        """Inputs (n, ...) and labels (n,)."""
        return self.inputs, self.labels


def save_batches(folder: Path, datasets: Iterable[str]) -> list[str]:
    """Write the first items of those data sets that are built on this machine; returns their names."""
    folder.mkdir(parents=True, exist_ok=True)
    built = sorted(name for name in set(datasets) if any(cache_folder().glob(f"{name}*")))
    for name in built:
        tensors = find_dataset(name).load().training_tensors()
        parts = (tensor[:MOST_ITEMS].clone() for tensor in tensors)
        save_file(dict(zip(("inputs", "labels"), parts)), folder / f"{name}.safetensors")
    return built


def load_batches(folder: Path, dataset: str, model: Any) -> Batches | None:
    """What ``save_batches`` wrote, with the words that a trained model of that data set knows; None when there is nothing."""
    path = folder / f"{dataset}.safetensors"
    if not path.exists():
        return None
    tensors = load_file(path)
    tokenizer = getattr(model, "tokenizer", getattr(getattr(model, "net", None), "tokenizer", None))
    return Batches(tensors["inputs"], tensors["labels"], tokenizer, getattr(model, "vocabulary", None))
