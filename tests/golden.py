"""Published reference data for golden tests.

It is never part of the project: other people's files, some of them large. A test whose file is absent is skipped, so that a fresh
clone can pass its tests; what the code does is tested there on values worked out in the tests themselves.
"""

import os
from pathlib import Path

import numpy as np
import pytest

PROJECT_ROOT = Path(__file__).resolve().parent.parent


def golden_path(name: str) -> Path:
    """Return the path of a golden file, or skip the test with the reason when it is not there.

    The folder is PLAYGROUND_GOLDEN, by default ../shared/golden; a relative one counts from the project root.
    """
    folder = PROJECT_ROOT / os.environ.get("PLAYGROUND_GOLDEN", "../shared/golden")
    path = folder / name
    if not path.is_file():
        pytest.skip(f"golden file {name} not found in {folder}: set PLAYGROUND_GOLDEN")
    return path


def load_golden(name: str) -> dict[str, np.ndarray]:
    """Return the arrays of a golden .npz file by name, or skip the test."""
    with np.load(golden_path(name)) as arrays:
        return dict(arrays)


def static_digits(split: str) -> np.ndarray:
    """Return a split (train, valid, test) of the statically binarised digits, (n, 784) uint8 of 0 and 1, or skip.

    The test split is sorted by class: take a random or strided subset, never the first rows.
    """
    return np.unpackbits(load_golden("binarized_mnist_larochelle_packed.npz")[split], axis=1)
