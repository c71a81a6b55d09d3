"""Networks for small grey pictures: encoders, decoders, a critic, a velocity U-Net and a digit classifier.

Shapes: pictures (n, 1, 28, 28). Sizes are chosen so that one 2-core machine can both train and serve them.
"""

import math
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from playground.nets.contract import CLASS_COUNT, DIGIT, Net, one_hot
from playground.protocol.output import OutputSpec

SIDE = 28
PIXELS = SIDE * SIDE
DIGIT_OUTPUT = OutputSpec("image", SIDE, SIDE)


def mlp(sizes: list[int], activation: type[nn.Module] = nn.SiLU) -> nn.Sequential:
    """Linear layers of the given sizes with an activation after each but the last."""
    layers: list[nn.Module] = []
    for fan_in, fan_out in zip(sizes, sizes[1:]):
        layers += [nn.Linear(fan_in, fan_out), activation()]
    return nn.Sequential(*layers[:-1])


def start_at_zero(layer: nn.Module) -> None:
    """Set weight and bias to zero, so that a residual branch or an output starts as nothing."""
    for parameter in layer.parameters():
        nn.init.zeros_(parameter)


class ConvEncoder(nn.Module):
    """Picture (n, 1, 28, 28) -> ``outputs`` numbers, by two strided convolutions and one hidden layer."""

    def __init__(self, outputs: int, width: int = 32, hidden: int = 256):
        super().__init__()
        self.net = nn.Sequential(
            nn.Conv2d(1, width, 4, stride=2, padding=1),  # 14 x 14
            nn.SiLU(),
            nn.Conv2d(width, 2 * width, 4, stride=2, padding=1),  # 7 x 7
            nn.SiLU(),
            nn.Flatten(),
            nn.Linear(2 * width * 49, hidden),
            nn.SiLU(),
            nn.Linear(hidden, outputs),
        )

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x)


class ConvDecoder(nn.Module):
    """Latent (n, d) -> logits (n, 1, 28, 28): two dense layers, then two convolutions whose channels unfold into pixels.

    Deliberately light (about 3 MFLOP): a likelihood by 5000 importance samples decodes fifty million latents. Sub-pixel
    convolutions (Shi et al. 2016) stand where transposed ones would, because a CPU runs them several times faster.
    """

    def __init__(self, inputs: int, width: int = 32, hidden: int = 256):
        super().__init__()
        self.width = width
        self.first = nn.Linear(inputs, hidden)
        self.second = nn.Linear(hidden, width * 49)
        self.up = nn.Conv2d(width, 2 * width, 3, padding=1)  # 7 x 7, then unfolded to (width / 2, 14, 14)
        self.out = nn.Conv2d(width // 2, 4, 3, padding=1)  # 14 x 14, then unfolded to (1, 28, 28)

    def activations(self, z: Tensor) -> Tensor:
        """First-layer activations (n, hidden)."""
        return F.silu(self.first(z))

    def forward(self, z: Tensor) -> Tensor:
        x = F.silu(self.second(self.activations(z))).view(-1, self.width, 7, 7)
        x = F.silu(F.pixel_shuffle(self.up(x), 2))
        return F.pixel_shuffle(self.out(x), 2)

    def flops(self) -> float:
        """Per decoded picture."""
        return count_flops((self.first, 1), (self.second, 1), (self.up, 49), (self.out, 196))


class ImageVAENet(Net):
    """Encoder and decoder of a VAE over binary pixels: p(x | z) = Bernoulli(decoder(z)). ``config`` is the VAE's."""

    settings = ()
    output = DIGIT_OUTPUT

    def __init__(self, config: Any):
        super().__init__()
        self.encoder = ConvEncoder(2 * config.latent, config.width, config.hidden)
        self.decoder = ConvDecoder(config.latent, config.width, config.hidden)
        nn.init.constant_(self.decoder.out.bias, -2.0)  # most pixels are background  # type: ignore[arg-type]

    def observe(self, x: Tensor, labels: Tensor | None, generator: torch.Generator) -> Tensor:
        """Pixels drawn anew as Bernoulli(grey value): "dynamic binarization"."""
        return torch.bernoulli(x.cpu(), generator=generator).to(x.device)

    def labels_of(self, settings: dict, like: Tensor) -> None:
        """No condition."""
        return None

    def moments(self, x: Tensor, labels: Tensor | None) -> Tensor:
        """Mean and log variance side by side, (n, 2 d)."""
        return self.encoder(x)

    def log_likelihood(self, z: Tensor, x: Tensor, labels: Tensor | None) -> Tensor:
        """log p(x | z) (s, n) in nats of pixels x (n, 1, 28, 28) of 0 or 1 under latents z (s, n, d)."""
        logits = self.decoder(z.flatten(0, 1)).float().flatten(1).view(*z.shape[:2], -1)
        # log Bernoulli(x | logits) = x * logits - softplus(logits), summed over pixels
        return torch.einsum("snp,np->sn", logits, x.flatten(1)) - F.softplus(logits).sum(2)

    def generate(self, z: Tensor, labels: Tensor | None) -> Tensor:
        """Pixel probabilities (n, 1, 28, 28) of latents (n, d)."""
        return torch.sigmoid(self.decoder(z))

    def activations(self, z: Tensor) -> Tensor:
        """First-layer activations (n, hidden)."""
        return self.decoder.activations(z)

    def flops(self) -> float:
        """Per decoded picture."""
        return self.decoder.flops()


class ImageGANNet(nn.Module):
    """Generator and critic over digits; the class weights are the last coordinates of the latent. ``config`` is the GAN's."""

    settings = (DIGIT,)
    output = DIGIT_OUTPUT
    latent_classes = CLASS_COUNT

    def __init__(self, config: Any):
        super().__init__()
        self.generator = Generator(config.noise, CLASS_COUNT, config.generator_width)
        self.critic = Critic(CLASS_COUNT, config.critic_width)

    def latents(self, noise: Tensor, labels: Tensor) -> Tensor:
        """What the generator takes while training: noise (n, noise) beside the classes of labels (n,)."""
        return torch.cat([noise, one_hot(labels)], dim=1)

    def generate(self, z: Tensor, labels: Tensor | None) -> Tensor:
        """Pictures (n, 1, 28, 28) in (0, 1) of latents; they hold their class already."""
        return self.generator(z)

    def labels_of(self, settings: dict, like: Tensor) -> None:
        """No condition beside the latent."""
        return None

    def score(self, x: Tensor, labels: Tensor) -> Tensor:
        """Realness (n,) of pictures under their labels (n,)."""
        return self.critic(x, one_hot(labels))

    def activations(self, z: Tensor) -> Tensor:
        """First-layer activations (n, hidden)."""
        return self.generator.activations(z)

    def flops(self) -> float:
        """Per generated picture."""
        return self.generator.flops()


class Generator(nn.Module):
    """Noise and class weights (n, d + classes) -> picture (n, 1, 28, 28) in (0, 1); no normalisation layers (R3GAN)."""

    def __init__(self, noise: int, classes: int, width: int = 32, hidden: int = 256):
        super().__init__()
        self.width = width
        self.first = nn.Linear(noise + classes, hidden)
        self.second = nn.Linear(hidden, 2 * width * 49)
        self.block7 = ResidualBlock(2 * width)
        self.up1 = nn.Conv2d(2 * width, 4 * width, 1)  # 7 x 7, unfolded to (width, 14, 14)
        self.block14 = ResidualBlock(width)
        self.up2 = nn.Conv2d(width, 64, 3, padding=1)  # 14 x 14, unfolded to (16, 28, 28)
        self.out = nn.Conv2d(16, 1, 3, padding=1)

    def activations(self, z: Tensor) -> Tensor:
        """First-layer activations (n, hidden)."""
        return F.leaky_relu(self.first(z), 0.2)

    def forward(self, z: Tensor) -> Tensor:
        x = F.leaky_relu(self.second(self.activations(z)), 0.2).view(-1, 2 * self.width, 7, 7)
        x = self.block14(F.pixel_shuffle(self.up1(self.block7(x)), 2))
        x = F.leaky_relu(F.pixel_shuffle(self.up2(F.leaky_relu(x, 0.2)), 2), 0.2)
        return torch.sigmoid(self.out(x))

    def flops(self) -> float:
        """Per generated picture."""
        plain = count_flops((self.first, 1), (self.second, 1), (self.up1, 49), (self.up2, 196), (self.out, 784))
        return plain + self.block7.flops(49) + self.block14.flops(196)


def count_flops(*layers: tuple[nn.Module, int]) -> float:
    """Sum over (layer, output positions): every weight is used once per position, a multiply and an add counting as two."""
    return float(sum(2 * dict(layer.named_parameters())["weight"].numel() * places for layer, places in layers))


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
    """Picture (n, 1, 28, 28) and class weights (n, classes) -> realness (n,), by projection (Miyato & Koyama 2018)."""

    def __init__(self, classes: int, width: int = 32, hidden: int = 256):
        super().__init__()
        self.down1 = nn.Conv2d(1, width, 4, stride=2, padding=1)  # 14
        self.down2 = nn.Conv2d(width, 2 * width, 4, stride=2, padding=1)  # 7
        self.block7 = ResidualBlock(2 * width)
        self.dense = nn.Linear(2 * width * 49, hidden)
        self.score = nn.Linear(hidden, 1, bias=False)  # only differences of scores matter
        self.embed = nn.Linear(classes, hidden, bias=False)

    def forward(self, x: Tensor, classes: Tensor) -> Tensor:
        x = F.leaky_relu(self.down1(x * 2 - 1), 0.2)
        x = self.block7(F.leaky_relu(self.down2(x), 0.2))
        x = F.leaky_relu(self.dense(F.leaky_relu(x, 0.2).flatten(1)), 0.2)
        return self.score(x).squeeze(1) + (x * self.embed(classes)).sum(1) / math.sqrt(x.shape[1])


class ChannelNorm(nn.Module):
    """Divide each pixel's channel vector by its root mean square (Zhang & Sennrich 2019): cheap, and blind to batch mates."""

    def __init__(self, channels: int):
        super().__init__()
        self.gain = nn.Parameter(torch.ones(1, channels, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        return x * (torch.rsqrt(x.square().mean(1, keepdim=True) + 1e-6) * self.gain)


class ModulatedBlock(nn.Module):
    """Residual block whose middle features are scaled and shifted by a condition vector (n, condition)."""

    def __init__(self, channels: int, condition: int):
        super().__init__()
        self.norm = ChannelNorm(channels)
        self.conv1 = nn.Conv2d(channels, channels, 3, padding=1)
        self.modulate = nn.Linear(condition, 2 * channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1)
        start_at_zero(self.conv2)

    def forward(self, x: Tensor, condition: Tensor) -> Tensor:
        scale, shift = self.modulate(condition)[:, :, None, None].chunk(2, dim=1)
        y = torch.addcmul(shift, self.conv1(F.silu(self.norm(x))), 1 + scale)
        return x + self.conv2(F.silu(y))

    def flops(self, positions: int) -> float:
        """Per picture of ``positions`` pixels."""
        return float(2 * positions * (self.conv1.weight.numel() + self.conv2.weight.numel()))


class VelocityUNet(nn.Module):
    """Velocity (n, 1, 28, 28) of a noisy picture at time t (n,) under class weights (n, classes); zero weights = no class.

    Works on 2 x 2 pixel blocks (14 x 14 and 7 x 7 maps), where convolutions are cheap on a CPU.
    """

    def __init__(self, classes: int, width: int = 48, condition: int = 128, deep_blocks: int = 3):
        super().__init__()
        self.condition = condition
        self.time = mlp([64, condition, condition])
        self.classes = nn.Linear(classes, condition, bias=False)
        self.inlet = nn.Conv2d(4, width, 3, padding=1)
        self.down_block = ModulatedBlock(width, condition)
        self.down = nn.Conv2d(width, 2 * width, 2, stride=2)
        self.deep = nn.ModuleList([ModulatedBlock(2 * width, condition) for _ in range(deep_blocks)])
        self.up = nn.Conv2d(2 * width, 4 * width, 1)  # unfolded to (width, 14, 14)
        self.merge = nn.Conv2d(2 * width, width, 1)
        self.up_block = ModulatedBlock(width, condition)
        self.norm = ChannelNorm(width)
        self.outlet = nn.Conv2d(width, 4, 3, padding=1)
        start_at_zero(self.outlet)

    def forward(self, x: Tensor, t: Tensor, classes: Tensor) -> Tensor:
        condition = F.silu(self.time(time_features(t, 64)) + self.classes(classes))
        x = self.inlet(F.pixel_unshuffle(x, 2).contiguous(memory_format=torch.channels_last))
        skip = self.down_block(x, condition)
        x = self.down(skip)
        for block in self.deep:
            x = block(x, condition)
        x = self.merge(torch.cat([F.pixel_shuffle(self.up(x), 2), skip], dim=1))
        x = self.up_block(x, condition)
        return F.pixel_shuffle(self.outlet(F.silu(self.norm(x))), 2)

    def flops(self) -> float:
        """Of one evaluation for one picture."""
        blocks = self.down_block.flops(196) + self.up_block.flops(196) + sum(m.flops(49) for m in self.deep)  # type: ignore[operator]
        return blocks + count_flops(
            (self.inlet, 196), (self.outlet, 196), (self.merge, 196), (self.down, 49), (self.up, 49)
        )


def time_features(t: Tensor, size: int) -> Tensor:
    """Sines and cosines (n, size) of times t (n,) in [0, 1] at geometrically spaced frequencies (Vaswani et al. 2017)."""
    frequencies = torch.exp(torch.linspace(0.0, math.log(1000.0), size // 2, device=t.device, dtype=t.dtype))
    angles = t[:, None] * frequencies
    return torch.cat([angles.sin(), angles.cos()], dim=1)


class DigitClassifier(nn.Module):
    """Digit logits (n, 10) and the 64 features before them, for fidelity and diversity metrics; pictures in [0, 1]."""

    features = 64

    def __init__(self, width: int = 32):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(1, width, 3, padding=1, bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(),
            nn.Conv2d(width, width, 4, stride=2, padding=1, bias=False),  # 14
            nn.BatchNorm2d(width),
            nn.ReLU(),
            nn.Conv2d(width, 2 * width, 3, padding=1, bias=False),
            nn.BatchNorm2d(2 * width),
            nn.ReLU(),
            nn.Conv2d(2 * width, 2 * width, 4, stride=2, padding=1, bias=False),  # 7
            nn.BatchNorm2d(2 * width),
            nn.ReLU(),
            nn.Flatten(),
            nn.Dropout(0.3),
            nn.Linear(2 * width * 49, self.features),
        )
        self.head = nn.Linear(self.features, 10)

    def embed(self, x: Tensor) -> Tensor:
        """Features (n, 64): tanh of the last hidden layer, so that no single unit dominates a distance."""
        return torch.tanh(self.body(x))

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.embed(x))
