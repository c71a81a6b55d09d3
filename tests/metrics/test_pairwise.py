"""Pairwise distances and their comparison on shared edges."""

import numpy as np
import pytest
from sklearn.metrics import pairwise_distances as reference_distances

from playground.metrics.pairwise import compare_pairwise, pairwise_distances


def test_distances_equal_the_reference_even_far_from_the_origin():
    features = np.random.default_rng(0).normal(size=(60, 5)).astype(np.float32) + 1000
    expected = reference_distances(features.astype(np.float64))[np.triu_indices(60, 1)]
    assert pairwise_distances(features) == pytest.approx(expected, abs=1e-6)


def test_mean_distance_in_a_gaussian_has_its_closed_form():
    features = np.random.default_rng(1).normal(size=(2000, 1))
    assert pairwise_distances(features).mean() == pytest.approx(2 / np.sqrt(np.pi), rel=0.03)


def test_histograms_share_edges_and_each_integrates_to_one():
    generator = np.random.default_rng(2)
    result = compare_pairwise(generator.normal(size=(100, 4)), 2 * generator.normal(size=(150, 4)), bins=25)
    widths = np.diff(result.edges)
    assert result.edges.shape == (26,)
    assert (result.density * widths).sum() == pytest.approx(1)
    assert (result.real_density * widths).sum() == pytest.approx(1)
    assert result.real_mean == pytest.approx(2 * result.mean, rel=0.1)


def test_collapsed_samples_pile_up_in_the_first_bin():
    real = np.random.default_rng(3).normal(size=(100, 4))
    result = compare_pairwise(np.ones((20, 4)), real)
    assert result.mean == 0
    assert result.density[0] > 0
    assert not result.density[1:].any()


def test_two_collapsed_sets_are_still_comparable():
    result = compare_pairwise(np.ones((20, 4)), np.zeros((20, 4)))
    assert (result.mean, result.real_mean) == (0, 0)
    assert result.density.tolist() == result.real_density.tolist()


def test_too_few_and_too_many_items_are_refused_with_what_came():
    for items in (1, 2001):
        with pytest.raises(ValueError, match=rf"2 to 2000 items, features\), got \({items}, 3\)\."):
            pairwise_distances(np.zeros((items, 3)))
