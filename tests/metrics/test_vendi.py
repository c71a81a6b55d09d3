"""Vendi score: published values, limits, and equality with the reference package."""

import numpy as np
import pytest
from vendi_score import vendi as reference

from playground.metrics.vendi import vendi_score


def of_kernel(kernel: np.ndarray) -> float:
    """The score of items with these similarities: the rows of the kernel's root."""
    values, vectors = np.linalg.eigh(kernel)
    return vendi_score(vectors * np.sqrt(values.clip(0)))


def test_published_kernel_has_its_published_score():
    kernel = np.array([[1, 0.9, 0], [0.9, 1, 0], [0, 0, 1]])
    assert of_kernel(kernel) == pytest.approx(2.1573, abs=5e-5)


def test_three_pairs_of_copies_count_as_three():
    values = np.array([0, 0, 10, 10, 20, 20])
    kernel = np.exp(-np.abs(values[:, None] - values))
    assert of_kernel(kernel) == pytest.approx(2.999999996, abs=1e-8)


@pytest.mark.filterwarnings("ignore:Please import `csr_matrix`:DeprecationWarning")
def test_kernel_score_equals_the_reference_package():
    points = np.random.default_rng(0).normal(size=(40, 3))
    kernel = np.exp(-np.square(points[:, None] - points).sum(-1))
    assert of_kernel(kernel) == pytest.approx(reference.score_K(kernel), rel=1e-10)


@pytest.mark.parametrize("shape", [(200, 9), (30, 100)])
def test_feature_score_equals_the_reference_package(shape):
    features = np.random.default_rng(1).normal(size=shape) + 0.5
    assert vendi_score(features) == pytest.approx(reference.score_dual(features), rel=1e-9)


def test_equal_items_count_as_one_and_orthogonal_items_each():
    assert vendi_score(np.ones((50, 4))) == pytest.approx(1)
    assert vendi_score(np.eye(7) * np.arange(1, 8)) == pytest.approx(7)


def test_blank_items_count_as_alike_and_unlike_the_rest():
    assert vendi_score(np.zeros((10, 4))) == pytest.approx(1)
    assert vendi_score(np.array([[0, 0], [0, 0], [1, 0], [2, 0]])) == pytest.approx(2)


def test_wrong_features_are_refused_with_the_reason():
    with pytest.raises(ValueError, match=r"at least 1 item, features\), got \(3,\)"):
        vendi_score(np.ones(3))
