"""Numbers of the models of Shakespeare: how well they foretell held-out works, beside n-grams and a compressor; what they copy.

Every held-out text is read once from its beginning, so the figures are exact for the tokens it is cut into; as a text could be
cut otherwise too, they are upper bounds of its own -log p.
"""

import math
from functools import partial
from importlib.util import find_spec

import numpy as np
from numpy.typing import NDArray

from playground.datasets.evaluation import Evaluation, Metrics, Subject, entry
from playground.datasets.shakespeare.build import Shakespeare
from playground.datasets.shakespeare.build_reference import reference_texts
from playground.datasets.shared.language_evaluations import COPIES, evaluate_copies
from playground.metrics.compressor import PPMD_ORDER, ppmd_nats
from playground.metrics.ngram import KneserNey
from playground.models.base import Writes

CHARACTER_ORDER = 6  # of the n-gram model


def evaluate_works(subject: Subject) -> Metrics:
    """Nats a character over the test works, and what characters cost by a Kneser-Ney model and by PPMd."""
    model, data = subject.model, subject.data
    works = data.documents("test")
    characters = sum(map(len, works))
    nats = 0.0
    for number, work in enumerate(works, 1):
        nats += float(model.token_nats(model.prompt_tokens(work)).double().sum())
        subject.report(f"{number} of {len(works)} works")
    on = f"shakespeare-test{len(works)}"
    plays = f"the {len(works)} test works ({characters:,} characters), each read once from its beginning"
    metrics = {
        f"nll-exact-{on}": entry(
            nats / characters,
            "nats a character",
            "lower",
            f"-log p of {plays}, by the tokens they are cut into. The baseline takes every character for equally likely.",
            baseline=math.log(len(alphabet_of(data))),
        ),
        f"nll-kneser-ney{CHARACTER_ORDER}-{on}": entry(
            character_nats(data, CHARACTER_ORDER),
            "nats a character",
            "lower",
            f"Not this model: interpolated Kneser-Ney {CHARACTER_ORDER}-grams of characters, counted on the same training works, "
            f"over {plays}.",
            baseline=math.log(len(alphabet_of(data))),
        ),
    }
    if find_spec("pyppmd"):
        training, test = ("".join(data.documents(split)).encode() for split in ("train", "test"))
        metrics[f"nll-ppmd{PPMD_ORDER}-{on}"] = entry(
            ppmd_nats(training, test),
            "nats a character",
            "lower",
            f"Not this model: PPMd of order {PPMD_ORDER}, its size of training and test works minus that of the training works. "
            "It goes on learning while it reads the test works.",
            baseline=math.log(len(alphabet_of(data))),
        )
    else:
        subject.report("pyppmd is not installed (tests/requirements.txt): the figure of PPMd is left as it is.")
    return metrics


def alphabet_of(data: Shakespeare) -> list[str]:
    """The characters of all works."""
    return sorted(set("".join(text for split in data.works.values() for text in split)))


def character_nats(data: Shakespeare, order: int) -> float:
    """Nats a character of the test works by Kneser-Ney n-grams of the training works."""
    numbers = np.zeros(256, np.int64)
    alphabet = alphabet_of(data)
    numbers[[ord(character) for character in alphabet]] = np.arange(len(alphabet))

    def symbols(text: str) -> NDArray[np.int64]:
        return numbers[np.frombuffer(text.encode("latin-1"), np.uint8)]

    model = KneserNey(map(symbols, data.documents("train")), len(alphabet), order)
    return float(np.concatenate([model.nats(symbols(text)) for text in data.documents("test")]).mean())


EVALUATIONS = (
    Evaluation("likelihood", evaluate_works, ("nll-*-shakespeare-test*",), needs=(Writes,)),
    Evaluation("samples", partial(evaluate_copies, texts_of=reference_texts), COPIES),
)
