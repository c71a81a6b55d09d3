"""The suite of the digits: 64 features of image/digits-classifier, against 4,000 real test digits."""

from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from playground.datasets.digits import DATASET
from playground.datasets.digits.reference import Reference, load_reference
from playground.datasets.metric_suite import MetricSuite, Near, Protocol, Real, common_protocols, embed_in_parts
from playground.metrics.nearest import nearest_items
from playground.models.base import FeatureNetwork

NETWORK = "digits-classifier"
AT_ONCE = 256


class DigitsMetricSuite(MetricSuite):
    """Rows are features alone."""

    dataset = "digits"
    network = NETWORK
    network_id = f"image/{NETWORK}"
    output = DATASET.output
    labels = DATASET.output.classes
    title = "Digit"
    features = columns = 64
    max_samples = 2000
    histogram_metric = "digit-kl"
    protocols = common_protocols("digits") | {
        "digit-kl": Protocol(
            "lower", "nats", "How far the shares of the ten digits are from the real shares.", "Digit histogram KL"
        )
    }

    @cached_property
    def reference(self) -> Reference:
        """The real reference."""
        return load_reference()

    def read_real(self) -> Real:
        reference = self.reference
        rows, labels, shown = reference.features, reference.labels, len(reference.pictures)  # the first of the pool
        return Real(rows, labels, reference.bands, reference.pictures, rows[:shown], labels[:shown])

    def embed(
        self, network: FeatureNetwork | None, pictures: Tensor, asked: NDArray[np.int64]
    ) -> tuple[NDArray, NDArray]:
        return embed(network, pictures)

    def nearest(self, frames: NDArray[np.uint8]) -> Near:
        training = self.reference.training_bits
        found = nearest_items(frames.reshape(-1, DATASET.output.size), training, packed=True)
        bits = np.unpackbits(training[found.index], axis=1, count=DATASET.output.size)
        return Near(
            (bits * np.uint8(255)).reshape(-1, DATASET.output.height, DATASET.output.width), found.distance, found.index
        )


SUITE = DigitsMetricSuite()


def embed(network: FeatureNetwork | None, pictures: Tensor) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """Features (n, 64) float32 and digits (n,) uint8 of pictures (n, 1, 28, 28)."""
    return embed_in_parts(network, pictures, AT_ONCE)
