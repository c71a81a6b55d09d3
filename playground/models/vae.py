"""Variational autoencoder with Bernoulli pixels, trained on the importance-weighted bound.

Kingma & Welling 2014 (arXiv:1312.6114); Burda, Grosse & Salakhutdinov 2016 (arXiv:1509.00519) for k > 1 samples: the bound
log (1/k) sum_i p(x, z_i) / q(z_i | x) is tighter the larger k, and k = 1 is the plain ELBO.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from playground.models.base import TEMPERATURE, GenerativeModel, LatentSpace, Phase
from playground.nets.image import ConvDecoder, ConvEncoder


@dataclass(frozen=True)
class VAEConfig:
    """Sizes of the encoder and decoder, and k of the training bound."""

    latent: int = 32
    width: int = 32  # channels of the widest decoder map; the encoder has this and twice this
    hidden: int = 256
    importance_samples: int = 5  # k of the training bound

    def __post_init__(self) -> None:
        if min(self.latent, self.width, self.hidden, self.importance_samples) < 1:
            raise ValueError(f"every size of a VAE must be at least 1, got {self}")


class VAE(GenerativeModel):
    """p(z) = N(0, I), p(x | z) = Bernoulli(decoder(z)), q(z | x) = N(mu(x), diag exp(logvar(x)))."""

    settings = (TEMPERATURE,)

    def __init__(self, config: VAEConfig):
        super().__init__()
        self.config = config
        self.latent = LatentSpace(config.latent, "normal")
        names = {"decode", "encode", "elbo"} | ({"manifold"} if config.latent == 2 else set())
        self.capabilities = frozenset(names)
        self.encoder = ConvEncoder(2 * config.latent, config.width, config.hidden)
        self.decoder = ConvDecoder(config.latent, config.width, config.hidden)
        nn.init.constant_(self.decoder.out.bias, -2.0)  # most pixels are background  # type: ignore[arg-type]

    def posterior(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and log variance of q(z | x), each (n, d)."""
        mu, logvar = self.encoder(x).float().chunk(2, dim=1)
        return mu, logvar.clamp(-12.0, 4.0)

    def log_weights(self, x: Tensor, samples: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """log p(x, z) - log q(z | x) for ``samples`` draws of z: (samples, n) in nats; and KL(q || p) (n,). x is 0 or 1."""
        mu, logvar = self.posterior(x)
        noise = torch.randn(samples, *mu.shape, generator=generator).to(mu.device)
        z = mu + (0.5 * logvar).exp() * noise  # (samples, n, d)
        logits = self.decoder(z.flatten(0, 1)).float().flatten(1).view(samples, len(x), -1)
        # log Bernoulli(x | logits) = x * logits - softplus(logits), summed over pixels
        log_likelihood = torch.einsum("snp,np->sn", logits, x.flatten(1)) - F.softplus(logits).sum(2)
        # log N(z; 0, I) - log N(z; mu, var): the 2 pi terms cancel
        log_ratio = 0.5 * (noise.square() + logvar - z.square()).sum(2)
        kl = 0.5 * (mu.square() + logvar.exp() - 1 - logvar).sum(1)
        return log_likelihood + log_ratio, kl

    def loss(self, images: Tensor, labels: Tensor, generator: torch.Generator) -> tuple[Tensor, dict[str, float]]:
        """Negative bound in nats per picture, on pixels drawn anew as Bernoulli(grey value): "dynamic binarization"."""
        x = torch.bernoulli(images, generator=generator)
        k = self.config.importance_samples
        weights, kl = self.log_weights(x, k, generator)
        bound = torch.logsumexp(weights, dim=0) - math.log(k)
        return -bound.mean(), {"elbo_nats": weights.mean().item(), "kl_nats": kl.mean().item()}

    def phases(self) -> list[Phase]:
        return [Phase("bound", list(self.parameters()), self.loss)]

    def elbo(self, x: Tensor, generator: torch.Generator) -> Tensor:
        """One-sample ELBO (n,) in nats of binary pictures x (n, 1, 28, 28)."""
        return self.log_weights(x, 1, generator)[0][0]

    def encode(self, x: Tensor) -> Tensor:
        """Posterior means (n, d) of pictures (n, 1, 28, 28) in [0, 1]."""
        return self.posterior(x)[0]

    def decode(self, z: Tensor, settings: dict, generators: Sequence[torch.Generator]) -> Tensor:
        return torch.sigmoid(self.decoder(z))

    def activations(self, z: Tensor) -> Tensor:
        return self.decoder.activations(z)

    def flops_per_sample(self, settings: dict) -> float:
        return self.decoder.flops()
