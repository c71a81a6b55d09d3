"""Flow matching: a velocity field carries noise to data along nearly straight paths.

Lipman et al. 2023 (arXiv:2210.02747), Liu, Gong & Liu 2023 (arXiv:2209.03003). With x_0 ~ N(0, I), x_1 an item of the data
(pictures scaled to [-1, 1]) and x_t = (1 - t) x_0 + t x_1, the network learns E[x_1 - x_0 | x_t]; sampling integrates
dx/dt = v(x, t) from t = 0 to 1. Classifier-free guidance (Ho & Salimans 2022): a share of the training items is shown without
its class.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from playground.models.base import Family, GenerativeModel, LatentSpace, Phase, one_hot
from playground.models.components import principal_components
from playground.models.ode import SOLVERS, integrate
from playground.nets import choose_net
from playground.nets.contract import FlowSizes, VelocityNet
from playground.nets.image.flow import VelocityUNet
from playground.nets.points import PointsVelocityNet
from playground.protocol.settings import TEMPERATURE, Setting

NETS: dict[str, type[VelocityNet]] = {"image": VelocityUNet, "points": PointsVelocityNet}


@dataclass(frozen=True)
class FlowConfig(FlowSizes):
    """The velocity network's name and sizes, and the share of items trained without their class."""

    drop_class: float = 0.1

    def __post_init__(self) -> None:
        super().__post_init__()
        if min(self.width, self.deep_blocks, self.condition) < 1 or not 0 <= self.drop_class < 1:
            raise ValueError(f"flow sizes must be at least 1 and drop_class in [0, 1), got {self}")


def steps_setting(noun: str) -> Setting:
    """How many steps the solver takes to a "digit", "point" or whatever it makes."""
    return Setting(
        name="steps",
        label="Solver steps",
        kind="int",
        default=10,
        minimum=1,
        maximum=100,
        step=1,
        help=f"How many steps the solver takes from noise to {noun}. Each costs network evaluations. "
        "One or two cut corners; more than ten made no truer digits when measured.",
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


def guidance_setting(noun: str) -> Setting:
    """How strongly a class, called ``noun``, is enforced."""
    return Setting(
        name="guidance",
        label="Guidance",
        kind="float",
        default=1.0,
        minimum=0.0,
        maximum=4.0,
        step=0.25,
        help=f"How strongly the {noun} is enforced. 1: as learned. More: cleaner, less varied, twice the cost. 0: ignore it.",
    )


class Flow(GenerativeModel):
    """The latent is the noise x_0, flattened, followed by the class weights. The network is the modality."""

    capabilities = frozenset({"decode", "encode", "chain"})

    def __init__(self, config: FlowConfig):
        super().__init__()
        self.config = config
        self.net = choose_net(NETS, config.net)(config)
        self.output = self.net.output
        self.classes = classes = len(self.output.classes)
        self.size = math.prod(self.net.shape)
        self.latent = LatentSpace(self.size + classes, f"noise {self.output.kind}", classes=classes)
        noun = config.class_name if classes else self.output.kind
        conditional = (*config.class_settings(), guidance_setting(noun)) if classes else ()
        self.class_setting = config.class_name if classes else ""
        self.settings = (TEMPERATURE, *conditional, steps_setting(noun), SOLVER)

    def loss(self, x: Tensor, labels: Tensor, generator: torch.Generator) -> tuple[Tensor, dict[str, float]]:
        """Mean squared error of the velocity at a time drawn from a logit-normal (Esser et al. 2024)."""
        n = len(x)
        x_1 = self.net.to_state(x)
        x_0 = torch.randn(x_1.shape, generator=generator).to(x_1.device)
        t = torch.sigmoid(torch.randn(n, generator=generator)).to(x_1.device)
        keep = (torch.rand(n, generator=generator) >= self.config.drop_class).to(x_1.device)
        at = t.view(-1, *[1] * (x_1.ndim - 1))
        velocity = self.net((1 - at) * x_0 + at * x_1, t, one_hot(labels, self.classes) * keep[:, None])
        loss = F.mse_loss(velocity.float(), x_1 - x_0)
        return loss, {}

    def phases(self) -> list[Phase]:
        return [Phase("velocity", list(self.net.parameters()), self.loss)]

    def velocity(self, classes: Tensor, guidance: float) -> Callable[[Tensor, float], Tensor]:
        """The field v(x, t) for class weights (n, classes): x (n, *shape), t float in [0, 1]."""

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

    def decode(self, z: Tensor, settings: dict, generators: Sequence[torch.Generator]) -> Tensor:
        return self.net.to_output(self._path(z, settings)[-1])

    def _path(self, z: Tensor, settings: dict) -> list[Tensor]:
        """The states (n, *shape) at t = 0 and after each step of the solver."""
        x_0, classes = z[:, : self.size].view(-1, *self.net.shape), z[:, self.size :]
        field = self.velocity(classes, float(settings.get("guidance", 1.0)))
        return [x_0, *integrate(field, x_0, int(settings["steps"]), SOLVERS[settings["solver"]])]

    def chain(
        self,
        start: Tensor,
        settings: dict,
        generators: Sequence[torch.Generator],
        frames: int,
        every: int,
        clamp: object = None,
    ) -> Tensor:
        """``frames`` outputs of x_t on the way of one latent (1, d), evenly over the solver's steps, the last at t = 1."""
        states = self._path(start, settings)
        wanted = torch.linspace(0, len(states) - 1, frames).round().long()
        return self.net.to_output(torch.cat([states[int(i)] for i in wanted]))

    def encode(self, x: Tensor, settings: dict) -> Tensor:
        """The noise (n, d) that the class-free field carries to outputs x: the flow run backwards."""
        classes = torch.zeros(len(x), self.classes, device=x.device)
        field = self.velocity(classes, 0.0)
        *_, x_0 = integrate(field, self.net.to_state(x), 25, SOLVERS["heun"], start=1.0, end=0.0)
        return torch.cat([x_0.flatten(1), classes], dim=1)

    def directions_of(self, items: Tensor) -> Tensor:
        """The principal components of real states; noise has unit variance along each."""
        return principal_components(self.net.to_state(items).flatten(1))[1]

    def flops_per_sample(self, settings: dict) -> float:
        evaluations = SOLVERS[settings["solver"]].evaluations * int(settings["steps"])
        return self.net.flops() * evaluations * (1 if float(settings.get("guidance", 1.0)) in (0.0, 1.0) else 2)


FAMILY = Family("flow", FlowConfig, Flow)
