"""The count of statistically different bins."""

import numpy as np
import pytest

from playground.metrics.ndb import Bins, assign, different_bins, make_bins, ndb


def blobs(n: int, shares: list[float], seed: int) -> np.ndarray:
    generator = np.random.default_rng(seed)
    kinds = generator.choice(len(shares), n, p=shares)
    return 10 * np.eye(len(shares))[kinds] + generator.normal(size=(n, len(shares)))


def test_bins_recover_separated_blobs():
    bins = make_bins(blobs(600, [0.5, 0.3, 0.2], 0), 3, seed=0)
    np.testing.assert_allclose(np.sort(bins.shares), [0.2, 0.3, 0.5], atol=0.06)


def test_the_same_items_differ_in_no_bin():
    items = np.random.default_rng(1).normal(size=(500, 4))
    assert ndb(make_bins(items, 20, seed=0), items) == 0


def test_other_items_of_one_distribution_differ_in_about_five_percent():
    generator = np.random.default_rng(2)
    scores = []
    for seed in range(10):
        bins = make_bins(generator.normal(size=(2000, 2)), 50, seed)
        scores.append(ndb(bins, generator.normal(size=(2000, 2))))
    assert 0.5 < np.mean(scores) < 6.5  # 2.5 expected; k-means on the training items adds a little


def test_samples_stuck_in_one_mode_differ_everywhere():
    bins = make_bins(blobs(600, [0.4, 0.3, 0.3], 3), 3, seed=0)
    assert ndb(bins, blobs(600, [1.0, 0.0, 0.0], 4)) == 3


def test_the_z_test_agrees_with_its_closed_form():
    bins = Bins(np.zeros((2, 1), np.float32), np.array([0.5, 0.5]), 1000)
    # 543 of 1000 against 500 of 1000: z = 1.925; 545: z = 2.014
    assert not different_bins(bins, np.array([543, 457])).any()
    assert different_bins(bins, np.array([545, 455])).all()


def test_bins_are_the_same_under_one_seed():
    items = np.random.default_rng(5).normal(size=(300, 3))
    np.testing.assert_array_equal(make_bins(items, 10, seed=1).centres, make_bins(items, 10, seed=1).centres)


def test_assignment_is_to_the_nearest_centre():
    assert assign(np.array([[0.1], [4.0]]), np.array([[0.0], [5.0]], np.float32)).tolist() == [0, 1]


def test_equal_items_can_be_binned():
    assert make_bins(np.zeros((10, 2)), 3, seed=0).shares.sum() == pytest.approx(1)


def test_too_few_items_and_wrong_widths_are_refused():
    with pytest.raises(ValueError, match="at least 5 items"):
        make_bins(np.zeros((4, 2)), 5, seed=0)
    with pytest.raises(ValueError, match="samples must be"):
        ndb(make_bins(np.random.default_rng(0).normal(size=(9, 2)), 3, seed=0), np.zeros((4, 3)))
