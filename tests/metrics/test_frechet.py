"""Fréchet distance: closed forms, limits, and features of deficient rank."""

import numpy as np
import pytest

from playground.metrics.frechet import frechet_distance, gaussian_frechet_distance


def correlated_features(n, d, rank=None, seed=0):
    generator = np.random.default_rng(seed)
    return generator.normal(size=(n, rank or d)) @ generator.normal(size=(rank or d, d)) + 3


def test_distance_of_features_to_themselves_is_zero():
    features = correlated_features(300, 20)
    assert frechet_distance(features, features) == pytest.approx(0, abs=1e-9)


def test_distance_to_themselves_is_zero_for_deficient_rank():
    features = correlated_features(300, 40, rank=5)
    fewer_items_than_features = correlated_features(10, 40)
    assert frechet_distance(features, features) == pytest.approx(0, abs=1e-8)
    assert frechet_distance(fewer_items_than_features, fewer_items_than_features) == pytest.approx(0, abs=1e-8)


def test_shift_costs_its_squared_length_whatever_the_rank():
    shift = np.arange(40) / 10
    for rank in (40, 5, 1):
        features = correlated_features(200, 40, rank=rank)
        assert frechet_distance(features, features + shift) == pytest.approx(np.square(shift).sum(), rel=1e-9)


def test_scaling_by_s_costs_the_squared_difference_of_the_roots():
    features = correlated_features(200, 12, rank=6)
    features -= features.mean(0)
    variance = np.trace(np.cov(features, rowvar=False))
    assert frechet_distance(features, 3 * features) == pytest.approx((3 - 1) ** 2 * variance, rel=1e-9)


def test_commuting_gaussians_have_the_closed_form():
    rotation, _ = np.linalg.qr(np.random.default_rng(1).normal(size=(6, 6)))
    a, b = np.array([4, 3, 2, 1, 0.5, 0]), np.array([1, 0, 5, 1, 2, 0])
    expected = np.square(np.sqrt(a) - np.sqrt(b)).sum() + 6 * 0.25
    measured = gaussian_frechet_distance(
        np.zeros(6), (rotation * a) @ rotation.T, np.full(6, 0.5), (rotation * b) @ rotation.T
    )
    assert measured == pytest.approx(expected, rel=1e-9)


def test_two_by_two_gaussians_that_do_not_commute_have_the_closed_form():
    a, b = np.array([[2.0, 1.0], [1.0, 3.0]]), np.array([[1.0, -0.5], [-0.5, 4.0]])
    # In two dimensions trace(sqrt(M)) = sqrt(trace(M) + 2 sqrt(det(M))), here for M similar to a @ b.
    root = np.sqrt(np.trace(a @ b) + 2 * np.sqrt(np.linalg.det(a @ b)))
    expected = np.trace(a) + np.trace(b) - 2 * root
    assert gaussian_frechet_distance(np.zeros(2), a, np.zeros(2), b) == pytest.approx(expected, rel=1e-12)


def test_orthogonal_supports_cost_both_variances():
    x, y = np.zeros((100, 4)), np.zeros((100, 4))
    x[:, 0] = y[:, 2] = np.random.default_rng(2).normal(size=100)
    x, y = x - x.mean(0), y - y.mean(0)
    assert frechet_distance(x, y) == pytest.approx(x[:, 0].var(ddof=1) + y[:, 2].var(ddof=1), rel=1e-9)


def test_one_feature_and_integer_features_are_welcome():
    x = np.array([[0], [1], [2], [3]], dtype=np.uint8)
    assert frechet_distance(x, x + np.uint8(2)) == pytest.approx(4)


def test_distance_is_symmetric():
    x, y = correlated_features(100, 8, seed=3), correlated_features(80, 8, rank=3, seed=4)
    assert frechet_distance(x, y) == pytest.approx(frechet_distance(y, x), rel=1e-9)


def test_wrong_shapes_are_refused_with_what_came():
    with pytest.raises(ValueError, match=r"x must be \(at least 2 items, features\), got \(1, 3\)\."):
        frechet_distance(np.zeros((1, 3)), np.zeros((5, 3)))
    with pytest.raises(ValueError, match="equally many features, got 3 and 4"):
        frechet_distance(np.zeros((5, 3)), np.zeros((5, 4)))
