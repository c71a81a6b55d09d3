"""Builds the small real reference of the chorales. Needs no checkpoint: the features are counted."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from playground.datasets.chorales.build import Chorales, Piece
from playground.datasets.chorales.metrics import SUITE
from playground.datasets.shared.build_music_reference import build_music_reference
from playground.formats.rolls import CHORALE_GRID
from playground.metrics.nearest_tunes import nearest_tunes

SIZES = (50, 75, 100, 150, 200, 300, SUITE.max_samples)
WINDOW_STARTS = (0, 4)  # eighths of a bar at which training windows begin: a copy may start in mid-bar
SAME = 0.1  # share of places at which two encodings of one piece may differ
LINE_BARS = 8  # of a soprano line, at most


def build_reference(data: Chorales, root: Path) -> Path:
    """Write the reference; returns its path."""
    training, real, pieces = chorale_windows(data)
    return build_music_reference(SUITE, training, real, pieces, soprano_lines(data), SIZES)


def chorale_windows(data: Chorales) -> tuple[NDArray[np.int8], NDArray[np.int8], NDArray[np.int64]]:
    """Training and held-out windows of two bars of 4/4, each (n, 16, 4) int8, and the number of each held-out one's piece.

    Held-out windows begin with a bar. A held-out piece that stands in training under another number is left out; others may be
    another setting of a tune of training, as a perfect sampler's would be.
    """
    training = np.unique(
        np.stack([window for piece in data.pieces["train"] for window in piece_windows(piece, WINDOW_STARTS)]), axis=0
    )
    held_out, numbers = [], []
    for number, piece in enumerate([*data.pieces["valid"], *data.pieces["test"]]):
        windows = piece_windows(piece)
        if windows and not stands_in(np.stack(windows), training):
            held_out += windows
            numbers += [number] * len(windows)
    return training, np.stack(held_out), np.array(numbers)


def stands_in(windows: NDArray[np.int8], training: NDArray[np.int8]) -> bool:
    """Whether every window (n, steps, voices) of a piece is one of the training windows, but for few places."""
    near = nearest_tunes(windows.reshape(len(windows), -1), training.reshape(len(training), -1))
    return bool((near.distance <= SAME).all())


def piece_windows(piece: Piece, beats: Sequence[int] = (0,)) -> list[NDArray[np.int8]]:
    """The windows of a piece in 4/4 that begin at one of the given beats; none of a piece in another metre."""
    steps = CHORALE_GRID.window
    if piece.beats.max() >= 8:
        return []
    starts = np.flatnonzero(np.isin(piece.beats, beats))
    return [piece.notes[start : start + steps] for start in starts if start + steps <= len(piece.notes)]


def soprano_lines(data: Chorales) -> dict[str, NDArray[np.int8]]:
    """The highest notes of the test chorales in 4/4, from their first whole bar, at most eight bars: name -> (steps,) int8."""
    grid, lines = CHORALE_GRID, {}
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
