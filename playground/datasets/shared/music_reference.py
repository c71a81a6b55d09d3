"""The small real references of melodies and chorales that ship with the repository, so that Compare needs no data build.

reference.npz of each: the training windows (for the nearest one), the held-out windows, the scale of
their features, the held-out soprano lines that may be harmonised, and what perfect samplers score. Two bars of 4/4 a window.
Derived from the data sets: see their build.py for the licences.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from playground.datasets.metric_suite import Bands
from playground.datasets.storage import reference_path


@dataclass(frozen=True)
class MusicReference:
    """training (n, steps, voices) and real (m, steps, voices) int8 signed notes; mean and spread (f,) of the real features.

    lines: name -> (steps,) int8, soprano lines of held-out chorales in whole bars; empty for melodies.
    """

    training: NDArray[np.int8]
    real: NDArray[np.int8]
    mean: NDArray[np.float32]
    spread: NDArray[np.float32]
    lines: dict[str, NDArray[np.int8]]
    bands: Bands


def load_music_reference(name: str) -> MusicReference:
    """The shipped reference of "melodies" or "chorales"."""
    with np.load(reference_path(name), allow_pickle=False) as file:
        arrays = dict(file)
    parts = np.split(arrays["lines"], np.cumsum(arrays["line_lengths"])[:-1]) if len(arrays["line_lengths"]) else []
    return MusicReference(
        arrays["training"],
        arrays["real"],
        arrays["mean"],
        arrays["spread"],
        dict(zip(arrays["line_names"].tolist(), parts)),
        Bands.of(arrays),
    )


def save_music_reference(name: str, reference: MusicReference) -> Path:
    """Write a reference; returns its path."""
    path, lines = reference_path(name), reference.lines
    np.savez_compressed(
        path,
        training=reference.training,
        real=reference.real,
        mean=reference.mean,
        spread=reference.spread,
        line_names=np.array(list(lines), dtype=np.str_),
        line_lengths=np.array([len(line) for line in lines.values()], np.int64),
        lines=np.concatenate([np.zeros(0, np.int8), *lines.values()]),
        **reference.bands.arrays(),
    )
    return path
