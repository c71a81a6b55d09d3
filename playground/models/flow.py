"""Flow matching: a velocity field carries noise to digits along nearly straight paths.

Lipman et al. 2023 (arXiv:2210.02747), Liu, Gong & Liu 2023 (arXiv:2209.03003). With x_0 ~ N(0, I), x_1 a picture in [-1, 1]
and x_t = (1 - t) x_0 + t x_1, the network learns E[x_1 - x_0 | x_t]; sampling integrates dx/dt = v(x, t) from t = 0 to 1.
Classifier-free guidance (Ho & Salimans 2022): a share of the training pictures is shown without its class.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from playground.models.base import CLASS_COUNT, DIGIT, GenerativeModel, LatentSpace, Phase, one_hot
from playground.models.ode import SOLVERS, integrate
from playground.nets.image import PIXELS, SIDE, VelocityUNet
from playground.protocol.settings import TEMPERATURE, Setting


@dataclass(frozen=True)
class FlowConfig:
    """Sizes of the velocity network and the share of pictures trained without their class."""

    width: int = 48
    deep_blocks: int = 3
    condition: int = 128
    drop_class: float = 0.1

    def __post_init__(self) -> None:
        if min(self.width, self.deep_blocks, self.condition) < 1 or not 0 <= self.drop_class < 1:
            raise ValueError(f"flow sizes must be at least 1 and drop_class in [0, 1), got {self}")


STEPS = Setting(
    name="steps",
    label="Solver steps",
    kind="int",
    default=10,
    minimum=1,
    maximum=100,
    step=1,
    help="How many steps the solver takes from noise to digit. Each costs network evaluations. One or two cut corners; more "
    "than ten made no truer digits when measured.",
)
SOLVER = Setting(
    name="solver",
    label="Solver",
    kind="choice",
    default="euler",
    choices=tuple(SOLVERS),
    help="Euler: one network evaluation a step. Heun: two, rk4: four; they pay off only with many steps.",
    advanced=True,
)
GUIDANCE = Setting(
    name="guidance",
    label="Guidance",
    kind="float",
    default=1.0,
    minimum=0.0,
    maximum=4.0,
    step=0.25,
    help="How strongly the digit is enforced. 1: as learned. More: cleaner, less varied, twice the cost. 0: ignore it.",
)


class Flow(GenerativeModel):
    """The latent is the noise picture x_0 (784) followed by the ten class weights."""

    capabilities = frozenset({"decode", "encode", "chain", "classes"})
    settings = (TEMPERATURE, DIGIT, GUIDANCE, STEPS, SOLVER)

    def __init__(self, config: FlowConfig):
        super().__init__()
        self.config = config
        self.latent = LatentSpace(PIXELS + CLASS_COUNT, "noise image", classes=CLASS_COUNT)
        self.net = VelocityUNet(CLASS_COUNT, config.width, config.condition, config.deep_blocks)

    def loss(self, images: Tensor, labels: Tensor, generator: torch.Generator) -> tuple[Tensor, dict[str, float]]:
        """Mean squared error of the velocity at a time drawn from a logit-normal (Esser et al. 2024)."""
        n = len(images)
        x_1 = images * 2 - 1
        x_0 = torch.randn(x_1.shape, generator=generator).to(x_1.device)
        t = torch.sigmoid(torch.randn(n, generator=generator)).to(x_1.device)
        keep = (torch.rand(n, generator=generator) >= self.config.drop_class).to(x_1.device)
        at = t[:, None, None, None]
        velocity = self.net((1 - at) * x_0 + at * x_1, t, one_hot(labels) * keep[:, None])
        loss = F.mse_loss(velocity.float(), x_1 - x_0)
        return loss, {}

    def phases(self) -> list[Phase]:
        return [Phase("velocity", list(self.net.parameters()), self.loss)]

    def velocity(self, classes: Tensor, guidance: float):
        """The field v(x, t) for class weights (n, 10): x (n, 1, 28, 28), t float in [0, 1]."""

        def field(x: Tensor, t: float) -> Tensor:
            times = torch.full((len(x),), t, device=x.device, dtype=x.dtype)
            if guidance == 0.0:
                return self.net(x, times, torch.zeros_like(classes))
            conditional = self.net(x, times, classes)
            if guidance == 1.0:
                return conditional
            free = self.net(x, times, torch.zeros_like(classes))
            return free + guidance * (conditional - free)

        return field

    def _split(self, z: Tensor) -> tuple[Tensor, Tensor]:
        return z[:, :PIXELS].reshape(-1, 1, SIDE, SIDE), z[:, PIXELS:]

    def decode(self, z: Tensor, settings: dict, generators: Sequence[torch.Generator]) -> Tensor:
        return self.chain(z, settings, frames=1)[:, -1]

    def chain(self, z: Tensor, settings: dict, frames: int) -> Tensor:
        """``frames`` pictures (n, frames, 1, 28, 28) in [0, 1] of x_t, evenly over the solver's steps, the last at t = 1."""
        x_0, classes = self._split(z)
        field = self.velocity(classes, float(settings["guidance"]))
        steps = int(settings["steps"])
        states = [x_0] if frames > 1 else []
        states += list(integrate(field, x_0, steps, SOLVERS[settings["solver"]]))
        wanted = torch.linspace(0, len(states) - 1, frames).round().long() if frames > 1 else [len(states) - 1]
        return torch.stack([to_picture(states[int(i)]) for i in wanted], dim=1)

    def encode(self, x: Tensor, settings: dict) -> Tensor:
        """The noise (n, 794) that the class-free field carries to pictures x (n, 1, 28, 28) in [0, 1]: the flow run backwards."""
        classes = torch.zeros(len(x), CLASS_COUNT, device=x.device)
        field = self.velocity(classes, 0.0)
        *_, x_0 = integrate(field, x * 2 - 1, 25, SOLVERS["heun"], start=1.0, end=0.0)
        return torch.cat([x_0.flatten(1), classes], dim=1)

    def flops_per_sample(self, settings: dict) -> float:
        evaluations = SOLVERS[settings["solver"]].evaluations * int(settings["steps"])
        return self.net.flops() * evaluations * (1 if float(settings["guidance"]) in (0.0, 1.0) else 2)


def to_picture(x: Tensor) -> Tensor:
    """[-1, 1] to [0, 1], clipped."""
    return ((x + 1) / 2).clamp(0.0, 1.0)
