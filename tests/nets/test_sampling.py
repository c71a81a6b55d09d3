"""Drawing tokens: what temperature, top-k and top-p leave, and that a seed's noise is a function of seed and place alone."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from playground.nets.sampling import SamplingParams, changed_probabilities, draw, likeliest, noise

LOGITS = torch.tensor([[2.0, 1.0, 0.0, -1.0]]).log_softmax(1)


def test_with_nothing_changed_the_odds_are_the_softmax():
    assert torch.allclose(changed_probabilities(LOGITS, [SamplingParams()]), LOGITS.double().softmax(1))


def test_temperature_divides_the_logits():
    assert torch.allclose(changed_probabilities(LOGITS, [SamplingParams(0.5)]), (LOGITS.double() / 0.5).softmax(1))


def test_temperature_zero_takes_the_first_of_the_likeliest():
    assert changed_probabilities(torch.tensor([[1.0, 3.0, 3.0]]), [SamplingParams(0.0)]).tolist() == [[0, 1, 0]]


def test_top_k_keeps_so_many_and_shares_out_the_rest():
    kept = changed_probabilities(LOGITS, [SamplingParams(top_k=2)])[0]
    expected = LOGITS.double().softmax(1)[0, :2]
    assert kept[2:].tolist() == [0, 0] and torch.allclose(kept[:2], expected / expected.sum())


def test_top_p_keeps_the_fewest_that_reach_it():
    probabilities = torch.tensor([[0.5, 0.3, 0.15, 0.05]])
    kept = changed_probabilities(probabilities.log(), [SamplingParams(top_p=0.7)])[0]
    assert torch.allclose(kept, torch.tensor([0.625, 0.375, 0, 0], dtype=torch.float64))
    assert changed_probabilities(probabilities.log(), [SamplingParams(top_p=0.05)])[0].tolist() == [1, 0, 0, 0]


def test_rows_have_their_own_settings():
    rows = changed_probabilities(LOGITS.repeat(3, 1), [SamplingParams(0.0), SamplingParams(top_k=1), SamplingParams()])
    assert rows[0].tolist() == rows[1].tolist() == [1, 0, 0, 0] and (rows[2] > 0).all()


@pytest.mark.parametrize("levels", [1, 40, 10**6])  # all equal, many equal, hardly any
def test_the_likeliest_few_are_the_first_of_all_sorted(levels):
    scores = torch.randint(levels, (4, 500), generator=torch.Generator().manual_seed(levels)).double()
    top, places = scores.sort(dim=1, descending=True, stable=True)
    for count in (1, 100, 500):
        assert [part.tolist() for part in likeliest(scores, count)] == [
            top[:, :count].tolist(),
            places[:, :count].tolist(),
        ]


@given(st.floats(0, 1, exclude_max=True))
def test_a_draw_is_where_the_cumulated_odds_reach_the_noise(value):
    odds = torch.tensor([[0.25, 0.0, 0.5, 0.25]], dtype=torch.float64)
    expected = 0 if value < 0.25 else 2 if value < 0.75 else 3
    assert draw(odds, [value]).tolist() == [expected]


def test_noise_is_even_and_depends_on_seed_and_place():
    values = [noise(7, place) for place in range(4000)]
    assert values == [noise(7, place) for place in range(4000)]
    assert noise(8, 0) != noise(7, 0) and all(0 <= value < 1 for value in values)
    counts = torch.histc(torch.tensor(values), 10, 0, 1)
    assert ((counts - 400) ** 2 / 400).sum() < 27.9  # chi-square, 9 degrees of freedom, one in a thousand


@pytest.mark.parametrize("seed", range(3))
def test_many_draws_have_the_odds_they_should(seed):
    odds = changed_probabilities(LOGITS, [SamplingParams(0.9, top_p=0.95)])
    drawn = draw(odds.repeat(20_000, 1), [noise(seed, place) for place in range(20_000)])
    counts = torch.bincount(drawn, minlength=4) / 20_000
    assert torch.allclose(counts.double(), odds[0], atol=0.012)


@pytest.mark.parametrize(
    "odds",
    [
        SamplingParams(),
        SamplingParams(0.0),
        SamplingParams(0.8, 0, 0.95),
        SamplingParams(1.0, 30, 1.0),
        SamplingParams(1.5, 0, 0.999),
        SamplingParams(1.0, 400),
    ],
)
def test_looking_at_the_first_few_only_changes_nothing(odds, monkeypatch):
    logits = 3 * torch.randn(4, 900, generator=torch.Generator().manual_seed(0))
    monkeypatch.setattr("playground.nets.sampling.FEW", ())
    whole = changed_probabilities(logits, [odds] * 4)
    monkeypatch.setattr("playground.nets.sampling.FEW", (16, 64))
    assert torch.allclose(changed_probabilities(logits, [odds] * 4), whole, atol=1e-15)
    assert torch.equal(changed_probabilities(logits, [odds] * 4) > 0, whole > 0)
