"""What decides a training run: family, sizes, data, optimiser, steps and seed."""

from dataclasses import asdict, dataclass
from typing import Any

from playground.models import REGISTRY


@dataclass(frozen=True)
class Recipe:
    """Everything that decides a training run; two runs of one recipe on one kind of machine give the same weights."""

    id: str
    name: str
    summary: str  # one sentence for the model picker
    family: str
    dataset: str
    steps: int
    config: Any  # the family's Config
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

    def describe(self) -> dict:
        """Plain JSON, for config.json and for --dry-run."""
        return asdict(self)

    def build(self):
        """A fresh model."""
        return REGISTRY[self.family][1](self.config)


def config(family: str, **sizes: Any) -> Any:
    """The family's Config with these sizes."""
    return REGISTRY[family][0](**sizes)
