"""From samples to numbers with bands: n samples of a model against n items of the shipped real reference.

Beside each metric stands what a perfect sampler of the same size scores: real items against other real items. The numbers
themselves are those of ``MetricSuite.entries``, which cards use too, with more samples and more real items.
"""

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from playground.datasets.base import Dataset
from playground.datasets.evaluation import Evaluation, Metrics, Subject
from playground.datasets.metric_suite import Drawn, Floor, MetricSuite, Samples, reference_order
from playground.metrics.histogram import class_histogram
from playground.metrics.pairwise import compare_pairwise
from playground.models.base import FeatureNetwork
from playground.protocol.fields import settings_of

SEED = 20260
AT_ONCE = 50


def evaluation_by_suite(dataset: Dataset) -> Evaluation:
    """The numbers of a data set's metric suite as the evaluation of a card, on as many samples as a comparison may have."""
    suite = dataset.suite
    n = min(suite.max_samples, dataset.words.most_samples if dataset.words else suite.max_samples)

    def run(subject: Subject) -> Metrics:
        network = suite.load_network(subject.root)
        settings, parts = settings_of(subject.model, {}, measured=True), []
        for start in range(0, n, AT_ONCE):
            samples = Samples(SEED, start, min(AT_ONCE, n - start), settings)
            parts.append(embed_as_shown(suite, network, suite.draw(subject.model, samples)))
            subject.report(f"{start + samples.count} of {n} samples")
        rows, labels = (np.concatenate(part) for part in zip(*parts))
        return measure(suite, rows, labels)["metrics"]

    return Evaluation("samples", run, tuple(f"{name}-{n}-{suite.network}" for name in suite.protocols))


def embed_as_shown(suite: MetricSuite, network: FeatureNetwork | None, drawn: Drawn) -> tuple[NDArray, NDArray]:
    """Rows and labels of samples; what is measured of pictures has the 256 levels of what is shown."""
    made = drawn.pictures
    if isinstance(made, Tensor) and suite.output.in_levels:
        made = (made.clamp(0, 1) * 255).round() / 255
    return suite.embed(network, made, drawn.asked)


def measure(suite: MetricSuite, rows: NDArray, labels: NDArray) -> dict[str, Any]:
    """Every number of n samples, rows and labels (n,), and what the figures show of them; plain JSON."""
    n, real = len(rows), suite.real()
    chosen = reference_order(len(real.rows))[:n]
    real_rows, real_labels = real.rows[chosen], real.labels[chosen]
    entries = suite.entries(rows, labels, real_rows, real_labels, perfect_floors(suite, n))
    features, real_features = suite.features_of(rows), suite.features_of(real_rows)
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
    bands, floors = suite.real().bands, {}
    for i, name in enumerate(bands.names):
        given = np.isfinite(bands.points[:, i, 0])
        if given.any() and n >= suite.protocols[name].from_samples:
            sizes, points = np.log(bands.sizes[given]), bands.points[given, i].T
            median, low, high = (float(np.interp(np.log(n), sizes, one)) for one in points)
            floors[name] = Floor(median, (low, high))
    return floors


@lru_cache(maxsize=8)
def _principal_plane(suite: MetricSuite) -> tuple[NDArray, NDArray]:
    real = suite.features_of(suite.real().rows).astype(np.float64)
    mean = real.mean(0)
    _, _, axes = np.linalg.svd(real - mean, full_matrices=False)
    return mean, axes[:2]


def project(suite: MetricSuite, features: NDArray) -> NDArray:
    """Features (n, f) onto the two principal axes of the real features: (n, 2), rounded for sending."""
    mean, axes = _principal_plane(suite)
    return ((features - mean) @ axes.T).round(3)
