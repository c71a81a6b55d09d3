"""What a perfect sampler scores: real items against other real items, often enough for a value and a band.

A distance between finite samples is not zero even for a perfect model. Beside each metric stands this floor, at the
same sample size: a model inside the band cannot be told from the data by that metric.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Band:
    """The scores of a perfect sampler."""

    value: float  # median
    low: float
    high: float
    scores: NDArray[np.float64]  # (repeats,), in the order drawn


def perfect_sampler_band(
    metric: Callable[[NDArray, NDArray], float],
    pool: NDArray,
    n: int,
    repeats: int,
    seed: int,
    quantiles: tuple[float, float] = (0.05, 0.95),
    *,
    n_reference: int | None = None,
) -> Band:
    """Score `n` items of the real `pool` (items, ...) against `n_reference` (default n) other items of it, repeatedly.

    `metric(sample, reference)` gets two disjoint random parts of the pool. Let the pool be row numbers where a metric
    needs more than one array. Repeats share items, so the band is a little narrow when the pool is hardly 2 n.
    """
    reference = n if n_reference is None else n_reference
    if n < 1 or reference < 1 or n + reference > len(pool):
        raise ValueError(f"Two disjoint parts of {n} and {reference} need a pool as large, got {len(pool)} items.")
    if repeats < 1:
        raise ValueError(f"repeats must be at least 1, got {repeats}.")
    generator = np.random.default_rng(seed)
    scores = np.empty(repeats)
    for repeat in range(repeats):
        order = generator.permutation(len(pool))[: n + reference]
        scores[repeat] = metric(pool[order[:n]], pool[order[n:]])
    low, value, high = np.quantile(scores, [quantiles[0], 0.5, quantiles[1]])
    return Band(float(value), float(low), float(high), scores)
