"""Ink told from paper in a grey picture: by one level where the light is even, else against a background that follows it.

The background is a grey closing (dark ink; an opening for light ink): what is narrower than the window is filled up, shadows and
their edges stay (the bottom-hat of mathematical morphology, Serra 1982). Levels are split by Otsu's method (1979).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.float32]
Mask = NDArray[np.bool_]

SMALLEST_PHOTO = 64  # pixels of the longer side: what is smaller has been drawn or prepared
MARGIN = 0.12  # of the shorter side: the margin, most of which is paper
FAINT = 0.08  # of full scale: ink that differs less from its paper is none
EVEN = 0.25  # of the contrast: how far paper may vary in even light
WINDOW = 0.25  # of the longer side: what is wider is background
DARKEST = 0.05  # paper that is darker is taken for so dark, lest noise in black becomes ink


class AllOneShade(Exception):
    """Nothing stands out from the rest."""


@dataclass(frozen=True)
class Ink:
    """level (H, W) in [0, 1], 0 = paper; whether it is darker than its paper; whether the light was even."""

    level: Grey
    dark: bool
    even: bool


def ink_in_even_light(grey: Grey) -> Ink:
    """Ink of a picture (H, W) in [0, 1] whose paper has one level; ``even`` says whether it has. Raises AllOneShade."""
    high = grey > split_level(grey)
    dark = bool(high[_margin(grey.shape)].mean() > 0.5)
    paper = high == dark
    if paper.all() or not paper.any():
        raise AllOneShade
    blank = float(np.median(grey[paper]))
    full = float(np.percentile(grey[~paper], 10 if dark else 90))
    if abs(full - blank) < FAINT:
        raise AllOneShade
    away = paper & ~spread(~paper, 7 if max(grey.shape) > 100 else 3, np.maximum)  # from the soft edges of strokes
    if away.mean() < 0.05:
        away = paper
    low, top = np.percentile(grey[away], [3, 97])
    even = bool(top - low < EVEN * abs(full - blank))
    return Ink(np.clip((grey - blank) / (full - blank), 0, 1), dark, even)


def ink_in_uneven_light(grey: Grey) -> Ink:
    """Ink of a picture (H, W) in [0, 1] under shadows. Ink is the minority: it pulls the grey values to its side."""
    window = max(3, round(WINDOW * max(grey.shape)))
    smooth = _mean(grey, 3)
    dark = bool(((smooth - _mean(smooth, window)) ** 3).mean() < 0)
    fill, restore = (np.maximum, np.minimum) if dark else (np.minimum, np.maximum)
    background = spread(spread(smooth, window, fill), window, restore)
    # Light falls on paper and ink alike, so dark ink is a share of its paper.
    level = (background - grey) / np.maximum(background, DARKEST) if dark else grey - background
    level = np.maximum(level - np.median(level), 0)
    inked = level[level > split_level(level)]
    if not len(inked) or np.percentile(inked, 90) < FAINT:
        raise AllOneShade
    return Ink(np.clip(level / np.percentile(inked, 75), 0, 1).astype(np.float32), dark, even=False)


def split_level(values: NDArray[np.floating]) -> float:
    """The level that splits values into two groups with the most variance between them."""
    counts, edges = np.histogram(values, 256)
    below, sums = np.cumsum(counts), np.cumsum(counts * (edges[:-1] + edges[1:]) / 2)
    above = below[-1] - below
    gap = sums / np.maximum(below, 1) - (sums[-1] - sums) / np.maximum(above, 1)
    between = below * above * np.square(gap)
    return float(edges[1:][between == between.max()].mean())


def spread(values: NDArray, size: int, choose: Callable[..., NDArray]) -> NDArray:
    """The largest (np.maximum) or smallest (np.minimum) value of every square of ``size``; values (H, W) of any type."""
    for axis in (0, 1):
        moved = np.moveaxis(values, axis, 0)
        moved = np.pad(moved, ((size // 2, size - 1 - size // 2), (0, 0)), mode="symmetric")
        reach = 1
        while reach < size:
            step = min(reach, size - reach)
            moved = choose(moved[:-step], moved[step:])
            reach += step
        values = np.moveaxis(moved, 0, axis)
    return values


def _mean(values: Grey, size: int) -> Grey:
    """The mean of every square of ``size``."""
    for axis in (0, 1):
        moved = np.moveaxis(values, axis, 0)
        moved = np.pad(moved, ((size // 2 + 1, size - 1 - size // 2), (0, 0)), mode="symmetric")
        sums = np.cumsum(moved, axis=0, dtype=np.float64)
        values = np.moveaxis((sums[size:] - sums[:-size]) / size, 0, axis).astype(np.float32)
    return values


def _margin(shape: tuple[int, ...]) -> Mask:
    width = max(1, round(MARGIN * min(shape)))
    margin = np.ones(shape, bool)
    margin[width:-width, width:-width] = False
    return margin
