"""The effects of points in the plane: where they lie."""

import numpy as np
from torch import Tensor

from playground.datasets.effects import Effect, Effects, Measures

EFFECTS = {
    "across": Effect("further left", "further right", 0.1),
    "up": Effect("further down", "further up", 0.1),
    "distance": Effect("closer to the middle", "further from the middle", 0.1),
}


def point_effects() -> Effects:
    """Those of points (n, 2)."""
    return Effects(EFFECTS, measure_points)


def measure_points(points: Tensor) -> Measures:
    """Every effect (n,) in the unit of the coordinates."""
    across, up = points.double().numpy()[:, :2].T
    return {"across": across, "up": up, "distance": np.hypot(across, up)}
