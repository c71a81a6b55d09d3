"""Ruled and squared paper: straight lines across a whole picture, taken out of its ink where nothing crosses them."""

import numpy as np
from numpy.typing import NDArray

from playground.formats.ink import Mask, spread

SLANTS = np.linspace(-0.1, 0.1, 41)  # rise over run: 6 degrees either way
COVERED = 0.6  # of the picture's width: the share that a line fills at least
ENDS = 0.08  # of the width, on either side: a line fills half of them
THICKEST = 0.03  # of the picture's height


def without_rules(mask: Mask) -> Mask | None:
    """A mask (H, W) without its lines from edge to edge, level and upright; None when it has none.

    Strokes that cross a line stay whole.
    """
    kept = mask.copy()
    found = [_remove_level(mask, kept), _remove_level(mask.T, kept.T)]
    return kept if any(found) else None


def _remove_level(mask: Mask, kept: NDArray[np.bool_]) -> bool:
    """Take the level lines of ``mask`` out of ``kept``, in place; whether there were any."""
    height, width = mask.shape
    columns = np.arange(width)
    thick = spread(mask, 3, np.maximum)
    rows, profile = _straightened(thick, columns, SLANTS[0])
    best = 0.0
    for slant in SLANTS:
        at, shares = _straightened(thick, columns, slant)
        score = float(np.square(shares[shares > COVERED]).sum())
        if score > best:
            best, rows, profile = score, at, shares
    lines = np.flatnonzero(profile > COVERED)
    straight, remaining, found = mask[rows, columns], kept[rows, columns], False
    for line in np.split(lines, np.flatnonzero(np.diff(lines) > 1) + 1):
        if not len(line) or len(line) > 6 + THICKEST * height:
            continue
        top, bottom = line[0], line[-1] + 1
        reach = 2 * (len(line) + 1) + 1  # a stroke may cross at a slant
        above, below = straight[max(0, top - 1)][None], straight[min(height - 1, bottom)][None]
        crossed = spread(above, reach, np.maximum) & spread(below, reach, np.maximum)
        remaining[top:bottom] &= crossed
        found = True
    kept[rows, columns] = remaining
    return found


def _straightened(
    mask: Mask, columns: NDArray[np.int64], slant: float
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """For lines of this slant: the picture's row at each row and column of the straightened one, and how full its rows are.

    0 is the share of a row that does not reach both sides.
    """
    height, width = mask.shape
    rows = (np.arange(height)[:, None] + np.round(slant * (columns - width / 2)).astype(np.int64)) % height
    straight = mask[rows, columns]
    end = max(1, round(ENDS * width))
    ends = np.minimum(straight[:, :end].mean(1), straight[:, -end:].mean(1))
    return rows, np.where(ends >= 0.5, straight.mean(1), 0)
