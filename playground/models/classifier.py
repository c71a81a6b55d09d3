"""The classifier of pictures whose 64 features the fidelity and diversity figures of image models are computed on.

Not a generator: it is trained and shipped like one, so that its card, seed and accuracy stand beside theirs.
"""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from playground.models.base import Family, FeatureNetwork, Phase
from playground.nets.contract import OutputConfig
from playground.nets.image.classifier import ImageClassifier
from playground.nets.image.picture import picture_of


@dataclass(frozen=True)
class ClassifierConfig(OutputConfig):
    """Width of the first convolution, and how far training pictures are shifted, turned and scaled."""

    width: int = 32
    shift_pixels: float = 2.0
    turn_degrees: float = 12.0
    scale: float = 0.12


class Classifier(FeatureNetwork):
    """Class logits and features of pictures (n, C, H, W) in [0, 1]."""

    def __init__(self, config: ClassifierConfig):
        super().__init__()
        self.config = config
        self.net = ImageClassifier(picture_of(config), config.width)

    def loss(self, images: Tensor, labels: Tensor, generator: torch.Generator) -> tuple[Tensor, dict[str, float]]:
        """Cross-entropy in nats with label smoothing 0.05, on slightly moved pictures."""
        logits = self.net(self._move(images, generator)).float()
        accuracy = (logits.argmax(1) == labels).float().mean().item()
        return F.cross_entropy(logits, labels, label_smoothing=0.05), {"accuracy": accuracy}

    def _move(self, images: Tensor, generator: torch.Generator) -> Tensor:
        """Each picture under its own random small affine map."""
        n, config = len(images), self.config
        angle, sx, sy, dx, dy = (2 * torch.rand(5, n, generator=generator) - 1).unbind(0)
        angle = torch.deg2rad(angle * config.turn_degrees)
        sx, sy = 1 + config.scale * sx, 1 + config.scale * sy
        shift = 2 * config.shift_pixels / images.shape[-1]
        theta = torch.stack(
            [
                torch.stack([sx * angle.cos(), -sy * angle.sin(), shift * dx], dim=1),
                torch.stack([sx * angle.sin(), sy * angle.cos(), shift * dy], dim=1),
            ],
            dim=1,
        )
        grid = F.affine_grid(theta.to(images.device), list(images.shape), align_corners=False)
        return F.grid_sample(images, grid, align_corners=False)

    def phases(self) -> list[Phase]:
        return [Phase("cross-entropy", list(self.parameters()), self.loss)]

    def embed(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Features (n, 64) and predicted classes (n,) int64."""
        features = self.net.embed(x)
        return features, self.net.head(features).argmax(1)


FAMILY = Family("classifier", ClassifierConfig, Classifier)
