"""How the digits models are trained."""

from dataclasses import replace
from typing import Any

from playground.datasets.digits import DATASET
from playground.datasets.recipe import Recipe

SHAPE: dict[str, Any] = {"shape": (1, DATASET.output.height, DATASET.output.width)}
CLASSES = SHAPE | {"classes": DATASET.output.classes}
DIGITS = CLASSES | {"class_name": "digit"}

IN_SIGHT = (
    " No digits are set apart for validation: what was chosen by its figures was chosen with the test digits in sight, so they "
    "may be a little too kind."
)

VAE = Recipe(
    id="image/digits-vae",
    name="VAE",
    summary="Learns a smooth 40-dimensional map of handwriting: every point decodes to a digit, a little blurred.",
    meant_for="Smooth sliders, interpolation and encoding of your own digit.",
    limits="Samples are a little blurred, because pixels are independent given the latent; some points of the prior "
    "lie between digits and decode to neither." + IN_SIGHT,
    family="vae",
    dataset="digits",
    steps=10_000,
    sizes=SHAPE | {"latent": 40, "importance_samples": 5},
    learning_rate=1.5e-3,
    average_steps=1000.0,
)
RECIPES = (
    Recipe(
        id="image/digits-classifier",
        name="Digit classifier",
        summary="Recognises digits; its features are the yardstick of every fidelity and diversity figure.",
        meant_for="The fixed feature network of the fidelity and diversity metrics.",
        limits="Trained on MNIST alone: its features mean nothing for other pictures, and its own errors are part of "
        "every mode count.",
        family="classifier",
        sizes=CLASSES,
        dataset="digits",
        steps=4500,
        learning_rate=2e-3,
        average_steps=300.0,
    ),
    VAE,
    replace(
        VAE,
        id="image/digits-vae-2d",
        name="VAE, 2-D",
        summary="The same network squeezed through two numbers, so that its whole world fits on one page.",
        steps=8_000,
        sizes=SHAPE | {"latent": 2, "importance_samples": 1},
        average_steps=500.0,
    ),
    Recipe(
        id="image/digits-gan",
        name="GAN",
        summary="A forger trained against a critic: crisp digits in one pass, but no way back from a picture to its latent.",
        meant_for="Crisp samples of a chosen digit in one pass.",
        limits="There is no encoder and no likelihood: finding the latent of a picture is a search that may fail, and "
        "nothing in the loss says that every kind of digit must appear." + IN_SIGHT,
        family="gan",
        sizes=DIGITS,
        dataset="digits",
        steps=9_000,
        batch_size=64,
        learning_rate=2e-4,
        betas=(0.0, 0.99),
        final_learning_rate_factor=0.1,
        average_steps=1000.0,
    ),
    Recipe(
        id="image/digits-rbm",
        name="RBM",
        summary="Pixels and 500 hidden units bargain until they agree: samples by Gibbs steps, completes half a digit.",
        meant_for="Watching Gibbs sampling, and completing a digit of which a part is held fixed.",
        limits="Sampling is a chain: a sample continues one of 4,000 stored chains. Half of those began at training digits, half "
        "at the chains of training, and each ran 2,000 Gibbs steps on the trained weights, which still does not make every "
        "kind of digit as common as it is. The likelihood is known only through annealed importance sampling."
        + IN_SIGHT,
        family="rbm",
        sizes=SHAPE,
        dataset="digits",
        steps=50_000,
        batch_size=100,
        optimiser="sgd",
        learning_rate=0.05,
        warmup_steps=500,
        average_steps=3000.0,
        precision="fp32",
    ),
    Recipe(
        id="image/digits-flow",
        name="Flow matching",
        summary="Carries noise to a digit along a nearly straight path; ten solver steps are enough.",
        meant_for="Watching noise become a digit, and seeing how few solver steps are enough.",
        limits="One sample costs as many network evaluations as the solver takes: tens to hundreds of times a VAE's or "
        "a GAN's cost." + IN_SIGHT,
        family="flow",
        sizes=DIGITS,
        dataset="digits",
        steps=10_000,
        batch_size=64,
        learning_rate=1e-3,
        average_steps=1000.0,
    ),
)
