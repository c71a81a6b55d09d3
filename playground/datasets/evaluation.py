"""What an evaluation of a card is: what it looks at, what it computes, and for which models. Each data set names its own."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from inspect import isfunction
from pathlib import Path
from typing import Any

import numpy as np
from torch import Tensor

from playground.models.base import Decodes, sample_generator
from playground.models.decoding import decode

Report = Callable[[str], None]
Metrics = dict[str, dict[str, Any]]  # protocol name -> entry
SPREAD_SEEDS = (20260, 20261, 20262)  # of sampling


@dataclass(frozen=True)
class Subject:
    """What an evaluation looks at: the model, its data, and where the other checkpoints (the feature network) are."""

    model: Any
    data: Any
    root: Path
    report: Report


@dataclass(frozen=True)
class Evaluation:
    """Numbers that are computed together.

    gives: patterns (fnmatch) of the names of the protocols that it computes. needs: the capabilities of the models that it can
    measure (models/base.py), so that a new family is measured by what it can do.
    """

    name: str
    run: Callable[[Subject], Metrics]
    gives: tuple[str, ...]
    needs: tuple[type, ...] = (Decodes,)

    def measures(self, family: type) -> bool:
        """Whether models of that class can be measured: they have the methods of every capability that is needed."""
        methods = (name for one in self.needs for name, member in vars(one).items() if isfunction(member))
        return all(callable(getattr(family, name, None)) for name in methods)

    def claims(self, protocol: str) -> bool:
        """Whether it computes the number of that name."""
        return any(fnmatchcase(protocol, pattern) for pattern in self.gives)


def entry(
    value: float,
    unit: str,
    better: str,
    text: str,
    *,
    floor: float | None = None,
    two_sided: bool = False,
    **more: float,
) -> dict[str, Any]:
    """One number of a card.

    better: "lower" or "higher". floor: what real data of that size score. two_sided: beyond the floor is as wrong as short of it.
    more: ``baseline``, what a model without skill scores (the text says which); ``spread``, the standard deviation over seeds.
    """
    facts = {"value": value, "floor": floor, "unit": unit, "better": better, "two_sided": two_sided, "help": text}
    return facts | more


def over_seeds(measure: Callable[[int], Metrics]) -> Metrics:
    """The numbers of the first of SPREAD_SEEDS, each with its standard deviation over all of them as its ``spread``."""
    found = [measure(seed) for seed in SPREAD_SEEDS]
    spreads = {name: float(np.std([metrics[name]["value"] for metrics in found], ddof=1)) for name in found[0]}
    return {name: one | {"spread": spreads[name]} for name, one in found[0].items()}


def draw_samples(
    subject: Subject, count: int, settings: dict[str, Any], seed: int, at_once: int = 100
) -> Iterator[tuple[Tensor, Any]]:
    """Latents and outputs of samples 0 .. count - 1 under a seed, ``at_once`` at a time."""
    for start in range(0, count, at_once):
        generators = [sample_generator(seed, start + i) for i in range(min(at_once, count - start))]
        z = subject.model.sample_latents(generators, settings)
        yield z, decode(subject.model, z, settings, generators)
        subject.report(f"{start + len(z)} of {count} samples")
