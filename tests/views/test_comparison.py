"""Bands and verdicts: what is said follows from the numbers, and from nothing else."""

import pytest
from rows import DIGITS, metric, row

from playground.views.comparison import BEYOND, WITHIN, WORSE, Measure, Row, format_number, judge, judge_all


@pytest.mark.parametrize(
    ("value", "better", "standing"),
    [
        (0.85, "higher", WITHIN),
        (0.95, "lower", WITHIN),
        (0.80, "higher", WORSE),
        (0.80, "lower", BEYOND),
        (0.99, "higher", BEYOND),
        (0.99, "lower", WORSE),
    ],
)
def test_standing_depends_on_the_band_and_the_better_direction(value: float, better: str, standing: str) -> None:
    assert Measure.from_reply("coverage-100", metric(value, better=better)).standing == standing


def test_without_a_band_the_floor_is_the_band() -> None:
    measure = Measure.from_reply("coverage-100", {"value": 1.0, "floor": 0.9, "better": "higher"})
    assert measure.band == (0.9, 0.9)
    assert measure.standing == BEYOND


@pytest.mark.parametrize(
    ("protocol", "label"),
    [("digit-kl-100-net", "Digit histogram KL"), ("frechet-100", "Fréchet distance"), ("coverage-100", "Coverage")],
)
def test_labels_are_what_people_call_it(protocol: str, label: str) -> None:
    assert Measure.from_reply(protocol, metric(0.9)).label == label


def test_a_verdict_names_what_is_within_and_numbers_with_band_what_is_worse() -> None:
    said = judge(row("Model A", precision=0.5, coverage=0.9))
    assert "within the band of a perfect sampler: coverage" in said
    assert "worse than a perfect sampler: precision 0.5 (band 0.85 to 0.95) and fréchet distance 2" in said


def test_precision_above_the_band_is_called_playing_safe() -> None:
    assert "playing safe" in judge(row(precision=1.0))
    assert "playing safe" not in judge(row(precision=0.9, coverage=1.0))


def test_recall_above_the_band_is_called_scattered() -> None:
    measure = Measure.from_reply("recall-100-net", metric(1.0))
    said = judge(Row("image/a", "A", 100, DIGITS, [measure]))
    assert (
        said
        == "A: beyond a perfect sampler: recall 1 (band 0.85 to 0.95), a sign of samples more scattered than real data."
    )


def test_the_overall_verdict_counts_and_does_not_crown_without_reason() -> None:
    good, bad = row("Good", precision=0.9, coverage=0.9), row("Bad", precision=0.1, coverage=0.1)
    said = judge_all([good, bad])
    assert "At 100 samples Good is within a perfect sampler's band on 2 of 3 numbers (Good: 2; Bad: 0)." == said
    assert "none is within the band" in judge_all([bad])
    tied = judge_all([row("One", precision=0.9), row("Two", precision=0.9)])
    assert "One and Two are within" in tied


def test_shares_sum_to_one_and_an_empty_histogram_stays_empty() -> None:
    assert sum(row().histograms[0].shares) == pytest.approx(1)
    assert row().histograms[0].shares[0] == pytest.approx(0.19)


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0"), (0.12345, "0.123"), (123.4, "123"), (12345.6, "12,346"), (0.00001, "1.0e-05")]
)
def test_numbers_are_short(value: float, text: str) -> None:
    assert format_number(value) == text
