"""The RBM of real-valued pixels, against the mixture of Gaussians that it is: one component for every hidden state."""

import math

import pytest
import torch
from torch import Tensor
from torch.distributions import Normal

from playground.models.base import sample_generator
from playground.models.rbm import RBM, RBMConfig
from playground.models.visible_units import LEVEL, GaussianUnits
from playground.protocol.fields import settings_of

HIDDEN = 3


def log_variance(model: RBM) -> Tensor:
    assert isinstance(model.units, GaussianUnits)
    return model.units.log_variance


def small(visible: int = 2, stored: int = 10, stored_steps: int = 1) -> RBM:
    """A machine with nothing at its default: centres, biases, variances and weights all matter."""
    torch.manual_seed(3)
    config = RBMConfig(HIDDEN, "gaussian", chains=4, stored=stored, stored_steps=stored_steps, shape=(1, 1, visible))
    model = RBM(config)
    for parameter, scale in ((model.weight, 0.8), (model.visible_bias, 0.5), (model.hidden_bias, 0.5)):
        parameter.data.normal_(0, scale)
    log_variance(model).data.uniform_(-1.5, 0.5)
    model.visible_centre.uniform_(0.2, 0.8)
    model.hidden_centre.uniform_(0.2, 0.8)
    return model.double()


def hidden_states() -> Tensor:
    return torch.cartesian_prod(*[torch.tensor([0.0, 1.0], dtype=torch.float64)] * HIDDEN)


def energy(model: RBM, v: Tensor, h: Tensor) -> Tensor:
    """E(v, h) written out from its definition: (n, m) of v (n, visible) and h (m, hidden)."""
    u = (v - model.visible_centre) / (0.5 * log_variance(model)).exp()
    g = h - model.hidden_centre
    rest = (u @ model.visible_bias)[:, None] + (g @ model.hidden_bias)[None]
    return 0.5 * u.square().sum(1)[:, None] - u @ model.weight @ g.T - rest


def mixture(model: RBM) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """log Z, log weights (m,), means (m, visible) and deviations (visible,) of the components, by completing the square."""
    g = hidden_states() - model.hidden_centre
    x = g @ model.weight.T + model.visible_bias
    sigma = (0.5 * log_variance(model)).exp()
    mass = g @ model.hidden_bias + 0.5 * x.square().sum(1) + (0.5 * math.log(2 * math.pi) + sigma.log()).sum()
    log_z = torch.logsumexp(mass, 0)
    return log_z, mass - log_z, model.visible_centre + sigma * x, sigma


def log_density(model: RBM, v: Tensor) -> Tensor:
    """log p(v) (n,) of the mixture."""
    _, log_weights, means, sigma = mixture(model)
    return torch.logsumexp(log_weights + Normal(means, sigma).log_prob(v[:, None]).sum(2), 1)


def points(count: int, visible: int = 2) -> Tensor:
    return torch.randn(count, visible, generator=torch.Generator().manual_seed(5), dtype=torch.float64)


def test_the_free_energy_is_the_sum_over_hidden_states():
    model, v = small(), points(50)
    assert torch.allclose(model.free_energy(v), -torch.logsumexp(-energy(model, v, hidden_states()), 1))


def test_the_density_is_the_mixture_and_integrates_to_one():
    model, v = small(), points(50)
    assert torch.allclose(-model.free_energy(v) - mixture(model)[0], log_density(model, v))
    axis = torch.linspace(-12, 12, 801, dtype=torch.float64)
    log_z = mixture(model)[0].detach()
    total = (-model.free_energy(torch.cartesian_prod(axis, axis))).detach().logsumexp(0) + 2 * math.log(24 / 800)
    assert abs(float(total - log_z)) < 1e-9


def test_both_conditionals_are_those_of_the_energy():
    model, v, h = small(), points(20), hidden_states()
    on = (-energy(model, v, h)).softmax(1) @ h
    assert torch.allclose(torch.sigmoid(model.hidden_logits(v)), on)
    assert torch.allclose(model.visible_mean(h), mixture(model)[2])
    uniform = torch.rand(40_000, 2, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    drawn = model.sample_visible(uniform, model.visible_inputs(h[5:6]), uniform, 1.5)
    _, _, means, sigma = mixture(model)
    assert torch.allclose(drawn.mean(0), means[5], atol=0.03)
    assert torch.allclose(drawn.std(0), sigma * math.sqrt(1.5), rtol=0.03)


@pytest.mark.parametrize("uniform", [0.0, 1 - 2**-24])
def test_no_uniform_number_gives_an_endless_pixel(uniform: float):
    model = small().float()
    at = torch.full((1, 2), uniform)
    assert model.sample_visible(at, torch.zeros(1, 2), at).isfinite().all()


def test_the_gradient_of_the_free_energy_difference_is_that_of_the_exact_likelihood():
    model, data = small(), points(6)
    axis = torch.linspace(-12, 12, 401, dtype=torch.float64)
    grid = torch.cartesian_prod(axis, axis)
    p = (-model.free_energy(grid)).softmax(0).detach()
    parameters = list(model.parameters())
    surrogate = model.free_energy(data).mean() - p @ model.free_energy(grid)
    exact = -log_density(model, data).mean()
    for a, b in zip(torch.autograd.grad(surrogate, parameters), torch.autograd.grad(exact, parameters), strict=True):
        assert torch.allclose(a, b, atol=1e-6)


@pytest.mark.parametrize("temperature", [1.0, 1.5])
def test_long_gibbs_chains_have_the_moments_of_the_mixture(temperature: float):
    model = small()
    exact = small()
    with torch.no_grad():  # the energy over a temperature is that of another machine
        root = math.sqrt(temperature)
        log_variance(exact).add_(math.log(temperature))
        exact.weight.div_(root)
        exact.visible_bias.div_(root)
        exact.hidden_bias.div_(temperature)
    _, log_weights, means, sigma = mixture(exact)
    shares = log_weights.exp().detach()
    mean = shares @ means
    covariance = (means - mean).T @ (shares[:, None] * (means - mean)) + torch.diag(sigma.square())
    generators = [sample_generator(1, i) for i in range(2000)]
    with torch.inference_mode():
        v, h = model.float().gibbs(torch.zeros(2000, 2), 15, temperature, generators)
    assert torch.allclose(v.mean(0).double(), mean, atol=0.1)
    assert torch.allclose(torch.cov(v.T).double(), covariance, atol=0.2)
    assert 0.5 * (code_shares(h) - shares).abs().sum() < 0.05


def code_shares(h: Tensor) -> Tensor:
    codes = (h @ torch.tensor([4.0, 2.0, 1.0])).long()
    return torch.bincount(codes, minlength=8).double() / len(h)


def test_the_chains_kept_after_training_are_distributed_as_the_mixture_and_go_on_from_there():
    model = small(stored=6001, stored_steps=30)
    shares = mixture(model)[1].exp().detach()
    model = model.float()
    far = torch.full((20, 1, 1, 2), 1.0)
    with torch.inference_mode():
        model.finish_on_data(far, torch.zeros(20, dtype=torch.int64))
        assert model.particles.shape == (6001, 1) and model.particles.dtype == torch.uint8
        assert 0.5 * (code_shares(model.unpacked(model.particles)) - shares).abs().sum() < 0.03
        settings = settings_of(model, {"settings": {"steps": 0}})
        z = model.sample_latents([sample_generator(2, i) for i in range(1000)], settings)
    assert 0.5 * (code_shares(z) - shares).abs().sum() < 0.07


def test_a_clamped_part_of_a_colour_picture_keeps_its_levels():
    torch.manual_seed(0)
    model = RBM(RBMConfig(shape=(3, 4, 5), hidden=10, chains=2, visible_units="gaussian"))
    body = bytes(range(60)) + bytes(255 if i < 30 else 0 for i in range(60))  # rows, columns, colours
    clamp = model.read_clamp({"clamped": True}, memoryview(body))
    start, generators = torch.zeros(1, 10), [torch.Generator().manual_seed(0)]
    shown = model.chain(start, {"temperature": 1.0, "settle": 0}, generators, 5, 3, clamp=clamp)
    assert shown.shape == (5, 3, 4, 5) and shown.min() >= 0 and shown.max() <= 1
    held = (shown[:, :, :2] * 255).round().movedim(1, -1).reshape(5, 30)
    assert torch.equal(held, torch.arange(30.0).expand(5, 30)) and not torch.equal(shown[1], shown[4])


def colour_pictures(count: int) -> Tensor:
    """(count, 3, 2, 2): red on the left, or blue on the right, or both, with noise of a standard deviation of 0.05."""
    generator = torch.Generator().manual_seed(11)
    pictures = torch.full((count, 3, 2, 2), 0.3)
    kinds = torch.arange(count) % 3
    pictures[kinds != 1, 0, :, 0] = 0.8
    pictures[kinds != 0, 2, :, 1] = 0.7
    return pictures + 0.05 * torch.randn(pictures.shape, generator=generator)


@pytest.mark.parametrize("learn_variance", [True, False])
def test_training_raises_the_exact_likelihood_of_colour_pictures(learn_variance: bool):
    torch.manual_seed(0)
    model = RBM(RBMConfig(HIDDEN, "gaussian", learn_variance, chains=60, gibbs_steps=2, shape=(3, 2, 2)))
    pictures = colour_pictures(600)
    train, test = pictures[:450], pictures[450:].flatten(1).double()
    labels = torch.zeros(450, dtype=torch.int64)

    def nats() -> float:
        return float(log_density(copy_of(model), test).mean())

    model.start_from_data(train, labels)
    before = nats()
    (phase,) = model.phases()
    optimiser = torch.optim.SGD(phase.parameters, lr=0.1)
    generator = torch.Generator().manual_seed(2)
    for _ in range(500):
        chosen = torch.randint(450, (50,), generator=generator)
        loss, _ = phase.loss(train[chosen], labels[chosen], generator)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        model.after_step()
    independent = (
        Normal(train.flatten(1).double().mean(0), train.flatten(1).double().std(0)).log_prob(test).sum(1).mean()
    )
    assert abs(before - float(independent)) < 0.1
    # The three kinds with their noise would gain 5 nats in the end; fixed variances are too large to gain much.
    assert nats() > before + (1.0 if learn_variance else 0.3)
    assert log_variance(model).min() >= 2 * math.log(LEVEL) - 1e-5


def copy_of(model: RBM) -> RBM:
    other = RBM(model.config)
    other.load_state_dict(model.state_dict())
    return other.double().requires_grad_(False)


def test_weights_alone_are_not_such_a_machine():
    with pytest.raises(ValueError, match="only a machine of bits is known by its weights and biases alone"):
        small().plain_parameters()


def test_units_of_another_kind_are_refused_in_a_sentence():
    with pytest.raises(ValueError, match="visible_units must be binary or gaussian, got 'ternary'"):
        RBMConfig(visible_units="ternary", shape=(1, 2, 2))
