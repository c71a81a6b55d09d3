"""Builds the small real reference of the works, of these training and held-out texts."""

from functools import partial

from playground.datasets.shakespeare.build import Shakespeare
from playground.datasets.shakespeare.metrics import SUITE
from playground.datasets.shared.build_text_reference import build_text_reference
from playground.datasets.shared.text_reference import LETTERS, cut


def reference_texts(data: Shakespeare) -> tuple[list[str], list[str]]:
    """Training works, and what follows upon blank lines of the held-out works, without overlap.

    Perfect samplers share their six works with what they stand against, because so few cannot be divided: their bands are narrow.
    """
    real = []
    for work in (*data.documents("valid"), *data.documents("test")):
        start = 0
        while (start := work.find("\n\n", start)) >= 0:
            start += 2
            if len(work) - start < LETTERS:
                break
            piece = cut(data.tokenizer, work[start:])
            real.append(piece)
            start += len(piece)
    return data.documents("train"), real


build_reference = partial(build_text_reference, SUITE, reference_texts)
