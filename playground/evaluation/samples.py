"""From samples to numbers with bands: n samples of a model against n items of the shipped real reference.

Beside each metric stands what a perfect sampler of the same size scores: real items against other real items. The numbers
themselves are those of ``MetricSuite.entries``, which cards use too, with more samples and more real items.
"""

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.datasets.metric_suite import Floor, MetricSuite, reference_order
from playground.metrics.histogram import class_histogram
from playground.metrics.pairwise import compare_pairwise


def measure(suite: MetricSuite, rows: NDArray, labels: NDArray) -> dict[str, Any]:
    """Every number of n samples, rows (n, columns) and labels (n,), and what the figures show of them; plain JSON."""
    n, real = len(rows), suite.real()
    chosen = reference_order(len(real.rows))[:n]
    real_rows, real_labels = real.rows[chosen], real.labels[chosen]
    entries = suite.entries(rows, labels, real_rows, real_labels, perfect_floors(suite, n))
    features, real_features = rows[:, : suite.features], real_rows[:, : suite.features]
    pairs = compare_pairwise(features, real_features)
    return {
        "metrics": {f"{name}-{n}-{suite.network}": entry for name, entry in entries.items()},
        "title": suite.title,
        "labels": list(suite.labels),
        "histogram": class_histogram(labels, len(suite.labels)).tolist(),
        "real_histogram": class_histogram(real_labels, len(suite.labels)).tolist(),
        "histograms": suite.histograms(rows, real_rows),
        "pieces": suite.pieces_of(rows),
        "pairwise": {
            "edges": pairs.edges.tolist(),
            "density": pairs.density.tolist(),
            "real_density": pairs.real_density.tolist(),
        },
        "embedding": project(suite, features).tolist(),
        "real_embedding": project(suite, real_features).tolist(),
    }


def perfect_floors(suite: MetricSuite, n: int) -> dict[str, Floor]:
    """Per metric given at n samples what n real items score against n others (interpolated in log n)."""
    real = suite.real()
    floors = {}
    for i, name in enumerate(real.band_names):
        given = np.isfinite(real.bands[:, i, 0])
        if given.any() and n >= suite.protocols[name].from_samples:
            sizes, points = np.log(real.band_sizes[given]), real.bands[given, i].T
            median, low, high = (float(np.interp(np.log(n), sizes, one)) for one in points)
            floors[name] = Floor(median, (low, high))
    return floors


@lru_cache(maxsize=8)
def _principal_plane(suite: MetricSuite) -> tuple[NDArray, NDArray]:
    real = suite.real().rows[:, : suite.features].astype(np.float64)
    mean = real.mean(0)
    _, _, axes = np.linalg.svd(real - mean, full_matrices=False)
    return mean, axes[:2]


def project(suite: MetricSuite, features: NDArray) -> NDArray:
    """Features (n, f) onto the two principal axes of the real features: (n, 2), rounded for sending."""
    mean, axes = _principal_plane(suite)
    return ((features - mean) @ axes.T).round(3)
