"""Every recipe by its id. ``python -m playground train ID`` follows one."""

from playground.datasets.boltzmann_text_recipes import BOLTZMANN_TEXT_RECIPES
from playground.datasets.digits.recipes import DIGITS_RECIPES
from playground.datasets.music_recipes import MUSIC_RECIPES
from playground.datasets.notes.recipes import NOTES_RECIPES
from playground.datasets.text_recipes import TEXT_RECIPES
from playground.errors import UnknownModel
from playground.training.recipe import Recipe

RECIPES: dict[str, Recipe] = {
    **DIGITS_RECIPES,
    **NOTES_RECIPES,
    **MUSIC_RECIPES,
    **TEXT_RECIPES,
    **BOLTZMANN_TEXT_RECIPES,
}


def find_recipe(model_id: str) -> Recipe:
    """The recipe of that id; raises UnknownModel naming those there are."""
    if model_id not in RECIPES:
        raise UnknownModel(f"No recipe is called '{model_id}': choose one of {', '.join(RECIPES)}.")
    return RECIPES[model_id]
