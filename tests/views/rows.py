"""Made-up rows of a comparison with known numbers."""

from typing import Any

from playground.datasets import compared_words
from playground.views.comparison import Row

DIGITS = compared_words("digits")


def metric(
    value: float, *, floor: float = 0.9, band: tuple[float, float] = (0.85, 0.95), better: str = "higher"
) -> dict[str, Any]:
    """One entry as the operation `measure` replies it."""
    return {
        "value": value,
        "floor": floor,
        "band": list(band),
        "better": better,
        "unit": "share",
        "help": "What it says.",
    }


def reply(precision: float = 0.5, coverage: float = 0.9) -> dict[str, Any]:
    """A whole reply of the operation `measure`."""
    return {
        "metrics": {
            "precision-100-net": metric(precision),
            "coverage-100-net": metric(coverage),
            "frechet-100-net": metric(2.0, floor=1.0, band=(0.5, 1.5), better="lower") | {"label": "Fréchet distance"},
        },
        "histogram": [19, 9, 9, 9, 9, 9, 9, 9, 9, 9],
        "real_histogram": [10] * 10,
        "pairwise": {"edges": [0, 1, 2], "density": [1.0, 0.0], "real_density": [0.0, 1.0]},
        "embedding": [[0.0, 0.0], [0.1, 0.1]],
        "real_embedding": [[0.0, 0.0], [1.0, 1.0]],
    }


def row(name: str = "Model A", **values: float) -> Row:
    """A row of 100 samples at two milliseconds each."""
    return Row.from_reply(f"image/{name.lower()}", name, 100, reply(**values), 0.002, DIGITS)
