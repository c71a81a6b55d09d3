"""Every recipe by its id. ``python -m playground train ID`` follows one."""

from playground.errors import UnknownModel
from playground.training.recipe import Recipe
from playground.training.recipes_boltzmann_text import BOLTZMANN_TEXT_RECIPES
from playground.training.recipes_digits import DIGITS_RECIPES
from playground.training.recipes_music import MUSIC_RECIPES
from playground.training.recipes_notes import NOTES_RECIPES
from playground.training.recipes_text import TEXT_RECIPES

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
