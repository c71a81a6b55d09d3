"""The small real references of melodies and chorales that ship with the repository, so that Compare needs no data build.

melodies-reference.npz, chorales-reference.npz: the training windows (for the nearest one), the held-out windows, the scale of
their features, the held-out soprano lines that may be harmonised, and what perfect samplers score. Two bars of 4/4 a window.
Derived from the data sets: see data/melodies.py and data/chorales.py for their licences.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from playground.datasets.chorales.build import Chorales, Piece
from playground.datasets.melodies.build import Melodies
from playground.formats.rolls import GRIDS

WINDOW_STARTS = (0, 4)  # eighths of a bar at which training windows of chorales begin: a copy may start in mid-bar
LINE_BARS = 8  # of a soprano line, at most


@dataclass(frozen=True)
class MusicReference:
    """training (n, steps, voices) and real (m, steps, voices) int8 signed notes; mean and spread (f,) of the real features.

    lines: name -> (steps,) int8, soprano lines of held-out chorales in whole bars; empty for melodies. Bands as in
    ``data.reference.Reference``.
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
    return Path(__file__).parent / name / "reference.npz"


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


def melody_windows(data: Melodies) -> tuple[NDArray[np.int8], NDArray[np.int8]]:
    """Training and held-out windows, each (n, 32, 1) int8."""
    held_out = np.concatenate([data.windows["valid"], data.windows["test"]])
    return data.windows["train"][:, :, None], held_out[:, :, None]


def chorale_windows(data: Chorales) -> tuple[NDArray[np.int8], NDArray[np.int8], NDArray[np.int64]]:
    """Training and held-out windows of two bars of 4/4, each (n, 16, 4) int8, and the number of each held-out one's piece.

    Held-out windows begin with a bar.
    """
    training = [window for piece in data.pieces["train"] for window in piece_windows(piece, WINDOW_STARTS)]
    held_out, numbers = [], []
    for number, piece in enumerate([*data.pieces["valid"], *data.pieces["test"]]):
        windows = piece_windows(piece)
        held_out += windows
        numbers += [number] * len(windows)
    return np.unique(np.stack(training), axis=0), np.stack(held_out), np.array(numbers)


def piece_windows(piece: Piece, beats: Sequence[int] = (0,)) -> list[NDArray[np.int8]]:
    """The windows of a piece in 4/4 that begin at one of the given beats; none of a piece in another metre."""
    steps = GRIDS["chorales"].window
    if piece.beats.max() >= 8:
        return []
    starts = np.flatnonzero(np.isin(piece.beats, beats))
    return [piece.notes[start : start + steps] for start in starts if start + steps <= len(piece.notes)]


def soprano_lines(data: Chorales) -> dict[str, NDArray[np.int8]]:
    """The highest notes of the test chorales in 4/4, from their first whole bar, at most eight bars: name -> (steps,) int8."""
    grid, lines = GRIDS["chorales"], {}
    for piece in data.pieces["test"]:
        starts = np.flatnonzero(piece.beats == 0)
        if piece.beats.max() >= 8 or not len(starts):
            continue
        line = piece.notes[starts[0] :, 0]
        line = line[: min(LINE_BARS, len(line) // grid.steps_a_bar) * grid.steps_a_bar].copy()
        if len(line):
            line[0] = abs(line[0])  # a note that was tied in begins here
            lines[piece.name] = line
    return lines
