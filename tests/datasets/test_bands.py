"""The bands of perfect samplers: disjoint pairs, repeatable, and what they say of real items."""

import numpy as np
import pytest

from playground.datasets.bands import disjoint_pairs, perfect_bands
from playground.datasets.digits.metrics import SUITE
from playground.metrics.histogram import class_histogram, expected_kl, histogram_kl


def test_pairs_are_disjoint_and_the_same_under_one_seed():
    pairs, again = (list(disjoint_pairs(30, 10, 3, np.random.default_rng(0))) for _ in range(2))
    assert [len(np.union1d(a, b)) for a, b in pairs] == [20] * 3
    assert [a.tolist() for a, _ in pairs] == [a.tolist() for a, _ in again]
    assert pairs[0][0].tolist() != pairs[1][0].tolist()


def test_too_few_items_are_refused_with_their_number():
    with pytest.raises(ValueError, match="Two sets of 60 items need 120 of them, there are 100"):
        list(disjoint_pairs(100, 60, 5, np.random.default_rng(0)))


def test_the_shipped_bands_of_the_digits_are_those_of_pairs_of_real_ones():
    real = SUITE.real()
    sizes = [int(real.bands.sizes[0])]
    bands = perfect_bands(
        SUITE, real.rows, real.labels, sizes, lambda n: disjoint_pairs(len(real.rows), n, 40, np.random.default_rng(0))
    )
    for i, name in enumerate(real.bands.names):
        assert bands.points[0, bands.names.index(name)] == pytest.approx(real.bands.points[0, i], rel=1e-4), name


def test_the_band_of_the_class_divergence_contains_its_closed_form_floor():
    labels = np.random.default_rng(2).integers(0, 10, 100_000)
    real = class_histogram(labels, 10)
    scores = [
        histogram_kl(class_histogram(labels[a], 10), real)
        for a, _ in disjoint_pairs(len(labels), 1000, 100, np.random.default_rng(0))
    ]
    low, high = np.quantile(scores, [0.05, 0.95])
    assert low < expected_kl(10, 1000) < high
