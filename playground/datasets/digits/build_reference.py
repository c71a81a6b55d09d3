"""Builds the small real reference of the digits: features of real digits, and what perfect samplers of many sizes score."""

from pathlib import Path

import numpy as np
import torch

from playground.datasets.bands import USUAL_SIZES, disjoint_pairs, perfect_bands
from playground.datasets.digits.build import Digits
from playground.datasets.digits.metrics import SUITE
from playground.datasets.digits.reference import PATH, reference_rows, save_reference
from playground.models.classifier import Classifier

SIZES = (*USUAL_SIZES, SUITE.max_samples)
REPEATS = 40


def build_reference(data: Digits, root: Path) -> Path:
    """Write the reference with the shipped feature network of ``root``; returns its path."""
    network = SUITE.load_network(root)
    assert isinstance(network, Classifier)
    rows = reference_rows(data)
    pictures = torch.from_numpy(data.test_images[rows])[:, None].float() / 255
    with torch.inference_mode():
        before_tanh = torch.cat([network.net.body(part) for part in pictures.split(256)]).numpy().astype(np.float16)
    features, labels = np.tanh(before_tanh.astype(np.float32)), data.test_labels[rows]
    bands = perfect_bands(
        SUITE, features, labels, SIZES, lambda n: disjoint_pairs(len(features), n, REPEATS, np.random.default_rng(0))
    )
    save_reference(data, before_tanh, bands)
    return PATH
