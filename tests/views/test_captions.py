"""The figures in words state the numbers that the plots show."""

from rows import reply, row

from playground.datasets import compared_words
from playground.views import captions
from playground.views.comparison import Row


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


def test_histograms_of_sound_are_told_by_their_labels_and_cost_per_second_of_it() -> None:
    octaves = {"title": "Octave heard", "labels": ["C3", "C4"], "shares": [0.2, 0.8], "real_shares": [0.5, 0.5]}
    heard = Row.from_reply("audio/a", "A", 100, reply() | {"histograms": [octaves]}, 0.6, compared_words("melodies"))
    said = captions.describe_histogram([heard], 1)
    assert said.startswith("Octave heard:") and "C4 most often (80.0%, real 50.0%) and C3 least often" in said
    assert "Time per second of music at 96 quarters a minute" in captions.describe_cost([heard])
    assert "A 120 ms" in captions.describe_cost([heard])  # 0.6 s for five seconds of music
    assert "where real melodies are" in captions.describe_embedding([heard])
