"""Builds the small real reference of a data set of texts: texts, the embedding of training texts, perfect samplers' scores."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from playground.datasets.bands import disjoint_pairs, perfect_bands
from playground.datasets.metric_suite import NO_BANDS
from playground.datasets.shared.text_metrics import FEATURES, TextMetricSuite
from playground.datasets.shared.text_reference import TextReference, fitting_texts, save_text_reference
from playground.metrics.lsa import fit_embedding

TERMS = 4000  # of the embedding: they keep the file below 3 MB
SIZES = (50, 75, 100, 140, 200, 300, 400, 500, 700, 1000)
REPEATS = 24


def build_text_reference(
    suite: TextMetricSuite, texts_of: Callable[[Any], tuple[list[str], list[str]]], data: Any, root: Path
) -> Path:
    """Write the reference of the training and held-out texts that ``texts_of`` takes from the data; returns its path.

    Needs no checkpoint of ``root``: the embedding is fitted here.
    """
    training, real = texts_of(data)
    embedding = fit_embedding(list(fitting_texts(training)), suite.reading.terms, TERMS, FEATURES)
    reference = TextReference(training, real, embedding, NO_BANDS)
    suite = replace(suite, load=lambda name: reference)
    sizes = [n for n in SIZES if n < suite.max_samples] + [suite.max_samples]
    found, generator = suite.real(), np.random.default_rng(0)
    bands = perfect_bands(
        suite, found.rows, found.labels, sizes, lambda n: disjoint_pairs(len(real), n, REPEATS, generator)
    )
    return save_text_reference(suite.dataset, replace(reference, bands=bands))
