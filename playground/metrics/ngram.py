"""Interpolated Kneser-Ney models of sequences: the baseline that a language model has to beat.

Kneser & Ney 1995 ("Improved backing-off for m-gram language modeling"), in the interpolated form with modified discounts of
Chen & Goodman 1999. Symbols are numbers: characters or tokens. Every n-gram is one number, so that counting is sorting.
"""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class _Level:
    """The n-grams of one length with their counts, and of their contexts the totals and what is left to shorter n-grams."""

    grams: NDArray[np.int64]  # (g,) sorted
    counts: NDArray[np.int64]  # (g,): of the longest, how often seen; of shorter ones, before how many symbols seen
    contexts: NDArray[np.int64]  # (c,) sorted
    totals: NDArray[np.int64]  # (c,)
    backing_off: NDArray[np.float64]  # (c,): the share left to the shorter n-grams
    discounts: NDArray[np.float64]  # (4,): of a count of 0, 1, 2, 3 or more

    @classmethod
    def of(cls, grams: NDArray[np.int64], counts: NDArray[np.int64], base: int, modified: bool) -> "_Level":
        discounts = find_discounts(counts, modified)
        contexts, first = np.unique(grams // base, return_index=True)
        totals = np.add.reduceat(counts, first)
        taken = np.add.reduceat(discounts[np.minimum(counts, 3)], first)
        return cls(grams, counts, contexts, totals, taken / totals, discounts)


def find_discounts(counts: NDArray[np.int64], modified: bool = True) -> NDArray[np.float64]:
    """What is taken from a count of 0, 1, 2, 3 or more: Chen & Goodman's three discounts, or one for all counts.

    Where too few n-grams are counted once to four times to tell the three, one discount n1 / (n1 + 2 n2) is taken, or a half.
    """
    n1, n2, n3, n4 = (float((counts == i).sum()) for i in (1, 2, 3, 4))
    one = n1 / (n1 + 2 * n2) if n1 and n2 else 0.5
    if modified and min(n1, n2, n3, n4) > 0:
        three = np.array([1 - 2 * one * n2 / n1, 2 - 3 * one * n3 / n2, 3 - 4 * one * n4 / n3])
        if ((three > 0) & (three < [1, 2, 3])).all():
            return np.concatenate([[0.0], three])
    return np.array([0.0, one, one, one])


class KneserNey:
    """An n-gram model of documents over the symbols 0..symbols-1; a document begins with nothing before it."""

    def __init__(
        self, documents: Iterable[Sequence[int] | NDArray], symbols: int, order: int, *, modified: bool = True
    ) -> None:
        """documents: sequences of whole numbers below ``symbols``. order: the symbol and how many less one before it.

        ValueError when order is below 1, when n-grams do not fit 63 bits, when there is no symbol or a wrong one.
        """
        self.symbols, self.order, self.base = symbols, order, symbols + 1
        if order < 1 or self.base**order >= 2**63:
            raise ValueError(f"order must be 1 or more, and (symbols + 1)^order below 2^63: got {order} and {symbols}.")
        grams = self._grams(documents)
        if not len(grams):
            raise ValueError("A Kneser-Ney model needs at least one symbol of text.")
        kinds, counts = np.unique(grams, return_counts=True)
        levels = [_Level.of(kinds, counts.astype(np.int64), self.base, modified)]
        for length in range(order - 1, 0, -1):
            # A shorter n-gram counts once for each symbol that was seen before it.
            kinds, counts = np.unique(kinds % self.base**length, return_counts=True)
            levels.append(_Level.of(kinds, counts.astype(np.int64), self.base, modified))
        self.levels = levels[::-1]

    def _grams(self, documents: Iterable[Sequence[int] | NDArray]) -> NDArray[np.int64]:
        """The longest n-gram that ends at each symbol of some documents, its last symbol the last digit to the base."""
        texts = [np.asarray(document, np.int64) for document in documents]
        text = np.concatenate([np.zeros(0, np.int64), *texts])
        if len(text) and not (0 <= text.min() and text.max() < self.symbols):
            raise ValueError(f"symbols must be 0 to {self.symbols - 1}, got {text.min()} to {text.max()}.")
        lengths = np.array([len(one) for one in texts], np.int64)
        place = np.arange(len(text)) - np.repeat(np.cumsum(lengths) - lengths, lengths)  # in its document
        grams = np.zeros(len(text), np.int64)
        for back in reversed(range(self.order)):
            grams = grams * self.base + np.where(place >= back, np.roll(text, back), self.symbols)
        return grams

    def nats(self, document: Sequence[int] | NDArray) -> NDArray[np.float64]:
        """-log p (T,) of every symbol of a document, given those before it."""
        return self.nats_of([document])

    def nats_of(self, documents: Iterable[Sequence[int] | NDArray]) -> NDArray[np.float64]:
        """The same of all symbols of some documents in a row."""
        return -np.log(self._probabilities(self._grams(documents)))

    def distribution(self, before: Sequence[int]) -> NDArray[np.float64]:
        """p (symbols,) of what follows after these symbols; sums to 1."""
        grams = self._grams([[*before, 0]])[-1] + np.arange(self.symbols)
        return self._probabilities(grams)

    def _probabilities(self, grams: NDArray[np.int64]) -> NDArray[np.float64]:
        p = np.full(len(grams), 1 / self.symbols)
        for length, level in enumerate(self.levels, 1):
            own = grams % self.base**length
            at, known = _find(level.contexts, own // self.base)
            place, seen = _find(level.grams, own)
            counts = np.where(seen, level.counts[place], 0)
            kept = (counts - level.discounts[np.minimum(counts, 3)]) / level.totals[at]
            p = np.where(known, kept + level.backing_off[at] * p, p)
        return p


def _find(table: NDArray[np.int64], wanted: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Places of ``wanted`` in a sorted table, and whether they are there."""
    at = np.searchsorted(table, wanted).clip(0, len(table) - 1)
    return at, table[at] == wanted


class TextNgrams:
    """A Kneser-Ney model of texts as lists of words, or of letters; the end of a text is one more word.

    A word that no training text has is as likely as any one word that never followed before.
    """

    END, UNSEEN = 0, 1

    def __init__(self, texts: Iterable[Sequence[Hashable]], order: int):
        self.numbers: dict[Hashable, int] = {}
        documents = [
            [*(self.numbers.setdefault(word, len(self.numbers) + 2) for word in text), self.END] for text in texts
        ]
        self.ngrams = KneserNey(documents, len(self.numbers) + 2, order)

    def nats(self, texts: Iterable[Sequence[Hashable]]) -> float:
        """Mean -log p of a word over all words of some texts, their ends counted; ValueError of no text."""
        documents = [[*(self.numbers.get(word, self.UNSEEN) for word in text), self.END] for text in texts]
        if not documents:
            raise ValueError("the nats of a word need at least one text.")
        return float(self.ngrams.nats_of(documents).mean())
