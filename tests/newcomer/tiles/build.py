"""tiles: a bar of a colour on a ground, its place and slant by the class, and some noise; nothing is fetched."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from playground.datasets.tiles import CLASSES, DATASET
from torch import Tensor

TRAINING, TEST = 240, 240


@dataclass(frozen=True)
class Tiles:
    """pictures (n, 20, 24, 3) uint8 and labels (n,) uint8; the first TRAINING are trained on."""

    pictures: NDArray[np.uint8]
    labels: NDArray[np.uint8]

    def training_tensors(self) -> tuple[Tensor, Tensor]:
        """Pictures (240, 3, 20, 24) uint8 and labels (240,) int64."""
        pictures = torch.from_numpy(self.pictures[:TRAINING]).movedim(-1, 1).contiguous()
        return pictures, torch.from_numpy(self.labels[:TRAINING].astype(np.int64))

    def counts(self) -> str:
        """One line of facts."""
        return f"{TRAINING} training and {TEST} test tiles"


def load() -> Tiles:
    """The data set, made anew: it takes a moment."""
    generator = np.random.default_rng(0)
    labels = np.arange(TRAINING + TEST) % len(CLASSES)
    row, column = np.mgrid[: DATASET.output.height, : DATASET.output.width]
    place = 3 + labels[:, None, None] + generator.normal(0, 0.5, len(labels))[:, None, None]
    bar = np.exp(-0.5 * (row + 0.3 * (labels % 3)[:, None, None] * (column - 12) / 12 - place) ** 2)
    colour = np.stack([labels % 2, labels // 2 % 2, labels // 4 % 3 / 2], axis=1)[:, None, None]
    pictures = 0.15 + 0.7 * bar[..., None] * colour + generator.normal(0, 0.02, (*bar.shape, 3))
    return Tiles((pictures.clip(0, 1) * 255).round().astype(np.uint8), labels.astype(np.uint8))
