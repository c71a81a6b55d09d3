"""Recompute the numbers of a checkpoint's card: what an evaluation looks at, what a number says, and which file measures what."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import torch

from playground.checkpoint import Checkpoint, load_model
from playground.datasets import load_data
from playground.errors import BadRequest

Report = Callable[[str], None]
Metrics = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Subject:
    """What an evaluation looks at: the model, its data, and where the other checkpoints (the feature network) are."""

    model: Any
    data: Any
    root: Path
    report: Report


def entry(value: float, floor: float | None, unit: str, better: str, text: str, **more: Any) -> dict[str, Any]:
    """One number of a card."""
    return {"value": value, "floor": floor, "unit": unit, "better": better, "help": text, **more}


Evaluation = Callable[[Subject], Metrics]
EVALUATIONS = {  # data set -> module whose EVALUATIONS maps a family to its evaluations by name
    "digits": "playground.datasets.digits.evaluations",
    "notes": "playground.datasets.notes.evaluations",
    "chorales": "playground.datasets.music_evaluations",
    "jsb": "playground.datasets.music_evaluations",
    "melodies": "playground.datasets.music_evaluations",
    "sentences": "playground.datasets.sentences.evaluations",
    "names": "playground.datasets.names.evaluations",
    "topics": "playground.datasets.topics.evaluations",
    "shakespeare": "playground.datasets.language_evaluations",
    "chat": "playground.datasets.language_evaluations",
}


def evaluations_of(checkpoint: Checkpoint) -> dict[str, Evaluation]:
    """The evaluations of a checkpoint by name, in the order they run."""
    table: dict[str, dict[str, Evaluation]] = import_module(EVALUATIONS[checkpoint.facts["dataset"]]).EVALUATIONS
    return table[checkpoint.facts["family"]]


def evaluate(checkpoint: Checkpoint, root: Path, only: str | None, report: Report) -> Metrics:
    """Run a checkpoint's evaluations (or the one called ``only``): protocol name -> entry, all finite.

    ``root`` holds the other checkpoints, for the feature networks. Raises BadRequest when ``only`` names none.
    """
    known = evaluations_of(checkpoint)
    if only is not None and only not in known:
        raise BadRequest(f"--metric must be one of {', '.join(known)} for {checkpoint.id}, got '{only}'.")
    subject = Subject(load_model(checkpoint), load_data(checkpoint.facts["dataset"]), root, report)
    metrics: Metrics = {}
    with torch.inference_mode():
        for name, run in known.items():
            if only is None or name == only:
                metrics |= run(subject)
    bad = [name for name, one in metrics.items() if not math.isfinite(one["value"])]
    if bad:
        raise ArithmeticError(f"these metrics are not finite: {', '.join(bad)}")
    return metrics
