"""Fréchet distance between the Gaussians fitted to two sets of features; lower is better, 0 for equal moments.

    d(x, y) = |mean_x - mean_y|^2 + trace(C_x + C_y - 2 (C_x^(1/2) C_y C_x^(1/2))^(1/2))

Heusel et al. 2017, "GANs trained by a two time-scale update rule converge to a local Nash equilibrium" (there with
Inception features, as FID; here with any features, so name them). It is biased upwards for few items: show it beside
real against real at the same sample sizes.
"""

import numpy as np
from numpy.typing import NDArray


def frechet_distance(x: NDArray, y: NDArray) -> float:
    """Return the squared Fréchet distance between features `x` (n, d) and `y` (m, d), at least 2 rows each."""
    for name, features in (("x", x), ("y", y)):
        if features.ndim != 2 or features.shape[0] < 2:
            raise ValueError(f"{name} must be (at least 2 items, features), got {features.shape}.")
    if x.shape[1] != y.shape[1]:
        raise ValueError(f"x and y must have equally many features, got {x.shape[1]} and {y.shape[1]}.")
    x, y = x.astype(np.float64), y.astype(np.float64)
    return gaussian_frechet_distance(x.mean(0), _covariance(x), y.mean(0), _covariance(y))


def gaussian_frechet_distance(mean_x: NDArray, covariance_x: NDArray, mean_y: NDArray, covariance_y: NDArray) -> float:
    """Return the squared Fréchet distance between two Gaussians: means (d,), covariances (d, d), which may be singular.

    The trace of the root of C_x^(1/2) C_y C_x^(1/2) is the sum of the singular values of C_x^(1/2) C_y^(1/2), which
    needs no root of a matrix that is neither symmetric nor, after rounding, positive.
    """
    shared = np.linalg.svd(_root(covariance_x) @ _root(covariance_y), compute_uv=False).sum()
    squared_shift = float(np.square(mean_x - mean_y).sum())
    return max(0.0, squared_shift + float(np.trace(covariance_x) + np.trace(covariance_y) - 2 * shared))


def _covariance(features: NDArray) -> NDArray:
    return np.atleast_2d(np.cov(features, rowvar=False))


def _root(covariance: NDArray) -> NDArray:
    """Return the symmetric square root (d, d) of a positive semidefinite matrix."""
    values, vectors = np.linalg.eigh(covariance)
    # A missing direction comes out as +-1e-16 times the largest; its root would be a false 1e-8.
    noise = values.max() * len(values) * np.finfo(np.float64).eps
    return (vectors * np.sqrt(np.where(values > noise, values, 0))) @ vectors.T
