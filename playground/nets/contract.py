"""What networks and families share: what a configuration says of the output, class weights, seeds."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from playground.protocol.output import OutputSpec
from playground.protocol.settings import Setting, class_setting

MAX_SIDE = 512  # a configuration with larger pictures would take the memory of all other models
DIGITS = OutputSpec("image", 28, 28, classes=tuple("0123456789"))  # of the checkpoints whose config.json names no shape


@dataclass(frozen=True, kw_only=True)
class OutputConfig:
    """What a family was trained to make, for networks that can make more than one thing.

    shape: channels, height, width of a picture; 1, 1, coordinates of a point. classes: names of the classes that may be asked
    for; an empty list: none. class_name: the noun of a class, which is its setting's name. What is left out is as for the digits.
    """

    shape: tuple[int, ...] = ()
    classes: tuple[str, ...] | None = None
    class_name: str = "digit"

    def __post_init__(self) -> None:
        shape = tuple(self.shape)
        if shape and not (len(shape) == 3 and all(type(side) is int and 1 <= side <= MAX_SIDE for side in shape)):
            raise ValueError(
                f"shape must be three whole numbers from 1 to {MAX_SIDE} (channels, height, width), got {self.shape}"
            )
        object.__setattr__(self, "shape", shape)
        if self.classes is not None:
            names = tuple(self.classes)
            if not all(type(name) is str for name in names) or len(set(names)) < len(names):
                raise ValueError(f"classes must be different names, got {self.classes}")
            object.__setattr__(self, "classes", names)

    def output(self, kind: str = "image") -> OutputSpec:
        """The output of that kind with this shape and these classes."""
        channels, height, width = self.shape or (DIGITS.channels, DIGITS.height, DIGITS.width)
        classes = DIGITS.classes if self.classes is None else self.classes
        return OutputSpec(kind, height, width, channels, classes)

    def class_settings(self) -> tuple[Setting, ...]:
        """The setting that chooses a class, where there are classes."""
        classes = self.output().classes
        return (class_setting(self.class_name, classes),) if classes else ()


class Net(nn.Module):
    """What a family may ask of every network: pictures of latents, and to carry what has to lie beside the weights."""

    generate: Any  # (z, labels) -> pictures, of networks that decode
    labels_of: Any  # (settings, like) -> labels, likewise

    def adopt(self, data: Any) -> None:
        """Take over from the data set what has to lie beside the weights, such as a tokenizer."""

    def sample(self, z: Tensor, settings: dict, generators: Sequence[torch.Generator]) -> Any:
        """Outputs of latents z (n, d), with one generator a row for what is drawn on the way. By default nothing is."""
        return self.generate(z, self.labels_of(settings, z))

    def open_files(self, folder: Path) -> None:
        """Read what lies beside the weights; raises BrokenCheckpoint."""

    def save_files(self, folder: Path) -> None:
        """Write what has to lie beside the weights."""


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
