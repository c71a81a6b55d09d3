"""What networks and families share: the settings a model offers, the kind of picture it makes, class weights, seeds."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

CLASS_COUNT = 10  # the ten digits


@dataclass(frozen=True)
class Setting:
    """One control a model offers at sample time; the page draws it, the operations check it."""

    name: str
    label: str
    kind: str  # "float" | "int" | "choice"
    default: float | int | str
    help: str
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None
    choices: tuple[str, ...] = ()
    advanced: bool = False
    measured: float | int | str | None = None  # the default where samples are measured, when that is another one

    def describe(self) -> dict:
        """The setting as plain JSON."""
        facts = asdict(self)
        facts["min"], facts["max"] = facts.pop("minimum"), facts.pop("maximum")
        facts["choices"] = list(self.choices)
        return facts


TEMPERATURE = Setting(
    name="temperature",
    label="Temperature",
    kind="float",
    default=1.0,
    minimum=0.0,
    maximum=1.5,
    step=0.05,
    help="Scales the random starting point. Low: typical and alike. 1: as trained. High: unusual, more mistakes.",
)

DIGIT = Setting(
    name="digit",
    label="Digit",
    kind="choice",
    default="any",
    choices=("any", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9"),
    help="Which digit to ask for. 'any' lets the seed choose.",
)


@dataclass(frozen=True)
class OutputSpec:
    """What ``decode`` makes: height and width in pixels, and how to read them.

    kind: "digit"; "spectrogram" (rows are mel bands, the highest on top, columns are time); "roll" (rows are semitones, the
    highest on top, columns are time steps; 1 = struck, 0.6 = held on, 0 = silent); "text" (one row of bytes, see letters.py).
    """

    height: int
    width: int
    kind: str


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
