"""The card of a model as the page and ``python -m playground models`` show it: facts, settings, operations, numbers."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playground.checkpoint import Checkpoint
from playground.datasets import compared_datasets
from playground.formats.plain_files import read_prose
from playground.models.base import GenerativeModel
from playground.models.causal_lm import CausalLM
from playground.operations import generate
from playground.operations.kinds import KINDS
from playground.operations.steering import describe_steering
from playground.protocol.fields import settings_of

OPERATIONS_OF_CAPABILITY = {
    "decode": {*generate.PLANS, "latents"},
    **{name: {name} for name in ("chain", "encode", "invert", "compose")},
    "harmonise": {"soprano_lines"},
    "topics": {"topics", "read_topics"},
    "write": {"write", "surprise", "steer_reading"},
}
ENDS = ("low", "high", "share", "seeds")  # of a named direction
MAX_README_BYTES = 16 << 10
MAX_CARD_BYTES = 24 << 10  # as JSON, without the README
TOO_MUCH = f"Its facts take more than {MAX_CARD_BYTES >> 10} KiB: shorten config.json."
LEFT_OUT = "The text of this card is left out: the cards of all models together are too long."
OPERATIONS_OF_METRIC_SUITE = {"features", "measure", "nearest", "reference"}


def describe(checkpoint: Checkpoint, model: GenerativeModel | None, problem: str = "") -> dict[str, Any]:
    """Plain JSON; with ``model`` None only what the folder says, and the problem."""
    facts = checkpoint.facts
    card: dict[str, Any] = {
        "id": checkpoint.id,
        "name": facts.get("name", checkpoint.id),
        "modality": facts.get("modality", checkpoint.id.partition("/")[0]),
        "family": facts.get("family", ""),
        "dataset": facts.get("dataset", ""),
        "parameters": facts.get("parameters", 0),
        "summary": facts.get("summary", ""),
        "problems": [problem] if problem else list(checkpoint.problems),
        "metrics": facts.get("metrics", {}),
        "cost": facts.get("cost", {}),
        "sha256": facts.get("sha256", ""),
    }
    if model is None:
        return card
    latent = model.latent
    card |= {
        "capabilities": sorted(model.capabilities),
        "operations": sorted(operations_of(model, card["dataset"])),
        "output": {
            **model.output.describe(),
            **KINDS[model.output.kind].facts(model),
        },
        "latent": {
            "size": latent.size,
            "prior": latent.prior,
            "classes": latent.classes,
            "class_name": model.class_setting,
            "limit": latent.limit,
            "directions": len(model.direction_vectors),
            "change": [round(value, 4) for value in model.direction_change.tolist()],
            "names": direction_names(facts.get("directions"), len(model.direction_vectors)),
        },
        "settings": [setting.describe() for setting in model.settings],
        **language_facts(model),
        "card": _body(read_prose(checkpoint.folder / "README.md", MAX_README_BYTES)),
    }
    card["cost"] = card["cost"] | {"flops_per_sample": model.flops_per_sample(settings_of(model, {}))}
    return card


def direction_names(stored: Any, count: int) -> list[dict[str, Any]]:
    """{"name"} of every direction, and what config.json stores of those that are named there.

    Without anything stored (or with what is no such list) they are "direction 1", "direction 2", and so on.
    """
    entries = stored if isinstance(stored, list) and all(map(_names_direction, stored)) else None
    named = {one["direction"]: {"name": one["effect"], **{part: one[part] for part in ENDS}} for one in entries or ()}
    fine = (f"direction {n}" if entries is None else f"fine detail {n}" for n in range(1, count + 1))
    return [named.get(number) or {"name": next(fine)} for number in range(count)]


def _names_direction(one: Any) -> bool:
    """Whether an entry of config.json's "directions" has all that the page shows."""
    types = {"direction": int, "effect": str, "low": str, "high": str, "share": float, "seeds": int}
    return isinstance(one, dict) and all(isinstance(one.get(name), kind) for name, kind in types.items())


def language_facts(model: GenerativeModel) -> dict[str, Any]:
    """What only the card of a language model says: its window in tokens, its layers, the directions it can be steered in."""
    if "write" not in model.capabilities:
        return {}
    assert isinstance(model, CausalLM)
    return {"window": model.context, "layers": model.depth, "steering": describe_steering(model)}


def operations_of(model: GenerativeModel, dataset: str) -> set[str]:
    """What may be asked of a model that was trained on that data set."""
    named = set(KINDS[model.output.kind].operations)
    for capability in model.capabilities:
        named |= OPERATIONS_OF_CAPABILITY.get(capability, set())
    return named | OPERATIONS_OF_METRIC_SUITE if dataset in compared_datasets() else named


def fitting(cards: Sequence[dict[str, Any]], most_bytes: int) -> list[dict[str, Any]]:
    """The cards, shortened until all together take at most ``most_bytes`` as JSON.

    Facts that are too many for one card are left out, then the longest READMEs, then whole cards, the broken ones first.
    """
    kept = [card if _size(card | {"card": ""}) <= MAX_CARD_BYTES else _bare(card, TOO_MUCH) for card in cards]
    sizes = [_size(card) for card in kept]
    total = sum(sizes)
    for i in sorted(range(len(kept)), key=lambda i: len(kept[i].get("card", "")), reverse=True):
        if total <= most_bytes or not kept[i].get("card"):
            break
        kept[i] = kept[i] | {"card": LEFT_OUT}
        total += _size(kept[i]) - sizes[i]
        sizes[i] = _size(kept[i])
    dropped: list[int] = []
    for i in sorted(range(len(kept)), key=lambda i: (bool(kept[i]["problems"]), i), reverse=True):
        if total <= most_bytes - MAX_CARD_BYTES * bool(dropped):
            break
        total -= sizes[i]
        dropped.append(i)
    if dropped:
        words = f"The list can hold no more: this folder and {len(dropped) - 1} others are left out of it; remove some."
        kept[min(dropped)] = _bare(kept[min(dropped)], words)
    return [card for i, card in enumerate(kept) if i not in dropped or i == min(dropped)]


def _size(card: dict[str, Any]) -> int:
    return len(json.dumps(card)) + 2


def _bare(card: dict[str, Any], problem: str) -> dict[str, Any]:
    """As the card of a folder that cannot be read."""
    return describe(Checkpoint(card["id"], Path(), {}), None, problem)


def _body(text: str) -> str:
    """A README without its YAML front matter."""
    lines = text.splitlines()
    ends = [i for i, line in enumerate(lines) if line.rstrip() == "---"]
    return "\n".join(lines[ends[1] + 1 :] if ends[1:] and ends[0] == 0 else lines).strip()
