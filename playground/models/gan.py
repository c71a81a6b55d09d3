"""Class-conditional generative adversarial network with the relativistic loss and both zero-centred gradient penalties.

The recipe of R3GAN (Huang, Gokaslan, Kuleshov & Tompkin 2024, arXiv:2501.05441): the critic scores *pairs* of a real and a
generated picture (Jolicoeur-Martineau 2018), which removes the minima that drop modes, and R1 + R2 (Mescheder et al. 2018)
make training converge without normalisation or other tricks. Here both pictures of a pair share their digit.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from playground.models.base import CLASS_COUNT, DIGIT, TEMPERATURE, GenerativeModel, LatentSpace, Phase, one_hot
from playground.nets.image import Critic, Generator


@dataclass(frozen=True)
class GANConfig:
    """Sizes of the two networks and the weight of the gradient penalties."""

    noise: int = 64
    generator_width: int = 32
    critic_width: int = 32
    penalty: float = 2.0  # gamma of R1 and R2
    penalised_share: float = 0.25  # of the batch: a fair estimate of both penalties at a quarter of their cost

    def __post_init__(self) -> None:
        if min(self.noise, self.generator_width, self.critic_width) < 1 or self.penalty < 0:
            raise ValueError(f"GAN sizes must be at least 1 and the penalty not negative, got {self}")
        if not 0 < self.penalised_share <= 1:
            raise ValueError(f"penalised_share must be in (0, 1], got {self.penalised_share}")


class GAN(GenerativeModel):
    """x = G(z, digit) with z ~ N(0, I); the critic exists for training and is saved with the checkpoint to resume from."""

    capabilities = frozenset({"decode", "invert", "classes"})
    settings = (TEMPERATURE, DIGIT)

    def __init__(self, config: GANConfig):
        super().__init__()
        self.config = config
        self.latent = LatentSpace(config.noise + CLASS_COUNT, "normal", classes=CLASS_COUNT)
        self.generator = Generator(config.noise, CLASS_COUNT, config.generator_width)
        self.critic = Critic(CLASS_COUNT, config.critic_width)

    def _fake(self, classes: Tensor, generator: torch.Generator) -> Tensor:
        noise = torch.randn(len(classes), self.config.noise, generator=generator).to(classes.device)
        return self.generator(torch.cat([noise, classes], dim=1))

    def critic_loss(
        self, images: Tensor, labels: Tensor, generator: torch.Generator
    ) -> tuple[Tensor, dict[str, float]]:
        """softplus(-(D(real) - D(fake))) + gamma / 2 (|grad D(real)|^2 + |grad D(fake)|^2)."""
        classes = one_hot(labels)
        with torch.no_grad():
            fake = self._fake(classes, generator).float()
        real_score, fake_score = self.critic(torch.cat([images, fake]), torch.cat([classes, classes])).float().chunk(2)
        few = max(1, round(len(images) * self.config.penalised_share))
        pictures = torch.cat([images[:few], fake[:few]]).requires_grad_(True)
        scores = self.critic(pictures, torch.cat([classes[:few], classes[:few]]))
        gradient = torch.autograd.grad(scores.float().sum(), pictures, create_graph=True)[0]
        penalty = gradient.float().square().sum((1, 2, 3)).mean()  # (R1 + R2) / gamma
        loss = F.softplus(fake_score - real_score).mean() + self.config.penalty * penalty
        return loss, {"score_gap": (real_score - fake_score).mean().item(), "gradient_norm2": penalty.item()}

    def generator_loss(
        self, images: Tensor, labels: Tensor, generator: torch.Generator
    ) -> tuple[Tensor, dict[str, float]]:
        """softplus(-(D(fake) - D(real)))."""
        classes = one_hot(labels)
        fake = self._fake(classes, generator)
        fake_score, real_score = self.critic(torch.cat([fake, images]), torch.cat([classes, classes])).float().chunk(2)
        return F.softplus(real_score - fake_score).mean(), {}

    def phases(self) -> list[Phase]:
        return [
            Phase("critic", list(self.critic.parameters()), self.critic_loss),
            Phase("generator", list(self.generator.parameters()), self.generator_loss),
        ]

    def decode(self, z: Tensor, settings: dict, generators: Sequence[torch.Generator]) -> Tensor:
        return self.generator(z)

    def activations(self, z: Tensor) -> Tensor:
        return self.generator.activations(z)

    def flops_per_sample(self, settings: dict) -> float:
        return self.generator.flops()
