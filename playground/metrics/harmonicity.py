"""Harmonics-to-noise ratio of notes of known pitch, by autocorrelation. Higher: purer; grain and hiss lower it.

Boersma 1993 ("Accurate short-term analysis of the fundamental frequency and the harmonics-to-noise ratio of a sampled sound"):
the autocorrelation of a sound is that of a Hann-windowed frame divided by that of the window. Its value r one period later,
relative to lag 0, is the share of the power that is periodic, and the ratio is 10 log10(r / (1 - r)). Here the pitch is known, so
the highest peak within ``TUNING`` semitones of its period is taken.
"""

import math

import torch
from torch import Tensor

PERIODS = 6  # of the pitch in a frame, at least
LEAST_FRAME_S = 0.064
TUNING = 0.5  # semitones that a note may be out of tune, either way
LOUD_DB = 30.0  # frames further below the loudest frame of a note do not count
OVERSAMPLING = 8  # of the lags: a high note has only a few samples a period
HIGHEST_DB = 40.0  # windowing and sampling blur the peak: more cannot be told from a pure tone


def harmonic_to_noise_db(sound: Tensor, hertz: Tensor, rate_hz: int) -> Tensor:
    """Ratio (n,) in dB, -40 to 40: the mean over the loud frames of sounds (n, samples) with fundamentals ``hertz`` (n,).

    Silence has -40. ValueError when a sound is shorter than one frame.
    """
    return torch.stack([_one(wave, float(f), rate_hz) for wave, f in zip(sound.double(), hertz.tolist(), strict=True)])


def _one(wave: Tensor, hertz: float, rate_hz: int) -> Tensor:
    """The ratio of one sound (samples,)."""
    period = rate_hz / hertz
    length = math.ceil(max(PERIODS * period, LEAST_FRAME_S * rate_hz))
    if len(wave) < length:
        raise ValueError(f"a sound of {hertz:.1f} Hz needs at least {length} samples, got {len(wave)}.")
    frames = wave.unfold(0, length, max(1, length // 2))
    frames = frames - frames.mean(1, keepdim=True)
    energy = frames.square().sum(1)
    loud = energy > energy.max() * 10 ** (-LOUD_DB / 10)
    if not loud.any():
        return wave.new_tensor(-HIGHEST_DB)
    window = torch.hann_window(length, periodic=False, dtype=wave.dtype)
    spread = 2 ** (TUNING / 12)
    lags = torch.arange(math.floor(period / spread * OVERSAMPLING), math.ceil(period * spread * OVERSAMPLING) + 1)
    relative = _autocorrelation(frames[loud] * window, lags) / _autocorrelation(window[None], lags)
    least = 1 / (1 + 10 ** (HIGHEST_DB / 10))
    r = relative.amax(1).clamp(least, 1 - least)
    return (10 * torch.log10(r / (1 - r))).mean()


def _autocorrelation(frames: Tensor, lags: Tensor) -> Tensor:
    """Autocorrelation (n, lags) of frames (n, length) relative to lag 0, at lags counted in 1 / OVERSAMPLING samples."""
    size = 2 ** math.ceil(math.log2(2 * frames.shape[1]))
    power = torch.fft.rfft(frames, size).abs().square()
    # A longer transform back is the band-limited interpolation between the lags.
    correlation = torch.fft.irfft(power, size * OVERSAMPLING)
    return correlation[:, lags] / correlation[:, :1]
