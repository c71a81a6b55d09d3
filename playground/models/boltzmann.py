"""What restricted Boltzmann machines share, whatever their visible units are: energy, training by persistent chains, Gibbs steps.

-E(v, h) = (v - s mu)' W (h - lambda) + b' (v - s mu) + s c' (h - lambda),     h in {0, 1}^hidden

Smolensky 1986; Hinton 2002 (contrastive divergence); Tieleman 2008 (persistent chains); Melchior, Fischer & Wiskott 2016
(arXiv:1311.1354) for centring, which makes learning blind to whether a picture or its negative is shown. The size s of a visible
state is 1, except where states have sizes: in a Replicated Softmax it is the number of words.
"""

import abc
from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from playground.models.base import GenerativeModel, LatentSpace, Phase
from playground.models.components import ENCODED, scaled_components
from playground.protocol.settings import Setting


def temperature_setting(help: str) -> Setting:
    """The temperature of a Gibbs chain."""
    return Setting(
        name="temperature",
        label="Temperature",
        kind="float",
        default=1.0,
        minimum=0.5,
        maximum=1.5,
        step=0.05,
        help=help,
    )


def steps_setting(default: int = 20) -> Setting:
    """How many Gibbs steps a sample takes."""
    return Setting(
        name="steps",
        label="Gibbs steps",
        kind="int",
        default=default,
        minimum=0,
        maximum=1000,
        step=10,
        help="How far the chain runs from its stored starting state before the sample is shown. More steps: less tied.",
    )


SETTLE = Setting(
    name="settle",
    label="Settle",
    kind="int",
    default=0,
    minimum=0,
    maximum=30,
    step=1,
    help="Mean-field updates after a slider moved the hidden units: they pull the picture back to what the machine believes in.",
    advanced=True,
)


class BoltzmannMachine(GenerativeModel):
    """Latents are hidden states: 0 or 1 when sampled, anything in [0, 1] when moved by sliders or encoded. Abstract.

    A family defines its visible units by ``sample_visible`` and ``draws``, and how it stores a state by ``packed`` and
    ``unpacked``, or where that is more than a code by ``stored`` and ``resumed``.
    """

    draws: int  # uniform random numbers that ``sample_visible`` takes a row
    resume_draws: int = 0  # those that ``resumed`` takes a row
    hidden_centre: Tensor  # lambda
    particles: Tensor

    def __init__(self, visible: int, hidden: int, particles: tuple[int, ...], gibbs_steps: int, centre_rate: float):
        super().__init__()
        self.gibbs_steps, self.centre_rate = gibbs_steps, centre_rate
        self.latent = LatentSpace(hidden, "hidden units")
        self.weight = nn.Parameter(0.01 * torch.randn(visible, hidden))
        self.visible_bias = nn.Parameter(torch.zeros(visible))
        self.hidden_bias = nn.Parameter(torch.zeros(hidden))
        self.register_buffer("visible_centre", torch.full((visible,), 0.5))  # mu
        self.register_buffer("hidden_centre", torch.full((hidden,), 0.5))
        self.register_buffer("particles", torch.zeros(particles, dtype=torch.uint8))
        self._mean_hidden: Tensor | None = None

    visible_centre: Tensor

    @abc.abstractmethod
    def sample_visible(self, v: Tensor, inputs: Tensor, uniform: Tensor, temperature: float = 1.0) -> Tensor:
        """Visible states of p(v | h) with these inputs (n, visible), as large as v, from uniform (n, draws) in [0, 1)."""

    def packed(self, v: Tensor) -> Tensor:
        """Visible states as stored in ``particles``, uint8."""
        return v.to(torch.uint8)

    def unpacked(self, particles: Tensor) -> Tensor:
        """Visible states (n, visible) float32 of stored ones."""
        return particles.float()

    def stored(self, v: Tensor, generator: torch.Generator) -> Tensor:
        """What ``particles`` keep of chains at v (n, visible)."""
        return self.packed(v)

    def resumed(self, particles: Tensor, uniform: Tensor) -> Tensor:
        """Visible states (n, visible) of kept chains, from uniform (n, resume_draws) in [0, 1)."""
        return self.unpacked(particles)

    def sizes(self, v: Tensor) -> Tensor | float:
        """The size s of visible states v (n, visible): a number, or (n, 1)."""
        return 1.0

    def deviation(self, v: Tensor) -> Tensor:
        """v - s mu (n, visible), as the hidden units see it."""
        return v - self.sizes(v) * self.visible_centre

    def plain_parameters(self) -> tuple[Tensor, Tensor, Tensor]:
        """W (visible, hidden), b (visible,), c (hidden,) of the same machine written without centres, for states of size 1."""
        b = self.visible_bias - self.weight @ self.hidden_centre
        c = self.hidden_bias - self.visible_centre @ self.weight
        return self.weight.detach(), b.detach(), c.detach()

    def free_energy(self, v: Tensor) -> Tensor:
        """-log sum_h exp(-E(v, h)) of visible states v (n, visible), up to the constants of centring: (n,)."""
        drive = self.hidden_logits(v)  # (n, hidden)
        return drive @ self.hidden_centre - self.deviation(v) @ self.visible_bias - F.softplus(drive).sum(1)

    def hidden_logits(self, v: Tensor) -> Tensor:
        """Logits (n, hidden) of p(h = 1 | v)."""
        return self.deviation(v) @ self.weight + self.sizes(v) * self.hidden_bias

    def visible_inputs(self, h: Tensor) -> Tensor:
        """Inputs (n, visible) that p(v | h) depends on: logits of bits and of symbols."""
        return (h - self.hidden_centre) @ self.weight.T + self.visible_bias

    def contrast(self, data: Tensor, generator: torch.Generator) -> Tensor:
        """F(data) - F(chain state) of visible states (B, visible): its gradient is that of persistent contrastive divergence."""
        with torch.no_grad():
            rows, device = len(self.particles), data.device
            v = self.resumed(self.particles, torch.rand(rows, self.resume_draws, generator=generator).to(device))
            for _ in range(self.gibbs_steps):
                inputs = self.visible_inputs(draw_bits(self.hidden_logits(v), generator))
                v = self.sample_visible(v, inputs, torch.rand(rows, self.draws, generator=generator).to(device))
            self.particles.copy_(self.stored(v, generator))
            self._mean_hidden = torch.sigmoid(self.hidden_logits(data)).mean(0)
        return self.free_energy(data).mean() - self.free_energy(v).mean()

    @abc.abstractmethod
    def loss(self, x: Tensor, labels: Tensor, generator: torch.Generator) -> tuple[Tensor, dict[str, float]]:
        """The contrast of a batch of the data set's items, and numbers worth logging."""

    def after_step(self) -> None:
        """Move lambda towards the mean hidden activation, changing b so that the distribution stays the same."""
        assert self._mean_hidden is not None
        shift = self.centre_rate * (self._mean_hidden - self.hidden_centre)
        self.hidden_centre += shift
        self.visible_bias.data += self.weight.data @ shift

    def phases(self) -> list[Phase]:
        return [Phase("contrastive", list(self.parameters()), self.loss)]

    def gibbs(
        self, v: Tensor, steps: int, temperature: float, generators: Sequence[torch.Generator]
    ) -> tuple[Tensor, Tensor]:
        """Run ``steps`` Gibbs steps from visible states v (n, visible); returns the last (v, h), h of 0 and 1."""
        h = torch.zeros(len(v), self.latent.size, device=v.device)
        for step in range(steps + 1):
            logits = self.hidden_logits(v) / temperature
            h = (uniform_rows(logits.shape[1], generators, v) < torch.sigmoid(logits)).float()
            if step < steps:
                v = self.sample_visible(v, self.visible_inputs(h), uniform_rows(self.draws, generators, v), temperature)
        return v, h

    def sample_latents(self, generators: Sequence[torch.Generator], settings: dict) -> Tensor:
        """Hidden states (n, hidden) after Gibbs steps from one of the stored persistent chains each."""
        picks = [int(torch.randint(len(self.particles), (), generator=generator)) for generator in generators]
        kept = self.particles[picks]
        v = self.resumed(kept, uniform_rows(self.resume_draws, generators, kept))
        return self.gibbs(v, int(settings["steps"]), float(settings["temperature"]), generators)[1]

    @abc.abstractmethod
    def encode(self, x: Tensor, settings: dict) -> Tensor:
        """p(h = 1 | x) (n, hidden) of the data set's items."""

    def directions_of(self, items: Tensor) -> Tensor:
        """The principal components of the hidden units over real items; one unit is one standard deviation."""
        return scaled_components(self.encode(items[:ENCODED], {}))

    def flops_per_sample(self, settings: dict) -> float:
        """Two products a Gibbs step or mean-field update, and one to decode."""
        per_matrix = 2.0 * self.weight.numel()
        return per_matrix * (1 + 2 * int(settings["steps"]) + 2 * int(settings["settle"]))


def draw_bits(logits: Tensor, generator: torch.Generator) -> Tensor:
    """0 or 1 with probability sigmoid(logits), float32, from one generator (training)."""
    uniform = torch.rand(logits.shape, generator=generator)
    return (uniform.to(logits.device) < torch.sigmoid(logits)).float()


def uniform_rows(count: int, generators: Sequence[torch.Generator], like: Tensor) -> Tensor:
    """Numbers (n, count) in [0, 1), row i from generators[i], so that no sample depends on its batch mates."""
    return torch.stack([torch.rand(count, generator=generator) for generator in generators]).to(like.device)
