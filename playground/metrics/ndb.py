"""Number of statistically different bins (NDB/K): do samples fall where the data fall? Lower is better.

Richardson & Weiss 2018 ("On GANs and GMMs"): k-means divides the training items into K bins; a bin counts as different when the
shares of training items and of samples in it differ by a two-proportion z-test at the 5 % level. Real items of the same
distribution score about 5 in 100. The audio literature (GANSynth, Engel et al. 2019) prints the count for K = 100.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

CRITICAL_Z = 1.959964  # two-sided, 5 %


@dataclass(frozen=True)
class Bins:
    """centres (K, features) float32 and the share of training items in each (K,), of ``count`` items."""

    centres: NDArray[np.float32]
    shares: NDArray[np.float64]
    count: int


def make_bins(training: NDArray, k: int, seed: int, rounds: int = 30) -> Bins:
    """Divide training items (n, features) into k bins by k-means (k-means++ start, Lloyd's rounds until nothing moves)."""
    if training.ndim != 2 or len(training) < k:
        raise ValueError(f"training must be (at least {k} items, features), got {training.shape}.")
    items = training.astype(np.float32)
    centres = _spread_start(items, k, np.random.default_rng(seed))
    assigned = np.full(len(items), -1)
    for _ in range(rounds):
        nearest = assign(items, centres)
        if (nearest == assigned).all():
            break
        assigned = nearest
        for i in range(k):
            members = items[assigned == i]
            if len(members):
                centres[i] = members.mean(0)
    shares = np.bincount(assign(items, centres), minlength=k) / len(items)
    return Bins(centres, shares, len(items))


def assign(items: NDArray, centres: NDArray) -> NDArray[np.int64]:
    """Index (n,) of the nearest centre of every item (n, features)."""
    items = items.astype(np.float32)
    return (np.square(centres).sum(1) - 2 * items @ centres.T).argmin(1)


def ndb(bins: Bins, samples: NDArray) -> int:
    """Number of bins whose share among ``samples`` (m, features) differs from that among the training items."""
    if samples.ndim != 2 or samples.shape[1] != bins.centres.shape[1] or not len(samples):
        raise ValueError(f"samples must be (at least 1, {bins.centres.shape[1]}), got {samples.shape}.")
    return int(different_bins(bins, np.bincount(assign(samples, bins.centres), minlength=len(bins.centres))).sum())


def different_bins(bins: Bins, counts: NDArray) -> NDArray[np.bool_]:
    """Which bins (K,) differ, given how many samples fell into each (K,)."""
    m = int(counts.sum())
    share = counts / m
    pooled = (bins.shares * bins.count + counts) / (bins.count + m)
    error = np.sqrt(pooled * (1 - pooled) * (1 / bins.count + 1 / m))
    difference = np.abs(share - bins.shares)
    return difference > CRITICAL_Z * np.where(error > 0, error, math.inf)


def _spread_start(items: NDArray, k: int, generator: np.random.Generator) -> NDArray[np.float32]:
    """k-means++: each next centre is an item drawn in proportion to its squared distance from those chosen."""
    chosen = [int(generator.integers(len(items)))]
    distance = np.square(items - items[chosen[0]]).sum(1, dtype=np.float64)
    while len(chosen) < k:
        total = distance.sum()
        share = distance / total if total > 0 else None  # all items alike: any will do
        chosen.append(int(generator.choice(len(items), p=share)))
        distance = np.minimum(distance, np.square(items - items[chosen[-1]]).sum(1, dtype=np.float64))
    return items[chosen].copy()
