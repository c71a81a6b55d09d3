"""What a data set is: the descriptor in the ``__init__.py`` of its folder, and the other files of the folder by their names.

build.py            ``load()``: the data from the cache, built first when they are not there
build_reference.py  ``build_reference(data, root)``: writes the small real reference that ships, reference.npz
metrics.py          ``SUITE``: the MetricSuite by which its models are compared (metric_suite.py)
evaluations.py      ``EVALUATIONS``: the numbers of its models' cards (evaluation.py)
effects.py          ``effects(root)``: what sliders may be named by, where its kind of output has too little (effects.py)
recipes.py          ``RECIPES``: how its models are trained (recipe.py)

A folder has the files that it needs. Each is imported on first use, so that reading a descriptor does not import torch.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from playground.errors import BadRequest
from playground.protocol.output import OutputSpec
from playground.protocol.words import Words

if TYPE_CHECKING:
    from torch import Tensor

    from playground.datasets.metric_suite import MetricSuite
    from playground.datasets.recipe import Recipe

TrainingTensors: TypeAlias = "tuple[Tensor, Tensor]"
MODALITIES = ("image", "audio", "text")  # in the order in which they are offered


class Data(Protocol):
    """What training and the command line need of a loaded data set."""

    def training_tensors(self) -> TrainingTensors:
        """Inputs (n, ...) and labels (n,) int64; losses get uint8 inputs as pictures in [0, 1], others as they are."""
        ...

    def counts(self) -> str:
        """One line of facts, such as the number of items of each part."""
        ...


def without_classes(inputs: Any) -> TrainingTensors:
    """Inputs (n, ...), an array or a tensor, as training tensors; every label is 0."""
    import torch  # only now: the page knows no torch

    rows = torch.as_tensor(inputs)
    return rows, torch.zeros(len(rows), dtype=torch.int64)


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """The descriptor of a data set."""

    name: str  # of its folder
    title: str  # "MNIST"
    license: str
    modality: str  # one of MODALITIES
    output: OutputSpec  # what an item is, with the names of its classes
    words: Words | None = None  # how the page speaks of its items; needed where there is a metrics.py
    examples: Mapping[str, Any] = field(default_factory=dict)  # what the page's panels offer; plain JSON
    hub_name: str = ""  # what the model hub calls it
    place: int = 100  # where it stands among the others of its modality

    def __post_init__(self) -> None:
        if self.modality not in MODALITIES:
            raise ValueError(
                f"The data set '{self.name}' needs a modality out of {', '.join(MODALITIES)}, got '{self.modality}'."
            )

    def has(self, part: str) -> bool:
        """Whether its folder has a file of that name, such as "metrics"."""
        return find_spec(self._module(part)) is not None

    def part(self, part: str) -> ModuleType:
        """A file of its folder as a module; raises BadRequest where there is none."""
        if not self.has(part):
            raise BadRequest(
                f"The data set '{self.name}' has no {part}.py: add one to playground/datasets/{self.name}/."
            )
        return import_module(self._module(part))

    def _module(self, part: str) -> str:
        return f"{__package__}.{self.name}.{part}"

    def load(self) -> Data:
        """The data from the cache, built first when they are not there; raises PlaygroundError when they cannot be built."""
        return self.part("build").load()

    @property
    def suite(self) -> "MetricSuite":
        """The metric suite by which its models are compared."""
        return self.part("metrics").SUITE

    @property
    def recipes(self) -> "tuple[Recipe, ...]":
        """The recipes of its models; empty without a recipes.py."""
        return self.part("recipes").RECIPES if self.has("recipes") else ()

    def describe(self) -> dict[str, Any]:
        """The descriptor as plain JSON, as the page gets it."""
        return {
            "name": self.name,
            "title": self.title,
            "license": self.license,
            "modality": self.modality,
            "output": self.output.describe(),
            "words": self.words.describe() if self.words else None,
            "examples": dict(self.examples),
            "compared": self.has("metrics"),
        }
