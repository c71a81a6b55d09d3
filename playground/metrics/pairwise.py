"""Distances between all pairs of one set's items, beside those of real data: a collapsed model's are too short.

Euclidean distances of features. Neither short nor long is better: the histogram of a good model lies on the real one.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MAXIMUM_ITEMS = 2000  # two million pairs, 32 MB of float64 for the square


@dataclass(frozen=True)
class PairwiseComparison:
    """Two histograms of pairwise distances on shared edges."""

    edges: NDArray[np.float64]  # (bins + 1,), from 0 to the longest distance of either set
    density: NDArray[np.float64]  # (bins,), per unit of distance: integrates to 1
    real_density: NDArray[np.float64]  # (bins,)
    mean: float
    real_mean: float


def compare_pairwise(features: NDArray, real_features: NDArray, *, bins: int = 40) -> PairwiseComparison:
    """Compare the pairwise distances within `features` (n, d) and `real_features` (m, d), 2 to 2,000 rows each."""
    distances, real_distances = pairwise_distances(features), pairwise_distances(real_features)
    longest = max(distances.max(), real_distances.max()) or 1.0  # all items alike: any width does
    edges = np.linspace(0, longest, bins + 1)
    return PairwiseComparison(
        edges=edges,
        density=np.histogram(distances, edges, density=True)[0],
        real_density=np.histogram(real_distances, edges, density=True)[0],
        mean=float(distances.mean()),
        real_mean=float(real_distances.mean()),
    )


def pairwise_distances(features: NDArray) -> NDArray[np.float64]:
    """Return the Euclidean distance of every pair of rows of `features` (n, d), as (n (n - 1) / 2,); n in 2..2,000."""
    if features.ndim != 2 or not 2 <= features.shape[0] <= MAXIMUM_ITEMS:
        raise ValueError(f"features must be (2 to {MAXIMUM_ITEMS} items, features), got {features.shape}.")
    centred = features.astype(np.float64)
    centred -= centred.mean(0)  # distances stay; the squares below lose fewer digits
    squares = np.square(centred).sum(1)
    squared_distances = squares[:, None] + squares - 2 * (centred @ centred.T)
    return np.sqrt(squared_distances[np.triu_indices(len(centred), 1)].clip(min=0))
