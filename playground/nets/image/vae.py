"""Encoder and decoder of a VAE over pictures."""

import math
from dataclasses import replace

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from playground.nets.contract import VAENet, VAESizes
from playground.nets.image.picture import picture_of, places
from playground.nets.layers import count_flops
from playground.protocol.output import OutputSpec

LEVELS = 255  # steps between the grey levels of a picture


class ConvEncoder(nn.Module):
    """Picture (n, C, H, W) -> ``outputs`` numbers, by two strided convolutions and one hidden layer."""

    def __init__(self, outputs: int, picture: OutputSpec, width: int = 32, hidden: int = 256):
        super().__init__()
        self.net = nn.Sequential(
            nn.Conv2d(picture.channels, width, 4, stride=2, padding=1),  # H / 2
            nn.SiLU(),
            nn.Conv2d(width, 2 * width, 4, stride=2, padding=1),  # h
            nn.SiLU(),
            nn.Flatten(),
            nn.Linear(2 * width * places(picture, 4), hidden),
            nn.SiLU(),
            nn.Linear(hidden, outputs),
        )

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x)


class ConvDecoder(nn.Module):
    """Latent (n, d) -> logits (n, C, H, W): two dense layers, then two convolutions whose channels unfold into pixels.

    Deliberately light (about 3 MFLOP for digits): a likelihood by 5000 importance samples decodes fifty million latents.
    Sub-pixel convolutions (Shi et al. 2016) stand where transposed ones would, because a CPU runs them several times faster.
    """

    def __init__(self, inputs: int, picture: OutputSpec, width: int = 32, hidden: int = 256):
        super().__init__()
        self.picture = picture
        self.start = (width, picture.height // 4, picture.width // 4)
        self.first = nn.Linear(inputs, hidden)
        self.second = nn.Linear(hidden, math.prod(self.start))
        self.up = nn.Conv2d(width, 2 * width, 3, padding=1)  # (h, w), then unfolded to (width / 2, H / 2, W / 2)
        self.out = nn.Conv2d(width // 2, 4 * picture.channels, 3, padding=1)  # then unfolded to (C, H, W)

    def activations(self, z: Tensor) -> Tensor:
        """First-layer activations (n, hidden)."""
        return F.silu(self.first(z))

    def forward(self, z: Tensor) -> Tensor:
        x = F.silu(self.second(self.activations(z))).view(-1, *self.start)
        x = F.silu(F.pixel_shuffle(self.up(x), 2))
        return F.pixel_shuffle(self.out(x), 2)

    def flops(self) -> float:
        """Per decoded picture."""
        quarter, half = places(self.picture, 4), places(self.picture, 2)
        return count_flops((self.first, 1), (self.second, 1), (self.up, quarter), (self.out, half))


class ImageVAENet(VAENet):
    """Encoder and decoder of a VAE over pictures. ``config`` is the VAE's, and chooses p(x | z) by ``likelihood``.

    "bernoulli": each value is 0 or 1 with the decoder's probability; grey values are drawn anew for every step ("dynamic
    binarization"). "logistic": each of the 256 levels of a value has the probability of its interval under a logistic
    distribution around the decoder's mean, with one learned scale a channel (Kingma et al. 2016, arXiv:1606.04934, appendix C.4).
    """

    def __init__(self, config: VAESizes):
        super().__init__(config)
        picture = picture_of(config)
        self.output = replace(picture, classes=())  # no class can be asked for
        self.encoder = ConvEncoder(2 * config.latent, picture, config.width, config.hidden)
        self.decoder = ConvDecoder(config.latent, picture, config.width, config.hidden)
        self.log_scale: nn.Parameter | None = None
        if config.likelihood == "logistic":
            self.log_scale = nn.Parameter(torch.full((picture.channels, 1, 1), -2.0))
        else:
            nn.init.constant_(self.decoder.out.bias, -2.0)  # most pixels are background  # type: ignore[arg-type]

    def observe(self, x: Tensor, labels: Tensor | None, generator: torch.Generator) -> Tensor:
        """Values drawn as bits for "bernoulli", else as they are."""
        return x if self.log_scale is not None else torch.bernoulli(x.cpu(), generator=generator).to(x.device)

    def moments(self, x: Tensor, labels: Tensor | None) -> Tensor:
        """Mean and log variance side by side, (n, 2 d)."""
        return self.encoder(x)

    def log_likelihood(self, z: Tensor, x: Tensor, labels: Tensor | None) -> Tensor:
        """log p(x | z) (s, n) in nats of pictures x (n, C, H, W) as ``observe`` gives them, under latents z (s, n, d)."""
        made = self.decoder(z.flatten(0, 1)).float().view(*z.shape[:2], *x.shape[1:])
        if self.log_scale is not None:
            return logistic_log_likelihood(x, torch.sigmoid(made), self.log_scale).flatten(2).sum(2)
        # log Bernoulli(x | logits) = x * logits - softplus(logits), summed over pixels
        return torch.einsum("snp,np->sn", made.flatten(2), x.flatten(1)) - F.softplus(made).flatten(2).sum(2)

    def generate(self, z: Tensor, labels: Tensor | None) -> Tensor:
        """Pixel probabilities or means (n, C, H, W) of latents (n, d)."""
        return torch.sigmoid(self.decoder(z))

    def activations(self, z: Tensor) -> Tensor:
        """First-layer activations (n, hidden)."""
        return self.decoder.activations(z)

    def flops(self) -> float:
        """Per decoded picture."""
        return self.decoder.flops()


def logistic_log_likelihood(x: Tensor, mean: Tensor, log_scale: Tensor) -> Tensor:
    """Log probability in nats of levels x (k / 255 for k = 0 .. 255) under discretised logistics, element by element.

    A level's probability is that of the interval of width 1 / 255 around it; the first and the last level take the tails.
    """
    inverse = torch.exp(-log_scale.clamp(-7.0, 3.0))
    upper, lower = (x - mean + 0.5 / LEVELS) * inverse, (x - mean - 0.5 / LEVELS) * inverse
    # log(sigmoid(upper) - sigmoid(lower)), written so that nothing cancels
    inside = lower + torch.log(torch.expm1(inverse / LEVELS)) - F.softplus(upper) - F.softplus(lower)
    inside = torch.where(x < 0.5 / LEVELS, F.logsigmoid(upper), inside)
    return torch.where(x > 1 - 0.5 / LEVELS, F.logsigmoid(-lower), inside)
