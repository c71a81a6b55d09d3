"""Directions in a language model's residual stream, found from contrasting examples, and how far a text lies along them.

Contrastive activation addition (Rimsky et al. 2024, arXiv:2312.06681; Turner et al. 2023, arXiv:2308.10248): the difference of
the mean residual stream behind a layer, over the tokens of the examples with and of those without a property. Adding it while
the model writes moves what it writes; projecting on it reads a text's place between the two.
"""

import hashlib
import json
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from playground.errors import BadRequest
from playground.models.causal_lm import CausalLM
from playground.operations.steering_examples import CONTRASTS
from playground.protocol import fields, typed
from playground.protocol.request import Item
from playground.protocol.wire import pack

MOST_AT_ONCE = 3  # directions
FEWEST_EXAMPLES, MOST_EXAMPLES, EXAMPLE_CHARACTERS = 3, 12, 200
STRENGTH = 10.0
MOST_TEXTS, TEXT_CHARACTERS = 16, 4000
KEPT = 64  # directions per model


@dataclass(frozen=True)
class Direction:
    """means (2, layers, width) of the examples with the property and without it."""

    means: Tensor

    def vector(self, layer: int) -> Tensor:
        """From without to with, behind a layer: (width,)."""
        return self.means[0, layer] - self.means[1, layer]

    def reading(self, stream: Tensor, layer: int) -> float:
        """Where a mean stream (layers, width) lies: -1 at the mean of the examples without, 1 at that of those with."""
        vector = self.vector(layer)
        middle = self.means[:, layer].mean(0)
        return float((stream[layer] - middle) @ vector / (0.5 * vector @ vector).clamp_min(1e-12))


@dataclass(frozen=True)
class Steer:
    """One checked entry of a request."""

    plus: tuple[str, ...]
    minus: tuple[str, ...]
    layer: int
    strength: float


def default_layer(model: CausalLM) -> int:
    """The middle of the model: what is said is known there and not yet decided."""
    return model.depth // 2


def describe_steering(model: CausalLM) -> list[dict[str, Any]]:
    """The directions that the page offers for a language model, for its card."""
    layer = default_layer(model)
    return [
        {
            "name": one.name,
            "title": one.title,
            "plus": list(one.plus),
            "minus": list(one.minus),
            "layer": layer,
            "strength": 2.0,
        }
        for one in CONTRASTS.values()
    ]


def read_steer(model: CausalLM, entry: Any) -> Steer:
    """Check one entry: {"name"} or {"plus", "minus"}, with "strength" and "layer"."""
    if not isinstance(entry, Mapping):
        raise BadRequest(f"'steer' must hold objects with a 'name' or with 'plus' and 'minus', got {str(entry)[:40]}.")
    if "name" in entry:
        contrast = CONTRASTS[fields.choice(entry, "name", tuple(CONTRASTS))]
        plus, minus = contrast.plus, contrast.minus
    else:
        plus, minus = (
            tuple(
                typed.checked(one, name, most=EXAMPLE_CHARACTERS)
                for one in fields.items(entry, name, FEWEST_EXAMPLES, MOST_EXAMPLES)
            )
            for name in ("plus", "minus")
        )
    layer = fields.whole(entry, "layer", 0, model.depth - 1, default_layer(model))
    return Steer(plus, minus, layer, fields.number(entry, "strength", -STRENGTH, STRENGTH, 1.0))


def steering_of(model: CausalLM, request: Mapping) -> tuple[dict[int, Tensor], str]:
    """What a request's "steer" adds behind which layer, and a key that is equal for equal steering ("" for none)."""
    given = request.get("steer", [])
    if not isinstance(given, list) or len(given) > MOST_AT_ONCE:
        raise BadRequest(f"'steer' must be a list of at most {MOST_AT_ONCE} directions, got {str(given)[:40]}.")
    additions: dict[int, Tensor] = {}
    entries = [one for one in (read_steer(model, entry) for entry in given) if one.strength]
    for one in entries:
        move = one.strength * find_direction(model, one.plus, one.minus).vector(one.layer)
        additions[one.layer] = additions[one.layer] + move if one.layer in additions else move
    text = json.dumps([[one.plus, one.minus, one.layer, one.strength] for one in entries])
    return additions, hashlib.sha256(text.encode()).hexdigest() if entries else ""


def find_direction(model: CausalLM, plus: Sequence[str], minus: Sequence[str]) -> Direction:
    """The direction from the examples ``minus`` to the examples ``plus``; kept, because the same one is asked for often."""
    kept: OrderedDict[tuple, Direction] = vars(model).setdefault("_directions", OrderedDict())
    key = (tuple(plus), tuple(minus))
    if key not in kept:
        kept[key] = Direction(torch.stack([_mean_of_all(model, plus), _mean_of_all(model, minus)]))
        if len(kept) > KEPT:
            kept.popitem(last=False)
    kept.move_to_end(key)
    return kept[key]


def mean_stream(model: CausalLM, text: str) -> Tensor:
    """The mean residual stream (layers, width) over the tokens of a text, those before it left out.

    Something always stands before it, a line break where the model has no start token: at the first place of whatever they
    read, transformers keep numbers a hundred times the others that say nothing of the text (attention sinks: Xiao et al. 2024,
    arXiv:2309.17453).
    """
    before = model.start_tokens() or model.tokenizer.encode("\n")
    tokens = (before + model.tokenizer.encode(text))[: model.context]
    return model.residuals(tokens)[:, min(len(before), len(tokens) - 1) :].mean(1).cpu()


def _mean_of_all(model: CausalLM, texts: Sequence[str]) -> Tensor:
    return torch.stack([mean_stream(model, text) for text in texts]).mean(0)


def run_steer_reading(model: CausalLM, item: Item) -> bytes:
    """{"steer": one direction, "texts": [1 to 16]}: {"readings"}, see ``Direction.reading``; an empty text has none (null)."""
    entry = read_steer(model, item.request.get("steer"))
    texts = fields.items(item.request, "texts", 1, MOST_TEXTS)
    checked = [typed.checked(one, "texts", most=TEXT_CHARACTERS, empty=True) for one in texts]
    direction = find_direction(model, entry.plus, entry.minus)
    readings = [
        round(direction.reading(mean_stream(model, text), entry.layer), 4) if text.strip() else None for text in checked
    ]
    return pack({"readings": readings, "layer": entry.layer})
