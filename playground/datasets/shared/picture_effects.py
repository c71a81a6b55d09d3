"""The effects of pictures of any size and number of channels: light, colour, and the shape of what stands on the ground.

The figure is how far each pixel is from the ground, which is the median of the picture's edge; shapes are its moments.
"""

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from playground.datasets.effects import Effect, Effects, Measures

NEAR = 0.6  # of the figure's radius: what counts as its middle
SHAPES = {
    "slant": Effect("leans right", "leans left", 0.1),
    "width": Effect("narrower", "wider", 0.01),
    "height": Effect("shorter", "taller", 0.01),
    "roundness": Effect("straighter", "rounder", 0.05),
    "middle": Effect("hollow", "filled", 0.02),
    "weight": Effect("top-heavy", "bottom-heavy", 0.1),
    "place across": Effect("further left", "further right", 0.1),
    "place up": Effect("further up", "further down", 0.1),
}
LIGHT = {
    "brightness": Effect("darker", "brighter", 0.02),
    "contrast": Effect("paler contrast", "stronger contrast", 0.02),
}
COLOURS = {
    "warmth": Effect("colder colours", "warmer colours", 0.03),
    "green": Effect("pinker", "greener", 0.03),
    "colourfulness": Effect("greyer", "more colourful", 0.03),
}


def picture_effects(channels: int) -> Effects:
    """Those of pictures (n, channels, H, W) in [0, 1]."""
    return Effects({**LIGHT, **SHAPES, **(COLOURS if channels == 3 else {})}, measure_pictures)


def measure_pictures(pictures: Tensor) -> Measures:
    """Every effect (n,) of pictures (n, C, H, W) in [0, 1]; without a figure its shape is 0."""
    values = pictures.double().numpy()
    measures = {"brightness": values.mean((1, 2, 3)), "contrast": values.mean(1).std((1, 2))} | _shapes(_figure(values))
    if values.shape[1] == 3:
        red, green, blue = (values[:, channel].mean((1, 2)) for channel in range(3))
        colours = {"warmth": red - blue, "green": green - (red + blue) / 2}
        measures |= colours | {"colourfulness": (values.max(1) - values.min(1)).mean((1, 2))}
    return measures


def _figure(values: NDArray) -> NDArray:
    """How far pixels are from the ground (n, H, W)."""
    sides = values[..., 0, :], values[..., -1, :], values[..., :, 0], values[..., :, -1]
    ground = np.median(np.concatenate(sides, axis=2), axis=2)
    return np.abs(values - ground[..., None, None]).mean(1)


def _shapes(figure: NDArray) -> dict[str, NDArray]:
    """Lengths are shares of the picture's side, slant is sideways by upwards, and the others are shares."""
    _, height, width = figure.shape
    share = figure / np.maximum(figure.sum((1, 2), keepdims=True), 1e-9)
    y, x = np.arange(height)[None, :, None], np.arange(width)[None, None, :]
    mean_x, mean_y = (_mean(share, place) for place in (x, y))
    x, y = x - mean_x[:, None, None], y - mean_y[:, None, None]
    xx, yy, xy = (_mean(share, moment) for moment in (x * x, y * y, x * y))
    radius = xx + yy
    long = np.sqrt((xx - yy) ** 2 + 4 * xy**2)
    safe = np.maximum(yy, 1e-9)
    return {
        "slant": xy / safe,
        "width": np.sqrt(xx) / width,
        "height": np.sqrt(yy) / height,
        "roundness": np.sqrt(np.maximum(radius - long, 0) / np.maximum(radius + long, 1e-9)),
        "middle": _mean(share, x * x + y * y < NEAR**2 * radius[:, None, None]),
        "weight": -_mean(share, y**3) / safe**1.5,  # a tail upwards: the mass is below
        "place across": mean_x / width,
        "place up": mean_y / height,
    }


def _mean(share: NDArray, of: NDArray) -> NDArray:
    return (share * of).sum((1, 2))
