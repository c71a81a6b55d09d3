"""New instruments out of old ones: random changes of note pictures that keep the pitch.

Eighty-four instruments are few for a network that shall meet unknown ones. Two notes of one pitch are mixed, every harmonic gets
its own gain, the whole spectrum a smooth equaliser, and the loudness another course in time; all in the power domain.
"""

import torch
from torch import Tensor
from torch.nn import functional as F

from playground.formats.spectrogram import (
    BANDS,
    FLOOR_DB,
    FRAMES,
    LOWEST_PITCH,
    PITCH_COUNT,
    TOP_DB,
    band_centres_hz,
    frequency_hz,
)

RANGE_DB = TOP_DB - FLOOR_DB
HARMONICS = 40


def vary_notes(x: Tensor, pitches: Tensor, share: float, generator: torch.Generator) -> Tensor:
    """Pictures x (n, 1, 128, 64) of pitch indices (n,), ``share`` of them (on average) turned into another instrument's."""
    n = len(x)
    power = 10 ** (x[:, 0] * (RANGE_DB / 10)) - 1  # relative to the floor; silence stays silence
    power = _mix_neighbours(power, pitches, generator)
    gain = (
        _harmonic_gains(pitches, generator)[:, :, None] + _equaliser(n, generator)[:, :, None] + _course(n, generator)
    )
    varied = torch.log10(power * 10 ** (gain.to(x.device) / 10) + 1) * (10 / RANGE_DB)
    varied = varied + (x.amax((1, 2, 3)) - varied.amax((1, 2)))[:, None, None]  # as loud at the peak as before
    varied = varied * (varied > 0)
    chosen = (torch.rand(n, generator=generator) < share).to(x.device)
    return torch.where(chosen[:, None, None, None], varied[:, None].clamp(0, 1), x)


def _uniform(low: float, high: float, *shape: int, generator: torch.Generator) -> Tensor:
    return low + (high - low) * torch.rand(*shape, generator=generator)


def _mix_neighbours(power: Tensor, pitches: Tensor, generator: torch.Generator) -> Tensor:
    """Half of the notes that share their pitch with another of the batch are mixed with it at a random level."""
    order = torch.argsort(pitches, stable=True)
    neighbour = order.roll(-1)
    same = pitches[order] == pitches[neighbour]
    partner = torch.arange(len(pitches), device=pitches.device)
    partner[order] = torch.where(same, neighbour, order)
    level = 10 ** (_uniform(-15, 5, len(pitches), generator=generator) / 10)
    level = level * (torch.rand(len(pitches), generator=generator) < 0.5)
    return power + level.to(power.device)[:, None, None] * power[partner]


def _harmonic_gains(pitches: Tensor, generator: torch.Generator) -> Tensor:
    """Decibels (n, 128): each band takes the random gain of its nearest harmonic; even harmonics sometimes fade together."""
    n = len(pitches)
    fundamental = frequency_hz(pitches.cpu() + LOWEST_PITCH).float()
    nearest = (band_centres_hz() / fundamental[:, None]).round().clamp(0, HARMONICS).long()
    gains = torch.randn(n, HARMONICS + 1, generator=generator) * _uniform(0, 6, n, 1, generator=generator)
    faded = _uniform(0, 25, n, 1, generator=generator) * (torch.rand(n, 1, generator=generator) < 0.2)
    gains[:, 2::2] -= faded
    return gains.gather(1, nearest)


def _equaliser(n: int, generator: torch.Generator) -> Tensor:
    """Decibels (n, 128), smooth along the bands."""
    knots = torch.randn(n, 1, 8, generator=generator) * 6
    return F.interpolate(knots, size=BANDS, mode="linear", align_corners=True)[:, 0]


def _course(n: int, generator: torch.Generator) -> Tensor:
    """Decibels (n, 128, 64): a random decay, faster or slower for high bands, and slow waves."""
    time = torch.linspace(0, 1, FRAMES)
    ends = _uniform(-30, 10, n, 2, 1, generator=generator)  # at the top and the bottom band, after one second
    slope = F.interpolate(ends.transpose(1, 2), size=BANDS, mode="linear", align_corners=True)[:, 0]
    waves = F.interpolate(
        torch.randn(n, 1, 10, generator=generator) * 2, size=FRAMES, mode="linear", align_corners=True
    )
    active = (torch.rand(n, 1, 1, generator=generator) < 0.6).float()
    return active * (slope[:, :, None] * time + waves)


def timbre_augmentation(x: Tensor) -> Tensor:
    """Pictures (n, 1, 128, 64) under random small changes that can be differentiated: equaliser, shift in time, a blank patch.

    Shown to a critic, real and generated alike, they keep it from learning the few thousand real notes by heart (Zhao et al.
    2020, arXiv:2006.10738). The randomness is the process's, which training seeds at every step.
    """
    n = len(x)
    tilt = F.interpolate(torch.randn(n, 1, 6) * 0.04, size=BANDS, mode="linear", align_corners=True)
    x = x * (1 + tilt.to(x.device)[..., None])  # scaled decibels: black stays black
    steps = torch.randint(-4, 5, (n, 1))
    frames = torch.arange(FRAMES) - steps
    inside = ((frames >= 0) & (frames < FRAMES)).to(x)[:, None, None]
    shifted = x.gather(3, frames.clamp(0, FRAMES - 1)[:, None, None].expand(-1, 1, BANDS, -1).to(x.device)) * inside
    row, column = torch.randint(-40, BANDS, (n, 1)), torch.randint(-20, FRAMES, (n, 1))
    bands, times = torch.arange(BANDS), torch.arange(FRAMES)
    patch = ((bands >= row) & (bands < row + 40))[:, :, None] & ((times >= column) & (times < column + 20))[:, None]
    patch &= torch.rand(n, 1, 1) < 0.5
    return shifted * (~patch[:, None]).to(x)


def pitch_of_label(labels: Tensor) -> Tensor:
    """Pitch indices (n,), 0 = MIDI 24, of the labels of the notes data set."""
    return labels % PITCH_COUNT
