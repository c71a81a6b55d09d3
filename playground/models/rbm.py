"""Restricted Boltzmann machine on binary pixels, trained by persistent contrastive divergence with the centred gradient.

-E(v, h) = (v - mu)' W (h - lambda) + b' (v - mu) + c' (h - lambda),     v in {0, 1}^784, h in {0, 1}^hidden

The machinery and its papers are in boltzmann.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from playground.models.boltzmann import SETTLE, BoltzmannMachine, draw_bits, steps_setting, temperature_setting
from playground.nets.image import PIXELS, SIDE


@dataclass(frozen=True)
class RBMConfig:
    """Sizes, and how the negative phase runs."""

    hidden: int = 500
    visible: int = PIXELS
    chains: int = 100  # persistent chains of training
    gibbs_steps: int = 1  # steps of each chain per update
    centre_rate: float = 0.01  # of the moving average that keeps lambda at the mean hidden activation
    stored: int = 4000  # chains that samples start from
    stored_steps: int = 2000  # Gibbs steps of each of them after training

    def __post_init__(self) -> None:
        if min(self.hidden, self.visible, self.chains, self.gibbs_steps, self.stored) < 1 or self.stored_steps < 0:
            raise ValueError(f"every size of an RBM must be at least 1, got {self}")


RBM_TEMPERATURE = temperature_setting(
    "Divides the energy while the chain runs. Low: the chain settles into typical digits. High: it wanders and dissolves."
)


class RBM(BoltzmannMachine):
    """Visible units are pixels of 0 and 1; mu is their mean over the data."""

    capabilities = frozenset({"decode", "encode", "chain", "clamp"})
    settings = (RBM_TEMPERATURE, steps_setting(), SETTLE)

    def __init__(self, config: RBMConfig):
        chains = (config.chains, -(-config.visible // 8))
        super().__init__(config.visible, config.hidden, chains, config.gibbs_steps, config.centre_rate)
        self.config = config
        self.draws = config.visible

    def start_from_data(self, inputs: Tensor, labels: Tensor) -> None:
        """Centre on the data mean and start the visible biases and the chains there: inputs (n, 1, 28, 28) in [0, 1]."""
        mean = inputs.flatten(1).double().mean(0).float().clamp(0.001, 0.999)
        self.visible_centre.copy_(mean)
        self.visible_bias.data.copy_(torch.logit(mean))
        draw = torch.rand(len(self.particles), self.config.visible, generator=torch.Generator().manual_seed(0))
        self.particles.copy_(self.packed((draw < mean).float()))

    def finish_on_data(self, inputs: Tensor, labels: Tensor) -> None:
        """Store many chains for samples to start from: half begin at training digits, half at the persistent chains of training.

        All run on the trained weights, so that they forget where they began: inputs (n, 1, 28, 28) in [0, 1].
        """
        generator = torch.Generator().manual_seed(0)
        count, steps = self.config.stored, self.config.stored_steps
        chosen = torch.randint(len(inputs), (count // 2,), generator=generator)
        digits = torch.bernoulli(inputs[chosen].flatten(1), generator=generator)
        persistent = self.unpacked(self.particles[torch.arange(count - len(digits)) % len(self.particles)])
        v = torch.cat([digits, persistent])
        for _ in range(steps):
            h = draw_bits(self.hidden_logits(v), generator)
            v = draw_bits(self.visible_logits(h), generator)
        self.particles = self.packed(v)

    def packed(self, v: Tensor) -> Tensor:
        """Eight pixels a byte: (n, ceil(visible / 8)) uint8."""
        return torch.from_numpy(np.packbits(v.cpu().numpy().astype(bool), axis=1)).to(v.device)

    def unpacked(self, particles: Tensor) -> Tensor:
        """Pixels (n, visible) of stored chains."""
        bits = np.unpackbits(particles.cpu().numpy(), axis=1, count=self.config.visible)
        return torch.from_numpy(bits).float().to(particles.device)

    def sample_visible(self, v: Tensor, logits: Tensor, uniform: Tensor) -> Tensor:
        """Pixels (n, visible) of 0 and 1."""
        return (uniform < torch.sigmoid(logits)).float()

    def loss(self, images: Tensor, labels: Tensor, generator: torch.Generator) -> tuple[Tensor, dict[str, float]]:
        """F(data) - F(chain state) of pictures drawn as pixels, and how well one mean-field step gives them back."""
        data = torch.bernoulli(images.cpu(), generator=generator).flatten(1).to(images.device)
        loss = self.contrast(data, generator)
        with torch.no_grad():
            hidden = torch.sigmoid(self.hidden_logits(data))
            error = (torch.sigmoid(self.visible_logits(hidden)) - data).square().mean().item()
        return loss, {"reconstruction_mse": error}

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
