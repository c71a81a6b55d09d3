"""The settings of a training run (family, sizes, data, optimiser, steps, seed) and what the card says of the model's use."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import TYPE_CHECKING, Any

from playground.errors import BadRequest

if TYPE_CHECKING:
    from playground.models.base import Trainable

NOT_OF_THE_RUN = ("meant_for", "limits", "shipped")


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """Everything that decides a training run; two runs of one recipe on one kind of machine give the same weights."""

    id: str
    name: str
    summary: str  # one sentence for the model picker
    family: str
    dataset: str
    steps: int
    sizes: Mapping[str, Any] = field(default_factory=dict)  # of the family's Config, where they are not its defaults
    meant_for: str = ""  # what the model is good for, for its card
    limits: str = ""  # what it cannot do, for its card
    shipped: bool = True  # else it checks the code or stands beside a paper: it is kept under runs/ and not served
    batch_size: int = 128
    optimiser: str = "adam"  # or "sgd", or "muon" for the matrices that a phase names
    learning_rate: float = 1e-3
    betas: tuple[float, float] = (0.9, 0.99)
    warmup_steps: int = 200
    final_learning_rate_factor: float = 0.0  # cosine decay down to this share
    schedule_steps: int = 0  # over so many steps the cosine runs, 0 = ``steps``: a run may end before it does,
    cooldown_steps: int = 0  # and then goes down linearly to nothing in its last so many
    average_steps: float = 500.0  # time constant of the moving average of the weights that is shipped
    precision: str = "bf16"  # of the networks while training; losses and weights stay float32
    seed: int = 1

    def __post_init__(self) -> None:
        for name, what in (("meant_for", "what the model is good for"), ("limits", "what it cannot do")):
            if not getattr(self, name):
                raise BadRequest(f"The recipe of '{self.id}' needs {name}: say in one sentence {what}.")

    @property
    def config(self) -> Any:
        """The family's Config with these sizes; raises BadRequest for an unknown family or size."""
        from playground.models import REGISTRY

        if self.family not in REGISTRY:
            raise BadRequest(
                f"The recipe of '{self.id}' names the family '{self.family}': choose one of {', '.join(REGISTRY)}."
            )
        try:
            return REGISTRY[self.family][0](**self.sizes)
        except (TypeError, ValueError) as error:
            raise BadRequest(f"The sizes of the recipe of '{self.id}' do not fit its family: {error}.") from error

    def build(self) -> "Trainable":
        """A fresh model."""
        from playground.models import REGISTRY

        config = self.config
        return REGISTRY[self.family][1](config)

    def describe(self) -> dict[str, Any]:
        """The settings of the run as plain JSON, for config.json and --dry-run."""
        facts = {one.name: getattr(self, one.name) for one in fields(self) if one.name not in NOT_OF_THE_RUN}
        return {("config" if name == "sizes" else name): value for name, value in facts.items()} | {
            "config": asdict(self.config)
        }
