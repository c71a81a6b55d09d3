"""The effects that a classifier sees: how much more an output looks like one class than like another."""

from collections.abc import Sequence
from itertools import combinations

import torch
from torch import Tensor

from playground.datasets.effects import Effect, Effects, Measures
from playground.models.classifier import Classifier


def class_effects(network: Classifier, classes: Sequence[str]) -> Effects:
    """For every two classes the difference of their log-probabilities in nats."""
    pairs = {f"{a} or {b}": (a, b) for a, b in combinations(classes, 2)}

    def measure(pictures: Tensor) -> Measures:
        with torch.inference_mode():
            logits = network.net.head(network.embed(pictures)[0]).double().numpy()
        columns = dict(zip(classes, logits.T, strict=True))
        return {name: columns[b] - columns[a] for name, (a, b) in pairs.items()}

    return Effects({name: Effect(f"more like {a}", f"more like {b}", 1.0) for name, (a, b) in pairs.items()}, measure)
