"""What Compare asks: samples with features, real items, nearest training items, and the numbers of a set of samples.

What differs between data sets is in their metric suites (datasets/); how samples become numbers is in evaluation/samples.py.
"""

import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.datasets.metric_suite import MIN_SAMPLES, MetricSuite, Samples
from playground.errors import BadRequest
from playground.evaluation.samples import embed_as_shown, measure
from playground.models.base import FeatureNetwork, GenerativeModel
from playground.operations.generate import require_affordable
from playground.operations.replies import pack_outputs
from playground.protocol import fields
from playground.protocol.output import OutputSpec, frame_bytes
from playground.protocol.request import Item
from playground.protocol.wire import pack, unpack_texts


def run_features(suite: MetricSuite, model: GenerativeModel, network: FeatureNetwork | None, item: Item) -> bytes:
    """Samples as in ``sample``, their rows (features first) and labels, and the seconds that sampling and embedding took.

    "unfinished" in the header: so many of the last frames may be sent as the body of the question for the next samples.
    """
    request = item.request
    samples = Samples(
        seed=fields.whole(request, "seed", 0, fields.MAX_SEED, 0),
        start=fields.whole(request, "start", 0, fields.MAX_INDEX - 63, 0),
        count=fields.whole(request, "count", 1, 64, 16),
        settings=fields.settings_of(model, request),
        begun=item.body,
    )
    require_affordable(model, suite.made_for(model, samples), samples.settings)
    drawn = suite.draw(model, samples)
    started = time.perf_counter()
    rows, labels = embed_as_shown(suite, network, drawn)
    facts = {
        **suite.facts(rows),
        "seconds": drawn.seconds,
        "embed_seconds": time.perf_counter() - started,
        "unfinished": drawn.unfinished,
        "flops_per_sample": model.flops_per_sample(samples.settings),
    }
    return _pack_samples(suite, drawn.pictures, rows, labels, facts)


def run_reference(suite: MetricSuite, item: Item) -> bytes:
    """{"count", "seed"}: real items in the form of ``features``."""
    real = suite.real()
    count = fields.whole(item.request, "count", 1, 64, 16)
    seed = fields.whole(item.request, "seed", 0, fields.MAX_SEED, 0)
    chosen = np.random.default_rng(seed).permutation(len(real.shown))[:count]
    labels = real.shown_labels[chosen]
    return _pack_samples(suite, real.shown[chosen], real.shown_rows[chosen], labels, suite.shown_facts(chosen))


def _pack_samples(suite: MetricSuite, items: Any, rows: NDArray, labels: NDArray, facts: dict[str, Any]) -> bytes:
    """Pictures or frames, each with its row, by which it can be measured; texts are their own rows."""
    sizes = {"features": suite.features, "columns": suite.columns}
    header = {**sizes, "predictions": labels.tolist(), **facts}
    if suite.output.kind == "text":
        return pack_outputs(suite.output, rows.tolist(), header)
    return pack_outputs(suite.output, items, header, rows.astype(np.float32).tobytes())


def run_nearest(suite: MetricSuite, item: Item) -> bytes:
    """{"count"} and that many frames, or texts as JSON: the nearest of all training items for each."""
    count = fields.whole(item.request, "count", 1, 64)
    found = suite.nearest(
        unpack_texts(item.body, count) if suite.output.kind == "text" else read_frames(suite.output, item.body, count)
    )
    facts = {"distances": found.distances.tolist(), "indices": found.indices.tolist(), **found.facts}
    return pack_outputs(suite.output, found.items, facts)


def read_frames(output: OutputSpec, body: bytes | memoryview, count: int) -> NDArray[Any]:
    """``count`` outputs as they are sent: frames uint8 (n, H, W) or (n, H, W, C), or points float32 (n, coordinates)."""
    size = frame_bytes(output.header(count))
    if len(body) != count * size:
        raise BadRequest(f"The body must hold {count} frames of {size} bytes, got {len(body)} bytes.")
    if output.kind == "points":
        points = np.frombuffer(body, "<f4").reshape(count, output.width)
        if not np.isfinite(points).all():
            raise BadRequest("Coordinates must be finite numbers, got some that are not: send other points.")
        return points
    colours = (output.channels,) if output.channels > 1 else ()
    return np.frombuffer(body, np.uint8).reshape(count, output.height, output.width, *colours)


def run_measure(suite: MetricSuite, item: Item) -> bytes:
    """{"n"}, and rows (n, columns) float32 and labels (n,) uint8, or texts as JSON: every metric with its floor and band."""
    n = fields.whole(item.request, "n", MIN_SAMPLES, suite.max_samples)
    if suite.output.kind == "text":
        return pack(measure(suite, *suite.embed(None, unpack_texts(item.body, n), np.full(n, -1))))
    columns = suite.columns
    if len(item.body) != n * (4 * columns + 1):
        raise BadRequest(
            f"Measuring {n} samples needs {n * (4 * columns + 1)} bytes of features and labels, got {len(item.body)}."
        )
    rows = np.frombuffer(item.body, np.float32, count=n * columns).reshape(n, columns)
    if not np.isfinite(rows).all():
        raise BadRequest("The features hold numbers that are not finite: compute them again.")
    labels = np.frombuffer(item.body, np.uint8, offset=n * columns * 4) % len(suite.labels)
    return pack(measure(suite, rows, labels))
