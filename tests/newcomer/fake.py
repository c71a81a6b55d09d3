"""A family of the tests, dropped into playground/models/: pictures as linear functions of noise and class."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from playground.models.base import Family, GenerativeModel, LatentSpace, Phase
from playground.nets.contract import OutputConfig
from playground.protocol.settings import TEMPERATURE


@dataclass(frozen=True)
class FakeConfig(OutputConfig):
    """Size of the latent, without its classes."""

    noise: int = 6


class Fake(GenerativeModel):
    """x = sigmoid(D z + b) with z = (noise, class weights); the encoder is linear too."""

    capabilities = frozenset({"decode", "encode", "invert"})

    def __init__(self, config: FakeConfig):
        super().__init__()
        self.config = config
        self.output = config.output()
        classes = len(self.output.classes)
        self.latent = LatentSpace(config.noise + classes, "normal", classes=classes)
        self.class_setting = config.class_name
        self.settings = (TEMPERATURE, *config.class_settings())
        self.decoder = nn.Linear(self.latent.size, self.output.size)
        self.encoder = nn.Linear(self.output.size, self.latent.size)

    def _draw_pictures(self, z: Tensor) -> Tensor:
        shape = (self.output.channels, self.output.height, self.output.width)
        return torch.sigmoid(self.decoder(z)).unflatten(1, shape)

    def loss(self, x: Tensor, labels: Tensor, generator: torch.Generator) -> tuple[Tensor, dict[str, float]]:
        """Mean squared error of what comes back."""
        error = (self._draw_pictures(self.encoder(x.flatten(1))) - x).square().mean()
        return error, {"error": error.item()}

    def phases(self) -> list[Phase]:
        return [Phase("rebuilding", list(self.parameters()), self.loss)]

    def encode(self, x: Tensor, settings: dict) -> Tensor:
        return self.encoder(x.flatten(1))

    def decode(self, z: Tensor, settings: dict, generators: Sequence[torch.Generator]) -> Tensor:
        return self._draw_pictures(z)

    def flops_per_sample(self, settings: dict) -> float:
        return 2.0 * self.latent.size * self.output.size


FAMILY = Family("fake", FakeConfig, Fake)
