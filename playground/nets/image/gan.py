"""Generator and critic of pictures."""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from playground.nets.contract import GANNet, GANSizes, one_hot
from playground.nets.image.picture import picture_of, places
from playground.nets.layers import count_flops, start_at_zero
from playground.protocol.output import OutputSpec


class ImageGANNet(GANNet):
    """Generator and critic of pictures; the class weights are the last coordinates of the latent. ``config`` is the GAN's."""

    generator: "Generator"
    critic: "Critic"

    def __init__(self, config: GANSizes):
        super().__init__(config)
        self.output = picture_of(config)
        self.settings = config.class_settings()
        self.latent_classes = len(self.output.classes)
        self.generator = Generator(config.noise, self.output, config.generator_width)
        self.critic = Critic(self.output, config.critic_width)

    def generate(self, z: Tensor, labels: Tensor | None) -> Tensor:
        """Pictures (n, C, H, W) in (0, 1) of latents; they hold their class already."""
        return self.generator(z)

    def score(self, x: Tensor, labels: Tensor) -> Tensor:
        """Realness (n,) of pictures under their labels (n,)."""
        return self.critic(x, one_hot(labels, self.latent_classes))

    def activations(self, z: Tensor) -> Tensor:
        """First-layer activations (n, hidden)."""
        return self.generator.activations(z)

    def flops(self) -> float:
        """Per generated picture."""
        return self.generator.flops()


class Generator(nn.Module):
    """Noise and class weights (n, d + classes) -> picture (n, C, H, W) in (0, 1); no normalisation layers (R3GAN).

    ``block7`` and ``block14`` are named after the sides of the digits' maps: (h, w) and (H / 2, W / 2) of any picture.
    """

    def __init__(self, noise: int, picture: OutputSpec, width: int = 32, hidden: int = 256):
        super().__init__()
        self.picture = picture
        self.start = (2 * width, picture.height // 4, picture.width // 4)
        self.first = nn.Linear(noise + len(picture.classes), hidden)
        self.second = nn.Linear(hidden, math.prod(self.start))
        self.block7 = ResidualBlock(2 * width)
        self.up1 = nn.Conv2d(2 * width, 4 * width, 1)  # (h, w), unfolded to (width, H / 2, W / 2)
        self.block14 = ResidualBlock(width)
        self.up2 = nn.Conv2d(width, 64, 3, padding=1)  # (H / 2, W / 2), unfolded to (16, H, W)
        self.out = nn.Conv2d(16, picture.channels, 3, padding=1)

    def activations(self, z: Tensor) -> Tensor:
        """First-layer activations (n, hidden)."""
        return F.leaky_relu(self.first(z), 0.2)

    def forward(self, z: Tensor) -> Tensor:
        x = F.leaky_relu(self.second(self.activations(z)), 0.2).view(-1, *self.start)
        x = self.block14(F.pixel_shuffle(self.up1(self.block7(x)), 2))
        x = F.leaky_relu(F.pixel_shuffle(self.up2(F.leaky_relu(x, 0.2)), 2), 0.2)
        return torch.sigmoid(self.out(x))

    def flops(self) -> float:
        """Per generated picture."""
        whole, half, quarter = (places(self.picture, factor) for factor in (1, 2, 4))
        plain = count_flops((self.first, 1), (self.second, 1), (self.up1, quarter), (self.up2, half), (self.out, whole))
        return plain + self.block7.flops(quarter) + self.block14.flops(half)


class ResidualBlock(nn.Module):
    """x + conv(act(conv(act(x)))), the second convolution starting at zero (Fixup; Zhang, Dauphin & Ma 2019)."""

    def __init__(self, channels: int):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, 3, padding=1)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1)
        start_at_zero(self.conv2)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.conv2(F.leaky_relu(self.conv1(F.leaky_relu(x, 0.2)), 0.2))

    def flops(self, positions: int) -> float:
        """Per picture of ``positions`` pixels."""
        return float(2 * positions * (self.conv1.weight.numel() + self.conv2.weight.numel()))


class Critic(nn.Module):
    """Picture (n, C, H, W) and class weights (n, classes) -> realness (n,), by projection (Miyato & Koyama 2018)."""

    def __init__(self, picture: OutputSpec, width: int = 32, hidden: int = 256):
        super().__init__()
        self.down1 = nn.Conv2d(picture.channels, width, 4, stride=2, padding=1)  # H / 2
        self.down2 = nn.Conv2d(width, 2 * width, 4, stride=2, padding=1)  # h
        self.block7 = ResidualBlock(2 * width)
        self.dense = nn.Linear(2 * width * places(picture, 4), hidden)
        self.score = nn.Linear(hidden, 1, bias=False)  # only differences of scores matter
        self.embed = nn.Linear(len(picture.classes), hidden, bias=False) if picture.classes else None

    def forward(self, x: Tensor, classes: Tensor) -> Tensor:
        x = F.leaky_relu(self.down1(x * 2 - 1), 0.2)
        x = self.block7(F.leaky_relu(self.down2(x), 0.2))
        x = F.leaky_relu(self.dense(F.leaky_relu(x, 0.2).flatten(1)), 0.2)
        score = self.score(x).squeeze(1)
        return score if self.embed is None else score + (x * self.embed(classes)).sum(1) / math.sqrt(x.shape[1])
