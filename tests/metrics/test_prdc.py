"""Precision, recall, density, coverage: equal to the reference package, closed forms, bounded memory."""

import tracemalloc
from dataclasses import asdict

import numpy as np
import pytest
from prdc import compute_prdc

from playground.metrics import prdc as prdc_file
from playground.metrics.prdc import expected_coverage, prdc


@pytest.mark.parametrize("neighbours", [1, 3, 5])
@pytest.mark.parametrize("shift", [0.0, 0.7, 30.0])
def test_scores_equal_the_reference_package(neighbours, shift):
    generator = np.random.default_rng(0)
    real, generated = generator.normal(size=(213, 7)), generator.normal(size=(150, 7)) * 0.8 + shift
    expected = compute_prdc(real, generated, neighbours)
    assert asdict(prdc(real, generated, neighbours=neighbours)) == pytest.approx(expected, abs=1e-12)


def test_ties_and_duplicates_count_as_in_the_reference_package():
    generator = np.random.default_rng(1)  # whole numbers: exact distances, many ties, many copies
    real, generated = generator.integers(0, 4, (120, 3)).astype(float), generator.integers(0, 4, (90, 3)).astype(float)
    expected = compute_prdc(real, generated, 4)
    assert asdict(prdc(real, generated, neighbours=4)) == pytest.approx(expected, abs=1e-12)


def test_chunks_change_nothing(monkeypatch):
    generator = np.random.default_rng(2)
    real, generated = generator.normal(size=(101, 5)), generator.normal(size=(77, 5)) + 0.3
    whole = prdc(real, generated, neighbours=3)
    monkeypatch.setattr(prdc_file, "CHUNK_DISTANCES", 1000)
    assert prdc(real, generated, neighbours=3) == whole


def test_identical_sets_have_precision_recall_and_coverage_one():
    features = np.random.default_rng(3).normal(size=(200, 6))
    scores = prdc(features, features, neighbours=3)
    assert (scores.precision, scores.recall, scores.coverage) == (1, 1, 1)


def test_sets_far_apart_score_zero():
    features = np.random.default_rng(4).normal(size=(50, 6))
    assert asdict(prdc(features, features + 100)) == dict(precision=0, recall=0, density=0, coverage=0)


def test_a_collapsed_model_keeps_precision_and_loses_coverage():
    generator = np.random.default_rng(5)
    real = generator.normal(size=(500, 4))
    scores = prdc(real, generator.normal(size=(500, 4)) * 0.01)
    assert scores.precision == 1
    assert scores.coverage < 0.2


@pytest.mark.parametrize(("n_real", "n_generated"), [(200, 200), (200, 60)])
def test_coverage_and_density_of_a_perfect_sampler_match_their_expectation(n_real, n_generated):
    generator = np.random.default_rng(6)
    scores = [
        prdc(generator.normal(size=(n_real, 2)), generator.normal(size=(n_generated, 2)), neighbours=5)
        for _ in range(60)
    ]
    coverage = np.array([score.coverage for score in scores])
    density = np.array([score.density for score in scores])
    deviation = 4 / np.sqrt(len(scores))
    assert coverage.mean() == pytest.approx(expected_coverage(n_real, n_generated), abs=deviation * coverage.std())
    # A real ball holds k n_generated / n_real items on average, whatever the density, and density divides by k.
    assert density.mean() == pytest.approx(1, abs=deviation * density.std())


def test_expected_coverage_has_the_published_value():
    assert expected_coverage(10_000, 10_000, 5) == pytest.approx(0.969, abs=0.0005)
    assert expected_coverage(3, 10, 5) == 1  # k neighbours cannot all be among two other real items


def test_ten_thousand_by_ten_thousand_stays_under_half_a_gigabyte():
    generator = np.random.default_rng(7)
    real, generated = generator.normal(size=(10_000, 16)), generator.normal(size=(10_000, 16))
    tracemalloc.start()
    try:
        scores = prdc(real, generated)
        peak_bytes = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak_bytes < 250e6
    assert scores.coverage == pytest.approx(expected_coverage(10_000, 10_000), abs=0.01)


def test_too_few_items_are_refused_with_what_came():
    with pytest.raises(ValueError, match=r"generated must be \(more than 5 items, features\), got \(5, 3\)\."):
        prdc(np.zeros((20, 3)), np.zeros((5, 3)))
    with pytest.raises(ValueError, match="equally many features, got 3 and 4"):
        prdc(np.zeros((20, 3)), np.zeros((20, 4)))
    with pytest.raises(ValueError, match="neighbours must be at least 1, got 0"):
        prdc(np.zeros((20, 3)), np.zeros((20, 3)), neighbours=0)
