"""How the models of the ring are trained: one each of the families that make points."""

from typing import Any

from playground.datasets.ring import CLASSES, DATASET

from playground.datasets.recipe import Recipe

SHAPE = (DATASET.output.channels, DATASET.output.height, DATASET.output.width)
OUTPUT: dict[str, Any] = {"net": "points", "shape": SHAPE, "classes": CLASSES, "class_name": "side"}
ABOUT: dict[str, Any] = {
    "dataset": "ring",
    "summary": "Draws points.",
    "meant_for": "Tests.",
    "limits": "It knows eight clusters.",
    "steps": 400,
    "batch_size": 128,
    "warmup_steps": 5,
    "average_steps": 20.0,
    "precision": "fp32",
    "learning_rate": 2e-3,
}
RECIPES = (
    Recipe(
        id="image/ring-vae",
        name="Ring VAE",
        family="vae",
        sizes=OUTPUT | {"classes": (), "latent": 2, "hidden": 64},
        **ABOUT,
    ),
    Recipe(
        id="image/ring-gan",
        name="Ring GAN",
        family="gan",
        sizes=OUTPUT | {"noise": 3, "generator_width": 64, "critic_width": 64},
        **ABOUT,
    ),
    Recipe(
        id="image/ring-flow",
        name="Ring flow",
        family="flow",
        sizes=OUTPUT | {"width": 64, "deep_blocks": 1},
        **ABOUT,
    ),
)
