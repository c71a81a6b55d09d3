"""Effects by which sliders are named: each tells what it should of pictures, sounds, tunes and texts made by hand."""

from pathlib import Path

import numpy as np
import pytest
import torch

from playground.checkpoint import default_root
from playground.datasets import datasets, find_dataset
from playground.datasets.shared.picture_effects import measure_pictures
from playground.datasets.shared.point_effects import measure_points
from playground.datasets.shared.roll_effects import measure_rolls
from playground.datasets.shared.sound_effects import measure_sounds
from playground.datasets.shared.text_effects import measure_texts
from playground.evaluation.effects import effects_of, real_outputs, spreads_of
from playground.formats.spectrogram import RATE_HZ, SAMPLES, picture_of


def bar(slant: float = 0.0, *, width: float = 2.0, length: float = 8.0, channels: int = 1) -> torch.Tensor:
    """A soft bar upright in the middle of 28 x 24 pixels; slant: columns to the right for each row down."""
    y, x = torch.meshgrid(torch.arange(28.0) - 13.5, torch.arange(24.0) - 11.5, indexing="ij")
    picture = torch.exp(-0.5 * ((x - slant * y) / width) ** 2 - 0.5 * (y / length) ** 2)
    return picture.expand(1, channels, -1, -1).clone()


def of_picture(picture: torch.Tensor) -> dict[str, float]:
    return {name: float(value[0]) for name, value in measure_pictures(picture).items()}


@pytest.mark.parametrize("slant", [-0.5, 0.0, 0.3])
def test_a_slanted_bar_has_its_slant(slant):
    assert of_picture(bar(slant, length=4))["slant"] == pytest.approx(slant, abs=0.01)


def test_the_size_of_a_bar_is_its_spread_as_a_share_of_the_side():
    found = of_picture(bar(width=3, length=4))
    assert found["width"] == pytest.approx(3 / 24, abs=0.002) and found["height"] == pytest.approx(4 / 28, abs=0.002)
    assert found["roundness"] == pytest.approx(3 / 4, abs=0.01)
    assert found["place across"] == pytest.approx(11.5 / 24, abs=1e-3)


def test_shape_does_not_see_whether_the_ground_is_dark_or_light_but_brightness_does():
    dark, light = of_picture(bar(0.3)), of_picture(1 - bar(0.3))
    assert light["slant"] == pytest.approx(dark["slant"], abs=1e-3)
    assert light["brightness"] == pytest.approx(1 - dark["brightness"], abs=1e-5)


def test_a_ring_has_an_emptier_middle_than_a_disc_and_a_figure_on_a_foot_is_bottom_heavy():
    y, x = torch.meshgrid(torch.arange(28.0) - 13.5, torch.arange(28.0) - 13.5, indexing="ij")
    radius = (x * x + y * y).sqrt()
    ring, disc = (one.float()[None, None] for one in ((radius > 7) & (radius < 10), radius < 10))
    assert of_picture(ring)["middle"] == 0 and of_picture(disc)["middle"] > 0.1
    foot = bar()
    foot[..., 20:23, 4:20] = 1
    assert of_picture(foot)["weight"] > 0.5 > -0.5 > of_picture(foot.flip(2))["weight"]


def test_colours_are_told_of_three_channels_and_an_empty_picture_has_no_shape():
    red = bar(channels=3)
    red[:, 1:] = 0
    found = of_picture(red)
    assert found["warmth"] > 0.05 and found["green"] < 0 and found["colourfulness"] == pytest.approx(found["warmth"])
    assert "warmth" not in of_picture(bar())
    assert of_picture(torch.zeros(1, 1, 28, 24))["slant"] == 0


def of_sound(wave: torch.Tensor) -> dict[str, float]:
    return {name: float(value[0]) for name, value in measure_sounds(picture_of(wave[None])).items()}


def test_sounds_differ_as_they_are_heard():
    seconds = torch.arange(SAMPLES) / RATE_HZ
    tone = 0.3 * torch.sin(2 * torch.pi * 262 * seconds)
    high = 0.3 * torch.sin(2 * torch.pi * 2093 * seconds)
    noise = 0.1 * torch.randn(SAMPLES, generator=torch.Generator().manual_seed(0))
    pure, bright, rough = (of_sound(wave) for wave in (tone, high, noise))
    assert rough["fullness"] > 2 * pure["fullness"] and rough["roughness"] > 5 * pure["roughness"]
    assert bright["brightness"] > pure["brightness"] + 30 and pure["body"] > 0.9 > 0.1 > bright["body"]
    dying, swelling = of_sound(tone * torch.exp(-6 * seconds)), of_sound(tone * (seconds / 0.5).clamp(max=1))
    assert dying["sustain"] < -20 < -1 < pure["sustain"] and dying["loudness"] < pure["loudness"]
    assert dying["attack"] <= 2 < 15 < swelling["attack"]
    darkening = of_sound(tone + high * torch.exp(-8 * seconds))
    assert darkening["ringing"] < -10 and abs(pure["ringing"]) < 2
    assert all(np.isfinite(list(of_sound(torch.zeros(SAMPLES)).values())))


def of_notes(*notes: tuple[int, int]) -> dict[str, float]:
    """Of a tune of struck notes (step, semitones above the lowest row), each held on to the next."""
    roll = torch.zeros(1, 1, 44, 32)
    for (step, pitch), (end, _) in zip(notes, [*notes[1:], (32, 0)]):
        roll[0, 0, 43 - pitch, step:end] = 153 / 255
        roll[0, 0, 43 - pitch, step] = 1
    return {name: float(value[0]) for name, value in measure_rolls(roll).items()}


def test_tunes_differ_as_they_are_written():
    scale = of_notes((0, 10), (8, 12), (16, 14), (24, 14))
    assert (scale["height"], scale["notes"], scale["range"], scale["slope"]) == (12.5, 4, 4, 3)
    assert scale["leaps"] == pytest.approx(4 / 3) and scale["repeats"] == pytest.approx(1 / 3)
    assert (scale["silence"], scale["crowding"], scale["syncopation"]) == (0, 0, 0)
    late = of_notes((17, 10), (18, 10), (20, 10))
    assert late["silence"] == 17 / 32 and late["crowding"] == 1 and late["syncopation"] == pytest.approx(2 / 3)
    assert of_notes() == dict.fromkeys(scale, 0.0) | {"silence": 1.0}


def test_texts_differ_as_they_are_read():
    found = measure_texts(["Where is the cat?", "i am ill", "ada", ""])
    assert found["length"].tolist() == [17, 8, 3, 0] and found["word length"].tolist() == [13 / 4, 2, 0, 0]
    assert found["question"].tolist() == [1, 0, 0, 0] and found["speaker"].tolist() == [0, 1, 0, 0]
    assert found["things"].tolist() == [1 / 4, 0, 0, 0]
    assert found["vowels"].tolist() == pytest.approx([5 / 13, 3 / 6, 2 / 3, 0])
    assert found["first letter"].tolist() == [22, 8, 0, 0] and found["last letter"].tolist() == [0, 0, 1, 0]


def test_points_differ_by_where_they_lie():
    found = measure_points(torch.tensor([[3.0, -4.0]]))
    assert {name: value.tolist() for name, value in found.items()} == {"across": [3], "up": [-4], "distance": [5]}


@pytest.mark.parametrize("name", [name for name, one in datasets().items() if one.has("metrics")])
def test_every_compared_data_set_has_effects_that_real_items_differ_in(name):
    dataset = find_dataset(name)
    effects = effects_of(dataset, default_root())
    assert effects is not None
    spreads = spreads_of(effects, real_outputs(dataset))
    assert set(spreads) == set(effects.known) and all(0 < spread < np.inf for spread in spreads.values())
    words = [word for effect in effects.known.values() for word in {effect.lower, effect.higher}]
    unlike = [word for word in words if not word.startswith("more like ")]
    assert len(set(unlike)) == len(unlike), "two effects say the same"


def test_the_classifier_tells_digits_apart_and_without_it_shape_remains():
    dataset = find_dataset("digits")
    effects = effects_of(dataset, default_root())
    assert effects is not None
    real = dataset.suite.real()
    measured = effects.measure(real_outputs(dataset))
    assert (
        np.median(measured["7 or 9"][real.shown_labels == 9])
        > 3
        > -3
        > np.median(measured["7 or 9"][real.shown_labels == 7])
    )
    alone = effects_of(dataset, Path("/nonexistent"))
    assert alone is not None and "slant" in alone.known and "7 or 9" not in alone.known


def test_what_has_no_effects_says_so():
    assert effects_of(find_dataset("topics"), default_root()) is None
