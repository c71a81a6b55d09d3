"""The metric suite of the ring: coordinates as features, the nearest cluster as class; no network and no file."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from playground.datasets.ring import DATASET
from playground.datasets.ring.build import TRAINING, load, places
from torch import Tensor

from playground.datasets.bands import disjoint_pairs, perfect_bands
from playground.datasets.metric_suite import MetricSuite, Near, Protocol, Real, common_protocols

SIZES = (50, 100, 200, 400)


class RingMetricSuite(MetricSuite):
    """Rows are the points themselves."""

    dataset = "ring"
    network, network_id = "coordinates", ""
    output = DATASET.output
    labels = DATASET.output.classes
    title = "Cluster"
    features = columns = 2
    max_samples = 400
    histogram_metric = "cluster-kl"
    protocols = common_protocols("points") | {
        "cluster-kl": Protocol(
            "lower", "nats", "How far the shares of the eight clusters are from real ones.", "Cluster KL"
        )
    }

    def read_real(self) -> Real:
        ring = load()
        points, labels = ring.points[TRAINING:], ring.labels[TRAINING:]
        bands = perfect_bands(
            self, points, labels, SIZES, lambda n: disjoint_pairs(len(points), n, 5, np.random.default_rng(0))
        )
        return Real(points, labels, bands, points, points, labels)

    def embed(self, network: Any, pictures: Tensor, asked: NDArray[np.int64]) -> tuple[NDArray, NDArray]:
        points = pictures.float().numpy()
        return points, ((points[:, None] - places()) ** 2).sum(2).argmin(1).astype(np.uint8)

    def nearest(self, frames: NDArray) -> Near:
        training = load().points[:TRAINING]
        squares = ((frames[:, None].astype(np.float64) - training) ** 2).sum(2)
        index = squares.argmin(1)
        return Near(training[index], np.sqrt(squares.min(1)), index)


SUITE = RingMetricSuite()
