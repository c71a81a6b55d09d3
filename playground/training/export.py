"""From a finished run to a shipped checkpoint: slider directions, facts, card."""

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from playground.checkpoint import WEIGHTS, Checkpoint, file_sha256, find_checkpoints, save_checkpoint, write_facts
from playground.datasets import find_dataset
from playground.datasets.base import Data
from playground.datasets.recipe import Recipe
from playground.errors import BadRequest
from playground.evaluation.directions import name_directions
from playground.models.base import GenerativeModel, Trainable
from playground.training.directions import find_directions
from playground.training.loop import as_items

MEANINGS = (
    "The floor is what real data of the same size score; a dash means that none is known. The baseline is what a simple model or "
    "chance scores; the list below says which. Better is higher, lower, or closest to the floor, where both sides of it are "
    "wrong. What follows ± is the standard deviation over three evaluation seeds."
)


def export(recipe: Recipe, model: Trainable, ledger: dict, data: Data, root: Path) -> Checkpoint:
    """Save an averaged model as the checkpoint of its recipe, without metrics yet (see ``record_metrics``).

    After fewer steps than the recipe's it is a trial, and says so.
    """
    steps = ledger["steps"]
    dataset = find_dataset(recipe.dataset)
    names = []
    trial = f"Trial: {steps:,} of {recipe.steps:,} steps. " if steps < recipe.steps else ""
    if isinstance(model, GenerativeModel) and model.latent.size:
        inputs, labels = data.training_tensors()
        with torch.inference_mode():
            model.finish_on_data(as_items(inputs), labels)
        chosen = torch.randperm(len(inputs), generator=torch.Generator().manual_seed(recipe.seed))[:10_000]
        find_directions(model, as_items(inputs[chosen]))
        names = name_directions(model, dataset, root, lambda line: None)
    facts = {
        "id": recipe.id,
        "name": recipe.name,
        "summary": trial + recipe.summary,
        **({"trial": True} if trial else {}),
        "meant_for": recipe.meant_for,
        "limits": recipe.limits,
        "modality": recipe.id.partition("/")[0],
        "family": recipe.family,
        "dataset": recipe.dataset,
        "dataset_title": dataset.title,
        "dataset_license": dataset.license,
        "config": dataclasses.asdict(recipe.config),
        "parameters": sum(parameter.numel() for parameter in model.parameters()),
        "recipe": recipe.describe(),
        "command": f"python -m playground train {recipe.id}" + (f" --steps {steps}" if trial else ""),
        "seed": recipe.seed,
        "cost": ledger,
        "directions": names,
        "metrics": {},
    }
    checkpoint = save_checkpoint(root, model, facts)
    write_card(checkpoint)
    return checkpoint


def require_no_finished_checkpoint(root: Path, recipe: Recipe) -> None:
    """BadRequest when a trial would replace a model that was trained to its end."""
    finished = {one.id for one in find_checkpoints(root) if one.facts and not one.facts.get("trial")}
    if recipe.id in finished:
        raise BadRequest(
            f"{root / recipe.id} holds a finished model, which a trial would replace: give another folder as --checkpoints."
        )


def record_metrics(checkpoint: Checkpoint, metrics: dict[str, dict], directions: list[dict] | None = None) -> None:
    """Put recomputed numbers and names of directions into config.json and the card; what is not recomputed stays."""
    checkpoint.facts["metrics"] |= metrics
    if directions is not None:
        checkpoint.facts["directions"] = directions
    checkpoint.facts["sha256"] = file_sha256(checkpoint.folder / WEIGHTS)
    write_facts(checkpoint.folder, checkpoint.facts)
    write_card(checkpoint)


def write_card(checkpoint: Checkpoint) -> None:
    """README.md of the checkpoint, wholly made from its facts."""
    facts, cost = checkpoint.facts, checkpoint.facts["cost"]
    hub_name = find_dataset(facts["dataset"]).hub_name
    rows = [f"| {name} | {' | '.join(number_cells(one))} |" for name, one in facts["metrics"].items()]
    meanings = [f"- **{name}**: {one['help']}" for name, one in facts["metrics"].items()]
    lines = [
        "---",
        "license: apache-2.0",
        f"tags: [{facts['family']}, {facts['modality']}, {facts['dataset']}]",
        *([f"datasets: [{hub_name}]"] if hub_name else []),
        "---",
        f"# {facts['name']} ({facts['id']})",
        "",
        facts["summary"],
        "",
        f"- Family: {facts['family']}, {facts['parameters']:,} parameters. Sizes: `{facts['config']}`.",
        f"- Data: {facts['dataset']} ({facts['dataset_title']}; {facts['dataset_license']}). Weights: Apache-2.0.",
        f"- Training: `{facts['command']}`, seed {facts['seed']}, {cost['steps']:,} steps of {facts['recipe']['batch_size']}, "
        f"{cost['seconds'] / 60:.0f} minutes on {cost['device']}, {cost['flops'] / 1e15:.2f} PFLOP counted.",
        f"- Meant for: {facts['meant_for']}",
        f"- Limits: {facts['limits']}",
        *slider_lines(facts.get("directions")),
        "",
        f"## Measured (`python -m playground evaluate {facts['id']}`)",
        "",
        "| protocol | value | floor | baseline | better |",
        "|---|---|---|---|---|",
        *(rows or ["| not evaluated yet | | | | |"]),
        "",
        MEANINGS,
        "",
        *meanings,
    ]
    (checkpoint.folder / "README.md").write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")


def slider_lines(directions: list[dict[str, Any]] | None) -> list[str]:
    """A line on what the sliders of a model do, where that was measured."""
    if not directions:
        return []
    named = [f"{one['direction'] + 1} {one['low']} ↔ {one['high']} ({100 * one['share']:.0f} %)" for one in directions]
    seeds = directions[0]["seeds"]
    return [
        f"- Sliders, with the share of {seeds} seeds in which each does so: {'; '.join(named)}. The others are fine detail."
    ]


def markdown_tables(checkpoints: Sequence[Checkpoint]) -> str:
    """What README says of the shipped models: one table of what they are, one of every measured number."""
    models = ["| checkpoint | what it is | parameters | training |", "|---|---|---|---|"]
    numbers = ["| checkpoint | protocol | value | floor | baseline | better |", "|---|---|---|---|---|---|"]
    for checkpoint in checkpoints:
        facts, cost = checkpoint.facts, checkpoint.facts["cost"]
        cell = f"{cost['seconds'] / 60:.0f} min on {cost['device']}, {cost['flops'] / 1e15:.2f} PFLOP"
        models.append(f"| `{checkpoint.id}` | {facts['summary']} | {facts['parameters']:,} | {cell} |")
        numbers += [
            f"| `{checkpoint.id}` | {name} | {' | '.join(number_cells(one))} |"
            for name, one in facts["metrics"].items()
        ]
    return "\n".join([*models, "", *numbers])


def number_cells(one: dict[str, Any]) -> list[str]:
    """An entry of a card's metrics as cells of a table: value with spread and unit, floor, baseline, which way is better."""
    spread = f" ± {one['spread']:.2g}" if "spread" in one else ""
    value = f"{shown(one['value'])}{spread} {one['unit']}"
    return [
        value,
        shown(one["floor"]),
        shown(one.get("baseline")),
        "closest" if one.get("two_sided") else one["better"],
    ]


def shown(value: float | None) -> str:
    """A number with four significant digits, or a dash."""
    return "–" if value is None else f"{value:.4g}"
