"""What Compare asks: samples with features, real items, nearest training items, and the metrics of a set of features.

What differs between data sets is in their metric suites (datasets/). Beside each metric stands what a perfect sampler of the same
size scores: real items against other real items.
"""

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.datasets.metric_suite import MIN_SAMPLES, MetricSuite
from playground.errors import BadRequest
from playground.formats.pictures import from_frames, to_frames
from playground.metrics.frechet import frechet_distance
from playground.metrics.histogram import class_histogram, histogram_kl
from playground.metrics.pairwise import compare_pairwise, pairwise_distances
from playground.metrics.prdc import prdc
from playground.metrics.vendi import vendi_score
from playground.models.base import GenerativeModel
from playground.protocol import fields
from playground.protocol.request import Item
from playground.protocol.wire import pack


def run_features(suite: MetricSuite, model: GenerativeModel, network: Any, item: Item) -> bytes:
    """Samples as in ``sample``, their rows (features first) and labels, and the seconds the sampling took.

    "unfinished" in the header: so many of the last frames may be sent as the body of the question for the next samples.
    """
    drawn = suite.draw(model, item)
    # What is measured is what is shown: the same 256 grey levels.
    frames = to_frames(drawn.pictures)
    height, width = drawn.pictures.shape[2:]
    seen = from_frames(frames, len(drawn.pictures), height, width)
    rows, labels = suite.embed(network, seen, drawn.asked)
    header = {
        **suite.output.header(len(drawn.pictures)),
        "features": suite.features,
        "columns": suite.columns,
        "predictions": labels.tolist(),
        **suite.facts(rows),
        "seconds": drawn.seconds,
        "unfinished": drawn.unfinished,
        "flops_per_sample": model.flops_per_sample(drawn.settings),
    }
    return pack(header, frames + rows.astype(np.float32).tobytes())


def run_reference(suite: MetricSuite, item: Item) -> bytes:
    """{"count", "seed"}: real items in the form of ``features``."""
    real = suite.real()
    count = fields.whole(item.request, "count", 1, 64, 16)
    seed = fields.whole(item.request, "seed", 0, fields.MAX_SEED, 0)
    chosen = np.random.default_rng(seed).permutation(len(real.shown_frames))[:count]
    header = {
        **suite.output.header(len(chosen)),
        "features": suite.features,
        "columns": suite.columns,
        "predictions": real.shown_labels[chosen].tolist(),
        **suite.shown_facts(chosen),
    }
    return pack(header, real.shown_frames[chosen].tobytes() + real.shown_rows[chosen].astype(np.float32).tobytes())


def run_nearest(suite: MetricSuite, item: Item) -> bytes:
    """{"count"} and that many frames: the nearest of all training items for each, by pixel distance."""
    count = fields.whole(item.request, "count", 1, 64)
    height, width = suite.output.height, suite.output.width
    from_frames(item.body, count, height, width)  # refuses a body of another size
    found = suite.nearest(np.frombuffer(item.body, np.uint8).reshape(count, height, width))
    facts = {"distances": found.distances.tolist(), "indices": found.indices.tolist(), **found.facts}
    return pack({**suite.output.header(count), **facts}, found.frames.tobytes())


def run_measure(suite: MetricSuite, item: Item) -> bytes:
    """{"n"}, rows (n, columns) float32 and labels (n,) uint8: every metric with its floor and band at that n."""
    n = fields.whole(item.request, "n", MIN_SAMPLES, suite.max_samples)
    real = suite.real()
    columns, classes = suite.columns, len(suite.labels)
    if len(item.body) != n * (4 * columns + 1):
        raise BadRequest(
            f"Measuring {n} samples needs {n * (4 * columns + 1)} bytes of features and labels, got {len(item.body)}."
        )
    rows = np.frombuffer(item.body, np.float32, count=n * columns).reshape(n, columns)
    if not np.isfinite(rows).all():
        raise BadRequest("The features hold numbers that are not finite: compute them again.")
    labels = np.frombuffer(item.body, np.uint8, offset=n * columns * 4) % classes
    chosen = reference_rows(suite, n)
    real_rows, real_labels = real.rows[chosen], real.labels[chosen]
    values = score(suite, rows, labels, real_rows, real_labels)
    bands = perfect_bands(suite, n)
    metrics = {}
    for name, value in values.items():
        how = suite.protocols[name]
        about = {"better": how.better, "unit": how.unit, "help": how.text, "label": how.label}
        metrics[f"{name}-{n}-{suite.network}"] = {
            "value": value,
            "floor": bands[name][0],
            "band": bands[name][1:],
            **about,
        }
    features, real_features = rows[:, : suite.features], real_rows[:, : suite.features]
    pairs = compare_pairwise(features, real_features)
    header = {
        "metrics": metrics,
        "title": suite.title,
        "labels": list(suite.labels),
        "histogram": class_histogram(labels, classes).tolist(),
        "real_histogram": class_histogram(real_labels, classes).tolist(),
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
    return pack(header)


def reference_rows(suite: MetricSuite, n: int) -> NDArray[np.int64]:
    """Which n real items stand against n samples: the first n of a fixed random order."""
    return np.random.default_rng(0).permutation(len(suite.real().rows))[:n]


def score(
    suite: MetricSuite, rows: NDArray, labels: NDArray, real_rows: NDArray, real_labels: NDArray
) -> dict[str, float]:
    """Every metric of the suite that is given at this size, for n samples against n real items."""
    features, real = rows[:, : suite.features], real_rows[:, : suite.features]
    near, shape = prdc(real, features, neighbours=5), prdc(real, features, neighbours=3)
    classes = len(suite.labels)
    counts, real_counts = (class_histogram(one, classes) for one in (labels, real_labels))
    values = {
        "precision": shape.precision,
        "recall": shape.recall,
        "density": near.density,
        "coverage": near.coverage,
        "vendi": vendi_score(features),
        "frechet": frechet_distance(features, real),
        suite.histogram_metric: histogram_kl(counts, np.maximum(real_counts, 1)),
        "pairwise": float(pairwise_distances(features).mean()),
        **suite.own_scores(rows, real_rows),
    }
    return {name: value for name, value in values.items() if len(rows) >= suite.protocols[name].from_samples}


def perfect_bands(suite: MetricSuite, n: int) -> dict[str, tuple[float, float, float]]:
    """Per metric the median and the 5 % and 95 % points that n real items score against n others (log n interpolated)."""
    real = suite.real()
    bands = {}
    for i, name in enumerate(real.band_names):
        given = np.isfinite(real.bands[:, i, 0])
        if given.any():
            sizes, points = np.log(real.band_sizes[given]), real.bands[given, i].T
            median, low, high = (float(np.interp(np.log(n), sizes, one)) for one in points)
            bands[name] = (median, low, high)
    return bands


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
