"""A checkpoint of fewer steps than its recipe's is a trial and says so; a finished model is never replaced by one."""

import dataclasses

import pytest
import torch

from playground.checkpoint import find_checkpoint, load_model
from playground.datasets.digits.build import Digits
from playground.datasets.recipe import Recipe
from playground.errors import BadRequest
from playground.training.directions import difference
from playground.training.export import export, require_no_finished_checkpoint
from playground.training.loop import train
from tests.training.test_loop import data, recipe  # noqa: F401  (a fixture)


def exported(recipe: Recipe, data: Digits, folder, steps: int):  # noqa: F811
    model, ledger = train(recipe, data, folder / "run", steps=steps)
    return export(recipe, model, ledger, data, folder / "checkpoints")


def test_a_trial_says_what_it_is(data, tmp_path):  # noqa: F811
    checkpoint = exported(recipe("vae"), data, tmp_path, 2)
    assert checkpoint.facts["trial"] is True and checkpoint.facts["summary"].startswith("Trial: 2 of 6 steps.")
    assert checkpoint.facts["command"] == "python -m playground train image/tiny-vae --steps 2"
    card = (checkpoint.folder / "README.md").read_text()
    assert "Trial: 2 of 6 steps." in card and "- Meant for: Tests." in card and "- Limits: Tiny." in card
    load_model(checkpoint)
    require_no_finished_checkpoint(tmp_path / "checkpoints", recipe("vae"))


def test_a_finished_model_is_no_trial_and_is_not_replaced_by_one(data, tmp_path):  # noqa: F811
    one = dataclasses.replace(recipe("vae"), summary="Made of bars.")
    exported(one, data, tmp_path, 6)
    facts = find_checkpoint(tmp_path / "checkpoints", one.id).facts
    assert "trial" not in facts and facts["summary"] == "Made of bars."
    with pytest.raises(BadRequest, match="holds a finished model, which a trial would replace"):
        require_no_finished_checkpoint(tmp_path / "checkpoints", one)


def test_outputs_of_any_kind_differ_by_a_number():
    assert difference(torch.zeros(2, 3, 4, 5), torch.full((2, 3, 4, 5), 0.5)) == 0.5
    assert difference(torch.zeros(4, 2), torch.ones(4, 2)) == 1
    assert difference(["kitten", ""], ["sitting", ""]) == pytest.approx(3 / 7 / 2)
