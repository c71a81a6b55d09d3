"""Every family keeps its promises: finite losses, gradients everywhere, one seed one picture, saved equals loaded."""

import pytest
import torch

from playground.checkpoint import find_checkpoint, load_model, save_checkpoint
from playground.models import REGISTRY
from playground.models.base import GenerativeModel, sample_generator
from playground.protocol.fields import settings_of
from tests.tiny import TINY

GENERATIVE = [name for name in TINY if name != "classifier"]


def tiny(family: str):
    torch.manual_seed(0)
    config, build = REGISTRY[family]
    model = build(config(**TINY[family]))
    for parameter in model.parameters():  # zero-initialised layers would hide missing gradients
        parameter.data += 0.05 * torch.randn_like(parameter)
    return model


def batch(n: int = 8):
    generator = torch.Generator().manual_seed(1)
    return torch.rand(n, 1, 28, 28, generator=generator), torch.randint(0, 10, (n,), generator=generator)


@pytest.mark.parametrize("family", TINY)
def test_every_phase_has_a_finite_loss_and_gradients_reach_every_parameter(family):
    model = tiny(family)
    for phase in model.phases():
        loss, numbers = phase.loss(*batch(), torch.Generator().manual_seed(2))
        gradients = torch.autograd.grad(loss, list(phase.parameters), allow_unused=True)
        assert loss.isfinite() and all(value == value for value in numbers.values())
        assert all(gradient is not None and gradient.abs().sum() > 0 for gradient in gradients)


@pytest.mark.parametrize("family", GENERATIVE)
def test_a_sample_is_the_same_alone_and_in_a_batch(family):
    model = tiny(family).eval()
    settings = settings_of(model, {})
    alone = _pictures(model, [3], settings)
    together = _pictures(model, range(7), settings)[3:4]
    assert torch.allclose(alone, together, atol=1e-5)
    assert not torch.allclose(alone, _pictures(model, [4], settings), atol=1e-3)


def _pictures(model: GenerativeModel, indices, settings) -> torch.Tensor:
    with torch.inference_mode():
        generators = [sample_generator(5, i) for i in indices]
        z = model.sample_latents(generators, settings)
        assert z.shape == (len(generators), model.latent.size)
        pictures = model.decode(z, settings, generators)
    assert pictures.shape == (len(generators), 1, 28, 28) and pictures.min() >= 0 and pictures.max() <= 1
    return pictures


@pytest.mark.parametrize("family", TINY)
def test_saved_equals_loaded(family, tmp_path):
    model = tiny(family)
    facts = {
        "id": f"image/{family}",
        "name": family,
        "summary": "",
        "modality": "image",
        "family": family,
        "dataset": "digits",
        "config": TINY[family],
        "cost": {},
        "metrics": {},
    }
    save_checkpoint(tmp_path, model, facts)
    loaded = load_model(find_checkpoint(tmp_path, f"image/{family}"))
    for name, tensor in model.state_dict().items():
        assert torch.equal(tensor, loaded.state_dict()[name]), name


@pytest.mark.parametrize("family", GENERATIVE)
def test_declared_settings_have_defaults_within_their_limits(family):
    model = tiny(family)
    assert settings_of(model, {}) == {setting.name: setting.default for setting in model.settings}
    assert all(setting.help.endswith(".") for setting in model.settings)
    assert model.flops_per_sample(settings_of(model, {})) > 0


def test_choosing_a_digit_leaves_the_noise_of_a_seed_as_it_was():
    model = tiny("gan")
    settings = settings_of(model, {})
    free = model.sample_latents([sample_generator(1, 2)], settings)
    seven = model.sample_latents([sample_generator(1, 2)], settings | {"digit": "7"})
    assert torch.equal(free[:, :-10], seven[:, :-10])
    assert seven[0, -10:].tolist() == [0, 0, 0, 0, 0, 0, 0, 1, 0, 0]


def test_seeds_and_indices_give_unrelated_noise():
    noise = torch.stack([torch.randn(500, generator=sample_generator(s, i)) for s in range(20) for i in range(20)])
    correlation = torch.corrcoef(noise) - torch.eye(len(noise))
    assert correlation.abs().max() < 0.25  # 5.5 standard deviations of 1 / sqrt(500)
