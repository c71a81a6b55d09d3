"""Chorales and melodies: grids, order of notes, windows, keys; the benchmark's published counts."""

import numpy as np
import pytest

from playground.datasets.chorales.build import (
    Chorales,
    Piece,
    eighth_beats,
    piece_columns,
    sort_notes,
    to_eighths,
)
from playground.datasets.jsb.build import load as load_jsb
from playground.datasets.melodies.build import shape_of, sixteenths, tune_windows
from playground.datasets.shared.music21_corpus import natural_order
from playground.formats.rolls import MELODY_GRID, rolls_of
from playground.formats.tonality import in_key_share, key_signature, pitch_histogram
from tests.golden import golden_path


def test_on_eighths_a_note_begun_in_the_sixteenth_before_is_struck():
    voice = np.array([60, -60, -60, 62, -62, -62, -62, 62], np.int8)[:, None].repeat(4, 1)
    assert to_eighths(voice)[:, 0].tolist() == [60, -60, 62, -62]


def test_notes_are_sorted_from_the_top_and_a_unison_counts_once_as_struck():
    assert sort_notes(np.array([[60, 67, -60, 48], [0, 0, -50, 0]], np.int8)).tolist() == [
        [67, 60, 48, 0],
        [-50, 0, 0, 0],
    ]


def test_beats_count_from_the_first_whole_bar():
    assert eighth_beats(5, 2, 8).tolist() == [6, 7, 0, 1, 2]
    assert eighth_beats(4, 2, 6).tolist() == [12, 13, 8, 9]


def test_windows_cover_a_piece_to_its_end_and_short_ones_are_padded():
    def piece(frames):
        notes = np.tile(np.array([72, 67, 64, 48], np.int8), (frames, 1))
        return Piece("", notes, (np.arange(frames) % 8).astype(np.int8), 0)

    pieces = {"train": [piece(20), piece(5)], "valid": [], "test": []}
    x, keys = Chorales(pieces, window=8, stride=4).training_tensors()
    assert x.shape == (5, 8, 6) and keys.tolist() == [0] * 5
    assert x[:, 0, 1].tolist() == [1, 0, 0, 0, 1] and x[:4, 0, 0].tolist() == [0, 4, 0, 4]
    assert (x[4, 5:, 0] == -1).all() and not x[4, 5:, 2:].any()
    assert piece_columns(piece(3)).tolist()[0] == [0, 1, 72, 67, 64, 48]


def test_tune_windows_begin_with_bars_and_never_with_a_hold():
    notes = np.array([60, -60] * 40, np.int8)
    bars = np.zeros(80, bool)
    bars[[1, 17, 33, 49]] = True
    windows = tune_windows(notes, bars, 16)
    assert len(windows) == 3 and windows[0][0] == 60 and windows[0].tolist()[1:3] == [60, -60]
    assert tune_windows(notes, bars, 12) == []
    assert shape_of(windows[0]) == shape_of(windows[0] + 2 * np.sign(windows[0]))


def test_melody_rolls_show_struck_and_held():
    roll = rolls_of(np.array([[[60], [-60], [0], [91]]], np.int8), MELODY_GRID)[0]
    assert (
        roll.shape == (44, 4)
        and roll[31].tolist() == [255, 153, 0, 0]
        and roll[0, 3] == 255
        and roll.astype(int).sum() == 663
    )


def test_off_grid_times_are_told_apart():
    assert sixteenths(1.5) == 6 and sixteenths(1 / 3) is None
    assert sorted(["bwv10", "bwv2.6", "bwv2"], key=natural_order) == ["bwv2", "bwv2.6", "bwv10"]


@pytest.mark.parametrize("tonic", range(12))
def test_a_scale_is_in_its_own_key(tonic):
    major = 60 + tonic + np.array([0, 2, 4, 5, 7, 9, 11, 12, 7, 4, 0])
    minor = 57 + tonic + np.array([0, 2, 3, 5, 7, 8, 10, 12, 7, 3, 0])
    assert key_signature(pitch_histogram(major)) == key_signature(pitch_histogram(minor)) == tonic
    assert in_key_share(major) == 1.0 and in_key_share(np.append(major, 61 + tonic)) == pytest.approx(11 / 12)


def test_no_notes_have_no_key():
    assert key_signature(np.zeros(12)) == 12 and np.isnan(in_key_share(np.array([])))


def test_the_jsb_split_has_the_published_counts():
    golden_path("JSB_Chorales.npz")
    data = load_jsb()
    assert [len(data.pieces[name]) for name in ("train", "valid", "test")] == [229, 76, 77]
    notes = np.concatenate([piece.notes for part in data.pieces.values() for piece in part])
    assert [sum(len(p.notes) for p in part) for part in data.pieces.values()] == [13807, 4602, 4725]
    assert notes[notes != 0].min() == 43 and notes.max() == 96 and (notes >= 0).all()
    assert (notes != 0).sum(1).mean() == pytest.approx(3.89, abs=0.01)
