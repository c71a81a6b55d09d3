"""The figures in words state the numbers that the plots show."""

from rows import row

from playground.views import captions


def test_metrics_are_told_with_values_and_bands() -> None:
    said = captions.describe_metrics([row("Model A", precision=0.5)])
    assert "Model A" in said and "precision 0.5 (band 0.85 to 0.95)" in said


def test_the_histogram_is_told_by_its_extremes() -> None:
    assert "Model A draws 0 most often (19.0%, real 10.0%)" in captions.describe_histogram([row()])


def test_pairwise_distances_are_told_by_their_means() -> None:
    assert "Model A: mean 0.5, real 1.5 (shorter, so less varied)." in captions.describe_pairwise([row()])


def test_the_map_is_told_by_the_places_shared_with_real_data() -> None:
    assert "Model A has samples in 50% of the places" in captions.describe_embedding([row()])


def test_cost_is_told_in_milliseconds() -> None:
    assert "Model A 2 ms" in captions.describe_cost([row()])
