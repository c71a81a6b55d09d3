"""topics: the glosses of WordNet, each a document of a few words, for models of what words go together.

WordNet 3.0 (Princeton; its licence is permissive) comes from the Debian package wordnet-base. Examples in quotation marks are
cut off and function words left out. A document is the bag of its words among the 2,000 most frequent of the training part, at
most 32, and one with fewer than 3 of them is left out. Glosses alike but for words that are not counted stay once, the first;
split by gloss, 90 : 5 : 5.
"""

import re
import tempfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from playground.datasets.packages import fetch, unpack_deb
from playground.datasets.sentences.build import FILES, PACKAGE
from playground.datasets.storage import cache_folder, load_texts, save_texts
from playground.formats.content_words import MOST_WORDS, VOCABULARY, words_of
from playground.formats.unfit_texts import is_unfit

if TYPE_CHECKING:
    from torch import Tensor

FEWEST_WORDS = 3  # of the vocabulary, in a document
SEED = 0


@dataclass(frozen=True)
class Topics:
    """glosses[split]: distinct definitions in small letters, without examples."""

    glosses: dict[str, list[str]]

    @cached_property
    def vocabulary(self) -> list[str]:
        """The most frequent words of the training part, the most frequent first; equals in order of the alphabet."""
        counts = Counter(word for gloss in self.glosses["train"] for word in words_of(gloss))
        return sorted(counts, key=lambda word: (-counts[word], word))[:VOCABULARY]

    @cached_property
    def documents(self) -> dict[str, list[list[int]]]:
        """Numbers of words in the vocabulary, for every document that has enough of them; no two documents are alike."""
        numbers = {word: i for i, word in enumerate(self.vocabulary)}
        parts: dict[str, list[list[int]]] = {}
        seen: set[tuple[int, ...]] = set()
        for split, glosses in self.glosses.items():
            parts[split] = []
            for gloss in glosses:
                known = [numbers[word] for word in words_of(gloss) if word in numbers][:MOST_WORDS]
                bag = tuple(sorted(known))
                if len(known) >= FEWEST_WORDS and bag not in seen:
                    seen.add(bag)
                    parts[split].append(known)
        return parts

    def items(self, split: str) -> np.ndarray:
        """Documents as int64 (n, 32): 1 + the number of each word, then 0 to the end."""
        documents = self.documents[split]
        rows = np.zeros((len(documents), MOST_WORDS), np.int64)
        for row, document in zip(rows, documents):
            row[: len(document)] = [1 + word for word in document]
        return rows

    def training_tensors(self) -> "tuple[Tensor, Tensor]":
        """Documents as int64 (n, 32), see ``items``, and labels (n,), all 0."""
        import torch  # only now: the page knows no torch

        rows = torch.from_numpy(self.items("train"))
        return rows, torch.zeros(len(rows), dtype=torch.int64)

    def counts(self) -> str:
        """One line of facts."""
        return " + ".join(
            f"{len(part):,} {split} documents of {sum(map(len, part)):,} words"
            for split, part in self.documents.items()
        )


def load() -> Topics:
    """The data set from the cache, built first when it is not there; raises PlaygroundError when it cannot be built."""
    path = cache_folder() / "topics.npz"
    if not path.exists():
        build_topics(path)
    return Topics(load_texts(path))


def build_topics(path: Path) -> None:
    """Fetch WordNet, read its glosses, split, write ``path``."""
    with tempfile.TemporaryDirectory() as folder:
        archive = fetch("deb", PACKAGE, "topics", Path(folder))
        root = unpack_deb(archive, Path(folder) / "files") / "usr/share/wordnet"
        lines = [line for name in FILES for line in (root / name).read_text("utf-8").splitlines()]
    glosses = read_glosses(lines)
    shares = np.random.default_rng(SEED).permutation(len(glosses)) / len(glosses)
    parts = {"train": shares < 0.9, "valid": (shares >= 0.9) & (shares < 0.95), "test": shares >= 0.95}
    save_texts(path, {name: [text for text, here in zip(glosses, part) if here] for name, part in parts.items()})


def read_glosses(lines: Iterable[str]) -> list[str]:
    """The distinct glosses of a WordNet data file without their examples; those that swear are left out."""
    glosses = (line.partition(" | ")[2] for line in lines if not line.startswith("  "))
    plain = (" ".join(re.sub(r'"[^"]*"?', " ", gloss).lower().split()).strip(" ;:,") for gloss in glosses)
    return [gloss for gloss in dict.fromkeys(plain) if gloss and not is_unfit(gloss)]
