"""Every number of every shipped card is one that an evaluation of its checkpoint computes, and says that it does."""

import pytest

from playground.checkpoint import Checkpoint, default_root, find_checkpoints
from playground.datasets import datasets, recipes
from playground.datasets.evaluation import Evaluation, Subject, entry
from playground.errors import BadRequest
from playground.evaluation.evaluate import evaluations_of, run_evaluation

SHIPPED = [one for one in find_checkpoints(default_root()) if one.id in recipes()]


@pytest.mark.parametrize("checkpoint", SHIPPED, ids=lambda one: one.id)
def test_every_number_of_a_card_is_recomputed_by_one_evaluation(checkpoint):
    known = evaluations_of(checkpoint)
    assert checkpoint.facts["metrics"]
    for protocol in checkpoint.facts["metrics"]:
        claiming = [name for name, one in known.items() if one.claims(protocol)]
        assert len(claiming) == 1, f"{protocol} is computed by {claiming or 'no evaluation'}"


def test_every_shipped_checkpoint_has_a_recipe_and_every_shipped_recipe_a_checkpoint():
    assert {one.id for one in SHIPPED} == {name for name, recipe in recipes().items() if recipe.shipped}


@pytest.mark.parametrize("name", datasets())
def test_names_of_evaluations_are_unique_for_every_family(name):
    for recipe in datasets()[name].recipes:
        checkpoint = Checkpoint(recipe.id, default_root(), {"dataset": name, "family": recipe.family})
        assert evaluations_of(checkpoint)


def test_a_model_that_nothing_can_measure_is_told_so_in_one_sentence():
    checkpoint = Checkpoint("text/x", default_root(), {"dataset": "names", "family": "classifier"})
    with pytest.raises(
        BadRequest, match="No numbers are defined for text/x: add a metrics.py or an evaluations.py that can"
    ):
        evaluations_of(checkpoint)


def test_what_an_evaluation_gives_must_be_finite_and_announced():
    def evaluation(name: str, value: float) -> Evaluation:
        return Evaluation("e", lambda subject: {name: entry(value, "nats", "lower", "")}, ("nll-*",))

    subject = Subject(None, None, default_root(), print)
    assert list(run_evaluation(evaluation("nll-x", 1.0), subject)) == ["nll-x"]
    with pytest.raises(ArithmeticError, match="not finite: nll-x"):
        run_evaluation(evaluation("nll-x", float("nan")), subject)
    with pytest.raises(ValueError, match="The evaluation 'e' gave elbo-x, which is none of"):
        run_evaluation(evaluation("elbo-x", 1.0), subject)


@pytest.mark.parametrize(
    ("dataset", "methods", "names"),
    [
        ("digits", ("log_weights", "posterior"), {"elbo", "nll"}),
        ("digits", ("log_weights",), set()),
        ("sentences", ("log_prob", "decode"), {"exact", "samples"}),
        ("melodies", ("log_weights", "posterior"), {"reconstruction"}),
        ("chorales", ("frame_nats",), {"likelihood"}),
        ("jsb", ("frame_nats",), {"likelihood"}),
        ("chat", ("token_nats", "prompt_tokens"), {"likelihood"}),
        ("shakespeare", ("token_nats", "prompt_tokens", "decode"), {"likelihood", "samples"}),
    ],
)
def test_a_new_family_is_measured_by_what_it_can_do(dataset: str, methods: tuple[str, ...], names: set[str]) -> None:
    family = type("New", (), {name: lambda self: None for name in methods})
    every: tuple[Evaluation, ...] = datasets()[dataset].part("evaluations").EVALUATIONS
    assert {one.name for one in every if one.measures(family)} == names
