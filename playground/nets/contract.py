"""What networks and families share: configurations, what a family may ask of its network, class weights, seeds."""

import abc
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from playground.protocol.output import OutputSpec
from playground.protocol.settings import Setting, class_setting

Outputs = Tensor | list[str]  # what latents are decoded to: see OutputSpec
MAX_SIDE = 512  # a configuration with larger pictures would take the memory of all other models


@dataclass(frozen=True, kw_only=True)
class OutputConfig:
    """What a family was trained to make, for networks that can make more than one thing.

    shape: channels, height, width of a picture; 1, 1, coordinates of a point; nothing where the network has one shape only.
    classes: names of the classes that may be asked for. class_name: the noun of a class, which is its setting's name.
    """

    shape: tuple[int, ...] = ()
    classes: tuple[str, ...] = ()
    class_name: str = "class"

    def __post_init__(self) -> None:
        shape = tuple(self.shape)
        if shape and not (len(shape) == 3 and all(type(side) is int and 1 <= side <= MAX_SIDE for side in shape)):
            raise ValueError(
                f"shape must be three whole numbers from 1 to {MAX_SIDE} (channels, height, width), got {self.shape}"
            )
        object.__setattr__(self, "shape", shape)
        names = tuple(self.classes)
        if not all(type(name) is str for name in names) or len(set(names)) < len(names):
            raise ValueError(f"classes must be different names, got {self.classes}")
        object.__setattr__(self, "classes", names)

    def output(self, kind: str = "image") -> OutputSpec:
        """The output of that kind with this shape and these classes; raises ValueError without a shape."""
        if not self.shape:
            raise ValueError(
                "shape is missing: name the channels, height and width of the pictures, such as [1, 28, 28]"
            )
        channels, height, width = self.shape
        return OutputSpec(kind, height, width, channels, self.classes)

    def class_settings(self) -> tuple[Setting, ...]:
        """The setting that chooses a class, where there are classes."""
        return (class_setting(self.class_name, self.classes),) if self.classes else ()


@dataclass(frozen=True, kw_only=True)
class VAESizes(OutputConfig):
    """What the networks of a VAE are told: what they make and how large they are."""

    net: str = "image"
    latent: int = 32
    width: int = 32  # channels of the widest decoder map; what else it scales is the network's affair
    hidden: int = 256
    likelihood: str = "bernoulli"  # of pictures: "bernoulli" (values are bits) or "logistic" (256 levels)


@dataclass(frozen=True, kw_only=True)
class GANSizes(OutputConfig):
    """What the networks of a GAN are told."""

    net: str = "image"
    noise: int = 64
    generator_width: int = 32
    critic_width: int = 32


@dataclass(frozen=True, kw_only=True)
class FlowSizes(OutputConfig):
    """What the network of a flow is told."""

    net: str = "image"
    width: int = 48
    deep_blocks: int = 3
    condition: int = 128


class Net(nn.Module):
    """A network carries what has to lie beside the weights."""

    def adopt(self, data: Any) -> None:
        """Take over from the data set what has to lie beside the weights, such as a tokenizer."""

    def open_files(self, folder: Path) -> None:
        """Read what lies beside the weights; raises BrokenCheckpoint."""

    def save_files(self, folder: Path) -> None:
        """Write what has to lie beside the weights."""


class LatentNet(Net, abc.ABC):
    """Latents z (n, d) to outputs, under a condition (labels (n,) int64) where ``labels_of`` gives one. Abstract."""

    output: OutputSpec
    settings: tuple[Setting, ...] = ()  # that choose the condition, or what is drawn

    def labels_of(self, settings: dict, like: Outputs) -> Tensor | None:
        """The condition that the settings ask for, one a row of ``like`` and on its device. None: no condition."""
        return None

    @abc.abstractmethod
    def generate(self, z: Tensor, labels: Tensor | None) -> Tensor:
        """The likeliest outputs as tensors: pictures (n, C, H, W) in [0, 1], points (n, coordinates) or tokens (n, t)."""

    def sample(self, z: Tensor, settings: dict, generators: Sequence[torch.Generator]) -> Outputs:
        """Outputs as the OutputSpec says, with one generator a row for what is drawn on the way. By default nothing is."""
        return self.generate(z, self.labels_of(settings, z))

    @abc.abstractmethod
    def activations(self, z: Tensor) -> Tensor:
        """First-layer activations (n, a)."""

    @abc.abstractmethod
    def flops(self) -> float:
        """Floating-point operations of one output."""


class VAENet(LatentNet):
    """Encoder and decoder of a VAE: q(z | x) and p(x | z). Abstract."""

    def __init__(self, config: VAESizes):
        super().__init__()

    def observe(self, x: Tensor, labels: Tensor | None, generator: torch.Generator) -> Tensor:
        """Items as they are trained on: as they are, unless a network draws bits or varies them."""
        return x

    @abc.abstractmethod
    def moments(self, x: Outputs, labels: Tensor | None) -> Tensor:
        """Mean and log variance of q(z | x) side by side, (n, 2 d)."""

    @abc.abstractmethod
    def log_likelihood(self, z: Tensor, x: Tensor, labels: Tensor | None) -> Tensor:
        """log p(x | z) (s, n) in nats, of items x (n, ...) as ``observe`` gives them, under latents z (s, n, d)."""

    def refine(self, z: Tensor, x: Tensor, labels: Tensor | None) -> Tensor:
        """Better latents (n, d) of items x than the encoder's guess z; the guess itself where a search gains nothing."""
        return z


class GANNet(LatentNet):
    """Generator and critic of a GAN. Abstract."""

    generator: nn.Module
    critic: nn.Module
    latent_classes = 0  # class weights kept at the end of the latent

    def __init__(self, config: GANSizes):
        super().__init__()

    def latents(self, noise: Tensor, labels: Tensor) -> Tensor:
        """What the generator takes while training: noise (n, noise) beside the class weights of labels (n,)."""
        return torch.cat([noise, one_hot(labels, self.latent_classes)], dim=1)

    @abc.abstractmethod
    def score(self, x: Tensor, labels: Tensor) -> Tensor:
        """Realness (n,) of outputs under their labels (n,)."""


class VelocityNet(nn.Module, abc.ABC):
    """Velocity of states x (n, *shape) at time t (n,) under class weights (n, classes); zero weights = no class. Abstract."""

    output: OutputSpec
    shape: tuple[int, ...]  # of one state

    def __init__(self, config: FlowSizes):
        super().__init__()

    @abc.abstractmethod
    def forward(self, x: Tensor, t: Tensor, classes: Tensor) -> Tensor:
        """Velocity, of the shape of x."""

    @abc.abstractmethod
    def flops(self) -> float:
        """Floating-point operations of one evaluation for one state."""

    def to_state(self, outputs: Tensor) -> Tensor:
        """Outputs as states of the flow at time 1; themselves by default."""
        return outputs

    def to_output(self, states: Tensor) -> Tensor:
        """States as outputs."""
        return states


def one_hot(labels: Tensor, classes: int) -> Tensor:
    """Class weights (..., classes) float32 of integer labels (...); without classes (..., 0)."""
    return nn.functional.one_hot(labels, classes).float() if classes else labels.new_zeros(*labels.shape, 0).float()


def mixed_seed(seed: int, index: int) -> int:
    """One number in [0, 2^63) of a pair.

    Mixed by SplitMix64 (Steele, Lea & Flood 2014), because nearby seeds of a Mersenne twister start alike.
    """
    mask = (1 << 64) - 1
    state = (seed * 0x9E3779B97F4A7C15 + index * 0xD1B54A32D192ED03 + 0x632BE59BD9B4E019) & mask
    state = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & mask
    state = ((state ^ (state >> 27)) * 0x94D049BB133111EB) & mask
    return (state ^ (state >> 31)) & 0x7FFFFFFF_FFFFFFFF
