"""The VAE's bound against closed forms of a linear Gaussian model, and its importance weights against the bound."""

import math

import torch
from torch import nn

from playground.metrics.likelihood import importance_weighted_log_prob
from playground.models.base import sample_generator
from playground.models.vae import VAE, VAEConfig
from playground.protocol.settings import TEMPERATURE
from tests.tiny import SHAPE


class ConstantDecoder(nn.Module):
    """Logits that ignore z: then log p(x) is exact, and so must be the best bound."""

    def __init__(self, logits: torch.Tensor):
        super().__init__()
        self.logits = logits

    def forward(self, z: torch.Tensor) -> torch.Tensor:
        return self.logits.expand(len(z), 1, 28, 28)


class PriorEncoder(nn.Module):
    """q(z | x) = the prior."""

    def __init__(self, latent: int):
        super().__init__()
        self.latent = latent

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.zeros(len(x), 2 * self.latent)


def picture(seed: int, n: int) -> torch.Tensor:
    return torch.bernoulli(torch.full((n, 1, 28, 28), 0.2), generator=torch.Generator().manual_seed(seed))


def test_with_a_decoder_blind_to_z_and_the_prior_as_posterior_every_bound_is_the_exact_likelihood():
    model = VAE(VAEConfig(latent=4, shape=SHAPE))
    logits = torch.randn(1, 28, 28, generator=torch.Generator().manual_seed(0))
    model.net.decoder, model.net.encoder = ConstantDecoder(logits), PriorEncoder(4)  # type: ignore[assignment]
    x = picture(1, 3)
    exact = (x * logits - nn.functional.softplus(logits)).sum((1, 2, 3))
    weights, kl = model.log_weights(x, 7, torch.Generator().manual_seed(2))
    assert torch.allclose(weights, exact.expand(7, 3), rtol=1e-5)
    assert torch.allclose(kl, torch.zeros(3))


def test_weights_average_to_the_bound_with_the_closed_form_divergence():
    """E_q[log w] = E_q[log p(x | z)] - KL(q || p), and the KL has a closed form."""
    model = VAE(VAEConfig(latent=2, shape=SHAPE))
    logits = torch.zeros(1, 28, 28)
    model.net.decoder = ConstantDecoder(logits)  # type: ignore[assignment]
    x = picture(3, 2)
    weights, kl = model.log_weights(x, 40_000, torch.Generator().manual_seed(4))
    likelihood = -784 * math.log(2)
    assert torch.allclose(weights.double().mean(0), likelihood - kl.double(), atol=0.02)


def test_the_importance_weighted_bound_does_not_fall_with_more_samples():
    torch.manual_seed(0)
    model = VAE(VAEConfig(latent=3, width=4, hidden=16, shape=SHAPE))
    x = picture(5, 16)
    with torch.inference_mode():
        weights, _ = model.log_weights(x, 512, torch.Generator().manual_seed(6))
    weights = weights.double()
    bounds = [
        importance_weighted_log_prob(weights.view(512 // k, k, 16).transpose(0, 1).flatten(1)).mean().item()
        for k in (1, 8, 64, 512)
    ]
    assert bounds == sorted(bounds)


def test_the_help_of_temperature_is_true_at_its_lowest_every_seed_gives_one_average():
    torch.manual_seed(0)
    model = VAE(VAEConfig(latent=3, width=4, hidden=8, shape=SHAPE))
    settings = {setting.name: setting.default for setting in model.settings} | {"temperature": 0.0}
    generators = [sample_generator(seed, 0) for seed in (1, 2)]
    one, other = model.decode(model.sample_latents(generators, settings), settings, generators)
    assert isinstance(one, torch.Tensor) and isinstance(other, torch.Tensor) and torch.equal(one, other)
    (temperature,) = [setting for setting in model.settings if setting.name == "temperature"]
    assert "one blurred average, the same for every seed, and not towards typical samples" in temperature.help
    assert "typical" not in TEMPERATURE.help
