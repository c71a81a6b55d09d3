"""Restricted Boltzmann machine on binary pixels, trained by persistent contrastive divergence with the centred gradient.

-E(v, h) = (v - mu)' W (h - lambda) + b' (v - mu) + c' (h - lambda),     v in {0, 1}^visible, h in {0, 1}^hidden

The machinery and its papers are in boltzmann.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from playground.errors import BadRequest
from playground.formats.pictures import from_frames
from playground.models.base import Family
from playground.models.boltzmann import SETTLE, BoltzmannMachine, draw_bits, steps_setting, temperature_setting
from playground.nets.contract import OutputConfig
from playground.protocol.output import OutputSpec


@dataclass(frozen=True)
class RBMConfig(OutputConfig):
    """Sizes, and how the negative phase runs."""

    hidden: int = 500
    visible: int = 0  # pixels; 0: as many as the shape has
    chains: int = 100  # persistent chains of training
    gibbs_steps: int = 1  # steps of each chain per update
    centre_rate: float = 0.01  # of the moving average that keeps lambda at the mean hidden activation
    stored: int = 4000  # chains that samples start from
    stored_steps: int = 2000  # Gibbs steps of each of them after training

    def __post_init__(self) -> None:
        super().__post_init__()
        if min(self.hidden, self.chains, self.gibbs_steps, self.stored) < 1 or min(self.visible, self.stored_steps) < 0:
            raise ValueError(f"every size of an RBM must be at least 1, got {self}")
        if self.shape and (self.shape[0] != 1 or self.visible not in (0, self.shape[1] * self.shape[2])):
            raise ValueError(
                f"an RBM's pictures have one channel and as many pixels as visible units, got shape {self.shape} and "
                f"{self.visible} visible units"
            )

    def picture(self) -> OutputSpec:
        """What the machine makes: pictures of the shape; without a shape digits, or one row of so many units."""
        digits = super().output()
        if not self.shape and self.visible not in (0, digits.size):
            return OutputSpec("image", 1, self.visible)
        return OutputSpec("image", digits.height, digits.width)


RBM_TEMPERATURE = temperature_setting(
    "Divides the energy while the chain runs. Low: the chain settles into typical digits. High: it wanders and dissolves."
)


class RBM(BoltzmannMachine):
    """Visible units are pixels of 0 and 1; mu is their mean over the data."""

    capabilities = frozenset({"decode", "encode", "chain", "clamp"})
    settings = (RBM_TEMPERATURE, steps_setting(), SETTLE)

    def __init__(self, config: RBMConfig):
        output = config.picture()
        chains = (config.chains, -(-output.size // 8))
        super().__init__(output.size, config.hidden, chains, config.gibbs_steps, config.centre_rate)
        self.config = config
        self.output = output
        self.draws = output.size

    def start_from_data(self, inputs: Tensor, labels: Tensor) -> None:
        """Centre on the data mean and start the visible biases and the chains there: inputs (n, 1, H, W) in [0, 1]."""
        mean = inputs.flatten(1).double().mean(0).float().clamp(0.001, 0.999)
        self.visible_centre.copy_(mean)
        self.visible_bias.data.copy_(torch.logit(mean))
        draw = torch.rand(len(self.particles), self.output.size, generator=torch.Generator().manual_seed(0))
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
        bits = np.unpackbits(particles.cpu().numpy(), axis=1, count=self.output.size)
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

    def read_clamp(self, request: dict[str, Any], body: memoryview) -> tuple[Tensor, Tensor] | None:
        """With {"clamped": true} a picture and a mask, each (visible,): pixels whose mask is true stay as in the picture."""
        if request.get("clamped", False) is not True:
            return None
        size = self.output.size
        if len(body) != 2 * size:
            raise BadRequest(
                f"Clamping needs {size} picture bytes and {size} mask bytes, got {len(body)} bytes in all."
            )
        picture, mask = from_frames(body, 2, self.output.height, self.output.width).flatten(1).round()
        return picture, mask.bool()

    def chain(
        self,
        start: Tensor,
        settings: dict,
        generators: Sequence[torch.Generator],
        frames: int,
        every: int,
        clamp: tuple[Tensor, Tensor] | None = None,
    ) -> Tensor:
        """Watch a Gibbs chain: ``frames`` pictures (frames, 1, H, W) of p(v = 1 | h), ``every`` steps apart.

        Frame 0 is the start itself: the picture of the latent (1, hidden), drawn as pixels. clamp: a picture (visible,) of 0 and
        1 and a mask (visible,) bool; pixels whose mask is true keep the picture's value throughout, the others start at random.
        """
        (generator,), device = generators, start.device
        if clamp is None:
            probabilities = self.decode(start, settings, generators).flatten().cpu()
            picture = torch.bernoulli(probabilities, generator=generator)
            held = torch.zeros_like(picture, dtype=torch.bool)
            v = picture
        else:
            picture, held = clamp
            v = torch.where(held, picture, torch.rand(len(picture), generator=generator).round())
        temperature = float(settings["temperature"])
        v, picture, held = v[None].to(device), picture.to(device), held.to(device)
        shown = [v[0]]
        for step in range((frames - 1) * every):
            h = draw_bits(self.hidden_logits(v) / temperature, generator)
            probabilities = torch.sigmoid(self.visible_logits(h) / temperature)
            v = (torch.rand(probabilities.shape, generator=generator).to(device) < probabilities).float()
            v = torch.where(held, picture, v)
            if (step + 1) % every == 0:
                shown.append(torch.where(held, picture, probabilities[0]))
        return self.shaped(torch.stack(shown))

    def shaped(self, v: Tensor) -> Tensor:
        """Visible states (n, visible) as pictures (n, 1, H, W)."""
        return v.view(-1, 1, self.output.height, self.output.width)

    def encode(self, x: Tensor, settings: dict) -> Tensor:
        """p(h = 1 | x) (n, hidden) of pictures (n, 1, H, W) in [0, 1]."""
        return torch.sigmoid(self.hidden_logits(x.flatten(1)))

    def decode(self, z: Tensor, settings: dict, generators: Sequence[torch.Generator]) -> Tensor:
        """p(v = 1 | h = z) after ``settle`` mean-field updates."""
        h = z.clamp(0.0, 1.0)
        v = torch.sigmoid(self.visible_logits(h))
        for _ in range(int(settings["settle"])):
            v = torch.sigmoid(self.visible_logits(torch.sigmoid(self.hidden_logits(v))))
        return self.shaped(v)


FAMILY = Family("rbm", RBMConfig, RBM)
