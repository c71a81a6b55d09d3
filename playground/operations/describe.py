"""The card of a model as the page and ``python -m playground models`` show it: facts, settings, operations, numbers."""

from typing import Any

from playground.checkpoint import Checkpoint
from playground.datasets import compared_datasets
from playground.formats.spectrogram import RATE_HZ, SAMPLES
from playground.models.base import GenerativeModel
from playground.operations import generate
from playground.operations.music import grid_facts
from playground.operations.steering import describe_steering
from playground.protocol.fields import settings_of

# What a card says of pictures that can be heard, and what may be asked of every model that makes them.
OUTPUT_FACTS: dict[str, dict[str, Any]] = {"sound": {"rate": RATE_HZ, "seconds": SAMPLES / RATE_HZ}}
OPERATIONS_OF_KIND = {"sound": {"sound", "listen"}, "roll": {"render", "read_midi", "score"}}
OPERATIONS_OF_CAPABILITY = {
    "decode": {*generate.PLANS, "latents"},
    **{name: {name} for name in ("chain", "encode", "invert", "compose")},
    "harmonise": {"soprano_lines"},
    "topics": {"topics", "read_topics"},
    "write": {"write", "surprise", "steer_reading"},
}
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
    readme = checkpoint.folder / "README.md"
    latent = model.latent
    card |= {
        "capabilities": sorted(model.capabilities),
        "operations": sorted(operations_of(model, card["dataset"])),
        "output": {
            **model.output.describe(),
            **OUTPUT_FACTS.get(model.output.kind, {}),
            **grid_facts(model),
        },
        "latent": {
            "size": latent.size,
            "prior": latent.prior,
            "classes": latent.classes,
            "limit": latent.limit,
            "directions": len(model.direction_vectors),
            "change": [round(value, 4) for value in model.direction_change.tolist()],
        },
        "settings": [setting.describe() for setting in model.settings],
        **language_facts(model),
        "card": _body(readme.read_text(encoding="utf-8")) if readme.exists() else "",
    }
    card["cost"] = card["cost"] | {"flops_per_sample": model.flops_per_sample(settings_of(model, {}))}
    return card


def language_facts(model: Any) -> dict[str, Any]:
    """What only the card of a language model says: its window in tokens, its layers, the directions it can be steered in."""
    if "write" not in model.capabilities:
        return {}
    return {"window": model.context, "layers": model.depth, "steering": describe_steering(model)}


def operations_of(model: GenerativeModel, dataset: str) -> set[str]:
    """What may be asked of a model that was trained on that data set."""
    named = set(OPERATIONS_OF_KIND.get(model.output.kind, ()))
    for capability in model.capabilities:
        named |= OPERATIONS_OF_CAPABILITY.get(capability, set())
    return named | OPERATIONS_OF_METRIC_SUITE if dataset in compared_datasets() else named


def _body(text: str) -> str:
    """A card without its YAML front matter."""
    return text.split("---\n", 2)[2].strip() if text.startswith("---\n") else text
