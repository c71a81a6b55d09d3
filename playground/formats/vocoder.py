"""Back from a note's picture to its sound: mel inversion along the harmonics, then fast Griffin-Lim.

Two things are lost in a log-mel picture: how power divides among the FFT bins of a band, and the phase. Both are filled in from
the pitch, which is known. Power: expectation-maximisation updates (Lee & Seung 2001, for the Kullback-Leibler divergence) keep
what they start from within a band, so they start from the comb of harmonics over a floor. Phase: that of sinusoids at the
harmonics, then fast Griffin-Lim (Perraudin, Balazs & Sondergaard 2013; momentum 0.99) makes it consistent. Notes are done in
one batch, and no note depends on its batch mates.
"""

import math
from functools import lru_cache

import torch
from torch import Tensor

from playground.formats.spectrogram import (
    BINS,
    FLOOR_DB,
    HOP,
    N_FFT,
    PADDED_SAMPLES,
    RATE_HZ,
    SAMPLES,
    frequency_hz,
    mel_filters,
    power_of_picture,
)

ITERATIONS = 8
INVERSION_STEPS = 6
MOMENTUM = 0.99
PEAK = 0.9
FADE_S = 0.005
COMB_FLOOR = 1e-3  # power between harmonics before the picture is looked at, relative to a harmonic
LOBE_BINS = 0.6  # standard deviation of a Gaussian like the main lobe of a Hann window
DETUNING = 0.002  # harmonics are blurred by this share of their frequency (3 cents): samples are not tuned exactly


def sound_of(pictures: Tensor, pitches: Tensor, iterations: int = ITERATIONS) -> Tensor:
    """Pictures (n, 1, 128, 64) of MIDI pitches (n,) to sound (n, 16000): peak 0.9, 5 ms fades at both ends."""
    wave = reconstruct(pictures, pitches, iterations)
    fade = torch.linspace(0, 1, round(FADE_S * RATE_HZ))
    wave = wave.clone()
    wave[:, : len(fade)] *= fade
    wave[:, -len(fade) :] *= fade.flip(0)
    return wave * (PEAK / wave.abs().amax(1, keepdim=True).clamp_min(1e-4))


def reconstruct(pictures: Tensor, pitches: Tensor, iterations: int = ITERATIONS) -> Tensor:
    """Sound (n, 16000) at the level the picture says."""
    comb, phase = comb_of(pitches)
    # Black means "at most the floor": taken as nothing, or 128 bands of floor would be heard as a hiss.
    power = (power_of_picture(pictures.float()) - 10 ** (FLOOR_DB / 10)).clamp_min(0)
    magnitude = invert_mel(power, comb).sqrt() * (N_FFT / 4)
    return griffin_lim(magnitude, phase, iterations)[:, :SAMPLES]


def comb_of(pitches: Tensor) -> tuple[Tensor, Tensor]:
    """Power (n, 1025) that the pitch alone suggests, and the phase (n, 1025, 64) of a steady tone with those harmonics."""
    fundamental = frequency_hz(pitches)[:, None] * (N_FFT / RATE_HZ)  # in bins
    bins = torch.arange(BINS, dtype=torch.float64)
    number = (bins / fundamental).round().clamp_min(1)  # nearest harmonic
    offset = bins - number * fundamental
    width = LOBE_BINS + DETUNING * bins
    near = torch.exp(-0.5 * (offset / width).square())
    frequency = torch.where(near > 0.05, number * fundamental, bins)  # a bin far from all harmonics rings by itself
    time = torch.arange(PADDED_SAMPLES // HOP + 1, dtype=torch.float64) * (HOP / N_FFT)
    turns = frequency[:, :, None] * time  # whole turns since the start
    # Schroeder phases keep the sum of harmonics from peaking; a frame begins half a window before its centre, hence bins / 2.
    start = number.square() * fundamental / (4 * BINS) + bins / 2
    phase = 2 * math.pi * torch.frac(turns + start[:, :, None])
    return (near + COMB_FLOOR).float(), phase.float()


@lru_cache(maxsize=1)
def _filters() -> tuple[Tensor, Tensor, Tensor]:
    """Mel filters (1025, 128), their transpose, and their row sums (1025, 1), at least a little."""
    filters = mel_filters()
    return filters, filters.T.contiguous(), filters.sum(1, keepdim=True).clamp_min(1e-3)


def invert_mel(mel: Tensor, comb: Tensor, steps: int = INVERSION_STEPS) -> Tensor:
    """Power (n, 1025, 64) whose mel bands are ``mel`` (n, 128, 64), nearest in kind to the comb (n, 1025)."""
    filters, bands, reach = _filters()
    power = comb[:, :, None].expand(-1, -1, mel.shape[2])
    for _ in range(steps):
        power = power * (filters @ (mel / (bands @ power).clamp_min(1e-12)) / reach)
    return power


def griffin_lim(magnitude: Tensor, phase: Tensor, iterations: int) -> Tensor:
    """Sound (n, samples) whose spectrogram (n, 1025, frames) has that magnitude, searched from ``phase``."""
    window = torch.hann_window(N_FFT)
    estimate = torch.polar(magnitude, phase)
    previous = torch.zeros_like(estimate)
    for _ in range(iterations):
        wave = torch.istft(estimate, N_FFT, HOP, window=window, length=PADDED_SAMPLES)
        consistent = torch.stft(wave, N_FFT, HOP, window=window, pad_mode="constant", return_complex=True)
        ahead = consistent + MOMENTUM * (consistent - previous)
        previous = consistent
        # The square root of a sum of squares: abs() of complex numbers takes as long as the transforms.
        length = (ahead.real.square() + ahead.imag.square()).clamp_min(1e-18).rsqrt()
        estimate = ahead * (magnitude * length)
    return torch.istft(estimate, N_FFT, HOP, window=window, length=PADDED_SAMPLES)
