"""Importance-weighted log probability: exact cases, and many weights in parts."""

import math

import pytest
import torch

from playground.metrics.likelihood import importance_weighted_log_prob, weigh


def test_one_weight_is_its_own_estimate():
    weights = torch.tensor([[-90.0, 3.0]])
    assert importance_weighted_log_prob(weights).tolist() == [-90.0, 3.0]


def test_estimate_is_the_log_of_the_mean_in_float64():
    weights = torch.log(torch.tensor([[1.0, 4.0], [3.0, 8.0]]))
    estimate = importance_weighted_log_prob(weights)
    assert estimate.dtype == torch.float64
    assert estimate.tolist() == pytest.approx([math.log(2), math.log(6)])
    assert importance_weighted_log_prob(weights, 1).tolist() == pytest.approx([math.log(2.5), math.log(5.5)])


def test_weights_hundreds_of_nats_apart_neither_overflow_nor_vanish():
    weights = torch.tensor([[-1000.0], [-2000.0], [900.0]])
    assert importance_weighted_log_prob(weights).item() == pytest.approx(900 - math.log(3))
    assert importance_weighted_log_prob(torch.full((4, 1), -5000.0)).item() == pytest.approx(-5000)


def test_estimate_of_a_gaussian_model_approaches_its_exact_log_probability():
    # z ~ N(0, 1), x | z ~ N(z, 1), so x ~ N(0, 2); the proposal is a widened posterior N(x / 2, 1).
    x = torch.tensor([-1.0, 0.0, 2.5], dtype=torch.float64)
    z = x / 2 + torch.randn(20_000, 3, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    log_weights = log_normal(z, 0, 1) + log_normal(x, z, 1) - log_normal(z, x / 2, 1)
    exact = log_normal(x, torch.zeros(()), math.sqrt(2))
    assert importance_weighted_log_prob(log_weights).tolist() == pytest.approx(exact.tolist(), abs=0.02)
    # The bound rises with K on average: 20,000 times K = 1, 400 times K = 50.
    few = importance_weighted_log_prob(log_weights.reshape(50, 400, 3)).mean(0)
    assert (log_weights.mean(0) < few).all()


def log_normal(value, mean, deviation):
    return -0.5 * ((value - mean) / deviation) ** 2 - math.log(deviation * math.sqrt(2 * math.pi))


def test_weighing_in_parts_gives_the_estimate_and_the_bound_of_all_weights():
    items = torch.arange(7.0)

    def log_weights(some: torch.Tensor, k: int) -> torch.Tensor:
        return some.expand(k, -1) + torch.arange(k)[:, None]

    seen: list[int] = []
    weighed = weigh(log_weights, items, 6, weights_at_once=4, items_at_once=3, report=seen.append)
    drawn = torch.tensor([0.0, 1, 2, 3, 0, 1])[:, None] + items
    assert seen == [3, 6, 7]
    assert torch.allclose(weighed.log_prob, importance_weighted_log_prob(drawn))
    assert torch.allclose(weighed.bound, drawn.double().mean(0))


def test_weighing_in_parts_survives_impossible_samples():
    parts = iter([torch.full((2, 1), -math.inf), torch.zeros(2, 1)])
    weighed = weigh(lambda some, k: next(parts), torch.zeros(1), 4, weights_at_once=2, items_at_once=1)
    assert weighed.log_prob.item() == pytest.approx(-math.log(2))
