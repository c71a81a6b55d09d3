"""What networks and families share: the settings a model offers, the kind of picture it makes, class weights."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

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
class Picture:
    """What ``decode`` makes: height and width in pixels, and how to read them.

    kind: "digit"; "spectrogram" (rows are mel bands, the highest on top, columns are time); "roll" (rows are semitones, the
    highest on top, columns are time steps; 1 = struck, 0.6 = held on, 0 = silent); "text" (one row of bytes, see letters.py).
    """

    height: int
    width: int
    kind: str


class Net(nn.Module):
    """What a family may ask of every network: to carry what has to lie beside the weights. Nothing by default."""

    def adopt(self, data: Any) -> None:
        """Take over from the data set what has to lie beside the weights, such as a tokenizer."""

    def open_files(self, folder: Path) -> None:
        """Read what lies beside the weights; raises BrokenCheckpoint."""

    def save_files(self, folder: Path) -> None:
        """Write what has to lie beside the weights."""


def one_hot(labels: Tensor, classes: int = CLASS_COUNT) -> Tensor:
    """Class weights (..., classes) float32 of integer labels (...)."""
    return nn.functional.one_hot(labels, classes).float()
