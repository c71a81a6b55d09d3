"""The nearest training window of each window of music, whatever the key: a memorisation check.

Distance is the share of places (a voice of a step) at which two windows differ, struck and held on being different, after the
transposition that makes them most alike: 0 for a copy in any key. Models are trained on transpositions, so a copy may come in
another key than it was learned in.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

REACH = 12  # semitones up and down
TRAINING_ROWS_AT_ONCE = 8192  # with 64 places: half a megabyte of comparisons per sample


@dataclass(frozen=True)
class NearestTunes:
    """The nearest training window of each sample."""

    index: NDArray[np.int64]  # (m,), the row in the training data
    distance: NDArray[np.float64]  # (m,), 0..1
    shift: NDArray[np.int64]  # (m,), semitones from the training window up to the sample


def nearest_tunes(samples: NDArray[np.int8], training: NDArray[np.int8]) -> NearestTunes:
    """Find the nearest of ``training`` (n, places) for each of ``samples`` (m, places), signed notes as in data/rolls.py."""
    if training.ndim != 2 or samples.ndim != 2 or training.shape[1] != samples.shape[1] or not len(training):
        raise ValueError(f"samples and training must have equally many places, got {samples.shape}, {training.shape}.")
    signs = np.sign(samples)
    shifts = sorted(range(-REACH, REACH + 1), key=abs)  # of equals the smallest shift is told
    best = np.full(len(samples), samples.shape[1] + 1)
    index, shift = np.zeros(len(samples), np.int64), np.zeros(len(samples), np.int64)
    for by in shifts:
        moved = (samples - by * signs).astype(np.int8)
        for start in range(0, len(training), TRAINING_ROWS_AT_ONCE):
            chunk = training[start : start + TRAINING_ROWS_AT_ONCE]
            for i, sample in enumerate(moved):
                differing = (chunk != sample).sum(1)
                winner = int(differing.argmin())
                if differing[winner] < best[i]:
                    best[i], index[i], shift[i] = differing[winner], start + winner, by
    return NearestTunes(index, best / samples.shape[1], shift)
