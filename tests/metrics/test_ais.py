"""The partition function of an RBM: enumeration against brute force, AIS from both sides, and a published RBM."""

import itertools
import math

import pytest
import torch
from torch import Tensor
from torch.nn.functional import softplus

from playground.metrics.ais import (
    ais_log_z,
    base_rate_bias,
    exact_log_z,
    free_energy,
    log_probability,
    reverse_ais_log_z,
    salakhutdinov_murray_betas,
)
from tests.golden import load_golden, static_digits

Rbm = tuple[Tensor, Tensor, Tensor]  # weights (visible, hidden), visible bias, hidden bias


def seeded(seed):
    return torch.Generator().manual_seed(seed)


def random_rbm(visible, hidden, scale=1.0, seed=0) -> Rbm:
    weights, visible_bias, hidden_bias = (
        scale * torch.randn(shape, generator=seeded(seed + i))
        for i, shape in enumerate(((visible, hidden), (visible,), (hidden,)))
    )
    return weights, visible_bias, hidden_bias


def stroke_rbm() -> Rbm:
    """Return an RBM of 784 visible and 16 hidden units: each hidden unit paints a blob on a dark picture."""
    generator = seeded(1)
    rows, columns = torch.meshgrid(torch.arange(28.0), torch.arange(28.0), indexing="ij")
    centres = 6 + 16 * torch.rand(16, 2, generator=generator)
    distance = (rows[..., None] - centres[:, 0]) ** 2 + (columns[..., None] - centres[:, 1]) ** 2
    weights = (4 * torch.exp(-distance / 18) - 0.3).reshape(784, 16) + 0.05 * torch.randn(784, 16, generator=generator)
    visible_bias = -2.5 + 0.3 * torch.randn(784, generator=generator)
    # Each blob gains much energy by lighting up its pixels; this bias takes most of it back, so that it stays in use.
    hidden_bias = -(softplus(visible_bias[:, None] + weights) - softplus(visible_bias)[:, None]).sum(0)
    return weights, visible_bias, hidden_bias


def gibbs_samples(weights, visible_bias, hidden_bias, start, steps, seed):
    generator, visible = seeded(seed), start
    for _ in range(steps):
        hidden = torch.bernoulli(torch.sigmoid(visible @ weights + hidden_bias), generator=generator)
        visible = torch.bernoulli(torch.sigmoid(hidden @ weights.T + visible_bias), generator=generator)
    return visible


@pytest.mark.parametrize(("visible", "hidden"), [(4, 3), (3, 4), (1, 1), (5, 5)])
def test_enumeration_equals_the_sum_over_all_joint_states(visible, hidden):
    weights, visible_bias, hidden_bias = (p.double() for p in random_rbm(visible, hidden))
    total = 0.0
    for v in itertools.product((0.0, 1.0), repeat=visible):
        for h in itertools.product((0.0, 1.0), repeat=hidden):
            v_state, h_state = torch.tensor(v).double(), torch.tensor(h).double()
            total += math.exp(v_state @ weights @ h_state + v_state @ visible_bias + h_state @ hidden_bias)
    assert exact_log_z(weights, visible_bias, hidden_bias) == pytest.approx(math.log(total), rel=1e-12)


def test_enumeration_is_the_same_either_way_round_and_across_blocks():
    weights, visible_bias, hidden_bias = random_rbm(14, 13, scale=0.7)  # more units than one block holds
    as_is = exact_log_z(weights, visible_bias, hidden_bias)
    assert exact_log_z(weights.T, hidden_bias, visible_bias) == pytest.approx(as_is, rel=1e-12)
    every_picture = torch.tensor(list(itertools.product((0, 1), repeat=14)))
    brute_force = torch.logsumexp(-free_energy(every_picture, weights, visible_bias, hidden_bias), 0)
    assert as_is == pytest.approx(float(brute_force), rel=1e-12)


def test_probabilities_of_all_pictures_add_up_to_one():
    rbm = random_rbm(8, 5)
    every_picture = torch.tensor(list(itertools.product((0, 1), repeat=8)), dtype=torch.uint8)
    assert float(log_probability(every_picture, *rbm, exact_log_z(*rbm)).exp().sum()) == pytest.approx(1, rel=1e-12)


def test_free_energy_is_exact_for_pixels_without_hidden_influence():
    bias = torch.tensor([0.5, -1.0])
    energy = free_energy(torch.tensor([[1, 0], [1, 1]]), torch.zeros(2, 3), bias, torch.zeros(3))
    assert energy.dtype == torch.float64
    assert energy.tolist() == pytest.approx([-0.5 - 3 * math.log(2), 0.5 - 3 * math.log(2)])


def test_the_schedule_is_that_of_the_paper():
    betas = salakhutdinov_murray_betas()
    assert len(betas) == 14_501
    assert (betas[0].item(), betas[500].item(), betas[4500].item(), betas[-1].item()) == (0, 0.5, 0.9, 1)
    assert (betas.diff() > 0).all()


def test_base_rate_bias_gives_back_smoothed_rates():
    mean = torch.tensor([0.0, 0.3, 1.0])
    rates = torch.sigmoid(base_rate_bias(mean, smoothing=0.01))
    assert rates.tolist() == pytest.approx([0.01 / 1.02, 0.31 / 1.02, 1.01 / 1.02])


def test_ais_is_exact_without_hidden_influence():
    bias = torch.linspace(-2, 2, 30)
    rbm = torch.zeros(30, 4), bias, torch.zeros(4)
    estimate = ais_log_z(*rbm, bias, generator=seeded(0), betas=[0, 1], chains=3)
    assert estimate.log_z == pytest.approx(exact_log_z(*rbm), abs=1e-4)
    assert estimate.standard_error == pytest.approx(0, abs=1e-6)


def test_ais_from_both_sides_meets_the_exact_value_of_a_small_rbm():
    rbm = random_rbm(12, 6)
    exact = exact_log_z(*rbm)
    betas = torch.linspace(0, 1, 501)
    forward = ais_log_z(*rbm, torch.zeros(12), generator=seeded(1), betas=betas, chains=500)
    every_picture = torch.tensor(list(itertools.product((0.0, 1.0), repeat=12)))
    chosen = torch.multinomial(log_probability(every_picture, *rbm, exact).exp(), 500, True, generator=seeded(2))
    reverse = reverse_ais_log_z(every_picture[chosen], *rbm, torch.zeros(12), generator=seeded(3), betas=betas)
    assert forward.log_z == pytest.approx(exact, abs=4 * forward.standard_error)
    assert reverse.log_z == pytest.approx(exact, abs=4 * reverse.standard_error)
    assert max(forward.standard_error, reverse.standard_error) < 0.05


def test_short_schedules_err_low_forwards_and_high_backwards():
    rbm = random_rbm(12, 6, scale=2.0)
    exact = exact_log_z(*rbm)
    every_picture = torch.tensor(list(itertools.product((0.0, 1.0), repeat=12)))
    probability = log_probability(every_picture, *rbm, exact).exp()
    forward, reverse = [], []
    for seed in range(60):
        forward.append(ais_log_z(*rbm, torch.zeros(12), generator=seeded(seed), betas=[0, 0.5, 1], chains=5).log_z)
        samples = every_picture[torch.multinomial(probability, 5, True, generator=seeded(seed))]
        reverse.append(
            reverse_ais_log_z(samples, *rbm, torch.zeros(12), generator=seeded(seed), betas=[0, 0.5, 1]).log_z
        )
    assert sum(forward) / 60 < exact - 0.2
    assert sum(reverse) / 60 > exact + 0.2


def test_ais_agrees_with_enumeration_within_a_nat_for_sixteen_hidden_units():
    weights, visible_bias, hidden_bias = rbm = stroke_rbm()
    exact = exact_log_z(*rbm)
    hidden = torch.randint(0, 2, (2000, 16), generator=seeded(4)).float()
    mean_picture = torch.sigmoid(hidden @ weights.T + visible_bias).mean(0)
    base = base_rate_bias(mean_picture)
    betas = torch.linspace(0, 1, 1001)
    forward = ais_log_z(*rbm, base, generator=seeded(5), betas=betas)
    start = torch.bernoulli(torch.sigmoid(hidden[:100] @ weights.T + visible_bias), generator=seeded(6))
    reverse = reverse_ais_log_z(gibbs_samples(*rbm, start, 500, 7), *rbm, base, generator=seeded(8), betas=betas)
    assert forward.log_z == pytest.approx(exact, abs=1)
    assert reverse.log_z == pytest.approx(exact, abs=1)


def test_the_same_seed_repeats():
    rbm = random_rbm(20, 8)
    first, again, other = (
        ais_log_z(
            *rbm,
            torch.zeros(20),
            generator=seeded(seed),
            betas=torch.linspace(0, 1, 251),
            chains=4,
        )
        for seed in (0, 0, 1)
    )
    assert first.log_weights.tolist() == again.log_weights.tolist()
    assert first.log_weights.tolist() != other.log_weights.tolist()
    assert first.log_weights.dtype == torch.float64


def test_starting_samples_are_left_as_they_were():
    rbm = random_rbm(20, 8)
    samples = torch.zeros(4, 20)
    reverse_ais_log_z(samples, *rbm, torch.zeros(20), generator=seeded(0), betas=torch.linspace(0, 1, 11))
    assert not samples.any()


def test_wrong_arguments_are_refused_with_what_came():
    rbm = random_rbm(30, 26)
    with pytest.raises(ValueError, match="at most 25 units on one side, got 26: use ais_log_z"):
        exact_log_z(*rbm)
    with pytest.raises(ValueError, match=r"weights must be \(visible, hidden\) = \(26, 30\).*got \(30, 26\)"):
        exact_log_z(rbm[0], rbm[2], rbm[1])
    with pytest.raises(ValueError, match=r"base_bias must be \(30,\) like the visible bias, got \(2,\)"):
        ais_log_z(*rbm, torch.zeros(2), generator=seeded(0))
    with pytest.raises(ValueError, match="betas must rise from 0 to 1, got 3 values"):
        ais_log_z(*rbm, torch.zeros(30), generator=seeded(0), betas=[0, 0.7, 0.5])
    with pytest.raises(ValueError, match="at least 2 chains for its standard error, got 1"):
        ais_log_z(*rbm, torch.zeros(30), generator=seeded(0), chains=1)
    with pytest.raises(ValueError, match=r"visible must be \(n, 30\), got \(5, 29\): flatten the pictures"):
        free_energy(torch.zeros(5, 29), *rbm)
    with pytest.raises(ValueError, match=r"at least 2 chains, 30\), got \(1, 30\)"):
        reverse_ais_log_z(torch.zeros(1, 30), *rbm, torch.zeros(30), generator=seeded(0))


# The RBM CD25(500) of the paper, with its published log Z 451.28 and test log probability -86.34.


def published_rbm() -> Rbm:
    arrays = load_golden("sm2008_rbm_cd25_500.npz")
    return torch.from_numpy(arrays["W"]), torch.from_numpy(arrays["b"]), torch.from_numpy(arrays["c"])


def training_base_rates():
    return base_rate_bias(torch.from_numpy(static_digits("train").mean(0)))


def test_published_rbm_has_its_published_log_probability():
    digits = torch.from_numpy(static_digits("test"))
    assert float(log_probability(digits, *published_rbm(), 451.28).mean()) == pytest.approx(-86.338, abs=0.01)


def test_published_rbm_tells_transposed_digits():
    digits = torch.from_numpy(static_digits("test")).reshape(-1, 28, 28).transpose(1, 2).reshape(-1, 784)
    assert float(log_probability(digits, *published_rbm(), 451.28).mean()) == pytest.approx(-108.73, abs=0.01)


def test_published_rbm_has_its_published_log_z_by_a_third_of_the_schedule():
    betas = salakhutdinov_murray_betas()
    betas = torch.cat([betas[:-1:3], betas[-1:]])
    estimate = ais_log_z(*published_rbm(), training_base_rates(), generator=seeded(0), betas=betas)
    # So short a schedule errs low by some .2 nat and scatters as much: the tight bound is that of the test below.
    assert estimate.log_z == pytest.approx(451.28, abs=1)
    digits = torch.from_numpy(static_digits("test"))
    assert float(log_probability(digits, *published_rbm(), estimate.log_z).mean()) == pytest.approx(-86.34, abs=1)


@pytest.mark.slow
def test_published_rbm_has_its_published_log_z_by_the_published_schedule():
    estimate = ais_log_z(*published_rbm(), training_base_rates(), generator=seeded(0))
    assert estimate.log_z == pytest.approx(451.28, abs=0.5)
    assert estimate.standard_error < 0.3
    digits = torch.from_numpy(static_digits("test"))
    assert float(log_probability(digits, *published_rbm(), estimate.log_z).mean()) == pytest.approx(-86.34, abs=0.5)
