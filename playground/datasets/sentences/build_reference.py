"""Builds the small real reference of the sentences, of these training and held-out texts."""

from functools import partial

import numpy as np

from playground.datasets.sentences.build import Sentences
from playground.datasets.sentences.metrics import SUITE
from playground.datasets.shared.build_text_reference import build_text_reference

SHORT_TEXTS = 4000  # held-out sentences that are kept


def reference_texts(data: Sentences) -> tuple[list[str], list[str]]:
    """Training sentences, and four thousand held-out ones, drawn once and for all."""
    held_out = [*data.sentences["valid"], *data.sentences["test"]]
    chosen = np.random.default_rng(0).permutation(len(held_out))[:SHORT_TEXTS]
    return data.sentences["train"], [held_out[i] for i in chosen]


build_reference = partial(build_text_reference, SUITE, reference_texts)
