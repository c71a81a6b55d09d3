"""The references of music: windows that read back, held-out ones apart from training, small enough to ship."""

import numpy as np
import pytest

from playground.datasets.chorales.build import Chorales, Piece
from playground.datasets.chorales.build_reference import chorale_windows, piece_windows, soprano_lines
from playground.datasets.melodies.build_reference import group_overlapping
from playground.datasets.shared.build_music_reference import split_groups
from playground.datasets.shared.music_reference import load_music_reference
from playground.datasets.storage import reference_path
from playground.formats.rolls import CHORALE_GRID, MELODY_GRID, count_notes, notes_of, rolls_of
from playground.formats.scores import roll_to_notes
from playground.metrics.nearest_tunes import nearest_tunes

GRIDS = {"melodies": MELODY_GRID, "chorales": CHORALE_GRID}


@pytest.mark.parametrize("name", GRIDS)
def test_the_shipped_windows_read_back_from_their_rolls(name):
    reference, grid = load_music_reference(name), GRIDS[name]
    assert reference.real.shape[1:] == (grid.window, grid.voices)
    some = reference.training[::97]
    assert np.array_equal(notes_of(rolls_of(some, grid), grid), some)
    assert np.isfinite(reference.bands.points).all() and len(reference.mean) == len(reference.spread)


@pytest.mark.parametrize("name", GRIDS)
def test_held_out_windows_are_no_training_windows(name):
    reference = load_music_reference(name)
    held_out = reference.real[:: len(reference.real) // 20]
    held_out = held_out.reshape(len(held_out), -1)
    found = nearest_tunes(held_out, reference.training.reshape(len(reference.training), -1))
    assert np.median(found.distance) > 0.2
    assert (found.distance == 0).mean() < 0.05  # Bach set some tunes more than once


def test_both_together_are_at_most_a_megabyte():
    assert sum(reference_path(name).stat().st_size for name in GRIDS) <= 1_000_000


def test_windows_begin_with_a_bar_of_four_quarters():
    notes = np.zeros((40, 4), np.int8)
    notes[:, 0] = np.arange(40)
    beats = ((np.arange(40) - 2) % 8).astype(np.int8)
    windows = piece_windows(Piece("p", notes, beats, 0))
    assert [int(window[0, 0]) for window in windows] == [2, 10, 18]
    assert piece_windows(Piece("p", notes, (8 + np.arange(40) % 6).astype(np.int8), 0)) == []


def test_a_soprano_line_begins_at_its_first_whole_bar_with_a_struck_note():
    notes = np.zeros((30, 4), np.int8)
    notes[:, 0] = -70
    piece = Piece("p", notes, ((np.arange(30) - 3) % 8).astype(np.int8), 0)
    lines = soprano_lines(Chorales({"test": [piece]}))
    assert lines["p"].tolist() == [70] + [-70] * 23


def test_windows_of_one_tune_are_grouped_and_never_split():
    tune = np.random.default_rng(0).integers(50, 80, 80).astype(np.int8)
    other = np.random.default_rng(1).integers(50, 80, 48).astype(np.int8)
    windows = np.stack([part[start : start + 32] for part in (tune, other) for start in range(0, len(part) - 31, 16)])
    groups = group_overlapping(windows[:, :, None])
    assert len(set(groups[:4].tolist())) == 1 and len(set(groups[4:].tolist())) == 1 and groups[0] != groups[4]
    a, b = split_groups(np.arange(60) // 5, 20, np.random.default_rng(0))
    assert len(a) == len(b) == 20 and not {row // 5 for row in a} & {row // 5 for row in b}
    with pytest.raises(ValueError, match="Two sets of 40 rows"):
        split_groups(np.arange(60) // 5, 40, np.random.default_rng(0))


def test_notes_are_counted_as_they_are_listed():
    roll = np.random.default_rng(0).choice(np.array([0, 153, 255], np.uint8), (46, 40))
    assert count_notes(roll) == len(roll_to_notes(roll, 81))


def test_a_held_out_piece_that_stands_in_training_in_another_key_is_no_real_window_and_another_setting_is_one():
    generator = np.random.default_rng(0)

    def piece(name: str, notes: np.ndarray) -> Piece:
        return Piece(name, notes.astype(np.int8), (np.arange(len(notes)) % 8).astype(np.int8), 0)

    voices = np.sort(generator.integers(40, 80, (32, 4)), axis=1)[:, ::-1]
    twin = voices - 3
    twin[0, 3] -= 1  # one note is read otherwise
    other = np.concatenate([voices[:, :1], np.sort(generator.integers(40, 60, (32, 3)), axis=1)[:, ::-1]], axis=1)
    data = Chorales({"train": [piece("a", voices)], "valid": [piece("b", twin)], "test": [piece("c", other)]})
    training, real, numbers = chorale_windows(data)
    assert len(training) == 5 and len(real) == 3 and set(numbers) == {1}
