"""Builds the small real reference of the digits: features of real digits, and what perfect samplers of many sizes score."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from playground.checkpoint import find_checkpoint, load_model
from playground.datasets.digits.build import Digits
from playground.datasets.digits.metrics import DIGITS
from playground.datasets.digits.reference import PATH, reference_rows, save_reference
from playground.datasets.metric_suite import MIN_SAMPLES, MetricSuite
from playground.metrics.bands import perfect_sampler_band
from playground.operations.compare import score

SIZES = (MIN_SAMPLES, 75, 100, 150, 200, 300, 400, 500, 700, 1000, 1400, DIGITS.max_samples)
REPEATS = 40


def build_reference(data: Digits, root: Path) -> Path:
    """Write the reference with the shipped feature network of ``root``; returns its path."""
    network = load_model(find_checkpoint(root, DIGITS.network_id)).net
    rows = reference_rows(data)
    pictures = torch.from_numpy(data.test_images[rows])[:, None].float() / 255
    with torch.inference_mode():
        before_tanh = torch.cat([network.body(part) for part in pictures.split(256)]).numpy().astype(np.float16)
    features, labels = np.tanh(before_tanh.astype(np.float32)), data.test_labels[rows]
    save_reference(data, before_tanh, SIZES, perfect_bands(DIGITS, features, labels, SIZES))
    return PATH


def perfect_bands(
    suite: MetricSuite, rows: np.ndarray, labels: np.ndarray, sizes: Sequence[int]
) -> dict[str, np.ndarray]:
    """Per metric (sizes, 3) the median, 5 % and 95 % points that real items score against as many others.

    Not a number where a metric is not given at that size. Rows (n, columns) and labels (n,) of all real items.
    """
    bands = {name: np.full((len(sizes), 3), np.nan) for name in suite.protocols}
    for i, n in enumerate(sizes):
        for name, points in _bands_at(suite, rows, labels, n).items():
            bands[name][i] = points
    return bands


def _bands_at(suite: MetricSuite, rows: np.ndarray, labels: np.ndarray, n: int) -> dict[str, np.ndarray]:
    """The points of every metric at n; all metrics see the same draws."""
    scores: dict[str, list[float]] = {}

    def once(a: np.ndarray, b: np.ndarray) -> float:
        found = score(suite, rows[a], labels[a], rows[b], labels[b])
        for name, value in found.items():
            scores.setdefault(name, []).append(value)
        return found["coverage"]

    perfect_sampler_band(once, np.arange(len(rows)), n, REPEATS, seed=0)
    return {name: np.quantile(values, [0.5, 0.05, 0.95]) for name, values in scores.items()}
