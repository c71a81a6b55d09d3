"""What every model family promises: its latent space, its training phases, its settings and its capabilities.

Letters used in shapes: n samples, d latent size, k directions, B batch, C channels, H height, W width.
Pictures inside models are float tensors (n, 1, H, W) in [0, 1]: 1 = ink, or a loud band of a spectrogram, or a note struck.
"""

import abc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import torch
from torch import Tensor, nn

from playground.nets.contract import CLASS_COUNT, DIGIT, mixed_seed, one_hot
from playground.protocol.output import OutputSpec
from playground.protocol.settings import TEMPERATURE, Setting

__all__ = [
    "CLASS_COUNT",
    "DIGIT",
    "GenerativeModel",
    "LatentSpace",
    "Phase",
    "Trainable",
    "mixed_seed",
    "one_hot",
    "sample_generator",
]


@dataclass(frozen=True)
class Phase:
    """One optimised loss of a training step: most families have one, a GAN has two, taken in order.

    ``loss(x, labels, generator)`` gets items x (B, ...) of the data set (pictures (B, 1, H, W) in [0, 1], or int64 tokens) and
    labels (B,) int64, and returns the scalar to minimise and a few numbers worth logging.
    """

    name: str
    parameters: Sequence[nn.Parameter]
    loss: Callable[[Tensor, Tensor, torch.Generator], tuple[Tensor, dict[str, float]]]
    learning_rate_factor: float = 1.0
    matrices: Sequence[
        nn.Parameter
    ] = ()  # of the parameters, those that Muon may orthogonalise, where it is the optimiser


@dataclass(frozen=True)
class LatentSpace:
    """The space the sliders move in: ``size`` coordinates, roughly of unit variance under the prior.

    A class-conditional model keeps its class in the latent too: the last ``classes`` coordinates are weights of the classes
    (one-hot when drawn from the prior), so that an explicit latent is complete and a path may lead from one digit to another.
    """

    size: int
    prior: str  # "normal" | "hidden units" | "noise image"
    classes: int = 0
    limit: float = 3.0  # sliders run over [-limit, limit] prior standard deviations


class Trainable(nn.Module, abc.ABC):
    """What the training loop needs of anything it trains. Abstract."""

    accelerated: ClassVar[bool] = (
        True  # served on a GPU where there is one; False: its many tiny steps are faster on the CPU
    )

    @abc.abstractmethod
    def phases(self) -> list[Phase]:
        """The losses of one training step, in the order they are taken."""

    def start_from_data(self, inputs: Tensor, labels: Tensor) -> None:  # noqa: B027  (an optional hook)
        """Set what starts best at the data's own statistics, before the first step: all inputs and labels, as losses get them."""

    def finish_on_data(self, inputs: Tensor, labels: Tensor) -> None:  # noqa: B027  (an optional hook)
        """Make what needs the trained weights, after the last step: all inputs and labels, as losses get them."""

    def adopt(self, data: Any) -> None:  # noqa: B027  (an optional hook)
        """Take over from the data set what has to lie beside the weights, such as a tokenizer."""

    def open_files(self, folder: Path) -> None:  # noqa: B027  (an optional hook)
        """Read what lies beside the weights in a checkpoint's folder; raises BrokenCheckpoint."""

    def save_files(self, folder: Path) -> None:  # noqa: B027  (an optional hook)
        """Write what has to lie beside the weights."""

    def after_step(self) -> None:  # noqa: B027  (an optional hook)
        """Bookkeeping after each training step (moving averages); nothing by default."""


class GenerativeModel(Trainable):
    """Base of the families. Abstract: every subclass is final.

    ``capabilities`` says which optional methods mean something for this model: "encode" (``encode(x, settings) -> z``), "chain"
    (``chain(z, settings, generators, frames, every) -> pictures``), "clamp", "invert", "manifold", "elbo", "log_prob".
    """

    capabilities: frozenset[str] = frozenset()
    settings: tuple[Setting, ...] = (TEMPERATURE,)
    latent: LatentSpace
    output: OutputSpec = OutputSpec("image", 28, 28)

    def __init__(self) -> None:
        super().__init__()
        # Filled in by training.directions after training, saved with the weights.
        self.register_buffer("direction_vectors", torch.zeros(0, 0))
        self.register_buffer("direction_change", torch.zeros(0))

    direction_vectors: Tensor
    direction_change: Tensor

    @classmethod
    def skeleton(cls, config: Any) -> "GenerativeModel | None":
        """The model without its networks, as far as its card needs it, where building those takes seconds; None: build it."""
        return None

    def sample_latents(self, generators: Sequence[torch.Generator], settings: dict) -> Tensor:
        """Draw one latent per generator from the prior: (n, d) float32, made on the CPU; the temperature scales the noise."""
        return torch.stack([self._draw(generator, settings) for generator in generators])

    def _draw(self, generator: torch.Generator, settings: dict) -> Tensor:
        classes = self.latent.classes
        # The class is always drawn, so that choosing a digit leaves the noise of a seed as it was.
        label = int(torch.randint(CLASS_COUNT, (), generator=generator)) if classes else 0
        noise = torch.randn(self.latent.size - classes, generator=generator) * float(settings["temperature"])
        if not classes:
            return noise
        if settings["digit"] != "any":
            label = int(settings["digit"])
        return torch.cat([noise, one_hot(torch.tensor(label), classes)])

    @abc.abstractmethod
    def decode(self, z: Tensor, settings: dict, generators: Sequence[torch.Generator]) -> Tensor:
        """Latents (n, d) to pictures (n, 1, H, W) in [0, 1]. Row i uses only z[i] and generators[i]."""

    def activations(self, z: Tensor) -> Tensor:
        """First-layer activations (n, a) whose principal components give the slider directions; z itself by default."""
        return z

    @abc.abstractmethod
    def flops_per_sample(self, settings: dict) -> float:
        """Floating-point operations to decode one sample, counting a multiply and an add as two."""


def sample_generator(seed: int, index: int) -> torch.Generator:
    """The generator of sample ``index`` under ``seed``: the same wherever and with whomever the sample is made."""
    return torch.Generator().manual_seed(mixed_seed(seed, index))
