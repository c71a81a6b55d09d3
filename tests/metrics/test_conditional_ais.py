"""Annealing with biases of each row's own agrees with enumeration."""

import pytest
import torch

from playground.metrics.ais import exact_log_z
from playground.metrics.conditional_ais import (
    conditional_log_probability,
    conditional_log_z,
    expected_frame_accuracy,
    gibbs_marginals,
)

VISIBLE, HIDDEN, ROWS = 7, 5, 6


def machine():
    generator = torch.Generator().manual_seed(0)
    weights = torch.randn(VISIBLE, HIDDEN, generator=generator)
    b, c = torch.randn(ROWS, VISIBLE, generator=generator), torch.randn(ROWS, HIDDEN, generator=generator)
    states = (torch.arange(2**VISIBLE)[:, None] >> torch.arange(VISIBLE)).bitwise_and(1).float()
    return weights, b, c, states


def test_log_z_agrees_with_enumeration_of_every_row():
    weights, b, c, _ = machine()
    exact = torch.tensor([exact_log_z(weights, b[i], c[i]) for i in range(ROWS)])
    estimate = conditional_log_z(
        weights,
        b,
        c,
        torch.full((ROWS, VISIBLE), 0.5),
        temperatures=300,
        chains=300,
        generator=torch.Generator().manual_seed(1),
    )
    assert estimate == pytest.approx(exact, abs=0.05)


def test_probabilities_of_all_states_sum_to_one_and_give_the_gibbs_marginals():
    weights, b, c, states = machine()
    for i in range(ROWS):
        b_rows, c_rows = (part[i : i + 1].expand(len(states), -1) for part in (b, c))
        log_z = torch.tensor(exact_log_z(weights, b[i], c[i]))
        p = conditional_log_probability(states, weights, b_rows, c_rows, log_z).exp()
        assert float(p.sum()) == pytest.approx(1.0, abs=1e-5)
        near = gibbs_marginals(
            torch.zeros(1, VISIBLE),
            weights,
            b[i : i + 1],
            c[i : i + 1],
            steps=200,
            chains=100,
            generator=torch.Generator().manual_seed(2),
        )
        assert near[0] == pytest.approx((p @ states.double()).float(), abs=0.03)


def test_frame_accuracy_of_certain_predictions_is_the_share_of_common_keys():
    v = torch.tensor([[1.0, 1.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0]])
    p = torch.tensor([[1.0, 0.0, 1.0, 0.0], [0.0, 1.0, 0.0, 0.0]])
    assert expected_frame_accuracy(v, p) == pytest.approx(2 / 4)
    half = torch.full_like(v, 0.5)
    assert expected_frame_accuracy(v, half) == pytest.approx(1.5 / (1.5 + 2.5 + 1.5))
