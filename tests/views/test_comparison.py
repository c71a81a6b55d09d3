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


def test_labels_are_what_people_call_it() -> None:
    assert (
        Measure.from_reply("digit-kl-100-net", metric(0.9) | {"label": "Digit histogram KL"}).label
        == "Digit histogram KL"
    )
    assert Measure.from_reply("coverage-100", metric(0.9)).label == "Coverage"


def measure(name: str, value: float, **more: object) -> Measure:
    """A number with the band .85 to .95."""
    return Measure.from_reply(f"{name}-100-net", metric(value) | {"label": name} | more)


def test_a_verdict_leads_with_the_worst_number_then_names_the_others_with_their_bands_and_what_is_within() -> None:
    said = judge(row("Model A", precision=0.5, coverage=0.9))
    assert said == (
        "Model A: worst is precision 0.5 (band 0.85 to 0.95); also worse than a perfect sampler: fréchet distance 2 "
        "(band 0.5 to 1.5); within the band of a perfect sampler: coverage."
    )


def test_where_both_ends_are_wrong_a_number_beyond_the_band_is_a_fault_and_else_it_is_none() -> None:
    plain, both = measure("Copied", 1.0), measure("Copied", 1.0, two_sided=True)
    assert plain.fault == 0 and both.fault == pytest.approx(0.5)
    assert (
        judge(Row("text/a", "A", 100, DIGITS, [plain])) == "A: beyond a perfect sampler: copied 1 (band 0.85 to 0.95)."
    )
    assert judge(Row("text/a", "A", 100, DIGITS, [both])) == "A: worst is copied 1 (band 0.85 to 0.95)."


def test_a_band_without_width_does_not_make_a_small_share_the_worst_fault() -> None:
    copied = measure("Copied", 0.02, floor=0.0, band=[0.0, 0.0], better="lower")
    assert copied.fault == pytest.approx(0.4)
    assert judge(Row("text/a", "A", 100, DIGITS, [copied, measure("BLEU-3", 0.7)])).startswith("A: worst is BLEU-3 0.7")


def test_precision_above_the_band_is_called_playing_safe_and_recall_scattered() -> None:
    sure = judge(Row("image/a", "A", 100, DIGITS, [measure("Precision", 1.0, two_sided=True)]))
    assert sure == "A: worst is precision 1 (band 0.85 to 0.95), a sign of playing safe rather than better samples."
    wide = judge(Row("image/a", "A", 100, DIGITS, [measure("Recall", 1.0)]))
    assert wide == (
        "A: beyond a perfect sampler: recall 1 (band 0.85 to 0.95), a sign of samples more scattered than real data."
    )


def test_a_model_of_nonsense_is_called_so_in_the_first_words_however_well_its_other_numbers_stand() -> None:
    fine = [measure(f"Number {i}", 0.9) for i in range(12)]
    far = measure("Copied", 9.0, better="lower", two_sided=True)
    sense = measure("Sense (3-grams)", 1.6, better="lower", two_sided=True, baseline=2.0)
    mild = measure("Sense (3-grams)", 1.4, better="lower", two_sided=True, baseline=2.0)
    assert sense.senseless and not mild.senseless
    nonsense = Row("text/a", "Babbler", 100, DIGITS, [*fine, far, sense])
    opening = "Babbler: nonsense, sense (3-grams) 1.6 (band 0.85 to 0.95) is nearer to chance (2) than to real data"
    assert judge(nonsense).startswith(opening)
    good = Row("text/b", "Writer", 100, DIGITS, [*fine, measure("Copied", 0.9), mild])
    assert judge_all([good, nonsense]).startswith(f"At 100 samples, {opening}")
    assert "nonsense" not in judge(good)


def test_the_overall_verdict_leads_with_the_model_and_number_furthest_from_real_data() -> None:
    good, bad = row("Good", precision=0.9, coverage=0.9), row("Bad", precision=0.1, coverage=0.1)
    assert judge_all([good, bad]) == (
        "At 100 samples, Bad: worst is precision 0.1 (band 0.85 to 0.95), outside the band on 3 of 3 numbers; "
        "Good: worst is fréchet distance 2 (band 0.5 to 1.5), outside the band on 1 of 3 numbers."
    )
    assert judge_all([Row("image/a", "A", 100, DIGITS, [measure("Precision", 0.9)])]) == (
        "At 100 samples, A: no number is worse than that of real digits."
    )
    assert judge_all([Row("image/a", "A", 100, DIGITS)]) == "Nothing was measured."


def test_shares_sum_to_one_and_an_empty_histogram_stays_empty() -> None:
    assert sum(row().histograms[0].shares) == pytest.approx(1)
    assert row().histograms[0].shares[0] == pytest.approx(0.19)


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0"), (0.12345, "0.123"), (123.4, "123"), (12345.6, "12,346"), (0.00001, "1.0e-05")]
)
def test_numbers_are_short(value: float, text: str) -> None:
    assert format_number(value) == text
