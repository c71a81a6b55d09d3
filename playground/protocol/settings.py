"""The settings that a model offers at sample time."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Setting:
    """One control of a model; the page draws it, the operations check it."""

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
    help="Scales the random starting point. Low: plain and alike. 1: as trained. High: unusual, more mistakes.",
)
ANY_CLASS = "any"


def class_setting(name: str, classes: Sequence[str]) -> Setting:
    """The choice of a class by its name, or of any; ``name`` is the noun of a class, such as "digit" or "letter"."""
    return Setting(
        name=name,
        label=name.capitalize(),
        kind="choice",
        default=ANY_CLASS,
        choices=(ANY_CLASS, *classes),
        help=f"Which {name} to ask for. '{ANY_CLASS}' lets the seed choose.",
    )
