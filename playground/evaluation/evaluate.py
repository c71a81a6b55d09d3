"""Recompute the numbers of a checkpoint's card: what an evaluation looks at, what a number says, and which file measures what."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from playground.checkpoint import Checkpoint, load_model
from playground.datasets import find_dataset
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


def entry(
    value: float, floor: float | None, unit: str, better: str, text: str, *, two_sided: bool = False, **more: float
) -> dict[str, Any]:
    """One number of a card.

    floor: what real data of that size score. better: "lower" or "higher". two_sided: beyond the floor is as wrong as short of it.
    more: ``baseline``, what a model without skill scores (the text says which); ``spread``, the standard deviation over seeds.
    """
    facts = {"value": value, "floor": floor, "unit": unit, "better": better, "two_sided": two_sided, "help": text}
    return facts | more


Evaluation = Callable[[Subject], Metrics]


def evaluations_of(checkpoint: Checkpoint) -> dict[str, Evaluation]:
    """The evaluations of a checkpoint by name, in the order they run."""
    name, family = checkpoint.facts["dataset"], checkpoint.facts["family"]
    dataset = find_dataset(name)
    known = dataset.part("evaluations").EVALUATIONS.get(family, {}) if dataset.has("evaluations") else {}
    if not known:
        raise BadRequest(
            f"No numbers are defined for {checkpoint.id}: add evaluations of the family '{family}' to "
            f"playground/datasets/{name}/evaluations.py."
        )
    return known


def evaluate(checkpoint: Checkpoint, root: Path, only: str | None, report: Report) -> Metrics:
    """Run a checkpoint's evaluations (or the one called ``only``): protocol name -> entry, all finite.

    ``root`` holds the other checkpoints, for the feature networks. Raises BadRequest when ``only`` names none.
    """
    known = evaluations_of(checkpoint)
    if only is not None and only not in known:
        raise BadRequest(f"--metric must be one of {', '.join(known)} for {checkpoint.id}, got '{only}'.")
    subject = Subject(load_model(checkpoint), find_dataset(checkpoint.facts["dataset"]).load(), root, report)
    metrics: Metrics = {}
    with torch.inference_mode():
        for name, run in known.items():
            if only is None or name == only:
                metrics |= run(subject)
    bad = [name for name, one in metrics.items() if not math.isfinite(one["value"])]
    if bad:
        raise ArithmeticError(f"these metrics are not finite: {', '.join(bad)}")
    return metrics
