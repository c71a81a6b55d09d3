"""Variational autoencoder, trained on the importance-weighted bound or on a weighted ELBO.

Kingma & Welling 2014 (arXiv:1312.6114); Burda, Grosse & Salakhutdinov 2016 (arXiv:1509.00519) for k > 1 samples: the bound
log (1/k) sum_i p(x, z_i) / q(z_i | x) is tighter the larger k, and k = 1 is the plain ELBO. A KL weight below 1 (Higgins et
al. 2017) trades the tidiness of the latent for sharper reconstructions; free nats (Kingma et al. 2016, arXiv:1606.04934) keep
dimensions in use that the bound would give up.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from playground.models.base import Family, GenerativeModel, LatentSpace, Phase, ReadsTexts
from playground.nets import choose_net
from playground.nets.audio import NotesVAENet
from playground.nets.contract import Outputs, VAENet, VAESizes
from playground.nets.image.vae import ImageVAENet
from playground.nets.music import MelodyVAENet
from playground.nets.points import PointsVAENet
from playground.nets.sentences import SentenceVAENet
from playground.protocol.settings import TEMPERATURE

NETS: dict[str, type[VAENet]] = {
    "image": ImageVAENet,
    "notes": NotesVAENet,
    "melody": MelodyVAENet,
    "sentence": SentenceVAENet,
    "points": PointsVAENet,
}


@dataclass(frozen=True)
class VAEConfig(VAESizes):
    """The network's name and sizes, and the training bound."""

    importance_samples: int = 5  # k of the training bound
    kl_weight: float = 1.0  # with 1 and no free nats the loss is the bound itself
    kl_warmup_steps: int = 0  # the KL weight grows linearly from 0 over so many steps
    free_nats: float = 0.0  # per dimension, on the batch mean

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.likelihood not in ("bernoulli", "logistic"):
            raise ValueError(f"likelihood must be bernoulli or logistic, got {self.likelihood!r}")
        if min(self.latent, self.width, self.hidden, self.importance_samples) < 1:
            raise ValueError(f"every size of a VAE must be at least 1, got {self}")
        if min(self.kl_weight, self.kl_warmup_steps, self.free_nats) < 0:
            raise ValueError(f"kl_weight, kl_warmup_steps and free_nats must not be negative, got {self}")


VAE_TEMPERATURE = replace(
    TEMPERATURE,
    help="Scales the latent. 1: as long as those of real data. Lower: towards one blurred average, the same for every seed, and "
    "not towards typical samples. Higher: unusual, more mistakes.",
)


class VAE(GenerativeModel):
    """p(z) = N(0, I), p(x | z) by the network, q(z | x) = N(mu(x), diag exp(logvar(x))). The network is the modality."""

    def __init__(self, config: VAEConfig):
        super().__init__()
        self.config = config
        self.latent = LatentSpace(config.latent, "normal")
        self.capabilities = frozenset({"decode", "encode"} | ({"manifold"} if config.latent == 2 else set()))
        self.net = choose_net(NETS, config.net)(config)
        self.settings = (VAE_TEMPERATURE, *self.net.settings)
        self.output = self.net.output
        if config.kl_warmup_steps:  # counted in the weights, so that a resumed run knows where it is
            self.register_buffer("steps_taken", torch.zeros((), dtype=torch.int64))

    steps_taken: Tensor

    def posterior(self, x: Outputs, labels: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Mean and log variance of q(z | x), each (n, d)."""
        mu, logvar = self.net.moments(x, labels).float().chunk(2, dim=1)
        return mu, logvar.clamp(-12.0, 4.0)

    def _draw_posterior(self, x: Tensor, labels: Tensor | None, samples: int, generator: torch.Generator):
        """z (samples, n, d), its noise of the same shape, mu and logvar (n, d)."""
        mu, logvar = self.posterior(x, labels)
        noise = torch.randn(samples, *mu.shape, generator=generator).to(mu.device)
        return mu + (0.5 * logvar).exp() * noise, noise, mu, logvar

    def log_weights(
        self, x: Tensor, samples: int, generator: torch.Generator, labels: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """log p(x, z) - log q(z | x) for ``samples`` draws of z: (samples, n) in nats; and KL(q || p) (n,)."""
        z, noise, mu, logvar = self._draw_posterior(x, labels, samples, generator)
        # log N(z; 0, I) - log N(z; mu, var): the 2 pi terms cancel
        log_ratio = 0.5 * (noise.square() + logvar - z.square()).sum(2)
        return self.net.log_likelihood(z, x, labels) + log_ratio, kl_per_dimension(mu, logvar).sum(1)

    def loss(self, x: Tensor, labels: Tensor, generator: torch.Generator) -> tuple[Tensor, dict[str, float]]:
        """Negative bound in nats per item, on items as the network observes them (binarized, augmented)."""
        x = self.net.observe(x, labels, generator)
        config = self.config
        if config.kl_weight == 1.0 and not config.free_nats and not config.kl_warmup_steps:
            weights, kl = self.log_weights(x, config.importance_samples, generator, labels)
            bound = torch.logsumexp(weights, dim=0) - math.log(config.importance_samples)
            return -bound.mean(), {"elbo_nats": weights.mean().item(), "kl_nats": kl.mean().item()}
        z, _, mu, logvar = self._draw_posterior(x, labels, config.importance_samples, generator)
        log_likelihood = self.net.log_likelihood(z, x, labels).mean()
        kl = kl_per_dimension(mu, logvar).mean(0)
        weight = config.kl_weight
        if config.kl_warmup_steps:
            weight *= min(1.0, int(self.steps_taken) / config.kl_warmup_steps)
        loss = weight * kl.clamp_min(config.free_nats).sum() - log_likelihood
        return loss, {"elbo_nats": (log_likelihood - kl.sum()).item(), "kl_nats": kl.sum().item()}

    def adopt(self, data: Any) -> None:
        self.net.adopt(data)

    def open_files(self, folder: Path) -> None:
        self.net.open_files(folder)

    def save_files(self, folder: Path) -> None:
        self.net.save_files(folder)

    def read_typed(self, text: str) -> str:
        """A visitor's text as the network reads it; BadRequest when it cannot."""
        assert isinstance(self.net, ReadsTexts)
        return self.net.read_typed(text)

    def after_step(self) -> None:
        if self.config.kl_warmup_steps:
            self.steps_taken += 1

    def phases(self) -> list[Phase]:
        return [Phase("bound", list(self.parameters()), self.loss)]

    def elbo(self, x: Tensor, generator: torch.Generator, labels: Tensor | None = None) -> Tensor:
        """One-sample ELBO (n,) in nats of items x as the network observes them."""
        return self.log_weights(x, 1, generator, labels)[0][0]

    def encode(self, x: Outputs, settings: dict) -> Tensor:
        """Posterior means (n, d) of outputs x: pictures (n, C, H, W), points (n, d), or texts."""
        return self.posterior(x, self.net.labels_of(settings, x))[0]

    def refine(self, z: Tensor, x: Tensor, settings: dict) -> Tensor:
        """Latents (n, d) of outputs x at least as likely as the guess z, by search where the network gains by one."""
        return self.net.refine(z, x, self.net.labels_of(settings, z))

    def decode(self, z: Tensor, settings: dict, generators: Sequence[torch.Generator]) -> Outputs:
        return self.net.sample(z, settings, generators)

    def decode_labels(self, z: Tensor, labels: Tensor) -> Tensor:
        return self.net.generate(z, labels)

    def activations(self, z: Tensor) -> Tensor:
        return self.net.activations(z)

    def flops_per_sample(self, settings: dict) -> float:
        return self.net.flops()


def kl_per_dimension(mu: Tensor, logvar: Tensor) -> Tensor:
    """KL(N(mu, exp logvar) || N(0, 1)) per dimension, in nats, of the shape of mu."""
    return 0.5 * (mu.square() + logvar.exp() - 1 - logvar)


FAMILY = Family("vae", VAEConfig, VAE)
