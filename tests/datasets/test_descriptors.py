"""Every data set's descriptor: found by walking, plain JSON, without torch; its folder has what its descriptor needs."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from playground.datasets import compared_datasets, compared_words, datasets, find_dataset, find_recipe, recipes
from playground.datasets.base import Dataset
from playground.datasets.recipe import Recipe
from playground.errors import BadRequest, UnknownModel
from playground.protocol.output import OutputSpec

PAGE_WORDS = Path(__file__).parents[2] / "playground/ui/static/panels/compare/words.js"


def test_data_sets_are_found_in_the_order_in_which_they_are_offered():
    offered = ["digits", "notes", "melodies", "chorales", "jsb", "sentences", "names", "shakespeare", "chat", "topics"]
    assert [name for name in datasets() if name in offered] == offered
    assert "shared" not in datasets()


@pytest.mark.parametrize("name", datasets())
def test_a_descriptor_is_plain_json_and_its_parts_fit_it(name):
    dataset = datasets()[name]
    assert json.loads(json.dumps(dataset.describe()))["name"] == name
    assert dataset.has("build") and callable(dataset.part("build").load)
    if dataset.has("metrics"):
        assert dataset.words and dataset.suite.dataset == name
        spec = dataset.suite.output
        assert (spec.kind, spec.height, spec.width) == (
            dataset.output.kind,
            dataset.output.height,
            dataset.output.width,
        )
        assert dataset.words.fewest_samples <= dataset.words.usual_samples <= dataset.words.most_samples
        assert dataset.words.most_samples <= dataset.suite.max_samples
        labels = {protocol.label for protocol in dataset.suite.protocols.values()}
        assert set(dataset.words.headlines) <= labels
    for recipe in dataset.recipes:
        assert recipe.dataset == name and recipe.id.startswith(dataset.modality + "/")


@pytest.mark.parametrize("name", compared_datasets())
def test_every_number_of_a_comparison_is_explained_behind_its_fold(name):
    common = PAGE_WORDS.read_text("utf-8")
    own = " ".join(title for title, _ in compared_words(name).meanings).lower()
    for protocol in datasets()[name].suite.protocols.values():
        kind = re.split(r"[ -]\d|histogram| KL| \(", protocol.label)[0].strip()  # BLEU-4 is explained as BLEU
        assert f'"{protocol.label}"' in common or kind.lower().replace("longest shared run", "shared run") in own


def test_an_unknown_data_set_names_the_known_ones_and_a_missing_part_its_file():
    with pytest.raises(BadRequest, match="No data set is called 'cats': choose one of digits, notes"):
        find_dataset("cats")
    with pytest.raises(BadRequest, match=r"'topics' has no metrics.py: add one to playground/datasets/topics/"):
        _ = find_dataset("topics").suite


def test_a_wrong_modality_is_refused():
    with pytest.raises(ValueError, match="'smells' needs a modality out of image, audio, text, got 'smell'"):
        Dataset(name="smells", title="", license="", modality="smell", output=OutputSpec("image", 1, 1))


def test_recipes_are_found_by_id_and_unknown_ones_name_the_rest():
    assert all(find_recipe(name).id == name for name in recipes())
    with pytest.raises(UnknownModel, match="choose one of image/digits-classifier"):
        find_recipe("image/none")


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ({"limits": "x"}, "'image/new' needs meant_for: say in one sentence what the model is good for"),
        ({"meant_for": "x"}, "'image/new' needs limits: say in one sentence what it cannot do"),
    ],
)
def test_a_recipe_must_say_what_its_model_is_for_and_cannot_do(facts, message):
    with pytest.raises(BadRequest, match=message):
        Recipe(id="image/new", name="New", summary="", family="vae", dataset="digits", steps=1, **facts)


def test_a_recipe_of_an_unknown_family_or_size_says_so():
    recipe = {
        "id": "image/new",
        "name": "",
        "summary": "",
        "dataset": "digits",
        "steps": 1,
        "meant_for": "x",
        "limits": "x",
    }
    with pytest.raises(BadRequest, match="names the family 'vea': choose one of"):
        Recipe(family="vea", **recipe).build()
    with pytest.raises(BadRequest, match="sizes of the recipe of 'image/new' do not fit its family: .*latnt"):
        Recipe(family="vae", sizes={"latnt": 3}, **recipe).build()


def test_descriptors_and_recipes_cost_no_torch():
    code = "from playground.datasets import datasets, recipes; datasets(), recipes(); import sys; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "False", done.stderr


def test_what_can_be_compared_has_a_metric_suite():
    assert {"digits", "chat"} <= set(compared_datasets()) and "topics" not in compared_datasets()
