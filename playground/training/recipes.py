"""How each shipped checkpoint is trained: family, sizes, data, optimiser, steps and seed. ``python -m playground train ID``."""

from dataclasses import asdict, dataclass
from typing import Any

from playground.errors import UnknownModel
from playground.models import REGISTRY


@dataclass(frozen=True)
class Recipe:
    """Everything that decides a training run; two runs of one recipe on one kind of machine give the same weights."""

    id: str
    name: str
    summary: str  # one sentence for the model picker
    family: str
    dataset: str
    steps: int
    config: Any  # the family's Config
    batch_size: int = 128
    optimiser: str = "adam"  # or "sgd"
    learning_rate: float = 1e-3
    betas: tuple[float, float] = (0.9, 0.99)
    warmup_steps: int = 200
    final_learning_rate_factor: float = 0.0  # cosine decay down to this share
    average_steps: float = 500.0  # time constant of the moving average of the weights that is shipped
    precision: str = "bf16"  # of the networks while training; losses and weights stay float32
    seed: int = 1

    def describe(self) -> dict:
        """Plain JSON, for config.json and for --dry-run."""
        return asdict(self)

    def build(self):
        """A fresh model."""
        return REGISTRY[self.family][1](self.config)


def _config(family: str, **sizes: Any):
    return REGISTRY[family][0](**sizes)


RECIPES = {
    recipe.id: recipe
    for recipe in (
        Recipe(
            id="image/digits-classifier",
            name="Digit classifier",
            summary="Recognises digits; its features are the yardstick of every fidelity and diversity figure.",
            family="classifier",
            dataset="digits",
            steps=4500,
            config=_config("classifier"),
            learning_rate=2e-3,
            average_steps=300.0,
        ),
        Recipe(
            id="image/digits-vae",
            name="VAE",
            summary="Learns a smooth 40-dimensional map of handwriting: every point decodes to a digit, a little blurred.",
            family="vae",
            dataset="digits",
            steps=10_000,
            config=_config("vae", latent=40, importance_samples=5),
            learning_rate=1.5e-3,
            average_steps=1000.0,
        ),
        Recipe(
            id="image/digits-vae-2d",
            name="VAE, 2-D",
            summary="The same network squeezed through two numbers, so that its whole world fits on one page.",
            family="vae",
            dataset="digits",
            steps=8_000,
            config=_config("vae", latent=2, importance_samples=1),
            learning_rate=1.5e-3,
            average_steps=500.0,
        ),
        Recipe(
            id="image/digits-gan",
            name="GAN",
            summary="A forger trained against a critic: crisp digits in one pass, but no way back from a picture to its latent.",
            family="gan",
            dataset="digits",
            steps=9_000,
            config=_config("gan"),
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
            family="rbm",
            dataset="digits",
            steps=50_000,
            config=_config("rbm"),
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
            summary="Carries noise to a digit along a nearly straight path; more solver steps, truer digits.",
            family="flow",
            dataset="digits",
            steps=10_000,
            config=_config("flow"),
            batch_size=64,
            learning_rate=1e-3,
            average_steps=1000.0,
        ),
    )
}


def find_recipe(model_id: str) -> Recipe:
    """The recipe of that id; raises UnknownModel naming those there are."""
    if model_id not in RECIPES:
        raise UnknownModel(f"No recipe is called '{model_id}': choose one of {', '.join(RECIPES)}.")
    return RECIPES[model_id]
