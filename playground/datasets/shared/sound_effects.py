"""The effects of notes as log-mel spectrograms: colour, beginning, end, and how steady they are."""

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from playground.datasets.effects import Effect, Effects, Measures
from playground.formats.spectrogram import power_of_picture

LATE_FRAME = 44  # 0.7 s: notes are let go soon after
EARLY_FRAMES = slice(4, 12)  # the beginning without the stroke
HELD_FRAMES = slice(8, LATE_FRAME)
LOW_BANDS = 32  # up to 680 Hz
SILENCE = 1e-12

EFFECTS = {
    "brightness": Effect("darker", "brighter", 3),
    "attack": Effect("harder attack", "softer attack", 2),
    "sustain": Effect("dies away", "holds on", 3),
    "fullness": Effect("purer", "fuller", 0.03),
    "loudness": Effect("quieter", "louder", 2),
    "roughness": Effect("steadier", "rougher", 0.3),
    "body": Effect("less body", "more body", 0.03),
    "ringing": Effect("darkening", "brightening", 2),
}


def sound_effects() -> Effects:
    """Those of spectrograms (n, 1, bands, frames) in [0, 1], the lowest band last."""
    return Effects(EFFECTS, measure_sounds)


def measure_sounds(spectrograms: Tensor) -> Measures:
    """Every effect (n,): brightness and ringing in bands, attack in frames, sustain and loudness in decibels, roughness in
    decibels a frame, fullness as a share.
    """
    power = power_of_picture(spectrograms).double().numpy()  # (n, bands, frames), the lowest band first
    amplitude, decibels = np.sqrt(power), 10 * np.log10(power)
    levels = spectrograms[:, 0].double().numpy()
    bands = np.arange(power.shape[1])
    energy = power.sum(1)  # (n, frames)
    peak, top = energy.max(1), energy.argmax(1)
    spectrum = levels[np.arange(len(levels)), :, top]
    weight = amplitude[:, :, HELD_FRAMES][:, :, 1:]
    steps = np.abs(np.diff(decibels[:, :, HELD_FRAMES], axis=2))

    def colour(frames: slice) -> NDArray:
        part = amplitude[:, :, frames].sum(2)
        return part @ bands / part.sum(1)

    return {
        "brightness": colour(slice(None)),
        "attack": (energy >= 0.5 * peak[:, None]).argmax(1).astype(float),
        "sustain": 10 * np.log10(energy[:, LATE_FRAME] / peak),
        "fullness": spectrum.mean(1) / np.maximum(levels.max((1, 2)), SILENCE),
        "loudness": 10 * np.log10(energy.mean(1)),
        "roughness": (steps * weight).sum((1, 2)) / weight.sum((1, 2)),
        "body": amplitude[:, :LOW_BANDS].sum((1, 2)) / amplitude.sum((1, 2)),
        "ringing": colour(slice(HELD_FRAMES.stop - 8, HELD_FRAMES.stop)) - colour(EARLY_FRAMES),
    }
