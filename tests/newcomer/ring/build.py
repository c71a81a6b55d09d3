"""Points of the ring: a normal cloud around each of eight places on a circle; nothing is fetched."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from playground.datasets.ring import CLASSES
from torch import Tensor

TRAINING, TEST = 4000, 1000
RADIUS, SPREAD = 1.5, 0.1


@dataclass(frozen=True)
class Ring:
    """points (n, 2) float32 and labels (n,) uint8; the first TRAINING are trained on."""

    points: NDArray[np.float32]
    labels: NDArray[np.uint8]

    def training_tensors(self) -> tuple[Tensor, Tensor]:
        """Points (4000, 2) float32 and labels (4000,) int64."""
        return torch.from_numpy(self.points[:TRAINING]), torch.from_numpy(self.labels[:TRAINING].astype(np.int64))

    def counts(self) -> str:
        """One line of facts."""
        return f"{TRAINING} training and {TEST} test points"


def places() -> NDArray[np.float64]:
    """Where the clusters of all classes lie, (8, 2)."""
    angles = 2 * np.pi * np.arange(len(CLASSES)) / len(CLASSES)
    return RADIUS * np.stack([np.cos(angles), np.sin(angles)], axis=1)


def load() -> Ring:
    """The data set, made anew: it takes a moment."""
    labels = np.arange(TRAINING + TEST) % len(CLASSES)
    noise = np.random.default_rng(0).normal(0, SPREAD, (len(labels), 2))
    return Ring((places()[labels] + noise).astype(np.float32), labels.astype(np.uint8))
