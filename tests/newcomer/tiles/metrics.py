"""The metric suite of the tiles: coarse pixels as features, the class of the nearest mean; no network and no file."""

from functools import cached_property
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from playground.datasets.tiles import DATASET
from playground.datasets.tiles.build import TRAINING, load
from torch import Tensor
from torch.nn import functional as F

from playground.datasets.bands import disjoint_pairs, perfect_bands
from playground.datasets.metric_suite import MetricSuite, Near, Protocol, Real, common_protocols
from playground.metrics.nearest import nearest_items

SIZES = (50, 100)


class TilesMetricSuite(MetricSuite):
    """Rows are 5 x 6 colour pixels."""

    dataset = "tiles"
    network, network_id = "coarse-pixels", ""
    output = DATASET.output
    labels = DATASET.output.classes
    title = "Tree"
    features = columns = 90
    max_samples = 100
    histogram_metric = "tree-kl"
    protocols = common_protocols("tiles") | {
        "tree-kl": Protocol("lower", "nats", "How far the shares of the twelve trees are from real ones.", "Tree KL")
    }

    @cached_property
    def _tiles(self) -> tuple[NDArray, NDArray, NDArray]:
        """Pictures, features and labels of all tiles."""
        tiles = load()
        pictures = torch.from_numpy(tiles.pictures).movedim(-1, 1).float() / 255
        return tiles.pictures, coarse(pictures), tiles.labels

    def read_real(self) -> Real:
        pictures, features, labels = (part[TRAINING:] for part in self._tiles)
        bands = perfect_bands(
            self, features, labels, SIZES, lambda n: disjoint_pairs(len(features), n, 5, np.random.default_rng(0))
        )
        return Real(features, labels, bands, pictures, features, labels)

    def embed(self, network: Any, pictures: Tensor, asked: NDArray[np.int64]) -> tuple[NDArray, NDArray]:
        rows = coarse(pictures)
        _, features, labels = (part[:TRAINING] for part in self._tiles)
        means = np.stack([features[labels == label].mean(0) for label in range(len(self.labels))])
        return rows, ((rows[:, None] - means) ** 2).sum(2).argmin(1).astype(np.uint8)

    def nearest(self, frames: NDArray[np.uint8]) -> Near:
        training = self._tiles[0][:TRAINING]
        found = nearest_items(frames.reshape(len(frames), -1), training.reshape(len(training), -1))
        return Near(training[found.index], found.distance, found.index)


def coarse(pictures: Tensor) -> NDArray[np.float32]:
    """Pictures (n, 3, 20, 24) as 90 features (n, 90)."""
    return F.avg_pool2d(pictures.float(), 4).flatten(1).numpy()


SUITE = TilesMetricSuite()
