"""Pictures of notes, and the way back to sound."""

import math

import pytest
import torch

from playground.formats import spectrogram, vocoder
from playground.formats.spectrogram import (
    FLOOR_DB,
    TOP_DB,
    band_centres_hz,
    frequency_hz,
    harmonic_bands,
    mel_power,
    picture_of,
    picture_of_power,
    power_of_picture,
)


def tone(pitch: int, harmonics: int = 12) -> torch.Tensor:
    """One second of a decaying harmonic sound, peak 0.9."""
    time = torch.arange(16000, dtype=torch.float64) / 16000
    fundamental = float(frequency_hz(torch.tensor(pitch)))
    wave = sum(
        torch.sin(2 * math.pi * fundamental * h * time + h) * torch.exp(-time * h) / h
        for h in range(1, harmonics + 1)
        if fundamental * h < 7800
    )
    assert isinstance(wave, torch.Tensor)
    return (0.9 * wave / wave.abs().max()).float()


def error_db(wave: torch.Tensor, other: torch.Tensor) -> float:
    return float((picture_of(wave) - picture_of(other)).abs().mean() * (TOP_DB - FLOOR_DB))


def test_a_picture_is_128_by_64_between_0_and_1():
    picture = picture_of(tone(60)[None])
    assert picture.shape == (1, 1, 128, 64)
    assert picture.min() >= 0 and picture.max() <= 1


def test_a_sine_of_amplitude_1_stands_at_0_db_in_its_band():
    time = torch.arange(16000) / 16000
    wave = torch.sin(2 * math.pi * 1000 * time)[None]  # exactly bin 128
    spectrum = spectrogram.power_spectrogram(wave)[0, :, 30]
    assert spectrum.argmax() == 128
    assert float(spectrum.max()) == pytest.approx(1, abs=1e-3)
    row = int(picture_of(wave)[0, 0, :, 30].argmax())
    assert float(band_centres_hz()[row]) == pytest.approx(1000, rel=0.03)


def test_a_full_scale_sine_is_not_clipped_at_any_frequency():
    time = torch.arange(16000) / 16000
    waves = torch.stack([torch.sin(2 * math.pi * hertz * time) for hertz in torch.linspace(60, 7000, 50)])
    assert picture_of(waves)[..., 4:58].max() < 1


def test_silence_is_black_and_stays_silent():
    silence = torch.zeros(1, 16000)
    assert picture_of(silence).max() == 0
    sound = vocoder.reconstruct(picture_of(silence), torch.tensor([60]))
    assert sound.abs().max() < 1e-3


def test_power_and_picture_are_inverse_within_the_range():
    picture = torch.rand(2, 1, 128, 64)
    assert torch.allclose(picture_of_power(power_of_picture(picture)), picture, atol=1e-5)


def test_harmonics_are_expected_where_a_tone_has_its_power():
    power = mel_power(tone(57, harmonics=1)[None])[0, :, 20].flip(0)
    expected = harmonic_bands(1)[57 - 24, 0]
    assert power.argmax() == expected.argmax()
    assert torch.allclose(power / power.sum(), expected / expected.sum(), atol=0.02)


def test_harmonics_above_8_khz_are_nowhere():
    bands = harmonic_bands(10)
    assert bands[96 - 24, 4:].abs().sum() == 0
    assert bands[96 - 24, :3].sum(1).min() > 0.5


def test_mel_inversion_keeps_the_mel_power():
    picture = picture_of(tone(48)[None])
    comb, _ = vocoder.comb_of(torch.tensor([48]))
    power = vocoder.invert_mel(power_of_picture(picture), comb)
    again = picture_of_power(torch.einsum("nkt,kb->nbt", power, spectrogram.mel_filters()))
    assert float((again - picture).abs().mean() * 80) < 1.0
    assert (power >= 0).all()


@pytest.mark.parametrize("pitch", [36, 60, 84])
def test_a_tone_comes_back_through_its_picture(pitch):
    wave = tone(pitch)[None]
    again = vocoder.reconstruct(picture_of(wave), torch.tensor([pitch]))
    assert again.shape == (1, 16000)
    assert error_db(again, wave) < 2.0
    spectrum = torch.fft.rfft(again[0]).abs()[: spectrogram.SAMPLES // 4]
    assert abs(int(spectrum.argmax()) - float(frequency_hz(torch.tensor(pitch)))) <= 2  # one bin is 1 Hz


def test_a_note_sounds_the_same_alone_and_in_a_batch():
    pictures = torch.cat([picture_of(tone(pitch)[None]) for pitch in (50, 62, 74)])
    pitches = torch.tensor([50, 62, 74])
    together = vocoder.sound_of(pictures, pitches)
    alone = vocoder.sound_of(pictures[1:2], pitches[1:2])
    assert torch.allclose(together[1:2], alone, atol=1e-3)


def test_sound_peaks_at_most_at_0_9_and_fades_at_both_ends():
    sound = vocoder.sound_of(torch.rand(2, 1, 128, 64), torch.tensor([40, 80]))
    assert sound.abs().max() <= 0.9 + 1e-6
    assert sound[:, 0].abs().max() == 0 and sound[:, -1].abs().max() == 0
    assert torch.isfinite(sound).all()


def test_the_mel_filters_are_those_of_torchaudio():
    import playground.formats.torchaudio_guard  # noqa: F401  (before torchaudio)

    # isort: split
    from torchaudio.functional import melscale_fbanks

    theirs = melscale_fbanks(spectrogram.BINS, 30.0, 8000.0, spectrogram.BANDS, spectrogram.RATE_HZ)
    assert torch.equal(spectrogram.mel_filters(), theirs)
