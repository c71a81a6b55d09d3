"""The nearest training window: copies are found in any key, and of equals the smallest transposition is told."""

import numpy as np
import pytest

from playground.metrics.nearest_tunes import nearest_tunes

GENERATOR = np.random.default_rng(0)
TRAINING = GENERATOR.integers(50, 80, (300, 16)).astype(np.int8)
TRAINING[:, 1::2] = -TRAINING[:, ::2]  # every second place is held on


def test_a_copy_is_found_in_any_key():
    for shift in (0, 5, -12):
        sample = TRAINING[[40]] + np.int8(shift) * np.sign(TRAINING[[40]])
        found = nearest_tunes(sample, TRAINING)
        assert (found.index[0], found.distance[0], found.shift[0]) == (40, 0.0, shift)


def test_the_distance_is_the_share_of_places_that_differ_and_rests_stay_rests():
    sample = TRAINING[[7]].copy()
    sample[0, :4] = 0
    found = nearest_tunes(sample, TRAINING)
    assert (found.index[0], found.distance[0], found.shift[0]) == (7, 0.25, 0)
    silent = nearest_tunes(np.zeros((1, 16), np.int8), TRAINING)
    assert silent.distance[0] == 1.0


def test_struck_and_held_on_are_different():
    sample = np.abs(TRAINING[[3]])
    assert nearest_tunes(sample, TRAINING).distance[0] == 0.5


def test_other_sizes_are_refused():
    with pytest.raises(ValueError, match="equally many places"):
        nearest_tunes(TRAINING[:1, :8], TRAINING)
