"""Colours of grey levels as on the page (static/core/palette.js): spectrograms from dark to light, rolls by struck and held."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from playground.formats import rolls
from playground.formats.rolls import SOUNDING_FROM, STRUCK_FROM

SILENT, HELD, STRUCK = (16, 19, 26), (92, 146, 214), (168, 208, 255)  # of a roll
PLACES = np.array([1 << 16, 1 << 8, 1])  # of the bytes of a colour in its number
DARKEST, LIGHTEST = 0.1, 0.985  # OKLCH lightness of silence and of the loudest, by equal steps between
COLOURFUL = 0.19
HUES = (275, 460)  # degrees, from blue over red to yellow
# OKLab to cube roots of cone responses, and those to linear sRGB (Ottosson 2020).
TO_CONES = np.array(
    [[1, 0.3963377774, 0.2158037573], [1, -0.1055613458, -0.0638541728], [1, -0.0894841775, -1.291485548]]
)
TO_RGB = np.array(
    [
        [4.0767416621, -3.3077115913, 0.2309699292],
        [-1.2684380046, 2.6097574011, -0.3413193965],
        [-0.0041960863, -0.7034186147, 1.707614701],
    ]
)


@cache
def palette_of(kind: str) -> NDArray[np.uint8] | None:
    """Colours (256, 3) of the levels of a "sound" or a "roll"; None: they are shown as grey."""
    if kind == "roll":
        levels = np.arange(256)[:, None]
        return np.where(levels >= STRUCK_FROM, STRUCK, np.where(levels >= SOUNDING_FROM, HELD, SILENT)).astype(np.uint8)
    if kind == "sound":
        return np.array([_spectrogram_colour(level / 255) for level in range(256)], np.uint8)
    return None


def levels_of(colours: NDArray[np.uint8]) -> NDArray[np.uint8] | None:
    """The levels (h, w) that a picture (h, w, 3) of a sound or a roll shows; None where it has any other colour."""
    found, where = np.unique(colours @ PLACES, return_inverse=True)
    for levels in _levels_by_colour():
        if all(number in levels for number in found.tolist()):
            return np.array([levels[number] for number in found.tolist()], np.uint8)[where].reshape(colours.shape[:2])
    return None


@cache
def _levels_by_colour() -> list[dict[int, int]]:
    roll = {SILENT: 0, HELD: rolls.HELD, STRUCK: rolls.STRUCK}
    sound = palette_of("sound")
    assert sound is not None
    return [
        {int(np.array(colour) @ PLACES): level for colour, level in roll.items()},
        {int(number): level for level, number in enumerate(sound @ PLACES)},
    ]


def _spectrogram_colour(share: float) -> NDArray[np.uint8]:
    lightness = DARKEST + (LIGHTEST - DARKEST) * share
    hue = np.radians(HUES[0] + (HUES[1] - HUES[0]) * share)
    colourful = COLOURFUL * np.sin(np.pi * (0.08 + 0.84 * share))
    while True:  # colours outside sRGB lose chroma until they fit; lightness stays
        linear = TO_RGB @ (TO_CONES @ [lightness, colourful * np.cos(hue), colourful * np.sin(hue)]) ** 3
        if colourful < 1e-3 or (linear.min() >= -1e-4 and linear.max() <= 1.0001):
            break
        colourful *= 0.96
    linear = linear.clip(0, 1)
    srgb = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return np.floor(255 * srgb + 0.5).astype(np.uint8)
