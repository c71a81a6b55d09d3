"""Training resumes exactly, averages weights, keeps a ledger, and never overwrites a run by accident."""

import dataclasses

import numpy as np
import pytest
import torch

from playground.datasets import find_recipe, recipes
from playground.datasets.digits.build import Digits
from playground.datasets.recipe import Recipe
from playground.errors import PlaygroundError, UnknownModel
from playground.training.loop import FlopCounter, Run, batch_indices, learning_rate, train
from tests.tiny import TINY


@pytest.fixture(scope="module")
def data() -> Digits:
    """64 made-up pictures, bars at ten heights; enough to exercise the loop."""
    labels = np.arange(64, dtype=np.uint8) % 10
    images = np.zeros((64, 28, 28), np.uint8)
    for image, label in zip(images, labels):
        image[2 * label + 2 : 2 * label + 6, 4:24] = 200
    return Digits(images, labels, images, labels)


def recipe(family: str, steps: int = 6) -> Recipe:
    optimiser = "sgd" if family == "rbm" else "adam"
    return Recipe(
        id=f"image/tiny-{family}",
        name="Tiny",
        summary="",
        family=family,
        dataset="digits",
        steps=steps,
        sizes=TINY[family],
        meant_for="Tests.",
        limits="Tiny.",
        batch_size=16,
        optimiser=optimiser,
        precision="fp32",
    )


@pytest.mark.parametrize("family", TINY)
def test_a_resumed_run_equals_an_uninterrupted_one(family, data, tmp_path):
    straight, ledger = train(recipe(family), data, tmp_path / "a")
    train(recipe(family), data, tmp_path / "b", steps=3)
    resumed, _ = train(recipe(family), data, tmp_path / "b", resume=True)
    for name, tensor in straight.state_dict().items():
        assert torch.equal(tensor, resumed.state_dict()[name]), name
    assert ledger["steps"] == 6 and ledger["flops"] > 0 and ledger["seconds"] > 0


def test_an_existing_run_is_not_overwritten_and_another_recipe_does_not_continue_it(data, tmp_path):
    train(recipe("vae"), data, tmp_path, steps=1)
    with pytest.raises(PlaygroundError, match="already holds a run: continue it with --resume"):
        train(recipe("vae"), data, tmp_path)
    with pytest.raises(PlaygroundError, match="was started with another recipe"):
        train(dataclasses.replace(recipe("vae"), seed=2), data, tmp_path, resume=True)


def test_a_vae_learns_the_bars(data, tmp_path):
    """Ten kinds of bars under pixel noise of about 42 nats: the loop really optimises."""
    losses = []
    longer = dataclasses.replace(recipe("vae", 400), warmup_steps=5, learning_rate=5e-3, average_steps=10)
    first, _ = train(longer, data, tmp_path / "first", steps=1, report=lambda p: losses.append(p.numbers["bound_loss"]))
    train(longer, data, tmp_path / "all", report=lambda p: losses.append(p.numbers["bound_loss"]))
    assert losses[-1] < 0.5 * losses[0]


def test_every_picture_is_seen_once_a_pass_in_a_new_order_each_pass():
    batches = batch_indices(20, 5, 3, 0)
    passes = [torch.cat([next(batches) for _ in range(4)]) for _ in range(2)]
    assert all(sorted(one.tolist()) == list(range(20)) for one in passes)
    assert not torch.equal(*passes)
    late = batch_indices(20, 5, 3, 5)
    assert torch.equal(next(late), passes[1][5:10])


def test_the_learning_rate_warms_up_and_ends_at_its_final_share():
    one = dataclasses.replace(recipe("vae", 1000), warmup_steps=100, learning_rate=1.0, final_learning_rate_factor=0.1)
    assert learning_rate(one, 0) == pytest.approx(0.01, abs=1e-4)
    assert learning_rate(one, 100) > 0.97
    assert learning_rate(one, 1000) == pytest.approx(0.1)


def test_the_counter_counts_a_matrix_product_and_its_two_gradients():
    a, b = torch.randn(4, 5, requires_grad=True), torch.randn(5, 6, requires_grad=True)
    with FlopCounter() as counter:
        (a @ b).sum().backward()
    assert counter.total == 3 * 2 * 4 * 5 * 6


def test_recipes_are_found_by_id_and_unknown_ones_name_the_rest():
    assert all(find_recipe(name).id == name for name in recipes())
    with pytest.raises(UnknownModel, match="choose one of image/digits-classifier"):
        find_recipe("image/none")


def test_a_run_in_slices_of_any_length_learns_what_one_in_one_go_does(data, tmp_path):
    straight, _ = train(recipe("vae"), data, tmp_path)
    run, seen = Run(recipe("vae"), data), []
    while run.step < 6:
        progress = run.advance(6, seconds=0.0)  # one step a slice
        seen.append(progress.step)
        run.model_so_far()
    assert seen == [1, 2, 3, 4, 5, 6] and progress.steps == 6 and progress.numbers.keys() >= {"bound_loss"}
    for name, tensor in straight.state_dict().items():
        assert torch.equal(tensor, run.model_so_far().state_dict()[name]), name
