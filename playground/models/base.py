"""What every model family promises: its latent space, its training phases, its settings, and capabilities as Protocols.

Letters used in shapes: n samples, d latent size, k directions, B batch, C channels, H height, W width. What a model makes is
described by its OutputSpec (protocol/output.py): pictures, spectrograms and rolls are float32 (n, C, H, W) in [0, 1], points
float32 (n, coordinates), texts a list of n str.
"""

import abc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, NamedTuple, Protocol, TypeGuard, TypeVar, runtime_checkable

import torch
from torch import Tensor, nn

from playground.errors import BadRequest
from playground.nets.contract import Outputs, mixed_seed, one_hot
from playground.protocol.output import OutputSpec
from playground.protocol.settings import ANY_CLASS, TEMPERATURE, Setting


@dataclass(frozen=True)
class Phase:
    """One optimised loss of a training step: most families have one, a GAN has two, taken in order.

    ``loss(x, labels, generator)`` gets items x (B, ...) of the data set (pictures (B, C, H, W) in [0, 1], points, or int64
    tokens) and labels (B,) int64, and returns the scalar to minimise and a few numbers worth logging.
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
    (one-hot when drawn from the prior), so that an explicit latent is complete and a path may lead from one class to another.
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


class FeatureNetwork(Trainable):
    """A classifier behind the fidelity and diversity metrics of a data set. Abstract."""

    @abc.abstractmethod
    def embed(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Features (n, 64) and classes (n,) int64 of pictures (n, C, H, W) in [0, 1]."""


class GenerativeModel(Trainable):
    """Base of the families. Abstract: every subclass is final.

    ``capabilities`` names what this model can do beyond sampling: the keys of CAPABILITIES, and of language models "chat" and
    "system". A capability that is named is implemented; one that is not is refused by the operations.
    """

    capabilities: frozenset[str] = frozenset()
    settings: tuple[Setting, ...] = (TEMPERATURE,)
    latent: LatentSpace
    output: OutputSpec
    class_setting: str = ""  # the name of the setting that chooses a class, of a model with classes in its latent

    def __init__(self) -> None:
        super().__init__()
        # Filled in by training.directions after training, saved with the weights.
        self.register_buffer("direction_vectors", torch.zeros(0, 0))
        self.register_buffer("direction_change", torch.zeros(0))

    direction_vectors: Tensor
    direction_change: Tensor

    @classmethod
    def skeleton(cls, config: object) -> "GenerativeModel | None":
        """Build only the metadata (latent space, settings, capabilities), without weights. None: building in full is cheap."""
        return None

    def chosen_class(self, settings: dict) -> int | None:
        """The number of the class that the settings ask for; None: any."""
        name = settings.get(self.class_setting, ANY_CLASS)
        return None if name == ANY_CLASS else self.output.classes.index(name)

    def sample_latents(self, generators: Sequence[torch.Generator], settings: dict) -> Tensor:
        """Draw one latent per generator from the prior: (n, d) float32, made on the CPU; the temperature scales the noise."""
        return torch.stack([self._draw(generator, settings) for generator in generators])

    def _draw(self, generator: torch.Generator, settings: dict) -> Tensor:
        classes = self.latent.classes
        # The class is always drawn, so that choosing one leaves the noise of a seed as it was.
        label = int(torch.randint(classes, (), generator=generator)) if classes else 0
        noise = torch.randn(self.latent.size - classes, generator=generator) * float(settings["temperature"])
        if not classes:
            return noise
        chosen = self.chosen_class(settings)
        return torch.cat([noise, one_hot(torch.tensor(label if chosen is None else chosen), classes)])

    @abc.abstractmethod
    def decode(self, z: Tensor, settings: dict, generators: Sequence[torch.Generator]) -> Outputs:
        """Latents (n, d) to n outputs, as the OutputSpec says. Row i uses only z[i] and generators[i]."""

    def activations(self, z: Tensor) -> Tensor:
        """First-layer activations (n, a) whose principal components give the slider directions; z itself by default."""
        return z

    def directions_of(self, items: Tensor) -> Tensor | None:
        """Slider directions (k, d) found on real items (n, ...), the widest first; None: those of the activations."""
        return None

    @abc.abstractmethod
    def flops_per_sample(self, settings: dict) -> float:
        """Floating-point operations to decode one sample, counting a multiply and an add as two."""


class Family(NamedTuple):
    """What a module of this package registers as FAMILY: its name in config.json, its frozen configuration, its model."""

    name: str
    config: type
    model: type[Trainable]


@runtime_checkable
class Decodes(Protocol):
    """Latents to outputs."""

    def decode(self, z: Tensor, settings: dict, generators: Sequence[torch.Generator]) -> Outputs:
        """Latents (n, d) to n outputs."""
        ...


@runtime_checkable
class Encodes(Protocol):
    """Outputs back to latents."""

    def encode(self, x: Outputs, settings: dict) -> Tensor:
        """Outputs (see OutputSpec; a list of str for texts) to latents (n, d)."""
        ...


@runtime_checkable
class Refines(Encodes, Protocol):
    """An encoder whose guess a search can better."""

    def refine(self, z: Tensor, x: Tensor, settings: dict) -> Tensor:
        """Better latents (n, d) of outputs x than the guess z."""
        ...


@runtime_checkable
class DecodesLabels(Protocol):
    """Latents to outputs under a label of each, such as the pitch of a note, whatever the settings say."""

    def decode_labels(self, z: Tensor, labels: Tensor) -> Tensor:
        """Latents (n, d) under labels (n,) int64 to outputs (n, C, H, W)."""
        ...


@runtime_checkable
class Chains(Protocol):
    """A process that can be watched: a Gibbs chain, or a flow's way from noise to an output."""

    def chain(
        self,
        start: Tensor,
        settings: dict,
        generators: Sequence[torch.Generator],
        frames: int,
        every: int,
        clamp: Any = None,
    ) -> Outputs:
        """``frames`` outputs of one process, ``every`` steps apart, from ``start``, which is itself the first where it can be.

        start: the latent (1, d), or the first frames of a model without latents. clamp: what is held fixed, as the family
        reads it.
        """
        ...


@runtime_checkable
class Clamps(Chains, Protocol):
    """A chain in which a part of the output can be held fixed."""

    def read_clamp(self, request: dict, body: memoryview) -> Any:
        """What a request holds fixed, in the form that ``chain`` takes; None: nothing. Raises BadRequest."""
        ...


@runtime_checkable
class Scores(Protocol):
    """An exact log-likelihood."""

    def log_prob(self, x: Outputs) -> Tensor:
        """log p(x) (n,) in nats."""
        ...


@runtime_checkable
class ReadsTexts(Protocol):
    """Typed texts, made to look like those it was trained on."""

    def read_typed(self, text: str) -> str:
        """The text as the model reads it; BadRequest when it cannot."""
        ...


@runtime_checkable
class Composes(Protocol):
    """Music written step by step, from any beginning, under a soprano or free."""

    def compose(self, roll: Tensor, soprano: Sequence[int] | None, steps: int, seed: int, settings: dict) -> Tensor:
        """A roll (rows, t) in [0, 1] continued by ``steps`` steps."""
        ...


# How probable rows (n, visible) are under RBMs that share weights (visible, hidden): called with the rows, the rows before
# them, the weights and the biases (n, visible) and (n, hidden); gives log p (n,) in nats.
LogProbability = Callable[[Tensor, Tensor, Tensor, Tensor, Tensor], Tensor]


@runtime_checkable
class ScoresFrames(Protocol):
    """How surprising each step of a roll is; ``scored`` says whether that is "exact" or an "estimate"."""

    scored: str

    def frame_nats(self, roll: Tensor, estimate: LogProbability) -> Tensor:
        """Nats of each step of a roll (rows, steps). estimate: used where the model is a Boltzmann machine at every step."""
        ...


@runtime_checkable
class Bounds(Protocol):
    """A lower bound of the log-likelihood, by importance weights from a normal posterior."""

    def posterior(self, x: Tensor, labels: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Mean and log variance of q(z | x), each (n, d)."""
        ...

    def log_weights(
        self, x: Tensor, samples: int, generator: torch.Generator, labels: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """log p(x, z) - log q(z | x) (samples, n) in nats, and the divergence KL(q || p) (n,)."""
        ...


@runtime_checkable
class Integrates(Protocol):
    """Outputs at the end of a path from noise, whose steps can be few or many."""

    def velocity(self, classes: Tensor, guidance: float) -> Callable[[Tensor, float], Tensor]:
        """The field v(x, t) for class weights (n, classes)."""
        ...


@runtime_checkable
class Embeds(Protocol):
    """Features by which other models' outputs are measured, and labels."""

    def embed(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Features (n, f) and labels (n,) int64 of pictures."""
        ...


@runtime_checkable
class ReadsTopics(Protocol):
    """Hidden units that stand for topics of words."""

    vocabulary: list[str]
    hidden_centre: Tensor  # (hidden,): how often each unit is on over the data

    def encode(self, x: Outputs, settings: dict) -> Tensor:
        """How likely each topic is (n, hidden), of texts."""
        ...

    def topic_words(self, count: int) -> list[list[tuple[int, float]]]:
        """For every topic the words that tell most of it, with the rise of their probability."""
        ...

    def read(self, texts: Sequence[str]) -> Tensor:
        """Counts (n, words) of the words that are in the vocabulary."""
        ...


@runtime_checkable
class Writes(Protocol):
    """Text token by token."""

    context: int
    depth: int

    def prompt_tokens(self, text: str) -> list[int]:
        """The tokens that a text is continued from."""
        ...

    def token_nats(self, tokens: Sequence[int]) -> Tensor:
        """Nats of each token given those before it."""
        ...


CAPABILITIES: dict[str, type] = {
    "decode": Decodes,
    "encode": Encodes,
    "chain": Chains,
    "clamp": Clamps,
    "compose": Composes,
    "harmonise": Composes,
    "score": ScoresFrames,
    "topics": ReadsTopics,
    "write": Writes,
    "invert": Decodes,  # by gradient through decode
    "manifold": Decodes,  # a plane of latents that can be shown whole
}
P = TypeVar("P")


def require(model: GenerativeModel, capability: str, protocol: type[P], refusal: str) -> P:
    """The model as one that has the capability; BadRequest with the sentence when it does not name it."""
    if capability not in model.capabilities:
        raise BadRequest(refusal)
    assert isinstance(model, protocol)  # named, so implemented: the contract test of the registry says so
    return model


def are_texts(outputs: Outputs) -> TypeGuard[list[str]]:
    """Whether outputs are texts."""
    return isinstance(outputs, list)


def sample_generator(seed: int, index: int) -> torch.Generator:
    """The generator of sample ``index`` under ``seed``: the same wherever and with whomever the sample is made."""
    return torch.Generator().manual_seed(mixed_seed(seed, index))
