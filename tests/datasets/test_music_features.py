"""What is counted in a window of music: known by hand for small windows, and the same in every key."""

import numpy as np
import pytest

from playground.datasets.shared.music_features import STEP_NAMES, count_music, key_signatures, scale, scaling_of
from playground.formats.rolls import CHORALE_GRID, MELODY_GRID, rolls_of
from playground.formats.tonality import key_signature

MELODIES, CHORALES = MELODY_GRID, CHORALE_GRID


def melody(*notes: tuple[int, int]) -> np.ndarray:
    """A roll (1, 44, 32) of (pitch, steps); pitch 0 is a rest."""
    line = []
    for pitch, steps in notes:
        line += [pitch] + [-pitch] * (steps - 1)
    return rolls_of(np.array(line + [0] * (32 - len(line)), np.int8)[None, :, None], MELODIES)


def test_a_scale_is_counted_as_it_is():
    counts = count_music(melody((60, 4), (62, 4), (64, 4), (65, 4), (67, 4), (69, 4), (71, 4), (72, 4)), MELODIES)
    assert counts.keys.tolist() == [0] and counts.in_key[0] == 1
    assert counts.tones[0].nonzero()[0].tolist() == [0, 2, 4, 5, 7, 9, 11] and counts.tones[0, 0] == 0.25
    assert dict(zip(STEP_NAMES, counts.steps[0] * 7)) == pytest.approx(
        {name: {"up 2": 5, "up 1": 2}.get(name, 0) for name in STEP_NAMES}
    )
    assert counts.onsets[0].nonzero()[0].tolist() == [0, 4, 8, 12] and counts.lengths[0].tolist() == [
        0,
        0,
        0,
        1,
        0,
        0,
        0,
    ]
    assert (counts.sounding[0], counts.struck[0], counts.silent[0], counts.span[0]) == (1, 0.25, 0, 12)


def test_rests_repeats_and_leaps_are_told_apart():
    counts = count_music(melody((60, 2), (60, 2), (0, 4), (72, 1), (60, 1)), MELODIES)
    steps = dict(zip(STEP_NAMES, counts.steps[0] * 3))
    assert steps["same"] == pytest.approx(1) and steps["up 8 or more"] == pytest.approx(1)
    assert steps["down 8 or more"] == pytest.approx(1)
    assert counts.silent[0] == pytest.approx(26 / 32) and counts.lengths[0, :2].tolist() == [0.5, 0.5]


def test_another_key_changes_the_height_alone():
    here, there = (
        count_music(melody(*((pitch + by, 4) for pitch in (60, 64, 67, 65, 62, 59, 60, 60))), MELODIES) for by in (0, 5)
    )
    features = [counts.features(MELODIES)[0] for counts in (here, there)]
    assert (there.keys - here.keys).tolist() == [5] and there.height - here.height == pytest.approx(5)
    assert np.flatnonzero(~np.isclose(*features)).tolist() == [len(features[0]) - 2]


def test_chords_and_the_bass_are_counted_where_there_are_voices():
    notes = np.zeros((1, 16, 4), np.int8)
    notes[0, :8] = [72, 67, 64, 48]
    notes[0, 8:] = [71, 67, 62, 55]
    counts = count_music(rolls_of(notes, CHORALES), CHORALES)
    assert counts.sounding[0] == 4 and counts.chords[0].sum() == pytest.approx(1)
    assert counts.chords[0, 0] == pytest.approx(2 / 12)  # one octave in each of the two chords of six intervals
    bass = dict(zip(STEP_NAMES, counts.bass_steps[0]))
    assert bass["up 5-7"] == pytest.approx(1 / 15) and bass["same"] == pytest.approx(14 / 15)
    assert counts.features(CHORALES).shape == (1, 67) and counts.features(MELODIES).shape == (1, 44)


def test_a_silent_window_has_finite_numbers_and_no_key():
    counts = count_music(np.zeros((2, 44, 32), np.uint8), MELODIES)
    assert counts.keys.tolist() == [12, 12] and np.isfinite(counts.features(MELODIES)).all()


def test_many_signatures_at_once_are_those_of_one_at_a_time():
    histograms = np.random.default_rng(0).integers(0, 6, (200, 12)).astype(float)
    histograms[7] = 0
    assert key_signatures(histograms).tolist() == [key_signature(one) for one in histograms]


def test_real_features_are_scaled_to_unit_spread_but_for_what_hardly_varies():
    features = np.random.default_rng(0).normal(3, [2.0, 0.001], (500, 2))
    scaled = scale(features, *scaling_of(features))
    assert scaled.mean(0) == pytest.approx([0, 0], abs=0.01) and scaled[:, 0].std() == pytest.approx(1, abs=0.01)
    assert scaled[:, 1].std() < 0.05
