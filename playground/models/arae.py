"""A GAN for sentences: adversarially regularised autoencoder (Zhao et al. 2018, arXiv:1706.04223).

Words are discrete, so a critic of sentences has no gradient to give. Here an autoencoder makes every sentence a code on a
sphere, and the GAN plays in the space of codes: its generator is the prior that the autoencoder lacks. The game is that of
gan.py (relativistic loss, R1 + R2). The model's latent is the code; drawing from its prior is running the generator.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from playground.formats.sentences import LETTERS
from playground.models.base import Family, GenerativeModel, LatentSpace, Phase
from playground.models.components import ENCODED, scaled_components
from playground.nets.sentences import WORDS, SentenceDecoder, SentenceEncoder, SentenceTexts
from playground.protocol.output import OutputSpec
from playground.protocol.settings import TEMPERATURE


@dataclass(frozen=True)
class ARAEConfig:
    """Sizes of the autoencoder and of the two adversaries."""

    code: int = 64
    width: int = 256  # of the decoder's state
    hidden: int = 128  # of the encoder's state in each direction
    noise: int = 64
    adversaries: int = 256  # width of the generator's and the critic's layers
    code_noise: float = (
        0.15  # standard deviation of the noise on codes (of length sqrt(code)) in training: near codes, near sentences
    )
    penalty: float = 0.5  # gamma of R1 and R2

    def __post_init__(self) -> None:
        if (
            min(self.code, self.width, self.hidden, self.noise, self.adversaries) < 1
            or min(self.code_noise, self.penalty) < 0
        ):
            raise ValueError(f"sizes must be at least 1, code_noise and penalty not negative, got {self}")


class ARAE(SentenceTexts, GenerativeModel):
    """encoder: sentence -> code; decoder: code -> sentence; generator: noise -> code."""

    capabilities = frozenset({"decode", "encode"})
    settings = (TEMPERATURE, WORDS)
    output = OutputSpec("text", 1, LETTERS)

    def __init__(self, config: ARAEConfig):
        super().__init__()
        self.config = config
        self.latent = LatentSpace(config.code, "generated codes")
        self.encoder = SentenceEncoder(config.hidden)
        self.to_code = nn.Linear(2 * config.hidden, config.code)
        self.decoder = SentenceDecoder(config.code, config.width)
        self.generator = adversaries_net(config.noise, config.adversaries, config.code)
        self.critic = adversaries_net(config.code, config.adversaries, 1)
        self._codes = torch.zeros(0, config.code)  # of the batch at hand, in training

    def encode(self, x: Tensor | Sequence[str], settings: dict | None = None) -> Tensor:
        """Codes (n, code) of sentences: texts or tokens (n, 25)."""
        return on_sphere(self.to_code(self.encoder(self.tokens_of(x))).float())

    def generate(self, noise: Tensor) -> Tensor:
        """Codes (n, code) of noise (n, noise)."""
        return on_sphere(self.generator(noise).float())

    def autoencoder_loss(
        self, x: Tensor, labels: Tensor, generator: torch.Generator
    ) -> tuple[Tensor, dict[str, float]]:
        """Mean nats a sentence, given its blurred code."""
        code = self.encode(x)
        self._codes = code.detach()  # the adversaries of the same step need them too
        code_noise = torch.randn(code.shape, generator=generator).to(code.device) * self.config.code_noise
        nats = -self.decoder.log_likelihood(on_sphere(code + code_noise), x).mean()
        return nats, {"reconstruction_nats": nats.item()}

    def critic_loss(self, x: Tensor, labels: Tensor, generator: torch.Generator) -> tuple[Tensor, dict[str, float]]:
        """softplus(-(D(real) - D(fake))) + gamma / 2 (|grad D(real)|^2 + |grad D(fake)|^2) on codes."""
        with torch.no_grad():
            codes = torch.cat([self._codes, self._fake(len(x), generator, x.device)])
        codes.requires_grad_(True)
        scores = self.critic(codes).float()
        real, fake = scores.chunk(2)
        gradient = torch.autograd.grad(scores.sum(), codes, create_graph=True)[0]
        penalty = gradient.square().sum(1).view(2, -1).mean(1).sum()
        loss = F.softplus(fake - real).mean() + 0.5 * self.config.penalty * penalty
        return loss, {"score_gap": (real - fake).mean().item()}

    def generator_loss(self, x: Tensor, labels: Tensor, generator: torch.Generator) -> tuple[Tensor, dict[str, float]]:
        """softplus(-(D(fake) - D(real)))."""
        with torch.no_grad():
            real = self.critic(self._codes).float()
        fake = self.critic(self._fake(len(x), generator, x.device)).float()
        return F.softplus(real - fake).mean(), {}

    def _fake(self, count: int, generator: torch.Generator, device: torch.device) -> Tensor:
        return self.generate(torch.randn(count, self.config.noise, generator=generator).to(device))

    def phases(self) -> list[Phase]:
        autoencoder = [*self.encoder.parameters(), *self.to_code.parameters(), *self.decoder.parameters()]
        return [
            Phase("autoencoder", autoencoder, self.autoencoder_loss),
            Phase("critic", list(self.critic.parameters()), self.critic_loss, 0.2),
            Phase("generator", list(self.generator.parameters()), self.generator_loss, 0.2),
        ]

    def sample_latents(self, generators: Sequence[torch.Generator], settings: dict) -> Tensor:
        """One generated code per random generator: (n, code); the temperature scales the noise."""
        noise = torch.stack([torch.randn(self.config.noise, generator=one) for one in generators])
        device = next(self.parameters()).device
        return self.generate((noise * float(settings["temperature"])).to(device)).cpu()

    def decode(self, z: Tensor, settings: dict, generators: Sequence[torch.Generator]) -> list[str]:
        return self.sample(on_sphere(z), settings, generators)

    def directions_of(self, items: Tensor) -> Tensor:
        """The principal components of real codes; one unit is one standard deviation."""
        return scaled_components(self.encode(items[:ENCODED]))

    def flops_per_sample(self, settings: dict) -> float:
        return self.decoder.flops() + 2.0 * sum(p.numel() for p in self.generator.parameters())


def on_sphere(code: Tensor) -> Tensor:
    """Codes (n, d) moved to the sphere of radius sqrt(d), so that coordinates are of the size of a normal prior's."""
    return F.normalize(code, dim=1) * code.shape[1] ** 0.5


def adversaries_net(size: int, width: int, out: int) -> nn.Sequential:
    """A network of two hidden layers."""
    return nn.Sequential(nn.Linear(size, width), nn.SiLU(), nn.Linear(width, width), nn.SiLU(), nn.Linear(width, out))


FAMILY = Family("arae", ARAEConfig, ARAE)
