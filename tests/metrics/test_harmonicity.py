"""Harmonics-to-noise ratios of sounds whose ratio is known."""

import math

import pytest
import torch

from playground.metrics.harmonicity import HIGHEST_DB, harmonic_to_noise_db

RATE_HZ = 16_000
TIME = torch.arange(RATE_HZ) / RATE_HZ
NOISE = torch.randn(RATE_HZ, generator=torch.Generator().manual_seed(0))


def ratio(sound: torch.Tensor, hertz: float) -> float:
    return harmonic_to_noise_db(sound[None], torch.tensor([hertz]), RATE_HZ).item()


@pytest.mark.parametrize("hertz", [32.7, 110.0, 440.0, 2093.0])
def test_a_pure_tone_is_as_good_as_can_be_told_and_white_noise_is_far_below_zero(hertz: float):
    assert ratio(torch.sin(2 * math.pi * hertz * TIME), hertz) > HIGHEST_DB - 2
    assert ratio(NOISE, hertz) < -10


@pytest.mark.parametrize("hertz", [32.7, 110.0, 440.0, 2093.0])
@pytest.mark.parametrize("decibels", [0.0, 10.0, 20.0])
def test_a_tone_in_white_noise_has_the_ratio_it_was_mixed_with(hertz: float, decibels: float):
    tone = math.sqrt(2) * torch.sin(2 * math.pi * hertz * TIME)  # power 1, like the noise
    assert ratio(tone + NOISE * 10 ** (-decibels / 20), hertz) == pytest.approx(decibels, abs=0.7)


def test_harmonics_are_no_noise_and_loudness_does_not_count():
    rich = torch.stack([torch.sin(2 * math.pi * 220 * k * TIME + k * k) / k for k in range(1, 20)]).sum(0)
    assert ratio(rich, 220) > HIGHEST_DB - 2
    assert ratio(0.001 * (rich + NOISE), 220) == pytest.approx(ratio(rich + NOISE, 220), abs=1e-3)


def test_a_note_a_little_out_of_tune_is_still_pure_and_one_at_another_pitch_is_not():
    assert ratio(torch.sin(2 * math.pi * 225 * TIME), 220) > HIGHEST_DB - 2
    assert ratio(torch.sin(2 * math.pi * 330 * TIME), 220) < 0


def test_only_loud_frames_count_and_each_sound_has_its_own_number():
    tone = torch.sin(2 * math.pi * 220 * TIME)
    dying = torch.where(TIME < 0.5, tone, 0.001 * NOISE)  # after half a second only a hiss 60 dB below
    found = harmonic_to_noise_db(torch.stack([tone, dying, NOISE]), torch.full((3,), 220.0), RATE_HZ)
    assert found[0] > 38 and found[1] > 30 and found[2] < -10


def test_silence_has_the_lowest_ratio_and_a_short_sound_is_refused():
    assert ratio(torch.zeros(RATE_HZ), 220) == -HIGHEST_DB
    with pytest.raises(ValueError, match="needs at least 1024 samples, got 100"):
        ratio(NOISE[:100], 220)
