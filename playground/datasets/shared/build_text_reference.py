"""Builds the small real reference of a data set of texts: texts, the embedding of training texts, perfect samplers' scores."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from playground.datasets.bands import disjoint_pairs, perfect_bands
from playground.datasets.metric_suite import NO_BANDS
from playground.datasets.shared.text_metrics import FEATURES, TextMetricSuite
from playground.datasets.shared.text_reference import TextReference, fitting_texts, save_text_reference
from playground.metrics.lsa import fit_embedding

TERMS = 4000  # of the embedding: they keep the file below 3 MB
SIZES = (50, 75, 100, 140, 200, 300, 400, 500, 700, 1000)
REPEATS = 24


def build_text_reference(suite: TextMetricSuite, training: list[str], real: list[str]) -> Path:
    """Write the reference of these texts; returns its path. Needs no checkpoint: the embedding is fitted here."""
    embedding = fit_embedding(list(fitting_texts(training)), suite.reading.terms, TERMS, FEATURES)
    reference = TextReference(training, real, embedding, NO_BANDS)
    suite = suite.with_reference(lambda name: reference)
    sizes = [n for n in SIZES if n < suite.max_samples] + [suite.max_samples]
    found, generator = suite.real(), np.random.default_rng(0)
    bands = perfect_bands(
        suite, found.rows, found.labels, sizes, lambda n: disjoint_pairs(len(real), n, REPEATS, generator)
    )
    return save_text_reference(suite.dataset, replace(reference, bands=bands))
