"""Recompute the numbers of a checkpoint's card by the evaluations of its data set."""

import math
from pathlib import Path
from typing import Any

import torch

from playground.checkpoint import Checkpoint, load_model
from playground.datasets import find_dataset
from playground.datasets.evaluation import Evaluation, Metrics, Report, Subject
from playground.errors import BadRequest
from playground.evaluation.directions import name_directions
from playground.evaluation.samples import evaluation_by_suite
from playground.models import REGISTRY
from playground.models.base import GenerativeModel

DIRECTIONS = "directions"  # beside the names of evaluations: what is measured of the sliders


def evaluations_of(checkpoint: Checkpoint) -> dict[str, Evaluation]:
    """The evaluations of a checkpoint by name, in the order they run: those of its data set that its family can undergo.

    A data set without evaluations of its own has those of its metric suite. Raises BadRequest when there is none.
    """
    name, family = checkpoint.facts["dataset"], checkpoint.facts["family"]
    dataset = find_dataset(name)
    if dataset.has("evaluations"):
        every: tuple[Evaluation, ...] = dataset.part("evaluations").EVALUATIONS
    else:
        every = (evaluation_by_suite(dataset),) if dataset.has("metrics") else ()
    known = {one.name: one for one in every if one.measures(REGISTRY[family][1])}
    if not known:
        raise BadRequest(
            f"No numbers are defined for {checkpoint.id}: add a metrics.py or an evaluations.py that can measure the family "
            f"'{family}' to playground/datasets/{name}/."
        )
    return known


def evaluate(checkpoint: Checkpoint, root: Path, only: str | None, report: Report) -> Metrics:
    """Run a checkpoint's evaluations (or the one called ``only``): protocol name -> entry, all finite.

    ``root`` holds the other checkpoints, for the feature networks. Raises BadRequest when ``only`` names none.
    """
    known = evaluations_of(checkpoint)
    if only is not None and only not in known:
        raise BadRequest(f"--metric must be one of {', '.join(known)}, {DIRECTIONS} for {checkpoint.id}, got '{only}'.")
    subject = Subject(load_model(checkpoint), find_dataset(checkpoint.facts["dataset"]).load(), root, report)
    metrics: Metrics = {}
    with torch.inference_mode():
        for name, evaluation in known.items():
            if only is None or name == only:
                metrics |= run_evaluation(evaluation, subject)
    return metrics


def evaluate_directions(checkpoint: Checkpoint, root: Path, report: Report) -> list[dict[str, Any]] | None:
    """The names of the model's slider directions, see directions.py; None for what has no directions."""
    model = load_model(checkpoint)
    if not isinstance(model, GenerativeModel) or not len(model.direction_vectors):
        return None
    return name_directions(model, find_dataset(checkpoint.facts["dataset"]), root, report)


def run_evaluation(evaluation: Evaluation, subject: Subject) -> Metrics:
    """Its numbers; raises ArithmeticError for one that is not finite, ValueError for one that it does not announce."""
    metrics = evaluation.run(subject)
    bad = [name for name, one in metrics.items() if not math.isfinite(one["value"])]
    if bad:
        raise ArithmeticError(f"these metrics are not finite: {', '.join(bad)}")
    strange = [name for name in metrics if not evaluation.claims(name)]
    if strange:
        raise ValueError(f"The evaluation '{evaluation.name}' gave {strange[0]}, which is none of {evaluation.gives}.")
    return metrics
