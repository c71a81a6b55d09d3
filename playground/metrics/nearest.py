"""The nearest training item of each sample, and how many samples look memorised.

Distance is the root mean square over pixels in 0..1: 0 for an exact copy, 1 for the negative of a black and white
picture. A memorisation check in the sense of Meehan et al. 2020 ("A non-parametric test to detect data-copying"),
reduced to one share: samples that lie nearer to the training set than all but 1 % of held-out real items do. A perfect
sampler scores 1 %; more means copying. Blurred pictures lie nearer to everything: treat samples and held-out items
alike (both binarised, or both grey).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

TRAINING_ROWS_AT_ONCE = 2048  # with 784 pixels: 6 MB of float32
SAMPLES_AT_ONCE = 1024


@dataclass(frozen=True)
class Nearest:
    """The nearest training item of each sample."""

    index: NDArray[np.int64]  # (m,), the row in the training data; any one of equals
    distance: NDArray[np.float64]  # (m,), root mean square over pixels, 0..1


def nearest_items(samples: NDArray[np.uint8], training: NDArray[np.uint8], *, packed: bool = False) -> Nearest:
    """Find the nearest of `training` for each of `samples` (m, pixels), uint8 0..255, by squared pixel distance.

    `training` is (n, pixels), uint8 0..255; or, when `packed`, (n, ceil(pixels / 8)) of bits as numpy.packbits makes
    them, 1 for 255. Memory stays below some 50 MB beyond the arguments, whatever n and m.
    """
    for name, pictures in (("samples", samples), ("training", training)):
        if pictures.ndim != 2 or pictures.dtype != np.uint8:
            raise ValueError(f"{name} must be (items, pixels) of uint8, got {pictures.shape} of {pictures.dtype}.")
    pixels = samples.shape[1]
    expected = -(-pixels // 8) if packed else pixels
    if training.shape[1] != expected or training.shape[0] < 1:
        raise ValueError(f"training must be (at least 1 item, {expected}) for these samples, got {training.shape}.")

    best = np.full(len(samples), np.inf, dtype=np.float32)
    index = np.zeros(len(samples), dtype=np.int64)
    for start in range(0, len(training), TRAINING_ROWS_AT_ONCE):
        chunk = training[start : start + TRAINING_ROWS_AT_ONCE]
        known = _as_floats(np.unpackbits(chunk, axis=1, count=pixels) * np.uint8(255) if packed else chunk)
        half_squares = np.square(known).sum(1) / 2
        for first in range(0, len(samples), SAMPLES_AT_ONCE):
            part = slice(first, first + SAMPLES_AT_ONCE)
            # |s - t|^2 / 2 without its |s|^2 / 2, which is the same for every training item.
            scores = half_squares - _as_floats(samples[part]) @ known.T
            winner = scores.argmin(1)
            score = scores[np.arange(len(winner)), winner]
            nearer = score < best[part]
            best[part] = np.where(nearer, score, best[part])
            index[part] = np.where(nearer, start + winner, index[part])

    # The search is rounded to float32; the distance to the winner is exact, so that a copy is at 0 and nothing else is.
    distance = np.empty(len(samples))
    for first in range(0, len(samples), SAMPLES_AT_ONCE):
        part = slice(first, first + SAMPLES_AT_ONCE)
        found = training[index[part]]
        found = np.unpackbits(found, axis=1, count=pixels) * np.uint8(255) if packed else found
        squared = np.square(samples[part].astype(np.int32) - found).sum(1, dtype=np.int64)
        distance[part] = np.sqrt(squared / pixels) / 255
    return Nearest(index, distance)


def memorised_share(distances: ArrayLike, held_out_distances: ArrayLike, *, quantile: float = 0.01) -> float:
    """Return the share of samples nearer to the training set than the `quantile` of held-out real items is.

    `distances` (m,) and `held_out_distances` (n,) are those of `nearest_items` against the same training set; some
    hundred held-out items are needed for a steady 1st percentile. Nearer is strict, so that the floor, `quantile`, is
    not exceeded by ties; an exact copy counts unless held-out items have that many exact copies too.
    """
    own, held_out = np.asarray(distances, dtype=np.float64), np.asarray(held_out_distances, dtype=np.float64)
    if own.ndim != 1 or held_out.ndim != 1 or not own.size or not held_out.size:
        raise ValueError(f"Both distances must be (at least 1 item,), got {own.shape} and {held_out.shape}.")
    return float((own < np.quantile(held_out, quantile)).mean())


def _as_floats(pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
    return pictures.astype(np.float32) / np.float32(255)
