"""The small real reference that ships with the repository, so that Compare needs no data build.

digits-reference.npz (at most 3 MB): all 60,000 training digits as bits (for the nearest training digit), and a stratified
part of the test set with its labels and its features by the digit classifier. Derived from MNIST: CC BY-SA 3.0.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from playground.datasets.digits.build import Digits
from playground.datasets.metric_suite import Bands
from playground.datasets.storage import reference_path

PATH = reference_path("digits")
POOL = 4000  # real items with features: two disjoint samples of up to 2000
SHOWN = 640  # of these, kept as grey pictures too


@dataclass(frozen=True)
class Reference:
    """training_bits (60000, 98) uint8, 8 pixels a byte; features (4000, 64) float32; labels (4000,); pictures (640, 28, 28)."""

    training_bits: np.ndarray
    features: np.ndarray
    labels: np.ndarray
    pictures: np.ndarray
    bands: Bands


def load_reference(path: Path = PATH) -> Reference:
    """The shipped reference."""
    with np.load(path, allow_pickle=False) as arrays:
        # Kept before their tanh: near +-1 rounded features would tie, and ties spoil nearest-neighbour metrics.
        features = np.tanh(arrays["before_tanh"].astype(np.float32))
        return Reference(arrays["training_bits"], features, arrays["labels"], arrays["pictures"], Bands.of(arrays))


def reference_rows(data: Digits) -> np.ndarray:
    """Which test digits the reference keeps: (4000,) indices, fixed for good."""
    return np.random.default_rng(0).permutation(len(data.test_images))[:POOL]


def save_reference(data: Digits, before_tanh: np.ndarray, bands: Bands, path: Path = PATH) -> None:
    """Write the reference; before_tanh (4000, 64): the last hidden layer for the rows of ``reference_rows``."""
    rows = reference_rows(data)
    training_bits = np.packbits(data.train_images.reshape(-1, 784) > 127, axis=1)
    # Sorted by class, look-alikes stand together and compress better; the order carries no meaning.
    training_bits = training_bits[np.argsort(data.train_labels, kind="stable")]
    np.savez_compressed(
        path,
        training_bits=training_bits,
        before_tanh=before_tanh.astype(np.float16),
        labels=data.test_labels[rows],
        pictures=data.test_images[rows[:SHOWN]],
        **bands.arrays(),
    )
