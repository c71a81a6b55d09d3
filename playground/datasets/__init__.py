"""The data sets: one folder each, found by walking this package.

base.py         the descriptor, and what a folder holds
metric_suite.py what a metric suite is: samples to rows, rows to numbers
bands.py        what perfect samplers score, for the references that ship
effects.py      what an effect is: what can be told of outputs, so that sliders have names
evaluation.py   what an evaluation of a card is
recipe.py       what decides a training run
packages.py     packages that only a build needs
storage.py      where data sets lie
shared/         what several data sets of music or of text have in common
"""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from playground.datasets.base import MODALITIES, Dataset
from playground.datasets.recipe import Recipe
from playground.errors import BadRequest, UnknownModel
from playground.protocol.words import Words

SHARED = "shared"  # the one folder that is no data set


@cache
def datasets() -> dict[str, Dataset]:
    """Every data set by its name, in the order in which they are offered; raises BadRequest for a folder without one."""
    found = []
    for module in iter_modules(__path__):
        if not module.ispkg or module.name == SHARED:
            continue
        dataset = getattr(import_module(f"{__name__}.{module.name}"), "DATASET", None)
        if not isinstance(dataset, Dataset) or dataset.name != module.name:
            raise BadRequest(
                f"playground/datasets/{module.name}/__init__.py must define DATASET = Dataset(name='{module.name}', ...)."
            )
        found.append(dataset)
    found.sort(key=lambda one: (MODALITIES.index(one.modality), one.place, one.name))
    return {one.name: one for one in found}


def find_dataset(name: str) -> Dataset:
    """The data set of that name; raises BadRequest that lists the known names."""
    if name not in datasets():
        raise BadRequest(f"No data set is called '{str(name)[:40]}': choose one of {', '.join(datasets())}.")
    return datasets()[name]


def compared_datasets() -> dict[str, Dataset]:
    """The data sets whose models can be compared, by name."""
    return {name: one for name, one in datasets().items() if one.has("metrics")}


def compared_words(dataset: str) -> Words:
    """How the items of a data set are spoken of; BadRequest when its models cannot be compared."""
    words = find_dataset(dataset).words if dataset in compared_datasets() else None
    if words is None:
        known = ", ".join(compared_datasets())
        raise BadRequest(f"Models of '{dataset[:40]}' cannot be compared: choose models of one of {known}.")
    return words


@cache
def recipes() -> dict[str, Recipe]:
    """Every recipe by the id of its checkpoint."""
    return {recipe.id: recipe for dataset in datasets().values() for recipe in dataset.recipes}


def find_recipe(model_id: str) -> Recipe:
    """The recipe of that id; raises UnknownModel that lists the known ids."""
    if model_id not in recipes():
        raise UnknownModel(f"No recipe is called '{model_id}': choose one of {', '.join(recipes())}.")
    return recipes()[model_id]
