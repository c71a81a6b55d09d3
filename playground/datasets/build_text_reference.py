"""Builds the small real references of the text data sets: texts, the embedding of training texts, perfect samplers' scores."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from playground.datasets import text_reference as shipped
from playground.datasets.chat.build import Chat
from playground.datasets.metric_suite import MIN_SAMPLES
from playground.datasets.names.build import Names
from playground.datasets.sentences.build import Sentences
from playground.datasets.shakespeare.build import Shakespeare
from playground.datasets.text_features import READINGS
from playground.datasets.text_metrics import CHAT, FEATURES, NAMES, SENTENCES, SHAKESPEARE, TextMetricSuite
from playground.datasets.text_reference import TextReference, fitting_texts, save_text_reference
from playground.metrics.lsa import fit_embedding
from playground.operations.compare import score

TERMS = 4000  # of the embedding: they keep the file below 3 MB
SIZES = (MIN_SAMPLES, 75, 100, 140, 200, 300, 400, 500, 700, 1000)
REPEATS = 24


def build_sentences_reference(data: Sentences, root: Path) -> Path:
    """Write the reference of the sentences; returns its path. Needs no checkpoint: the embedding is fitted here."""
    return _build(SENTENCES, shipped.sentences_texts(data))


def build_names_reference(data: Names, root: Path) -> Path:
    """Write the reference of the names; returns its path."""
    return _build(NAMES, shipped.names_texts(data))


def build_shakespeare_reference(data: Shakespeare, root: Path) -> Path:
    """Write the reference of Shakespeare's works; returns its path."""
    return _build(SHAKESPEARE, shipped.shakespeare_texts(data))


def build_chat_reference(data: Chat, root: Path) -> Path:
    """Write the reference of the conversations; returns its path."""
    return _build(CHAT, shipped.chat_texts(data))


def _build(kind: TextMetricSuite, texts: tuple[list[str], list[str]]) -> Path:
    training, real = texts
    embedding = fit_embedding(list(fitting_texts(training)), READINGS[kind.dataset].terms, TERMS, FEATURES)
    none = np.zeros(0)
    reference = TextReference(training, real, embedding, none.astype(int), [], none.astype(np.float32))
    kind = kind.with_reference(lambda name: reference)
    sizes = [n for n in SIZES if n < kind.max_samples] + [kind.max_samples]
    return save_text_reference(kind.dataset, training, real, embedding, sizes, perfect_bands(kind, sizes))


def perfect_bands(kind: TextMetricSuite, sizes: list[int]) -> dict[str, NDArray]:
    """Per metric (sizes, 3) the median, 5 % and 95 % points that held-out texts score against as many others."""
    generator, real = np.random.default_rng(0), kind.real()
    bands = {name: np.zeros((len(sizes), 3)) for name in kind.protocols}
    for i, n in enumerate(sizes):
        scores: dict[str, list[float]] = {name: [] for name in bands}
        for _ in range(REPEATS):
            order = generator.permutation(len(real.rows))
            a, b = order[:n], order[n : 2 * n]
            if len(b) < n:
                raise ValueError(f"Two sets of {n} texts need {2 * n} of them, there are {len(real.rows)}.")
            for name, value in score(kind, real.rows[a], real.labels[a], real.rows[b], real.labels[b]).items():
                scores[name].append(value)
        for name, values in scores.items():
            bands[name][i] = np.quantile(values, [0.5, 0.05, 0.95])
    return bands
