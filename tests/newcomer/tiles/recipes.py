"""How the models of the tiles are trained: one of the tests' own family, and one each of three that ship."""

from typing import Any

from playground.datasets.tiles import CLASSES, DATASET

from playground.datasets.recipe import Recipe

SHAPE = (DATASET.output.channels, DATASET.output.height, DATASET.output.width)
OUTPUT: dict[str, Any] = {"shape": SHAPE, "classes": CLASSES, "class_name": "tree"}
ABOUT: dict[str, Any] = {
    "dataset": "tiles",
    "summary": "Draws tiles.",
    "meant_for": "Tests.",
    "limits": "It knows twelve trees.",
    "steps": 400,
    "batch_size": 24,
    "warmup_steps": 5,
    "average_steps": 20.0,
    "precision": "fp32",
}
RECIPES = (
    Recipe(id="image/tiles-fake", name="Fake", family="fake", sizes=OUTPUT, learning_rate=5e-3, **ABOUT),
    Recipe(
        id="image/tiles-gan",
        name="Tiles GAN",
        family="gan",
        sizes=OUTPUT | {"noise": 4, "generator_width": 8, "critic_width": 8},
        **ABOUT,
    ),
    Recipe(
        id="image/tiles-vae",
        name="Tiles VAE",
        family="vae",
        sizes={"shape": SHAPE, "classes": (), "latent": 4, "width": 8, "hidden": 16, "likelihood": "logistic"},
        **ABOUT,
    ),
    Recipe(
        id="image/tiles-rbm",
        name="Tiles RBM",
        family="rbm",
        sizes={"shape": SHAPE, "visible_units": "gaussian", "hidden": 32, "stored": 40, "stored_steps": 10},
        optimiser="sgd",
        learning_rate=0.01,
        **ABOUT,
    ),
)
