"""Restricted Boltzmann machine on binary pixels, trained by persistent contrastive divergence with the centred gradient.

Smolensky 1986; Hinton 2002 (contrastive divergence); Tieleman 2008 (persistent chains); Melchior, Fischer & Wiskott 2016
(arXiv:1311.1354) for centring, which makes learning blind to whether a picture or its negative is shown.

-E(v, h) = (v - mu)' W (h - lambda) + b' (v - mu) + c' (h - lambda),     v in {0, 1}^784, h in {0, 1}^hidden
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from playground.models.base import GenerativeModel, LatentSpace, Phase, Setting
from playground.nets.image import PIXELS, SIDE


@dataclass(frozen=True)
class RBMConfig:
    """Sizes, and how the negative phase runs."""

    hidden: int = 500
    visible: int = PIXELS
    chains: int = 100  # persistent chains
    gibbs_steps: int = 1  # steps of each chain per update
    centre_rate: float = 0.01  # of the moving average that keeps lambda at the mean hidden activation

    def __post_init__(self) -> None:
        if min(self.hidden, self.visible, self.chains, self.gibbs_steps) < 1:
            raise ValueError(f"every size of an RBM must be at least 1, got {self}")


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


RBM_TEMPERATURE = temperature_setting(
    "Divides the energy while the chain runs. Low: the chain settles into typical digits. High: it wanders and dissolves."
)
STEPS = Setting(
    name="steps",
    label="Gibbs steps",
    kind="int",
    default=20,
    minimum=0,
    maximum=1000,
    step=10,
    help="How far the chain runs from its stored starting state before the sample is shown. More steps: less tied to the start.",
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


class RBM(GenerativeModel):
    """Latents are hidden states: 0 or 1 when sampled, anything in [0, 1] when moved by sliders or encoded."""

    capabilities = frozenset({"decode", "encode", "chain", "clamp"})
    settings = (RBM_TEMPERATURE, STEPS, SETTLE)

    def __init__(self, config: RBMConfig):
        super().__init__()
        self.config = config
        self.latent = LatentSpace(config.hidden, "hidden units")
        self.weight = nn.Parameter(0.01 * torch.randn(config.visible, config.hidden))
        self.visible_bias = nn.Parameter(torch.zeros(config.visible))
        self.hidden_bias = nn.Parameter(torch.zeros(config.hidden))
        self.register_buffer("visible_centre", torch.full((config.visible,), 0.5))  # mu
        self.register_buffer("hidden_centre", torch.full((config.hidden,), 0.5))  # lambda
        self.register_buffer("particles", torch.zeros(config.chains, config.visible, dtype=torch.uint8))
        self._mean_hidden: Tensor | None = None

    visible_centre: Tensor
    hidden_centre: Tensor
    particles: Tensor

    def start_from_data(self, inputs: Tensor, labels: Tensor) -> None:
        """Centre on the data mean and start the visible biases and the chains there: inputs (n, 1, 28, 28) in [0, 1]."""
        mean = inputs.flatten(1).double().mean(0).float().clamp(0.001, 0.999)
        self.visible_centre.copy_(mean)
        self.visible_bias.data.copy_(torch.logit(mean))
        draw = torch.rand(self.particles.shape, generator=torch.Generator().manual_seed(0))
        self.particles.copy_((draw < mean).to(torch.uint8))

    def plain_parameters(self) -> tuple[Tensor, Tensor, Tensor]:
        """W (visible, hidden), b (visible,), c (hidden,) of the same machine written without centres."""
        b = self.visible_bias - self.weight @ self.hidden_centre
        c = self.hidden_bias - self.visible_centre @ self.weight
        return self.weight.detach(), b.detach(), c.detach()

    def free_energy(self, v: Tensor) -> Tensor:
        """-log sum_h exp(-E(v, h)) of visible states v (n, visible), up to the constants of centring: (n,)."""
        centred = v - self.visible_centre
        drive = centred @ self.weight + self.hidden_bias  # (n, hidden)
        return drive @ self.hidden_centre - centred @ self.visible_bias - F.softplus(drive).sum(1)

    def hidden_logits(self, v: Tensor) -> Tensor:
        """Logits (n, hidden) of p(h = 1 | v)."""
        return (v - self.visible_centre) @ self.weight + self.hidden_bias

    def visible_logits(self, h: Tensor) -> Tensor:
        """Logits (n, visible) of p(v = 1 | h)."""
        return (h - self.hidden_centre) @ self.weight.T + self.visible_bias

    def loss(self, images: Tensor, labels: Tensor, generator: torch.Generator) -> tuple[Tensor, dict[str, float]]:
        """F(data) - F(chain state): its gradient is the persistent contrastive divergence gradient."""
        data = torch.bernoulli(images.cpu(), generator=generator).flatten(1).to(images.device)
        with torch.no_grad():
            v = self.particles.float()
            for _ in range(self.config.gibbs_steps):
                h = draw_bits(self.hidden_logits(v), generator)
                v = draw_bits(self.visible_logits(h), generator)
            self.particles.copy_(v.to(torch.uint8))
            hidden = torch.sigmoid(self.hidden_logits(data))
            self._mean_hidden = hidden.mean(0)
            error = (torch.sigmoid(self.visible_logits(hidden)) - data).square().mean().item()
        loss = self.free_energy(data).mean() - self.free_energy(v).mean()
        return loss, {"reconstruction_mse": error}

    def after_step(self) -> None:
        """Move lambda towards the mean hidden activation, changing b so that the distribution stays the same."""
        assert self._mean_hidden is not None
        shift = self.config.centre_rate * (self._mean_hidden - self.hidden_centre)
        self.hidden_centre += shift
        self.visible_bias.data += self.weight.data @ shift

    def phases(self) -> list[Phase]:
        return [Phase("contrastive", list(self.parameters()), self.loss)]

    def gibbs(
        self, v: Tensor, steps: int, temperature: float, generators: Sequence[torch.Generator]
    ) -> tuple[Tensor, Tensor]:
        """Run ``steps`` Gibbs steps from visible states v (n, visible); returns the last (v, h), both of 0 and 1."""
        h = torch.zeros(len(v), self.config.hidden, device=v.device)
        for step in range(steps + 1):
            h = _draw_rows(self.hidden_logits(v) / temperature, generators)
            if step < steps:
                v = _draw_rows(self.visible_logits(h) / temperature, generators)
        return v, h

    def sample_latents(self, generators: Sequence[torch.Generator], settings: dict) -> Tensor:
        """Hidden states (n, hidden) after Gibbs steps from one of the stored persistent chains each."""
        picks = [int(torch.randint(len(self.particles), (), generator=generator)) for generator in generators]
        v = self.particles[picks].float()
        return self.gibbs(v, int(settings["steps"]), float(settings["temperature"]), generators)[1]

    def chain(
        self,
        start: Tensor,
        picture: Tensor,
        held: Tensor,
        frames: int,
        every: int,
        temperature: float,
        generator: torch.Generator,
    ) -> Tensor:
        """Watch a Gibbs chain: ``frames`` pictures (frames, 1, 28, 28) of p(v = 1 | h), ``every`` steps apart.

        start, picture (784,) of 0 and 1; pixels with held (784,) true keep the value of ``picture`` throughout. Frame 0 is
        the start itself.
        """
        v = torch.where(held, picture, start)[None]
        shown = [v[0]]
        for step in range((frames - 1) * every):
            h = draw_bits(self.hidden_logits(v) / temperature, generator)
            probabilities = torch.sigmoid(self.visible_logits(h) / temperature)
            v = (torch.rand(probabilities.shape, generator=generator).to(v.device) < probabilities).float()
            v = torch.where(held, picture, v)
            if (step + 1) % every == 0:
                shown.append(torch.where(held, picture, probabilities[0]))
        return torch.stack(shown).view(-1, 1, SIDE, SIDE)

    def encode(self, x: Tensor, settings: dict) -> Tensor:
        """p(h = 1 | x) (n, hidden) of pictures (n, 1, 28, 28) in [0, 1]."""
        return torch.sigmoid(self.hidden_logits(x.flatten(1)))

    def decode(self, z: Tensor, settings: dict, generators: Sequence[torch.Generator]) -> Tensor:
        """p(v = 1 | h = z) after ``settle`` mean-field updates."""
        h = z.clamp(0.0, 1.0)
        v = torch.sigmoid(self.visible_logits(h))
        for _ in range(int(settings["settle"])):
            v = torch.sigmoid(self.visible_logits(torch.sigmoid(self.hidden_logits(v))))
        return v.view(-1, 1, SIDE, SIDE)

    def flops_per_sample(self, settings: dict) -> float:
        per_matrix = 2.0 * self.weight.numel()
        return per_matrix * (1 + 2 * int(settings["steps"]) + 2 * int(settings["settle"]))


def draw_bits(logits: Tensor, generator: torch.Generator) -> Tensor:
    """0 or 1 with probability sigmoid(logits), float32, from one generator (training)."""
    uniform = torch.rand(logits.shape, generator=generator)
    return (uniform.to(logits.device) < torch.sigmoid(logits)).float()


def _draw_rows(logits: Tensor, generators: Sequence[torch.Generator]) -> Tensor:
    """As draw_bits, but row i from generators[i], so that no sample depends on its batch mates."""
    uniform = torch.stack([torch.rand(logits.shape[1], generator=generator) for generator in generators])
    return (uniform.to(logits.device) < torch.sigmoid(logits)).float()
