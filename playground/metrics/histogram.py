"""How often each class is generated, and how far that is from the real shares; lower is better, 0 for equal shares.

KL(generated || real) of the class shares, as mode counting does since Srivastava et al. 2017 ("VEEGAN") and Lin et al.
2018 ("PacGAN"). It sees missing and crowded classes, and nothing within a class. The classes come from a classifier, so
its own errors are part of the number: name it.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray


def class_histogram(labels: ArrayLike, classes: int) -> NDArray[np.int64]:
    """Return how often each of `classes` labels 0..classes-1 occurs in `labels` (n,), as counts (classes,)."""
    values = np.asarray(labels, dtype=np.int64)
    if values.ndim != 1:
        raise ValueError(f"labels must be (n,), got {values.shape}.")
    if values.size and not 0 <= values.min() <= values.max() < classes:
        raise ValueError(f"labels must lie in 0..{classes - 1}, got {values.min()}..{values.max()}.")
    return np.bincount(values, minlength=classes).astype(np.int64)


def histogram_kl(generated_counts: ArrayLike, real_counts: ArrayLike) -> float:
    """Return KL(p_generated || p_real) in nats from counts (classes,); infinite if a generated class is never real."""
    generated, real = np.asarray(generated_counts, dtype=np.float64), np.asarray(real_counts, dtype=np.float64)
    if generated.ndim != 1 or generated.shape != real.shape:
        raise ValueError(f"Both counts must be (classes,), got {generated.shape} and {real.shape}.")
    for name, counts in (("generated_counts", generated), ("real_counts", real)):
        if (counts < 0).any() or counts.sum() <= 0:
            raise ValueError(f"{name} must be at least 0 with a positive sum, got the sum {counts.sum():g}.")
    seen = generated > 0  # 0 log 0 = 0
    p, q = generated[seen] / generated.sum(), real[seen] / real.sum()
    if (q == 0).any():
        return float("inf")
    return max(0.0, float((p * np.log(p / q)).sum()))


def expected_kl(classes: int, n: int) -> float:
    """Return the floor (classes - 1) / (2 n): what `n` samples of the real shares score on average, to first order."""
    return (classes - 1) / (2 * n)
