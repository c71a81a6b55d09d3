"""Restricted Boltzmann machine of pictures, trained by persistent contrastive divergence with the centred gradient.

-E(v, h) = (v - mu)' W (h - lambda) + b' (v - mu) + c' (h - lambda),     h in {0, 1}^hidden

Pixels are bits, or real numbers (then v - mu is standardised, and the energy has a square besides): visible_units.py. The
machinery and its papers are in boltzmann.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from playground.errors import BadRequest
from playground.formats.pictures import from_frames
from playground.models.base import Family
from playground.models.boltzmann import SETTLE, BoltzmannMachine, draw_bits, steps_setting, temperature_setting
from playground.models.visible_units import BitUnits, GaussianUnits
from playground.nets.contract import OutputConfig


@dataclass(frozen=True)
class RBMConfig(OutputConfig):
    """What pixels are, sizes, and how the negative phase runs."""

    hidden: int = 500
    visible_units: str = "binary"  # or "gaussian"
    learn_variance: bool = True  # of Gaussian pixels; False: it stays that of the data
    chains: int = 100  # persistent chains of training
    gibbs_steps: int = 1  # steps of each chain per update
    centre_rate: float = 0.01  # of the moving average that keeps lambda at the mean hidden activation
    stored: int = 4000  # chains that samples start from
    stored_steps: int = 2000  # Gibbs steps of each of them after training

    def __post_init__(self) -> None:
        super().__post_init__()
        if min(self.hidden, self.chains, self.gibbs_steps, self.stored) < 1 or self.stored_steps < 0:
            raise ValueError(f"every size of an RBM must be at least 1, got {self}")
        if self.visible_units not in ("binary", "gaussian"):
            raise ValueError(f"visible_units must be binary or gaussian, got {self.visible_units!r}")


RBM_TEMPERATURE = temperature_setting(
    "Divides the energy while the chain runs. Low: the chain settles into typical pictures. High: it wanders and dissolves."
)


class RBM(BoltzmannMachine):
    """Visible units are the numbers of a picture, channels outermost; mu is their mean over the data.

    Of bits a chain's visible state is kept, of real numbers its hidden state: that too is all a chain needs to go on.
    """

    capabilities = frozenset({"decode", "encode", "chain", "clamp"})
    settings = (RBM_TEMPERATURE, steps_setting(), SETTLE)

    def __init__(self, config: RBMConfig):
        output = replace(config.output(), classes=())  # no class can be asked for
        units = BitUnits() if config.visible_units == "binary" else GaussianUnits(output.size, config.learn_variance)
        kept = output.size if units.bits else config.hidden
        super().__init__(
            output.size, config.hidden, (config.chains, -(-kept // 8)), config.gibbs_steps, config.centre_rate
        )
        self.config = config
        self.output = output
        self.units, self.kept = units, kept
        self.draws = output.size
        self.resume_draws = 0 if units.bits else output.size

    def start_from_data(self, inputs: Tensor, labels: Tensor) -> None:
        """Centre on the data mean and start the visible biases and the chains there: inputs (n, C, H, W) in [0, 1]."""
        centre, bias = self.units.start(inputs.flatten(1))
        self.visible_centre.copy_(centre)
        self.visible_bias.data.copy_(bias)
        generator = torch.Generator().manual_seed(0)
        uniform = torch.rand(len(self.particles), self.output.size, generator=generator)
        with torch.no_grad():
            v = self.sample_visible(uniform, bias.expand_as(uniform), uniform)
            self.particles.copy_(self.stored(v, generator))

    def finish_on_data(self, inputs: Tensor, labels: Tensor) -> None:
        """Store many chains for samples to start from: half begin at training pictures, half at the chains of training.

        All run on the trained weights, so that they forget where they began: inputs (n, C, H, W) in [0, 1].
        """
        generator = torch.Generator().manual_seed(0)
        count, steps = self.config.stored, self.config.stored_steps
        chosen = torch.randint(len(inputs), (count // 2,), generator=generator)
        pictures = self.units.observe(inputs[chosen].flatten(1), generator)
        persistent = self.particles[torch.arange(count - len(pictures)) % len(self.particles)]
        uniform = torch.rand(len(persistent), self.resume_draws, generator=generator)
        v = torch.cat([pictures, self.resumed(persistent, uniform)])
        for _ in range(steps):
            h = draw_bits(self.hidden_logits(v), generator)
            v = self.sample_visible(v, self.visible_inputs(h), torch.rand(v.shape, generator=generator))
        self.particles = self.stored(v, generator)

    def stored(self, v: Tensor, generator: torch.Generator) -> Tensor:
        return self.packed(v if self.units.bits else draw_bits(self.hidden_logits(v), generator))

    def resumed(self, particles: Tensor, uniform: Tensor) -> Tensor:
        state = self.unpacked(particles)
        return state if self.units.bits else self.sample_visible(uniform, self.visible_inputs(state), uniform)

    def packed(self, v: Tensor) -> Tensor:
        """Bits (n, k), eight a byte: (n, ceil(k / 8)) uint8."""
        return torch.from_numpy(np.packbits(v.cpu().numpy().astype(bool), axis=1)).to(v.device)

    def unpacked(self, particles: Tensor) -> Tensor:
        """Bits (n, k) float32 of kept chains."""
        bits = np.unpackbits(particles.cpu().numpy(), axis=1, count=self.kept)
        return torch.from_numpy(bits).float().to(particles.device)

    def sample_visible(self, v: Tensor, inputs: Tensor, uniform: Tensor, temperature: float = 1.0) -> Tensor:
        """Pixels (n, visible)."""
        return self.units.sample(inputs, self.visible_centre, uniform, temperature)

    def visible_mean(self, h: Tensor, temperature: float = 1.0) -> Tensor:
        """E[v | h] (n, visible)."""
        return self.units.mean(self.visible_inputs(h), self.visible_centre, temperature)

    def plain_parameters(self) -> tuple[Tensor, Tensor, Tensor]:
        if not self.units.bits:
            raise ValueError("only a machine of bits is known by its weights and biases alone")
        return super().plain_parameters()

    def deviation(self, v: Tensor) -> Tensor:
        return self.units.standardised(super().deviation(v))

    def free_energy(self, v: Tensor) -> Tensor:
        return super().free_energy(v) + self.units.potential(v - self.visible_centre)

    def loss(self, images: Tensor, labels: Tensor, generator: torch.Generator) -> tuple[Tensor, dict[str, float]]:
        """F(data) - F(chain state) of pictures drawn as pixels, and how well one mean-field step gives them back."""
        data = self.units.observe(images.cpu().flatten(1), generator).to(images.device)
        loss = self.contrast(data, generator)
        with torch.no_grad():
            error = (self.visible_mean(torch.sigmoid(self.hidden_logits(data))) - data).square().mean().item()
        return loss, {"reconstruction_mse": error}

    def after_step(self) -> None:
        super().after_step()
        self.units.after_step()

    def read_clamp(self, request: dict[str, Any], body: memoryview) -> tuple[Tensor, Tensor] | None:
        """With {"clamped": true} a picture and a mask, each (visible,): pixels whose mask is true stay as in the picture."""
        if request.get("clamped", False) is not True:
            return None
        output = self.output
        if len(body) != 2 * output.size:
            raise BadRequest(
                f"Clamping needs {output.size} picture bytes and {output.size} mask bytes, got {len(body)} bytes in all."
            )
        picture, mask = from_frames(body, 2, output.height, output.width, output.channels).flatten(1)
        return self.units.nearest(picture), mask.round().bool()

    def chain(
        self,
        start: Tensor,
        settings: dict,
        generators: Sequence[torch.Generator],
        frames: int,
        every: int,
        clamp: tuple[Tensor, Tensor] | None = None,
    ) -> Tensor:
        """Watch a Gibbs chain: ``frames`` pictures (frames, C, H, W) of E[v | h], ``every`` steps apart.

        Frame 0 is the start itself: the picture of the latent (1, hidden), drawn as pixels. clamp: a picture (visible,) and a
        mask (visible,) bool; pixels whose mask is true keep the picture's value throughout, the others start at random.
        """
        (generator,), device = generators, start.device
        if clamp is None:
            picture = self.units.observe(self.decode(start, settings, generators).flatten().cpu(), generator)
            v, held = picture, torch.zeros_like(picture, dtype=torch.bool)
        else:
            picture, held = clamp
            v = torch.where(held, picture, self.units.nearest(torch.rand(len(picture), generator=generator)))
        temperature = float(settings["temperature"])
        v, picture, held = v[None].to(device), picture.to(device), held.to(device)
        shown = [v[0]]
        for step in range((frames - 1) * every):
            h = draw_bits(self.hidden_logits(v) / temperature, generator)
            uniform = torch.rand(v.shape, generator=generator).to(device)
            v = torch.where(held, picture, self.sample_visible(v, self.visible_inputs(h), uniform, temperature))
            if (step + 1) % every == 0:
                shown.append(torch.where(held, picture, self.visible_mean(h, temperature)[0]))
        return self.shaped(torch.stack(shown))

    def shaped(self, v: Tensor) -> Tensor:
        """Visible states (n, visible) as pictures (n, C, H, W) in [0, 1]."""
        return v.view(-1, self.output.channels, self.output.height, self.output.width).clamp(0.0, 1.0)

    def encode(self, x: Tensor, settings: dict) -> Tensor:
        """p(h = 1 | x) (n, hidden) of pictures (n, C, H, W) in [0, 1]."""
        return torch.sigmoid(self.hidden_logits(x.flatten(1)))

    def decode(self, z: Tensor, settings: dict, generators: Sequence[torch.Generator]) -> Tensor:
        """E[v | h = z] after ``settle`` mean-field updates."""
        v = self.visible_mean(z.clamp(0.0, 1.0))
        for _ in range(int(settings["settle"])):
            v = self.visible_mean(torch.sigmoid(self.hidden_logits(v)))
        return self.shaped(v)


FAMILY = Family("rbm", RBMConfig, RBM)
