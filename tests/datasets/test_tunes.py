"""Chorales that share a hymn tune are found in any key and rhythm, and none of them counts as unseen."""

import numpy as np

from playground.datasets.chorales.build import Chorales, Piece, known_tunes
from playground.datasets.chorales.tunes import SHARED_MOVES, sharing_tunes, tune_moves

TUNE = [67, 69, 71, 72, 74, 72, 71, 69, 67, 66, 64, 62]  # eleven moves
OTHER = [67, 64, 65, 62, 64, 60, 62, 59, 60, 67, 72, 71]


def soprano(pitches: list[int], ornament: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """A quarter for each pitch, in eighths, and the places in the bar; an ornament is sung on every second eighth."""
    line = [signed for pitch in pitches for signed in (pitch, pitch + ornament if ornament else -pitch)]
    return np.array(line, np.int8), np.arange(len(line), dtype=np.int8) % 8


def piece(name: str, pitches: list[int]) -> Piece:
    line, beats = soprano(pitches)
    notes = np.stack([line, *[np.zeros_like(line)] * 3], axis=1)
    return Piece(name, notes, beats, 0)


def test_moves_count_repeated_notes_once_and_know_neither_key_nor_passing_notes():
    plain = tune_moves(*soprano(TUNE))
    assert plain.tolist() == np.diff(TUNE).tolist()
    assert tune_moves(*soprano([pitch + 5 for pitch in TUNE], ornament=1)).tolist() == plain.tolist()
    assert tune_moves(*soprano([TUNE[0], *TUNE])).tolist() == plain.tolist()
    assert tune_moves(*soprano([0, 0])).tolist() == []


def test_a_tune_is_shared_by_ten_moves_in_a_row_and_not_by_nine():
    moves = np.diff(TUNE)
    assert len(moves) == SHARED_MOVES + 1
    assert sharing_tunes([moves[:-1], moves[:-2], np.diff(OTHER)], [moves]) == [True, False, False]
    assert sharing_tunes([moves], []) == [False]


def test_held_out_pieces_to_a_tune_of_training_are_known_and_not_unseen():
    pieces = {
        "train": [piece("a", TUNE)],
        "valid": [piece("b", OTHER)],
        "test": [piece("c", [pitch - 3 for pitch in TUNE]), piece("d", OTHER)],
    }
    data = Chorales(pieces, known_tunes=known_tunes(pieces))
    assert data.known_tunes == {"c"}
    assert [one.name for one in data.unseen("test")] == ["d"] and [one.name for one in data.unseen("valid")] == ["b"]
    assert "1 held-out ones to a tune of training" in data.counts()
