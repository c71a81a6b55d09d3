"""Names for the slider directions of a model: what the move from -2 to +2 does to an output, over many seeds.

From the strongest direction to the weakest, each takes the strongest effect that none before it has and that happens in at least
80 % of the seeds: a change to the same side by at least 0.3 of the spread of real items. The name stays if that holds on fresh
seeds too; other directions have none.
"""

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from playground.datasets.base import Dataset
from playground.datasets.effects import Effects
from playground.evaluation.effects import effects_of, real_outputs, spreads_of
from playground.models.base import GenerativeModel, sample_generator
from playground.models.decoding import decode
from playground.protocol.fields import settings_of

REACH = 2.0  # prior standard deviations to either side
NOTICEABLE = 0.3  # spreads of real items by which an effect must change
SHARE = 0.8  # of the seeds in which it must happen
FINDING_SEEDS = range(1000, 1200)
CHECKING_SEEDS = range(2000, 2500)


@dataclass(frozen=True)
class Seeds:
    """Samples of a model under its usual settings, one a seed, and what moves do to them."""

    model: GenerativeModel
    effects: Effects
    seeds: range

    @cached_property
    def _latents(self) -> Tensor:
        return self.model.sample_latents(self._generators(), settings_of(self.model, {})).cpu()

    def _generators(self) -> list[torch.Generator]:
        return [sample_generator(seed, 0) for seed in self.seeds]

    def outputs(self, move: Tensor | None = None) -> Any:
        """The outputs, all latents moved by that vector."""
        z = self._latents.clone()
        if move is not None:
            z[:, : len(move)] += move
        return decode(self.model, z, settings_of(self.model, {}), self._generators())

    def changes(self, number: int, spreads: Mapping[str, float]) -> dict[str, NDArray]:
        """How much every effect changes (n,) from -2 to +2 along that direction, in spreads."""
        vector = REACH * self.model.direction_vectors[number].cpu()
        low, high = (self.effects.measure(self.outputs(move)) for move in (-vector, vector))
        return {name: (high[name] - low[name]) / spread for name, spread in spreads.items()}


def name_directions(
    model: GenerativeModel, dataset: Dataset, root: Path, report: Callable[[str], None]
) -> list[dict[str, Any]]:
    """Of every direction that can be named, as plain JSON: its number "direction", the "effect", what an output is like at the
    "low" and the "high" end, and in what "share" of how many "seeds" the effect happens. No effect comes twice.

    ``root`` holds the other checkpoints, such as the classifier of the data set.
    """
    effects = effects_of(dataset, root)
    if effects is None or "decode" not in model.capabilities:
        return []
    with torch.inference_mode():
        finding, checking = (Seeds(model, effects, seeds) for seeds in (FINDING_SEEDS, CHECKING_SEEDS))
        real = real_outputs(dataset)
        spreads = spreads_of(effects, finding.outputs() if real is None else real)
        return choose_names(finding, checking, spreads, report)


def choose_names(
    finding: Seeds, checking: Seeds, spreads: Mapping[str, float], report: Callable[[str], None]
) -> list[dict[str, Any]]:
    """The names that hold on both, from the strongest direction to the weakest."""
    named: dict[str, dict[str, Any]] = {}
    count = len(finding.model.direction_vectors)
    for number in range(count):
        found = strongest(finding.changes(number, spreads), named.keys())
        if found:
            name, side = found
            share = share_of(checking.changes(number, spreads)[name], side)
            if share >= SHARE:
                effect = finding.effects.known[name]
                low, high = (effect.lower, effect.higher)[::side]
                seeds = len(checking.seeds)
                named[name] = {
                    "direction": number,
                    "effect": name,
                    "low": low,
                    "high": high,
                    "share": share,
                    "seeds": seeds,
                }
        report(f"{number + 1} of {count} directions, {len(named)} named")
    return list(named.values())


def strongest(changes: Mapping[str, NDArray], taken: Set[str]) -> tuple[str, int] | None:
    """The effect that changes most (by the median) of those not taken that happen often enough, and to which side."""
    medians = {name: float(np.median(change)) for name, change in changes.items() if name not in taken}
    sides = {name: 1 if median > 0 else -1 for name, median in medians.items()}
    held = [name for name in medians if share_of(changes[name], sides[name]) >= SHARE]
    best = max(held, key=lambda name: abs(medians[name]), default=None)
    return None if best is None else (best, sides[best])


def share_of(change: NDArray, side: int) -> float:
    """The share of changes (n,) to that side (1 or -1) that can be noticed."""
    return float((change * side >= NOTICEABLE).mean())
