"""Which effects can be told of a data set's outputs, and how far real items differ in them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from playground.datasets.base import Dataset
from playground.datasets.effects import Effects
from playground.datasets.shared.picture_effects import picture_effects
from playground.datasets.shared.point_effects import point_effects
from playground.datasets.shared.roll_effects import roll_effects
from playground.datasets.shared.sound_effects import sound_effects
from playground.datasets.shared.text_effects import text_effects
from playground.formats.pictures import from_frames
from playground.protocol.output import OutputSpec

BY_KIND: dict[str, Callable[[OutputSpec], Effects]] = {
    "image": lambda output: picture_effects(output.channels),
    "sound": lambda output: sound_effects(),
    "roll": lambda output: roll_effects(),
    "text": lambda output: text_effects(),
    "points": lambda output: point_effects(),
}


def effects_of(dataset: Dataset, root: Path) -> Effects | None:
    """Its own effects or those of its kind of output; None where nothing can be told."""
    if dataset.has("effects"):
        return dataset.part("effects").effects(root)
    kind = dataset.output.kind
    return BY_KIND[kind](dataset.output) if kind in BY_KIND else None


def spreads_of(effects: Effects, outputs: Any) -> dict[str, float]:
    """The standard deviation of every effect among outputs, at least what can be told."""
    with torch.inference_mode():
        measured = effects.measure(outputs)
    return {name: max(float(measured[name].std()), effect.least) for name, effect in effects.known.items()}


def real_outputs(dataset: Dataset) -> Any:
    """The real items that its metric suite shows, as models make them; None for one that has no suite."""
    if not dataset.has("metrics"):
        return None
    shown, output = dataset.suite.real().shown, dataset.suite.output
    if output.kind == "text":
        return [str(text) for text in shown]
    if output.kind == "points":
        return torch.from_numpy(shown).reshape(-1, output.width)
    return from_frames(shown.tobytes(), len(shown), output.height, output.width, output.channels)
