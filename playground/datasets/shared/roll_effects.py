"""The effects of tunes as rolls of two bars: how high, how many notes, how they move, where they stand."""

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from playground.datasets.effects import Effect, Effects, Measures
from playground.formats.rolls import SOUNDING_FROM, STRUCK_FROM

BEAT = 4  # steps of a quarter note of a melody

EFFECTS = {
    "height": Effect("lower", "higher", 1),
    "notes": Effect("fewer notes", "more notes", 1),
    "leaps": Effect("smaller steps", "wider leaps", 0.3),
    "range": Effect("narrower", "wider", 1),
    "repeats": Effect("keeps moving", "repeats notes", 0.05),
    "silence": Effect("more filled", "more silence", 0.05),
    "slope": Effect("sinks", "climbs", 1),
    "crowding": Effect("busier first bar", "busier second bar", 0.1),
    "syncopation": Effect("on the beat", "off the beat", 0.1),
}


def roll_effects() -> Effects:
    """Those of rolls (n, 1, pitches, steps) in [0, 1], the highest pitch first."""
    return Effects(EFFECTS, measure_rolls)


def measure_rolls(rolls: Tensor) -> Measures:
    """Every effect (n,) by the highest note of each step: height, leaps, range and slope in semitones, the others counts and
    shares; a silent roll has 0 of everything but silence.
    """
    levels = (rolls[:, 0] * 255).round().numpy()
    sounds, struck = levels >= SOUNDING_FROM, levels >= STRUCK_FROM
    begins = struck | (sounds & ~np.pad(sounds, ((0, 0), (0, 0), (1, 0)))[:, :, :-1])
    found = [_measure(one) for one in begins]
    return {name: np.array([one[name] for one in found]) for name in found[0]} | {"silence": (~sounds.any(1)).mean(1)}


def _measure(begins: NDArray[np.bool_]) -> dict[str, float]:
    """What the beginnings (pitches, steps) of notes tell."""
    rows, steps = begins.shape
    places = np.flatnonzero(begins.any(0))
    if not len(places):
        return dict.fromkeys((name for name in EFFECTS if name != "silence"), 0.0)
    pitches = rows - 1.0 - begins.argmax(0)[places]
    late = places >= steps // 2
    both = late.any() and not late.all()
    return {
        "height": pitches.mean(),
        "notes": float(len(places)),
        "leaps": np.abs(np.diff(pitches)).mean() if len(places) > 1 else 0.0,
        "range": np.ptp(pitches),
        "repeats": (np.diff(pitches) == 0).mean() if len(places) > 1 else 0.0,
        "slope": pitches[late].mean() - pitches[~late].mean() if both else 0.0,
        "crowding": 2 * late.mean() - 1,
        "syncopation": (places % BEAT != 0).mean(),
    }
