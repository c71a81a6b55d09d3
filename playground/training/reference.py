"""Builds the small real reference of Compare: features of real digits, and what perfect samplers of many sizes score."""

from pathlib import Path

import numpy as np
import torch

from playground.checkpoint import find_checkpoint, load_model
from playground.data.digits import Digits
from playground.data.reference import PATH, reference_rows, save_reference
from playground.metrics.bands import perfect_sampler_band
from playground.operations.compare import MAX_SAMPLES, MIN_SAMPLES, NETWORK, PROTOCOLS, score

SIZES = (MIN_SAMPLES, 75, 100, 150, 200, 300, 400, 500, 700, 1000, 1400, MAX_SAMPLES)
REPEATS = 40


def build_reference(data: Digits, root: Path) -> Path:
    """Write the reference with the shipped feature network of ``root``; returns its path."""
    network = load_model(find_checkpoint(root, f"image/{NETWORK}")).net
    rows = reference_rows(data)
    pictures = torch.from_numpy(data.test_images[rows])[:, None].float() / 255
    with torch.inference_mode():
        before_tanh = torch.cat([network.body(part) for part in pictures.split(256)]).numpy().astype(np.float16)
    features, labels = np.tanh(before_tanh.astype(np.float32)), data.test_labels[rows]
    bands = {name: np.zeros((len(SIZES), 3)) for name in PROTOCOLS}
    for i, n in enumerate(SIZES):
        for name, points in _band(features, labels, n).items():
            bands[name][i] = points
    save_reference(data, before_tanh, SIZES, bands)
    return PATH


def _band(features: np.ndarray, labels: np.ndarray, n: int) -> dict[str, np.ndarray]:
    """Median, 5 % and 95 % points of every metric at n; all metrics see the same draws."""
    scores: dict[str, list[float]] = {name: [] for name in PROTOCOLS}

    def once(a: np.ndarray, b: np.ndarray) -> float:
        found = score(features[a], labels[a], features[b], labels[b])
        for name, value in found.items():
            scores[name].append(value)
        return found["coverage"]

    perfect_sampler_band(once, np.arange(len(features)), n, REPEATS, seed=0)
    return {name: np.quantile(values, [0.5, 0.05, 0.95]) for name, values in scores.items()}
