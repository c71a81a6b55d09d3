"""The band of pitch accuracy is what the classifier hears in real notes that are new to it, not in those it has learnt."""

import numpy as np
import pytest

from playground.datasets.notes.build_reference import share_bands
from playground.datasets.notes.metrics import SUITE as NOTES
from playground.evaluation.samples import perfect_floors


@pytest.mark.parametrize("n", [100, 500, 1000])
def test_a_sampler_as_good_as_real_notes_of_unknown_instruments_is_inside(n):
    floor = perfect_floors(NOTES, n)["pitch-accuracy"]
    assert floor.band is not None
    median, (low, high) = floor.value, floor.band
    heard = 871 / 872  # of the notes of instruments that were never trained on
    assert low < heard < high == 1.0 and low <= median
    assert 0.98 < low < 1 - 1 / n + 1e-6  # a miss or more is no sign of a worse sampler


def test_the_band_of_a_share_holds_nine_of_ten_samples_and_narrows_with_their_number():
    bands = share_bands(0.9, (50, 500))
    counts = np.random.default_rng(1).binomial(500, 0.9, 4000) / 500
    inside = ((counts >= bands[1, 1]) & (counts <= bands[1, 2])).mean()
    assert 0.88 < inside < 0.96 and abs(bands[1, 0] - 0.9) < 0.01
    assert bands[1, 2] - bands[1, 1] < bands[0, 2] - bands[0, 1]
