"""Class-conditional generative adversarial network with the relativistic loss and both zero-centred gradient penalties.

The recipe of R3GAN (Huang, Gokaslan, Kuleshov & Tompkin 2024, arXiv:2501.05441): the critic scores *pairs* of a real and a
generated picture (Jolicoeur-Martineau 2018), which removes the minima that drop modes, and R1 + R2 (Mescheder et al. 2018)
make training converge without normalisation or other tricks. Here both pictures of a pair share their class.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from playground.models.base import Family, GenerativeModel, LatentSpace, Phase
from playground.nets import choose_net
from playground.nets.audio import NotesGANNet
from playground.nets.contract import GANNet, GANSizes
from playground.nets.image.gan import ImageGANNet
from playground.nets.points import PointsGANNet
from playground.protocol.settings import TEMPERATURE

NETS: dict[str, type[GANNet]] = {"image": ImageGANNet, "notes": NotesGANNet, "points": PointsGANNet}


@dataclass(frozen=True)
class GANConfig(GANSizes):
    """Name and sizes of the two networks, and the weight of the gradient penalties."""

    penalty: float = 2.0  # gamma of R1 and R2
    penalised_share: float = 0.25  # of the batch: a fair estimate of both penalties at a quarter of their cost

    def __post_init__(self) -> None:
        super().__post_init__()
        if min(self.noise, self.generator_width, self.critic_width) < 1 or self.penalty < 0:
            raise ValueError(f"GAN sizes must be at least 1 and the penalty not negative, got {self}")
        if not 0 < self.penalised_share <= 1:
            raise ValueError(f"penalised_share must be in (0, 1], got {self.penalised_share}")


class GAN(GenerativeModel):
    """x = G(z, label) with z ~ N(0, I); the critic exists for training and is saved with the checkpoint to resume from.

    The pair of networks is the modality.
    """

    capabilities = frozenset({"decode", "invert"})

    def __init__(self, config: GANConfig):
        super().__init__()
        self.config = config
        self.net = choose_net(NETS, config.net)(config)
        classes = self.net.latent_classes
        self.latent = LatentSpace(config.noise + classes, "normal", classes=classes)
        self.class_setting = config.class_name if classes else ""
        self.settings = (TEMPERATURE, *self.net.settings)
        self.output = self.net.output

    def _fake(self, labels: Tensor, generator: torch.Generator) -> Tensor:
        noise = torch.randn(len(labels), self.config.noise, generator=generator).to(labels.device)
        return self.net.generate(self.net.latents(noise, labels), labels)

    def critic_loss(self, x: Tensor, labels: Tensor, generator: torch.Generator) -> tuple[Tensor, dict[str, float]]:
        """softplus(-(D(real) - D(fake))) + gamma / 2 (|grad D(real)|^2 + |grad D(fake)|^2)."""
        with torch.no_grad():
            fake = self._fake(labels, generator).float()
        both = torch.cat([labels, labels])
        real_score, fake_score = self.net.score(torch.cat([x, fake]), both).float().chunk(2)
        few = max(1, round(len(x) * self.config.penalised_share))
        pictures = torch.cat([x[:few], fake[:few]]).requires_grad_(True)
        scores = self.net.score(pictures, torch.cat([labels[:few], labels[:few]]))
        gradient = torch.autograd.grad(scores.float().sum(), pictures, create_graph=True)[0]
        penalty = gradient.float().square().flatten(1).sum(1).mean()  # (R1 + R2) / gamma
        loss = F.softplus(fake_score - real_score).mean() + self.config.penalty * penalty
        return loss, {"score_gap": (real_score - fake_score).mean().item(), "gradient_norm2": penalty.item()}

    def generator_loss(self, x: Tensor, labels: Tensor, generator: torch.Generator) -> tuple[Tensor, dict[str, float]]:
        """softplus(-(D(fake) - D(real)))."""
        fake = self._fake(labels, generator)
        fake_score, real_score = self.net.score(torch.cat([fake, x]), torch.cat([labels, labels])).float().chunk(2)
        return F.softplus(real_score - fake_score).mean(), {}

    def phases(self) -> list[Phase]:
        return [
            Phase("critic", list(self.net.critic.parameters()), self.critic_loss),
            Phase("generator", list(self.net.generator.parameters()), self.generator_loss),
        ]

    def decode(self, z: Tensor, settings: dict, generators: Sequence[torch.Generator]) -> Tensor:
        return self.net.generate(z, self.net.labels_of(settings, z))

    def decode_labels(self, z: Tensor, labels: Tensor) -> Tensor:
        return self.net.generate(z, labels)

    def activations(self, z: Tensor) -> Tensor:
        return self.net.activations(z)

    def flops_per_sample(self, settings: dict) -> float:
        return self.net.flops()


FAMILY = Family("gan", GANConfig, GAN)
