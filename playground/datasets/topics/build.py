"""topics: the glosses of WordNet, each a document of a few words, for models of what words go together.

The glosses are WordNet's (shared/wordnet.py). Examples in quotation marks are cut off and function words left out. A document is
the bag of its words among the 2,000 most frequent of the training part, at most 32, and one with fewer than 3 of them is left
out. Glosses alike but for words that are not counted stay once, the first; split by gloss, 90 : 5 : 5.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from playground.datasets.base import TrainingTensors, without_classes
from playground.datasets.shared.wordnet import fetch_glosses
from playground.datasets.storage import built, load_texts, save_texts, split_items
from playground.formats.content_words import MOST_WORDS, VOCABULARY, words_of
from playground.formats.unfit_texts import is_unfit

FEWEST_WORDS = 3  # of the vocabulary, in a document


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

    def training_tensors(self) -> TrainingTensors:
        """Documents as int64 (n, 32), see ``items``."""
        return without_classes(self.items("train"))

    def counts(self) -> str:
        """One line of facts."""
        return " + ".join(
            f"{len(part):,} {split} documents of {sum(map(len, part)):,} words"
            for split, part in self.documents.items()
        )


def load() -> Topics:
    """The data set from the cache, built first when it is not there; raises PlaygroundError when it cannot be built."""
    return Topics(load_texts(built("topics", build_topics)))


def build_topics(path: Path) -> None:
    """Fetch WordNet, read its glosses, split, write ``path``."""
    save_texts(path, split_items(plain_glosses(fetch_glosses("topics"))))


def plain_glosses(glosses: Iterable[str]) -> list[str]:
    """The distinct glosses in small letters without their examples; those that swear are left out."""
    plain = (" ".join(re.sub(r'"[^"]*"?', " ", gloss).lower().split()).strip(" ;:,") for gloss in glosses)
    return [gloss for gloss in dict.fromkeys(plain) if gloss and not is_unfit(gloss)]
