"""Builds the small real reference of the names, of these training and held-out texts."""

from functools import partial

from playground.datasets.names.build import Names
from playground.datasets.names.metrics import SUITE
from playground.datasets.shared.build_text_reference import build_text_reference


def reference_texts(data: Names) -> tuple[list[str], list[str]]:
    """Training names, and all held-out ones."""
    real = [*data.names["valid"], *data.names["test"]]
    return data.names["train"], real


build_reference = partial(build_text_reference, SUITE, reference_texts)
