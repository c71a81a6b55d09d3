"""Builds the small real reference of the melodies. Needs no checkpoint: the features are counted."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from playground.datasets.bands import USUAL_SIZES
from playground.datasets.melodies.build import Melodies
from playground.datasets.melodies.metrics import SUITE
from playground.datasets.shared.build_music_reference import build_music_reference


def build_reference(data: Melodies, root: Path) -> Path:
    """Write the reference; returns its path."""
    training, real = melody_windows(data)
    return build_music_reference(SUITE, training, real, group_overlapping(real), {}, (*USUAL_SIZES, SUITE.max_samples))


def melody_windows(data: Melodies) -> tuple[NDArray[np.int8], NDArray[np.int8]]:
    """Training and held-out windows, each (n, 32, 1) int8."""
    held_out = np.concatenate([data.windows["valid"], data.windows["test"]])
    return data.windows["train"][:, :, None], held_out[:, :, None]


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
