"""What networks and families share: the settings a model offers, the kind of picture it makes, class weights, seeds."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from playground.protocol.settings import class_setting

CLASS_COUNT = 10  # the ten digits


DIGIT = class_setting("digit", [str(digit) for digit in range(CLASS_COUNT)])


class Net(nn.Module):
    """What a family may ask of every network: pictures of latents, and to carry what has to lie beside the weights."""

    generate: Any  # (z, labels) -> pictures, of networks that decode
    labels_of: Any  # (settings, like) -> labels, likewise

    def adopt(self, data: Any) -> None:
        """Take over from the data set what has to lie beside the weights, such as a tokenizer."""

    def sample(self, z: Tensor, settings: dict, generators: Sequence[torch.Generator]) -> Tensor:
        """Pictures of latents z (n, d), with one generator a row for what is drawn on the way. By default nothing is."""
        return self.generate(z, self.labels_of(settings, z))

    def open_files(self, folder: Path) -> None:
        """Read what lies beside the weights; raises BrokenCheckpoint."""

    def save_files(self, folder: Path) -> None:
        """Write what has to lie beside the weights."""


def one_hot(labels: Tensor, classes: int = CLASS_COUNT) -> Tensor:
    """Class weights (..., classes) float32 of integer labels (...)."""
    return nn.functional.one_hot(labels, classes).float()


def mixed_seed(seed: int, index: int) -> int:
    """One number in [0, 2^63) of a pair.

    Mixed by SplitMix64 (Steele, Lea & Flood 2014), because nearby seeds of a Mersenne twister start alike.
    """
    mask = (1 << 64) - 1
    state = (seed * 0x9E3779B97F4A7C15 + index * 0xD1B54A32D192ED03 + 0x632BE59BD9B4E019) & mask
    state = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & mask
    state = ((state ^ (state >> 27)) * 0x94D049BB133111EB) & mask
    return (state ^ (state >> 31)) & 0x7FFFFFFF_FFFFFFFF
