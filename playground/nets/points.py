"""Networks for points: a few dense layers each, small enough to be trained while somebody watches.

Shapes: points (n, d) float32 of about unit size, d the coordinates (2 in the plane).
"""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from playground.nets.contract import FlowSizes, GANNet, GANSizes, OutputConfig, VAENet, VAESizes, VelocityNet, one_hot
from playground.nets.layers import mlp, time_features
from playground.protocol.output import OutputSpec

PLANE = (1, 1, 2)
TIME_FEATURES = 32


def points_of(config: OutputConfig) -> OutputSpec:
    """What a network of this configuration makes; without a shape points in the plane, without classes none."""
    if (config.shape or PLANE)[:2] != (1, 1):
        raise ValueError(f"the shape of points must be [1, 1, coordinates], got {config.shape}")
    return OutputSpec("points", 1, (config.shape or PLANE)[2], classes=config.classes)


def dense_flops(net: nn.Module) -> float:
    """Of one item through dense layers, a multiply and an add counting as two."""
    return 2.0 * sum(parameter.numel() for parameter in net.parameters() if parameter.ndim == 2)


class PointsVAENet(VAENet):
    """Encoder and decoder of a VAE over points: p(x | z) is normal with one learned scale. ``config`` is the VAE's."""

    def __init__(self, config: VAESizes):
        super().__init__(config)
        points = points_of(config)
        self.output = OutputSpec("points", 1, points.width)  # no class can be asked for
        self.encoder = mlp([points.width, config.hidden, config.hidden, 2 * config.latent])
        self.decoder = mlp([config.latent, config.hidden, config.hidden, points.width])
        self.log_scale = nn.Parameter(torch.tensor(-1.0))

    def moments(self, x: Tensor, labels: Tensor | None) -> Tensor:
        """Mean and log variance side by side, (n, 2 latent)."""
        return self.encoder(x)

    def log_likelihood(self, z: Tensor, x: Tensor, labels: Tensor | None) -> Tensor:
        """log p(x | z) (s, n) in nats of points x (n, d) under latents z (s, n, latent)."""
        log_scale = self.log_scale.clamp(-5.0, 2.0)
        error = (self.decoder(z).float() - x) * torch.exp(-log_scale)
        return -(0.5 * error.square() + log_scale + 0.5 * math.log(2 * math.pi)).sum(2)

    def generate(self, z: Tensor, labels: Tensor | None) -> Tensor:
        """The means (n, d) of latents (n, latent)."""
        return self.decoder(z)

    def activations(self, z: Tensor) -> Tensor:
        """First-layer activations (n, hidden)."""
        return F.silu(self.decoder[0](z))

    def flops(self) -> float:
        """Per decoded point."""
        return dense_flops(self.decoder)


class PointsGANNet(GANNet):
    """Generator and critic of points; class weights are the last coordinates of the latent. ``config`` is the GAN's."""

    generator: nn.Sequential
    critic: nn.Sequential

    def __init__(self, config: GANSizes):
        super().__init__(config)
        self.output = points_of(config)
        self.latent_classes = classes = len(self.output.classes)
        self.settings = config.class_settings()
        width, size = self.output.width, config.generator_width
        self.generator = mlp([config.noise + classes, size, size, width])
        self.critic = mlp([width + classes, config.critic_width, config.critic_width, 1])
        self.critic[-1] = nn.Linear(config.critic_width, 1, bias=False)  # only differences of scores matter

    def generate(self, z: Tensor, labels: Tensor | None) -> Tensor:
        """Points (n, d) of latents; they hold their class already."""
        return self.generator(z)

    def score(self, x: Tensor, labels: Tensor) -> Tensor:
        """Realness (n,) of points under their labels (n,)."""
        return self.critic(torch.cat([x, one_hot(labels, self.latent_classes)], dim=1)).squeeze(1)

    def activations(self, z: Tensor) -> Tensor:
        """First-layer activations (n, generator_width)."""
        return F.silu(self.generator[0](z))

    def flops(self) -> float:
        """Per generated point."""
        return dense_flops(self.generator)


class PointsVelocityNet(VelocityNet):
    """Velocity (n, d) of points at time t (n,) under class weights (n, classes). ``config`` is the flow's."""

    def __init__(self, config: FlowSizes):
        super().__init__(config)
        self.output = points_of(config)
        self.shape = (self.output.width,)  # of one state
        inputs = self.output.width + TIME_FEATURES + len(self.output.classes)
        self.body = mlp([inputs, *[config.width] * (1 + config.deep_blocks), self.output.width])

    def forward(self, x: Tensor, t: Tensor, classes: Tensor) -> Tensor:
        return self.body(torch.cat([x, time_features(t, TIME_FEATURES), classes], dim=1))

    def flops(self) -> float:
        """Of one evaluation for one point."""
        return dense_flops(self.body)
