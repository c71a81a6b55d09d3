"""Builds the small real references of melodies and chorales: windows, the scale of features, what perfect samplers score.

Windows of one tune overlap and resemble each other, and a perfect sampler writes other tunes than those it is compared with. So
its scores come from two sets of windows that share no tune.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from playground.datasets.chorales.build import Chorales
from playground.datasets.melodies.build import Melodies
from playground.datasets.metric_suite import MIN_SAMPLES
from playground.datasets.music_features import count_music, scaling_of
from playground.datasets.music_metrics import CHORALES, MELODIES, MusicMetricSuite
from playground.datasets.music_reference import chorale_windows, melody_windows, save_music_reference, soprano_lines
from playground.formats.rolls import rolls_of
from playground.operations.compare import score

MELODY_SIZES = (MIN_SAMPLES, 75, 100, 150, 200, 300, 400, 500, 700, 1000, 1400, MELODIES.max_samples)
CHORALE_SIZES = (MIN_SAMPLES, 75, 100, 150, 200, 300, CHORALES.max_samples)
REPEATS = 40


def build_melodies_reference(data: Melodies, root: Path) -> Path:
    """Write the reference of the melodies; returns its path. Needs no checkpoint: the features are counted."""
    training, real = melody_windows(data)
    return _build(MELODIES, training, real, group_overlapping(real), {}, MELODY_SIZES)


def build_chorales_reference(data: Chorales, root: Path) -> Path:
    """Write the reference of the chorales; returns its path."""
    training, real, pieces = chorale_windows(data)
    return _build(CHORALES, training, real, pieces, soprano_lines(data), CHORALE_SIZES)


def _build(
    suite: MusicMetricSuite,
    training: NDArray[np.int8],
    real: NDArray[np.int8],
    groups: NDArray[np.int64],
    lines: dict[str, NDArray[np.int8]],
    sizes: Sequence[int],
) -> Path:
    counts = count_music(rolls_of(real, suite.grid), suite.grid)
    scaling = scaling_of(counts.features(suite.grid))
    rows, labels = suite.rows_of(counts, *scaling)
    bands = perfect_bands(suite, rows, labels, groups, sizes)
    return save_music_reference(suite.dataset, training, real, scaling, lines, sizes, bands)


def perfect_bands(
    suite: MusicMetricSuite, rows: NDArray, labels: NDArray, groups: NDArray[np.int64], sizes: Sequence[int]
) -> dict[str, NDArray]:
    """Per metric (sizes, 3) the median, 5 % and 95 % points that real windows score against as many of other groups."""
    generator = np.random.default_rng(0)
    bands = {name: np.zeros((len(sizes), 3)) for name in suite.protocols}
    for i, n in enumerate(sizes):
        scores: dict[str, list[float]] = {name: [] for name in bands}
        for _ in range(REPEATS):
            a, b = split_groups(groups, n, generator)
            for name, value in score(suite, rows[a], labels[a], rows[b], labels[b]).items():
                scores[name].append(value)
        for name, values in scores.items():
            bands[name][i] = np.quantile(values, [0.5, 0.05, 0.95])
    return bands


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


def group_overlapping(windows: NDArray[np.int8]) -> NDArray[np.int64]:
    """A number for each window (n, steps, 1) of two bars, equal for those that share a bar or overlap by three quarters."""
    parent = list(range(len(windows)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    quarter = windows.shape[1] // 4
    first_seen: dict[bytes, int] = {}
    for i, window in enumerate(windows[:, :, 0]):
        parts = (window[: 2 * quarter], window[2 * quarter :], window[: 3 * quarter], window[quarter:])
        for part in parts:
            content = part.copy()
            content[0] = abs(content[0])  # a note that was tied in begins at the start of a window
            parent[root(i)] = root(first_seen.setdefault(content.tobytes(), i))
    return np.array([root(i) for i in range(len(windows))])
