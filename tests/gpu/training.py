"""A few training steps on both devices: losses alike, and a run that was interrupted goes on where it stopped."""

import dataclasses
import math
import tempfile
from pathlib import Path

from playground.datasets import find_recipe
from playground.errors import UnknownModel
from playground.operations.worker import Worker
from playground.training.loop import train
from tests.gpu.agreement import Result
from tests.gpu.batches import load_batches

STEPS = 3
BATCH = 8
LOSS = 0.1  # relative: dropout and bfloat16 round and draw otherwise on another device
RESUMED = 0.01  # relative, of the loss of a run in one piece


def compare_training(
    model_id: str, batches: Path, host: Worker, device: Worker, precision: str | None = None
) -> list[Result]:
    """Steps of the recipe of a model; none when it has no recipe, or there are no batches of its data set."""
    try:
        recipe = find_recipe(model_id)
    except UnknownModel:
        return []
    data = load_batches(batches, recipe.dataset, host.load(model_id))
    if data is None:
        return []
    recipe = dataclasses.replace(
        recipe, steps=STEPS, batch_size=BATCH, warmup_steps=0, precision=precision or recipe.precision
    )
    with tempfile.TemporaryDirectory() as folder:
        own = losses(recipe, data, Path(folder, "host"), str(host.device))
        other = losses(recipe, data, Path(folder, "device"), str(device.device))
        losses(recipe, data, Path(folder, "parts"), str(device.device), steps=STEPS - 1)
        resumed = losses(recipe, data, Path(folder, "parts"), str(device.device), resume=True)
    return [
        _compare(model_id, "the device as the CPU", own, other, LOSS),
        _compare(model_id, "resumed as in one piece", other, resumed, RESUMED),
    ]


def losses(recipe, data, folder: Path, device: str, **how) -> dict[str, float]:
    """The numbers that the last step logged."""
    numbers: dict[str, float] = {}
    train(recipe, data, folder, device=device, report=lambda progress: numbers.update(progress.numbers), **how)
    return numbers


def _compare(model_id: str, how: str, one: dict[str, float], other: dict[str, float], tolerance: float) -> Result:
    apart = {
        name: f"{name} is {one[name]:.5g} and {other[name]:.5g}"
        for name in one
        if name.endswith("_loss") and not math.isclose(one[name], other[name], rel_tol=tolerance, abs_tol=tolerance)
    }
    found = sum(name.endswith("_loss") for name in one)
    return Result(model_id, f"training: {how}", found - len(apart), found, found, "; ".join(apart.values()))
