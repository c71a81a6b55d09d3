"""What Compare asks: samples with features, real digits, nearest training digits, and the metrics of a set of features.

Metrics are computed on the 64 features of image/digits-classifier, against 4,000 real test digits; beside each stands what a
perfect sampler of the same size scores (real digits against other real digits).
"""

import time
from functools import lru_cache
from typing import Any

import numpy as np
import torch
from torch import Tensor

from playground.data.reference import Reference, load_reference
from playground.errors import BadRequest
from playground.metrics.frechet import frechet_distance
from playground.metrics.histogram import class_histogram, histogram_kl
from playground.metrics.nearest import nearest_items
from playground.metrics.pairwise import compare_pairwise, pairwise_distances
from playground.metrics.prdc import prdc
from playground.metrics.vendi import vendi_score
from playground.models.base import CLASS_COUNT
from playground.models.classifier import Classifier
from playground.nets.image import PIXELS, SIDE
from playground.operations import fields
from playground.operations.generate import decode, plan_sample
from playground.operations.pictures import from_frames, to_frames
from playground.serving.request import Item
from playground.serving.wire import pack

MIN_SAMPLES, MAX_SAMPLES = 50, 2000
NETWORK = "digits-classifier"

FRAME_FACTS = {"height": SIDE, "width": SIDE, "channels": 1}
PROTOCOLS = {  # name -> (better, unit, what it says)
    "precision": ("higher", "share", "Share of samples that lie among real digits: fidelity."),
    "recall": ("higher", "share", "Share of real digits that lie among the samples: diversity."),
    "density": ("higher", "ratio", "How deep among real digits the samples lie; a perfect sampler scores about 1."),
    "coverage": ("higher", "share", "Share of real digits that have a sample close by: low when modes are missing."),
    "vendi": ("higher", "effective samples", "How many clearly different samples there are, in effect."),
    "frechet": ("lower", "squared distance", "Distance between the clouds of features, taken as Gaussians."),
    "digit-kl": ("lower", "nats", "How far the shares of the ten digits are from the real shares."),
    "pairwise": ("higher", "distance", "Mean distance between two samples; much below real means they look alike."),
}


@lru_cache(maxsize=1)
def reference() -> Reference:
    """The shipped real reference, read once per process."""
    return load_reference()


def run_features(model: Any, classifier: Classifier, item: Item) -> bytes:
    """Samples as in ``sample``, their features and predicted digits, and the seconds the sampling took."""
    started = time.perf_counter()
    plan = plan_sample(model, item)
    pictures = decode(model, plan.z, plan.settings, plan.generators)
    seconds = time.perf_counter() - started
    # What is measured is what is shown: the same 256 grey levels.
    frames = to_frames(pictures)
    features, labels = embed(classifier, from_frames(frames, len(pictures)))
    header = {
        "frames": len(pictures),
        **FRAME_FACTS,
        "features": features.shape[1],
        "predictions": labels.tolist(),
        "seconds": seconds,
        "flops_per_sample": model.flops_per_sample(plan.settings),
    }
    return pack(header, frames + features.tobytes())


def embed(classifier: Classifier, pictures: Tensor) -> tuple[np.ndarray, np.ndarray]:
    """Features (n, 64) float32 and digits (n,) uint8 of pictures (n, 1, 28, 28), 256 at a time."""
    device = next(classifier.parameters()).device
    features, labels = [], []
    for part in pictures.split(256):
        one, label = classifier.embed(part.to(device))
        features.append(one.float().cpu())
        labels.append(label.cpu())
    return torch.cat(features).numpy(), torch.cat(labels).numpy().astype(np.uint8)


def run_reference(item: Item) -> bytes:
    """{"count", "seed"}: real test digits in the form of ``features``."""
    real = reference()
    count, seed = (
        fields.whole(item.request, "count", 1, 64, 16),
        fields.whole(item.request, "seed", 0, fields.MAX_SEED, 0),
    )
    rows = np.random.default_rng(seed).permutation(len(real.pictures))[:count]
    header = {
        "frames": count,
        **FRAME_FACTS,
        "features": real.features.shape[1],
        "predictions": real.labels[rows].tolist(),
    }
    return pack(header, real.pictures[rows].tobytes() + real.features[rows].tobytes())


def run_nearest(item: Item) -> bytes:
    """{"count"} and that many frames: the nearest of all 60,000 training digits for each, by pixel distance."""
    count = fields.whole(item.request, "count", 1, 64)
    samples = (from_frames(item.body, count).view(count, PIXELS).numpy() * 255).round().astype(np.uint8)
    training = reference().training_bits
    found = nearest_items(samples, training, packed=True)
    frames = np.unpackbits(training[found.index], axis=1, count=PIXELS) * np.uint8(255)
    header = {"frames": count, **FRAME_FACTS, "distances": found.distance.tolist(), "indices": found.index.tolist()}
    return pack(header, frames.tobytes())


def run_measure(item: Item) -> bytes:
    """{"n"}, features (n, 64) float32 and predictions (n,) uint8: every metric with its floor and band at that n."""
    n = fields.whole(item.request, "n", MIN_SAMPLES, MAX_SAMPLES)
    real = reference()
    size = real.features.shape[1]
    if len(item.body) != n * (4 * size + 1):
        raise BadRequest(
            f"Measuring {n} samples needs {n * (4 * size + 1)} bytes of features and digits, got {len(item.body)}."
        )
    features = np.frombuffer(item.body, np.float32, count=n * size).reshape(n, size)
    if not np.isfinite(features).all():
        raise BadRequest("The features hold numbers that are not finite: compute them again.")
    digits = np.frombuffer(item.body, np.uint8, offset=n * size * 4) % CLASS_COUNT
    rows = np.random.default_rng(0).permutation(len(real.features))[:n]
    values = score(features, digits, real.features[rows], real.labels[rows])
    bands = perfect_bands(n)
    metrics = {
        f"{name}-{n}-{NETWORK}": {
            "value": values[name],
            "floor": bands[name][0],
            "band": bands[name][1:],
            "better": better,
            "unit": unit,
            "help": text,
        }
        for name, (better, unit, text) in PROTOCOLS.items()
    }
    pairs = compare_pairwise(features, real.features[rows])
    header = {
        "metrics": metrics,
        "histogram": class_histogram(digits, CLASS_COUNT).tolist(),
        "real_histogram": class_histogram(real.labels[rows], CLASS_COUNT).tolist(),
        "pairwise": {
            "edges": pairs.edges.tolist(),
            "density": pairs.density.tolist(),
            "real_density": pairs.real_density.tolist(),
        },
        "embedding": project(features).tolist(),
        "real_embedding": project(real.features[rows]).tolist(),
    }
    return pack(header)


def score(features: np.ndarray, digits: np.ndarray, real: np.ndarray, real_digits: np.ndarray) -> dict[str, float]:
    """Every metric of PROTOCOLS for n samples against n real items."""
    near, shape = prdc(real, features, neighbours=5), prdc(real, features, neighbours=3)
    counts, real_counts = (class_histogram(labels, CLASS_COUNT) for labels in (digits, real_digits))
    return {
        "precision": shape.precision,
        "recall": shape.recall,
        "density": near.density,
        "coverage": near.coverage,
        "vendi": vendi_score(features),
        "frechet": frechet_distance(features, real),
        "digit-kl": histogram_kl(counts, np.maximum(real_counts, 1)),
        "pairwise": float(pairwise_distances(features).mean()),
    }


def perfect_bands(n: int) -> dict[str, tuple[float, float, float]]:
    """Per metric the median and the 5 % and 95 % points that n real digits score against n others (log n interpolated)."""
    real = reference()
    sizes = np.log(real.band_sizes)

    def at(metric: int, point: int) -> float:
        return float(np.interp(np.log(n), sizes, real.bands[:, metric, point]))

    return {name: (at(i, 0), at(i, 1), at(i, 2)) for i, name in enumerate(real.band_names)}


@lru_cache(maxsize=1)
def _principal_plane() -> tuple[np.ndarray, np.ndarray]:
    real = reference().features.astype(np.float64)
    mean = real.mean(0)
    _, _, axes = np.linalg.svd(real - mean, full_matrices=False)
    return mean, axes[:2]


def project(features: np.ndarray) -> np.ndarray:
    """Features (n, 64) onto the two principal axes of the real features: (n, 2), rounded for sending."""
    mean, axes = _principal_plane()
    return ((features - mean) @ axes.T).round(3)
