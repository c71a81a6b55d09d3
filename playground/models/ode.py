"""Fixed-step solvers for dx/dt = v(x, t), and the exact log-density of what a velocity field carries.

Instantaneous change of variables (Chen et al. 2018, arXiv:1806.07366): d log p(x_t) / dt = -div v(x_t, t).
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

Field = Callable[[Tensor, float], Tensor]


@dataclass(frozen=True)
class Solver:
    """A one-step rule x(t) -> x(t + dt) and what it costs in evaluations of the field."""

    evaluations: int
    step: Callable[[Field, Tensor, float, float], Tensor]


def _euler(field: Field, x: Tensor, t: float, dt: float) -> Tensor:
    return x + dt * field(x, t)


def _heun(field: Field, x: Tensor, t: float, dt: float) -> Tensor:
    slope = field(x, t)
    return x + dt / 2 * (slope + field(x + dt * slope, t + dt))


def _rk4(field: Field, x: Tensor, t: float, dt: float) -> Tensor:
    k1 = field(x, t)
    k2 = field(x + dt / 2 * k1, t + dt / 2)
    k3 = field(x + dt / 2 * k2, t + dt / 2)
    k4 = field(x + dt * k3, t + dt)
    return x + dt / 6 * (k1 + 2 * k2 + 2 * k3 + k4)


SOLVERS = {"euler": Solver(1, _euler), "heun": Solver(2, _heun), "rk4": Solver(4, _rk4)}


def integrate(
    field: Field, x: Tensor, steps: int, solver: Solver, *, start: float = 0.0, end: float = 1.0
) -> Iterator[Tensor]:
    """Yield the state after each of ``steps`` equal steps from ``start`` to ``end``; the shape of x is the field's."""
    dt = (end - start) / steps
    for i in range(steps):
        x = solver.step(field, x, start + i * dt, dt)
        yield x


def log_density(field: Field, x: Tensor, steps: int, solver: Solver = SOLVERS["rk4"]) -> Tensor:
    """log p(x) (n,) in nats of points x (n, d) at t = 1, when p at t = 0 is N(0, I).

    The divergence is exact (one backward pass per dimension), so meant for small d; the state is kept in float64, because
    thousands of small increments are summed.
    """
    n, d = x.shape

    def augmented(state: Tensor, t: float) -> Tensor:
        with torch.enable_grad():
            point = state[:, :d].detach().requires_grad_(True)
            velocity = field(point, t)
            divergence = state.new_zeros(n)
            for i in range(d):
                divergence = divergence + torch.autograd.grad(velocity[:, i].sum(), point, retain_graph=True)[0][:, i]
        return torch.cat([velocity, divergence[:, None]], dim=1).detach()

    state = F.pad(x.double(), (0, 1))
    *_, state = integrate(augmented, state, steps, solver, start=1.0, end=0.0)
    x_0, change = state[:, :d], state[:, d]
    # Running backwards integrates div v from 1 to 0, which is minus the integral that log p(x_1) subtracts.
    return -0.5 * (x_0.square().sum(1) + d * math.log(2 * math.pi)) + change
