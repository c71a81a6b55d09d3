"""Solvers against known solutions, and the flow's log-density against densities known in closed form."""

import math

import pytest
import torch

from playground.models.ode import SOLVERS, integrate, log_density


@pytest.mark.parametrize(("name", "order"), [("euler", 1), ("heun", 2), ("rk4", 4)])
def test_the_error_falls_with_the_order_of_the_solver(name, order):
    """dx/dt = -x^2 from x(0) = 1 has x(1) = 1/2."""
    x_0 = torch.tensor([[1.0]], dtype=torch.float64)

    def error(steps: int) -> float:
        *_, x = integrate(lambda x, t: -(x**2), x_0, steps, SOLVERS[name])
        return abs(float(x) - 0.5)

    assert error(20) / error(40) == pytest.approx(2**order, rel=0.25)


@pytest.mark.parametrize("name", SOLVERS)
def test_there_and_back_again_returns_to_the_start(name):
    x_0 = torch.randn(5, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(0))

    def field(x, t):
        return torch.sin(x) + t

    *_, x_1 = integrate(field, x_0, 400, SOLVERS[name])
    *_, back = integrate(field, x_1, 400, SOLVERS[name], start=1.0, end=0.0)
    assert torch.allclose(back, x_0, atol=5e-3 if name == "euler" else 1e-5)


def mixture_velocity(means: torch.Tensor, deviation: float):
    """The exact marginal velocity of x_t = (1 - t) x_0 + t x_1 with x_0 ~ N(0, I), x_1 an equal mixture of N(m, s^2 I)."""

    def field(x: torch.Tensor, t: float) -> torch.Tensor:
        variance = (1 - t) ** 2 + (t * deviation) ** 2
        offset = x[:, None] - t * means  # (n, modes, d)
        share = torch.softmax(-offset.square().sum(2) / (2 * variance), dim=1)[..., None]
        # E[x_1 - x_0 | x_t, mode] for jointly Gaussian (x_0, x_1)
        gain = (t * deviation**2 - (1 - t)) / variance
        return (share * (means + gain * offset)).sum(1)

    return field


def mixture_log_density(x: torch.Tensor, means: torch.Tensor, deviation: float) -> torch.Tensor:
    d = x.shape[1]
    squares = (x[:, None] - means).square().sum(2) / (2 * deviation**2)
    constant = math.log(len(means)) + d * math.log(deviation * math.sqrt(2 * math.pi))
    return torch.logsumexp(-squares, dim=1) - constant


@pytest.mark.parametrize("d", [1, 2])
def test_the_log_density_of_the_exact_field_of_a_mixture_is_the_mixtures_within_a_fiftieth_of_a_nat(d):
    generator = torch.Generator().manual_seed(1)
    means = 2 * torch.randn(3, d, dtype=torch.float64, generator=generator)
    x = means[[0, 1, 2, 0, 1]] + 0.5 * torch.randn(5, d, dtype=torch.float64, generator=generator)
    found = log_density(mixture_velocity(means, 0.5), x, 200)
    assert (found - mixture_log_density(x, means, 0.5)).abs().max() < 0.02
