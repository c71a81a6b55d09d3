"""Class histogram, its divergence, and the floor of that divergence."""

import numpy as np
import pytest

from playground.metrics.histogram import class_histogram, expected_kl, histogram_kl


def test_histogram_counts_every_class_also_the_missing_ones():
    assert class_histogram([2, 0, 2, 2], 4).tolist() == [1, 0, 3, 0]
    assert class_histogram([], 3).tolist() == [0, 0, 0]


def test_equal_shares_have_no_divergence_whatever_the_counts():
    assert histogram_kl([10, 20, 30], [1, 2, 3]) == pytest.approx(0, abs=1e-15)


def test_one_class_out_of_ten_equal_ones_costs_log_ten():
    assert histogram_kl([0] * 9 + [7], [5] * 10) == pytest.approx(np.log(10))


def test_divergence_has_the_hand_computed_value_and_is_not_symmetric():
    assert histogram_kl([3, 1], [1, 1]) == pytest.approx(0.75 * np.log(1.5) + 0.25 * np.log(0.5))
    assert histogram_kl([1, 1], [3, 1]) == pytest.approx(0.5 * np.log(2 / 3) + 0.5 * np.log(2))


def test_a_class_that_is_never_real_costs_infinity():
    assert histogram_kl([1, 1], [1, 0]) == np.inf
    assert histogram_kl([1, 0], [1, 1]) == pytest.approx(np.log(2))


@pytest.mark.parametrize(("classes", "n"), [(10, 1000), (8, 2500), (25, 2500)])
def test_floor_matches_perfect_samplers(classes, n):
    generator = np.random.default_rng(0)
    real = generator.integers(80, 120, classes)
    draws = generator.multinomial(n, real / real.sum(), size=2000)
    scores = np.array([histogram_kl(draw, real) for draw in draws])
    assert scores.mean() == pytest.approx(expected_kl(classes, n), rel=0.06)


def test_floors_of_the_two_dimensional_mixtures_have_their_published_values():
    assert expected_kl(8, 2500) == pytest.approx(0.0014, abs=5e-5)
    assert expected_kl(25, 2500) == pytest.approx(0.0048, abs=5e-5)


def test_wrong_labels_and_counts_are_refused_with_what_came():
    with pytest.raises(ValueError, match=r"labels must lie in 0\.\.9, got 3\.\.10\."):
        class_histogram([3, 10], 10)
    with pytest.raises(ValueError, match=r"labels must be \(n,\), got \(1, 2\)\."):
        class_histogram([[3, 1]], 10)
    with pytest.raises(ValueError, match="generated_counts must be at least 0 with a positive sum, got the sum 0"):
        histogram_kl([0, 0], [1, 1])
    with pytest.raises(ValueError, match=r"Both counts must be \(classes,\), got \(2,\) and \(3,\)\."):
        histogram_kl([1, 0], [1, 1, 1])
