"""The band of a perfect sampler: disjoint parts, repeatable, and as wide as theory says."""

import numpy as np
import pytest

from playground.metrics.bands import perfect_sampler_band
from playground.metrics.frechet import frechet_distance
from playground.metrics.histogram import class_histogram, expected_kl, histogram_kl


def test_parts_are_disjoint_and_of_the_sizes_asked_for():
    seen = []

    def metric(sample, reference):
        seen.append((len(sample), len(reference), len(np.union1d(sample, reference))))
        return 0.0

    perfect_sampler_band(metric, np.arange(30), 10, 3, 0)
    perfect_sampler_band(metric, np.arange(30), 10, 2, 0, n_reference=20)
    assert seen == [(10, 10, 20)] * 3 + [(10, 20, 30)] * 2


def test_the_same_seed_gives_the_same_band_and_another_seed_another():
    pool = np.random.default_rng(0).normal(size=(200, 3))
    first, again, other = (perfect_sampler_band(frechet_distance, pool, 50, 5, seed) for seed in (1, 1, 2))
    assert first.scores.tolist() == again.scores.tolist()
    assert first.scores.tolist() != other.scores.tolist()


def test_value_is_the_median_within_the_quantiles():
    pool = np.random.default_rng(1).normal(size=(400, 2))
    band = perfect_sampler_band(frechet_distance, pool, 100, 21, 0, (0.25, 0.75))
    assert band.value == np.median(band.scores)
    assert band.low < band.value < band.high
    assert ((band.scores >= band.low) & (band.scores <= band.high)).sum() == 11


def test_the_band_of_the_class_divergence_contains_its_closed_form_floor():
    labels = np.random.default_rng(2).integers(0, 10, 100_000)
    real = class_histogram(labels, 10)
    band = perfect_sampler_band(lambda s, _: histogram_kl(class_histogram(s, 10), real), labels, 1000, 100, 0)
    assert band.low < expected_kl(10, 1000) < band.high


def test_a_pool_that_is_too_small_is_refused_with_its_size():
    with pytest.raises(ValueError, match="Two disjoint parts of 60 and 60 need a pool as large, got 100 items"):
        perfect_sampler_band(frechet_distance, np.zeros((100, 2)), 60, 5, 0)
    with pytest.raises(ValueError, match="repeats must be at least 1, got 0"):
        perfect_sampler_band(frechet_distance, np.zeros((100, 2)), 10, 0, 0)
