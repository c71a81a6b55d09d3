"""BLEU and self-BLEU of many sentences at once, as Texygen measures text generators.

BLEU-n (Papineni et al. 2002) of one sentence against all references: the geometric mean of its clipped 1- to n-gram precisions,
times a brevity penalty against the reference of the closest length. Smoothing is method 1 of Chen & Cherry 2014: a precision of
no hits counts a tenth of a hit. Texygen (Zhu et al. 2018, arXiv:1802.01886) averages it over all samples: against real text it
says how fluent they are, against each other (self-BLEU) how much they repeat each other. Values are those of nltk's
``sentence_bleu``; every n-gram's largest count over all references is found once, so that ten thousand sentences take a second.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ORDERS = (2, 3, 4, 5)
NO_HITS = 0.1  # what a precision without hits counts as hits
Sentences = Sequence[Sequence[str]]


def bleu(samples: Sentences, references: Sentences) -> NDArray[np.float64]:
    """BLEU-2 to BLEU-5 of each of ``samples`` against all ``references``, both lists of words: (n, 4) in 0..1.

    A sample without one known word scores 0. ValueError when there is no reference.
    """
    if not len(references):
        raise ValueError("BLEU needs at least one reference.")
    grams = _Grams.of([*references, *samples])
    own = slice(len(references), None)
    hits = []
    for sentence, gram, count in grams.counts:
        is_sample = sentence >= len(references)
        most = np.zeros(gram.max(initial=-1) + 1, np.int64)
        np.maximum.at(most, gram[~is_sample], count[~is_sample])
        clipped = np.minimum(count[is_sample], most[gram[is_sample]])
        hits.append(np.bincount(sentence[is_sample] - len(references), clipped, len(samples)))
    lengths = grams.lengths[own]
    closest = _closest(lengths, np.unique(grams.lengths[: len(references)]))
    return _scores(np.stack(hits), lengths, closest)


def self_bleu(samples: Sentences) -> NDArray[np.float64]:
    """BLEU-2 to BLEU-5 of each sample against all the others: (n, 4) in 0..1. Needs two samples or more (ValueError)."""
    if len(samples) < 2:
        raise ValueError(f"Self-BLEU needs two samples or more, got {len(samples)}.")
    grams = _Grams.of(samples)
    hits = []
    for sentence, gram, count in grams.counts:
        kinds = gram.max(initial=-1) + 1
        most = np.zeros(kinds, np.int64)
        np.maximum.at(most, gram, count)
        # A sentence that alone has the largest count is held against the second largest; an equal keeps the largest.
        largest = count == most[gram]
        alone = np.bincount(gram[largest], minlength=kinds)[gram] == 1
        second = np.zeros(kinds, np.int64)
        np.maximum.at(second, gram[~largest], count[~largest])
        clipped = np.where(largest & alone, second[gram], count)
        hits.append(np.bincount(sentence, clipped, len(samples)))
    lengths, often = np.unique(grams.lengths, return_counts=True)
    closest = np.empty(len(samples), np.int64)
    for length, count in zip(lengths, often):
        others = lengths if count > 1 else lengths[lengths != length]
        closest[grams.lengths == length] = _closest(np.array([length]), others)
    return _scores(np.stack(hits), grams.lengths, closest)


@dataclass(frozen=True)
class _Grams:
    """How often each sentence has each n-gram, for n = 1..5: (sentence, n-gram, count), and the lengths of the sentences."""

    counts: list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]]
    lengths: NDArray[np.int64]

    @classmethod
    def of(cls, sentences: Sentences) -> "_Grams":
        known: dict[str, int] = {}
        words = np.array([known.setdefault(word, len(known)) for words in sentences for word in words], np.int64)
        lengths = np.array([len(words) for words in sentences], np.int64)
        sentence = np.repeat(np.arange(len(sentences)), lengths)
        left = np.repeat(np.cumsum(lengths), lengths) - np.arange(len(words))  # words from here to the sentence's end
        counts, gram, place = [], words, np.arange(len(words))
        for n in range(1, max(ORDERS) + 1):
            if n > 1:
                going_on = left[place] >= n
                place = place[going_on]
                pairs = gram[going_on] * (len(known) + 1) + words[place + n - 1]
                gram = np.unique(pairs, return_inverse=True)[1].astype(np.int64)
            kinds = int(gram.max(initial=-1)) + 1
            both, count = np.unique(sentence[place] * max(kinds, 1) + gram, return_counts=True)
            counts.append((both // max(kinds, 1), both % max(kinds, 1), count.astype(np.int64)))
        return cls(counts, lengths)


def _closest(lengths: NDArray[np.int64], known: NDArray[np.int64]) -> NDArray[np.int64]:
    """The closest of the ``known`` lengths (sorted) to each of ``lengths``; of two the shorter."""
    after = np.searchsorted(known, lengths).clip(0, len(known) - 1)
    before = (after - 1).clip(0)
    return np.where(lengths - known[before] <= np.abs(known[after] - lengths), known[before], known[after])


def _scores(hits: NDArray, lengths: NDArray[np.int64], closest: NDArray[np.int64]) -> NDArray[np.float64]:
    """BLEU (n, 4) of the hits (5, n) of every order."""
    orders = np.arange(1, len(hits) + 1)[:, None]
    possible = np.maximum(lengths - orders + 1, 1)
    logs = np.log(np.where(hits == 0, NO_HITS, hits) / possible)
    means = np.cumsum(logs, axis=0) / orders
    brevity = np.where(lengths > closest, 1.0, np.exp(1 - closest / np.maximum(lengths, 1)))
    return np.where(hits[0] == 0, 0.0, brevity * np.exp(means[[n - 1 for n in ORDERS]])).T
