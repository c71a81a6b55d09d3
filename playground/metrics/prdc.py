"""Precision, recall, density and coverage of generated features; higher is better.

A ball around each item reaches to its k-th nearest neighbour in its own set. Precision: share of generated items inside
some real ball. Recall: share of real items inside some generated ball (Kynkäänniemi et al. 2019, "Improved precision
and recall metric"). Density: how many real balls hold a generated item, over k; may exceed 1. Coverage: share of real
balls that hold a generated item (Naeem et al. 2020, "Reliable fidelity and diversity metrics", whose package `prdc` is
the reference). Inside is strict, and an item is not its own neighbour. Papers use k = 3 for the first two and k = 5
for the others.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

CHUNK_DISTANCES = 4_000_000  # squared distances held at once: 32 MB, with the temporaries under 150 MB


@dataclass(frozen=True)
class Prdc:
    """The four scores, each a share in 0..1 except density, which is at least 0."""

    precision: float
    recall: float
    density: float
    coverage: float


def prdc(real: NDArray, generated: NDArray, *, neighbours: int = 5) -> Prdc:
    """Compare features `real` (n, d) with `generated` (m, d); both need more than `neighbours` items."""
    for name, features in (("real", real), ("generated", generated)):
        if features.ndim != 2 or features.shape[0] <= neighbours:
            raise ValueError(f"{name} must be (more than {neighbours} items, features), got {features.shape}.")
    if neighbours < 1:
        raise ValueError(f"neighbours must be at least 1, got {neighbours}.")
    if real.shape[1] != generated.shape[1]:
        raise ValueError(f"Both sets need equally many features, got {real.shape[1]} and {generated.shape[1]}.")
    real, generated = real.astype(np.float64), generated.astype(np.float64)
    real_radii, generated_radii = _squared_radii(real, neighbours), _squared_radii(generated, neighbours)

    balls_around_generated = np.zeros(len(generated), dtype=np.int64)  # real balls that hold each generated item
    real_recalled = covered = 0
    for start, distances in _squared_distances(real, generated):
        in_real_ball = distances < real_radii[start : start + len(distances), None]
        balls_around_generated += in_real_ball.sum(0)
        covered += int(in_real_ball.any(1).sum())
        real_recalled += int((distances < generated_radii).any(1).sum())
    return Prdc(
        precision=float((balls_around_generated > 0).mean()),
        recall=real_recalled / len(real),
        density=float(balls_around_generated.mean()) / neighbours,
        coverage=covered / len(real),
    )


def expected_coverage(n_real: int, n_generated: int, neighbours: int = 5) -> float:
    """Return the coverage that `n_generated` items of the real distribution itself reach on average.

    A real item is missed when its k nearest of the n_real + n_generated - 1 others are all real, which has the
    probability prod_{i=1..k} (n_real - i) / (n_real + n_generated - i): .969 for k = 5 and equal, large sets.
    """
    ranks = np.arange(1, neighbours + 1)
    return float(1 - np.prod((n_real - ranks) / (n_real + n_generated - ranks)))


def _squared_radii(features: NDArray, neighbours: int) -> NDArray:
    """Return the squared distance (n,) from each item to its k-th nearest other item."""
    radii = np.empty(len(features))
    for start, distances in _squared_distances(features, features):
        rows = np.arange(len(distances))
        distances[rows, start + rows] = np.inf  # not its own neighbour
        radii[start + rows] = np.partition(distances, neighbours - 1, axis=1)[:, neighbours - 1]
    return radii


def _squared_distances(x: NDArray, y: NDArray) -> Iterator[tuple[int, NDArray]]:
    """Yield (start, squared distances (rows, m) from x[start:start + rows] to all of y), few rows at a time."""
    y_squares = np.square(y).sum(1)
    rows = max(1, CHUNK_DISTANCES // len(y))
    for start in range(0, len(x), rows):
        part = x[start : start + rows]
        distances = part @ (-2 * y.T)
        distances += np.square(part).sum(1)[:, None]
        distances += y_squares
        yield start, np.maximum(distances, 0, out=distances)
