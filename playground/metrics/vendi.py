"""Vendi score: the effective number of different items in a set, from 1 (all alike) to n (all different).

exp of the entropy of the eigenvalues of K / n, where K holds the similarity of each pair and K_ii = 1. Friedman & Dieng
2023, "The Vendi score: a diversity evaluation metric for machine learning"; reference: the package `vendi-score`.
Higher is more diverse, which is better only up to the score of real data of the same sample size.
"""

import numpy as np
from numpy.typing import NDArray


def vendi_score(features: NDArray) -> float:
    """Return the Vendi score of `features` (n, d) under cosine similarity.

    The smaller of the (n, n) Gram and the (d, d) covariance matrix is diagonalised: their nonzero eigenvalues agree.
    Rows of zeros have no direction; they count as alike, and as unlike all others.
    """
    if features.ndim != 2 or features.shape[0] < 1:
        raise ValueError(f"features must be (at least 1 item, features), got {features.shape}.")
    directions = features.astype(np.float64)
    norms = np.linalg.norm(directions, axis=1, keepdims=True)
    # The added axis is that of the zero rows.
    directions = np.hstack([directions / np.where(norms > 0, norms, 1), norms == 0])
    items, axes = directions.shape
    matrix = directions @ directions.T if items <= axes else directions.T @ directions
    values = np.linalg.eigvalsh(matrix / items)
    values = values[values > 0]
    return float(np.exp(-(values * np.log(values)).sum()))
