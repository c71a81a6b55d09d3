"""What a pixel of a picture machine may be: a bit, or a real number with Gaussian noise.

Both take the inputs x = b + W (h - lambda) of boltzmann.py, and both show the hidden units a deviation u from the centre mu:

bits       u = v - mu,              p(v = 1 | h) = sigmoid(x)
Gaussian   u = (v - mu) / sigma,    p(v | h) = N(mu + sigma x, sigma^2),    the energy has u'u / 2 besides

Real-valued units: Welling, Rosen-Zvi & Hinton 2005. One variance a pixel, learnt as its logarithm: Cho, Raiko & Ilin 2011
("Improved learning of Gaussian-Bernoulli restricted Boltzmann machines"). Centring of such machines: Melchior, Wang & Wiskott
2017 (arXiv:1401.5900). Because u is standardised, weights of all pixels learn at one pace, whatever their contrast.
"""

import abc
import math

import torch
from torch import Tensor, nn

LEVEL = 1 / 255  # between two neighbouring values of a pixel in a file
LEAST_UNIFORM, MOST_UNIFORM = 2**-25, 1 - 2**-24  # of float32, so that the normal quantile is finite


class PixelUnits(nn.Module, abc.ABC):
    """Pixels v (n, visible) with centres mu (visible,). Abstract."""

    bits: bool  # whether a state is one bit a pixel

    @abc.abstractmethod
    def start(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """Centres and biases (visible,) of independent pixels that fit pictures (n, visible) in [0, 1]."""

    @abc.abstractmethod
    def observe(self, pictures: Tensor, generator: torch.Generator) -> Tensor:
        """States (n, visible) of pictures (n, visible) in [0, 1], on the CPU."""

    @abc.abstractmethod
    def mean(self, inputs: Tensor, centre: Tensor, temperature: float = 1.0) -> Tensor:
        """E[v | h] (n, visible)."""

    @abc.abstractmethod
    def sample(self, inputs: Tensor, centre: Tensor, uniform: Tensor, temperature: float = 1.0) -> Tensor:
        """States drawn from p(v | h), from numbers ``uniform`` (n, visible) in [0, 1)."""

    def standardised(self, deviation: Tensor) -> Tensor:
        """u (n, visible) of v - mu."""
        return deviation

    def potential(self, deviation: Tensor) -> Tensor | float:
        """What the energy has besides, (n,) in nats, of v - mu."""
        return 0.0

    def nearest(self, pictures: Tensor) -> Tensor:
        """The states most like pictures in [0, 1]."""
        return pictures

    def after_step(self) -> None:
        """Keep the parameters within bounds after a training step."""


class BitUnits(PixelUnits):
    """Pixels of 0 and 1; a grey picture is the probability of 1."""

    bits = True

    def start(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        mean = pictures.double().mean(0).float().clamp(0.001, 0.999)
        return mean, torch.logit(mean)

    def observe(self, pictures: Tensor, generator: torch.Generator) -> Tensor:
        return torch.bernoulli(pictures, generator=generator)

    def mean(self, inputs: Tensor, centre: Tensor, temperature: float = 1.0) -> Tensor:
        return torch.sigmoid(inputs / temperature)

    def sample(self, inputs: Tensor, centre: Tensor, uniform: Tensor, temperature: float = 1.0) -> Tensor:
        return (uniform < torch.sigmoid(inputs / temperature)).float()

    def nearest(self, pictures: Tensor) -> Tensor:
        return pictures.round()


class GaussianUnits(PixelUnits):
    """Real-valued pixels; ``learn_variance``: or the variances stay those of the data."""

    bits = False
    log_variance: Tensor  # (visible,) of sigma^2

    def __init__(self, visible: int, learn_variance: bool):
        super().__init__()
        if learn_variance:
            self.log_variance = nn.Parameter(torch.zeros(visible))
        else:
            self.register_buffer("log_variance", torch.zeros(visible))

    @property
    def sigma(self) -> Tensor:
        """Standard deviations (visible,) of the noise."""
        return (0.5 * self.log_variance).exp()

    def start(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        variance, mean = torch.var_mean(pictures.double(), 0)
        self.log_variance.data.copy_(variance.clamp_min(LEVEL**2).log())
        return mean.float(), torch.zeros_like(mean).float()

    def observe(self, pictures: Tensor, generator: torch.Generator) -> Tensor:
        """The pictures with noise of one level, because a density of whole levels has no bound."""
        return pictures + (torch.rand(pictures.shape, generator=generator) - 0.5) * LEVEL

    def mean(self, inputs: Tensor, centre: Tensor, temperature: float = 1.0) -> Tensor:
        return centre + self.sigma * inputs

    def sample(self, inputs: Tensor, centre: Tensor, uniform: Tensor, temperature: float = 1.0) -> Tensor:
        normal = torch.special.ndtri(uniform.clamp(LEAST_UNIFORM, MOST_UNIFORM))
        return centre + self.sigma * (inputs + math.sqrt(temperature) * normal)

    def standardised(self, deviation: Tensor) -> Tensor:
        return deviation / self.sigma

    def potential(self, deviation: Tensor) -> Tensor:
        return 0.5 * self.standardised(deviation).square().sum(1)

    def after_step(self) -> None:
        """No noise is smaller than one level."""
        self.log_variance.data.clamp_(min=2 * math.log(LEVEL))
