"""WordNet 3.0 (Princeton; its licence is permissive), from the Debian package wordnet-base."""

import tempfile
from collections.abc import Iterable
from pathlib import Path

from playground.datasets.packages import fetch, unpack_deb

PACKAGE = "wordnet-base"
FILES = ("data.noun", "data.verb", "data.adj", "data.adv")


def fetch_glosses(dataset: str) -> list[str]:
    """The gloss of every synset, its examples in quotation marks; PlaygroundError, naming ``dataset``, without the package."""
    with tempfile.TemporaryDirectory() as folder:
        archive = fetch("deb", PACKAGE, dataset, Path(folder))
        root = unpack_deb(archive, Path(folder) / "files") / "usr/share/wordnet"
        return [gloss for name in FILES for gloss in glosses_of((root / name).read_text("utf-8").splitlines())]


def glosses_of(lines: Iterable[str]) -> list[str]:
    """The glosses in the lines of a data file."""
    return [line.partition(" | ")[2] for line in lines if not line.startswith("  ")]
