"""Builds the small real reference of a data set of music: windows, the scale of features, what perfect samplers score.

Windows of one tune overlap and resemble each other, and a perfect sampler writes other tunes than those it is compared with. So
its scores come from two sets of windows that share no tune.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from playground.datasets.bands import perfect_bands
from playground.datasets.shared.music_features import count_music, scaling_of
from playground.datasets.shared.music_metrics import MusicMetricSuite
from playground.datasets.shared.music_reference import MusicReference, save_music_reference
from playground.formats.rolls import rolls_of

REPEATS = 40


def build_music_reference(
    suite: MusicMetricSuite,
    training: NDArray[np.int8],
    real: NDArray[np.int8],
    groups: NDArray[np.int64],
    lines: dict[str, NDArray[np.int8]],
    sizes: Sequence[int],
) -> Path:
    """Write the reference of these windows (n, steps, voices); groups (m,): the tune of each real one. Returns its path."""
    counts = count_music(rolls_of(real, suite.grid), suite.grid)
    scaling = scaling_of(counts.features(suite.grid))
    rows, labels = suite.rows_of(counts, *scaling)
    generator = np.random.default_rng(0)
    bands = perfect_bands(
        suite, rows, labels, sizes, lambda n: (split_groups(groups, n, generator) for _ in range(REPEATS))
    )
    return save_music_reference(suite.dataset, MusicReference(training, real, *scaling, lines, bands))


def split_groups(
    groups: NDArray[np.int64], n: int, generator: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Two random sets of n rows that share no group."""
    names, sizes = np.unique(groups, return_counts=True)
    order = generator.permutation(len(names))
    enough = int(np.searchsorted(np.cumsum(sizes[order]), n)) + 1
    first = np.isin(groups, names[order[:enough]])
    a, b = (generator.permutation(np.flatnonzero(side))[:n] for side in (first, ~first))
    if len(b) < n:
        raise ValueError(f"Two sets of {n} rows need more than {len(groups)} rows in groups as large as these.")
    return a, b
