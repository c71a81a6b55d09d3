"""Connected parts of a mask: which pixels hang together, and where each part lies."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Parts:
    """The parts of a mask, numbered from 0 by their first pixel.

    labels (H, W) int64, -1 where the mask is not set; areas (n,) in pixels; boxes (n, 4): top, bottom, left, right, without
    the ends.
    """

    labels: NDArray[np.int64]
    areas: NDArray[np.int64]
    boxes: NDArray[np.int64]


def connected_parts(mask: NDArray[np.bool_], *, diagonal: bool = True) -> Parts:
    """The parts of a mask (H, W); diagonal: whether pixels that share a corner hang together.

    Runs of set pixels in a row are joined to those that they touch in the row above (union-find, Rosenfeld & Pfaltz 1966).
    """
    width = mask.shape[1] + 2
    edges = np.diff(np.pad(mask, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    rows, starts = np.nonzero(edges == 1)
    stops = np.nonzero(edges == -1)[1]
    above = (rows - 1) * width
    reach = 0 if diagonal else 1
    first = np.searchsorted(rows * width + stops, above + starts + reach, "left")
    last = np.searchsorted(rows * width + starts, above + stops - reach, "right")
    parents = list(range(len(rows)))

    def root(run: int) -> int:
        while parents[run] != run:
            parents[run] = parents[parents[run]]
            run = parents[run]
        return run

    for run, (low, high) in enumerate(zip(first.tolist(), last.tolist(), strict=True)):
        for other in range(low, high):
            a, b = root(run), root(other)
            parents[max(a, b)] = min(a, b)
    roots = np.array([root(run) for run in range(len(rows))], np.int64)
    _, part = np.unique(roots, return_inverse=True)
    count = int(part.max()) + 1 if len(part) else 0
    labels = np.full(mask.shape, -1, np.int64)
    labels[mask] = np.repeat(part, stops - starts)
    boxes = np.tile(np.array([mask.shape[0], 0, mask.shape[1], 0]), (count, 1))
    np.minimum.at(boxes[:, 0], part, rows)
    np.maximum.at(boxes[:, 1], part, rows + 1)
    np.minimum.at(boxes[:, 2], part, starts)
    np.maximum.at(boxes[:, 3], part, stops)
    return Parts(labels, np.bincount(part, stops - starts, count).astype(np.int64), boxes)
