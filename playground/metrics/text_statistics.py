"""Numbers of texts that need no model: how many different n-grams, how long, how rare their words, what is copied from training.

Texts are lists of words, or of any symbols that can be hashed. distinct-n is that of Li et al. 2016 (arXiv:1510.03055).
"""

from array import array
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Text = Sequence[Hashable]


def distinct(texts: Sequence[Text], n: int) -> float:
    """The share of n-grams of all texts together that differ: 0..1, and 0 when no text has n words. Falls with their number."""
    grams = [tuple(text[i : i + n]) for text in texts for i in range(len(text) - n + 1)]
    return len(set(grams)) / len(grams) if grams else 0.0


class WordRanks:
    """Words by how often a training text has them: rank 1 is the commonest."""

    def __init__(self, words: Iterable[Hashable]):
        common = sorted(Counter(words).items(), key=lambda one: (-one[1], str(one[0])))
        self.ranks = {word: rank for rank, (word, _) in enumerate(common, 1)}
        self.unknown = len(self.ranks) + 1

    def of(self, texts: Iterable[Text]) -> NDArray[np.int64]:
        """The ranks of all words of some texts in a row; words never seen come after the last."""
        return np.array([self.ranks.get(word, self.unknown) for text in texts for word in text], np.int64)


@dataclass(frozen=True)
class Run:
    """The longest run of words that a text shares with the training texts: where in both, in words. length 0: none."""

    start: int
    length: int
    document: int
    document_start: int


class Copies:
    """Finds what texts have word for word from training documents."""

    def __init__(self, documents: Iterable[Text]):
        self.numbers: dict[Hashable, int] = {}
        flat, sizes = array("q"), []
        for text in documents:
            flat.extend(self.numbers.setdefault(word, len(self.numbers)) for word in text)
            sizes.append(len(text))
        lengths = np.array(sizes, np.int64)
        self.starts = np.cumsum(lengths) - lengths
        self.words = np.array(flat, np.int64)
        # Words from each place to the end of its document: no run goes beyond it.
        self.left = np.repeat(np.cumsum(lengths), lengths) - np.arange(len(flat))

    def longest(self, texts: Sequence[Text]) -> list[Run]:
        """The longest shared run of each text, the first of equals in the text and in training.

        Runs of one word are grown by one word at a time, on both sides only where they still match.
        """
        lengths = np.array([len(text) for text in texts], np.int64)
        own = np.array([self.numbers.get(word, -1) for text in texts for word in text], np.int64)
        text_of = np.repeat(np.arange(len(texts)), lengths)
        starts = np.cumsum(lengths) - lengths
        own_left = np.repeat(np.cumsum(lengths), lengths) - np.arange(len(own))
        best = np.zeros((len(texts), 3), np.int64)  # length, place in the texts, place in training
        here, there = np.flatnonzero(own >= 0), np.arange(len(self.words))
        here_run, there_run = own[here], self.words  # which run stands at each place, as numbers
        length = 1
        while len(here):
            kinds, here_run = np.unique(here_run, return_inverse=True)
            at = np.searchsorted(kinds, there_run).clip(0, len(kinds) - 1)
            kept = kinds[at] == there_run
            there, there_run = there[kept], at[kept]
            first = np.full(len(kinds), -1)
            first[there_run[::-1]] = there[::-1]  # the first place of equals is written last
            found = first[here_run] >= 0
            here, here_run = here[found], here_run[found]
            rows = text_of[here][::-1]
            best[rows] = np.stack([np.full(len(here), length), here, first[here_run]], 1)[::-1]
            going_on, there_on = own_left[here] > length, self.left[there] > length
            here, here_run = here[going_on], here_run[going_on]
            there, there_run = there[there_on], there_run[there_on]
            base = len(self.numbers) + 1
            here_run = here_run * base + own[here + length] + 1
            there_run = there_run * base + self.words[there + length] + 1
            length += 1
        runs = []
        for number, (size, place, training) in enumerate(best.tolist()):
            document = int(np.searchsorted(self.starts, training, side="right")) - 1 if size else 0
            inside = (place - int(starts[number]), training - int(self.starts[document])) if size else (0, 0)
            runs.append(Run(inside[0], size, document, inside[1]))
        return runs


def copied_share(runs: Sequence[Run], least: int) -> float:
    """The share of texts with a copied run of ``least`` words or more; 0 of none."""
    return float(np.mean([run.length >= least for run in runs])) if runs else 0.0
