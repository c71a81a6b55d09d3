"""What perfect samplers score: real items against other real items, many times over, for the references that ship."""

from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from playground.datasets.metric_suite import MIN_SAMPLES, Bands, MetricSuite

Pair = tuple[NDArray[np.int64], NDArray[np.int64]]
USUAL_SIZES = (MIN_SAMPLES, 75, 100, 150, 200, 300, 400, 500, 700, 1000, 1400)


def perfect_bands(
    suite: MetricSuite, rows: NDArray, labels: NDArray, sizes: Sequence[int], pairs: Callable[[int], Iterable[Pair]]
) -> Bands:
    """The bands of all metrics from rows (n, columns) and labels (n,) of all real items.

    ``pairs(n)`` draws pairs of n of them; all metrics see the same pairs.
    """
    names = list(suite.protocols)
    points = np.full((len(sizes), len(names), 3), np.nan, np.float32)
    for i, n in enumerate(sizes):
        scores: dict[str, list[float]] = {}
        for a, b in pairs(n):
            for name, value in suite.score(rows[a], labels[a], rows[b], labels[b]).items():
                scores.setdefault(name, []).append(value)
        for name, values in scores.items():
            points[i, names.index(name)] = np.quantile(values, [0.5, 0.05, 0.95])
    return Bands(np.array(sizes), names, points)


def disjoint_pairs(count: int, n: int, repeats: int, generator: np.random.Generator) -> Iterable[Pair]:
    """``repeats`` pairs of disjoint sets of n out of ``count`` items; raises ValueError when there are too few items."""
    if 2 * n > count:
        raise ValueError(f"Two sets of {n} items need {2 * n} of them, there are {count}.")
    for _ in range(repeats):
        order = generator.permutation(count)
        yield order[:n], order[n : 2 * n]
