"""The small real references of melodies and chorales that ship with the repository, so that Compare needs no data build.

reference.npz of each: the training windows (for the nearest one), the held-out windows, the scale of
their features, the held-out soprano lines that may be harmonised, and what perfect samplers score. Two bars of 4/4 a window.
Derived from the data sets: see their build.py for the licences.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class MusicReference:
    """training (n, steps, voices) and real (m, steps, voices) int8 signed notes; mean and spread (f,) of the real features.

    lines: name -> (steps,) int8, soprano lines of held-out chorales in whole bars; empty for melodies. Bands as in
    ``digits.reference.Reference``.
    """

    training: NDArray[np.int8]
    real: NDArray[np.int8]
    mean: NDArray[np.float32]
    spread: NDArray[np.float32]
    lines: dict[str, NDArray[np.int8]]
    band_sizes: NDArray[np.int64]
    band_names: list[str]
    bands: NDArray[np.float32]


def reference_path(name: str) -> Path:
    """Where the reference of a music data set lies."""
    return Path(__file__).parents[1] / name / "reference.npz"


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
        arrays["band_sizes"],
        arrays["band_names"].tolist(),
        arrays["bands"],
    )


def save_music_reference(
    name: str,
    training: NDArray[np.int8],
    real: NDArray[np.int8],
    scaling: tuple[NDArray, NDArray],
    lines: dict[str, NDArray[np.int8]],
    sizes: Sequence[int],
    bands: dict[str, NDArray],
) -> Path:
    """Write a reference; bands: metric name -> (sizes, 3). Returns its path."""
    path = reference_path(name)
    np.savez_compressed(
        path,
        training=training,
        real=real,
        mean=scaling[0],
        spread=scaling[1],
        line_names=np.array(list(lines), dtype=np.str_),
        line_lengths=np.array([len(line) for line in lines.values()], np.int64),
        lines=np.concatenate([np.zeros(0, np.int8), *lines.values()]),
        band_sizes=np.array(sizes),
        band_names=np.array(list(bands)),
        bands=np.stack(list(bands.values()), axis=1).astype(np.float32),
    )
    return path
