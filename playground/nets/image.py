"""Networks for pictures: encoders, decoders, a critic, a velocity U-Net and a classifier.

Shapes: pictures (n, C, H, W) with any number of channels and sides that are multiples of 4; (h, w) = (H / 4, W / 4). Sizes are
chosen so that one 2-core machine can both train and serve the pictures of 28 x 28 that most of them make.
"""

import math
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from playground.nets.contract import Net, OutputConfig, one_hot
from playground.protocol.output import OutputSpec

LEVELS = 255  # steps between the grey levels of a picture


def picture_of(config: OutputConfig) -> OutputSpec:
    """What a network of this configuration makes; raises ValueError where a side is no multiple of 4."""
    output = config.output()
    if output.height % 4 or output.width % 4:
        raise ValueError(
            f"the sides of pictures must be multiples of 4, got {output.height} x {output.width}: pad the data set's pictures"
        )
    return output


def places(output: OutputSpec, factor: int) -> int:
    """Pixels of a map whose sides are smaller by the factor."""
    return (output.height // factor) * (output.width // factor)


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
    """Picture (n, C, H, W) -> ``outputs`` numbers, by two strided convolutions and one hidden layer."""

    def __init__(self, outputs: int, picture: OutputSpec, width: int = 32, hidden: int = 256):
        super().__init__()
        self.net = nn.Sequential(
            nn.Conv2d(picture.channels, width, 4, stride=2, padding=1),  # H / 2
            nn.SiLU(),
            nn.Conv2d(width, 2 * width, 4, stride=2, padding=1),  # h
            nn.SiLU(),
            nn.Flatten(),
            nn.Linear(2 * width * places(picture, 4), hidden),
            nn.SiLU(),
            nn.Linear(hidden, outputs),
        )

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x)


class ConvDecoder(nn.Module):
    """Latent (n, d) -> logits (n, C, H, W): two dense layers, then two convolutions whose channels unfold into pixels.

    Deliberately light (about 3 MFLOP for digits): a likelihood by 5000 importance samples decodes fifty million latents.
    Sub-pixel convolutions (Shi et al. 2016) stand where transposed ones would, because a CPU runs them several times faster.
    """

    def __init__(self, inputs: int, picture: OutputSpec, width: int = 32, hidden: int = 256):
        super().__init__()
        self.picture = picture
        self.start = (width, picture.height // 4, picture.width // 4)
        self.first = nn.Linear(inputs, hidden)
        self.second = nn.Linear(hidden, math.prod(self.start))
        self.up = nn.Conv2d(width, 2 * width, 3, padding=1)  # (h, w), then unfolded to (width / 2, H / 2, W / 2)
        self.out = nn.Conv2d(width // 2, 4 * picture.channels, 3, padding=1)  # then unfolded to (C, H, W)

    def activations(self, z: Tensor) -> Tensor:
        """First-layer activations (n, hidden)."""
        return F.silu(self.first(z))

    def forward(self, z: Tensor) -> Tensor:
        x = F.silu(self.second(self.activations(z))).view(-1, *self.start)
        x = F.silu(F.pixel_shuffle(self.up(x), 2))
        return F.pixel_shuffle(self.out(x), 2)

    def flops(self) -> float:
        """Per decoded picture."""
        quarter, half = places(self.picture, 4), places(self.picture, 2)
        return count_flops((self.first, 1), (self.second, 1), (self.up, quarter), (self.out, half))


class ImageVAENet(Net):
    """Encoder and decoder of a VAE over pictures. ``config`` is the VAE's, and chooses p(x | z) by ``likelihood``.

    "bernoulli": each value is 0 or 1 with the decoder's probability; grey values are drawn anew for every step ("dynamic
    binarization"). "logistic": each of the 256 levels of a value has the probability of its interval under a logistic
    distribution around the decoder's mean, with one learned scale a channel (Kingma et al. 2016, arXiv:1606.04934, appendix C.4).
    """

    settings = ()

    def __init__(self, config: Any):
        super().__init__()
        picture = picture_of(config)
        self.output = OutputSpec(
            picture.kind, picture.height, picture.width, picture.channels
        )  # no class can be asked for
        self.encoder = ConvEncoder(2 * config.latent, picture, config.width, config.hidden)
        self.decoder = ConvDecoder(config.latent, picture, config.width, config.hidden)
        self.log_scale: nn.Parameter | None = None
        if config.likelihood == "logistic":
            self.log_scale = nn.Parameter(torch.full((picture.channels, 1, 1), -2.0))
        else:
            nn.init.constant_(self.decoder.out.bias, -2.0)  # most pixels are background  # type: ignore[arg-type]

    def observe(self, x: Tensor, labels: Tensor | None, generator: torch.Generator) -> Tensor:
        """Values drawn as bits for "bernoulli", else as they are."""
        return x if self.log_scale is not None else torch.bernoulli(x.cpu(), generator=generator).to(x.device)

    def labels_of(self, settings: dict, like: Tensor) -> None:
        """No condition."""
        return None

    def moments(self, x: Tensor, labels: Tensor | None) -> Tensor:
        """Mean and log variance side by side, (n, 2 d)."""
        return self.encoder(x)

    def log_likelihood(self, z: Tensor, x: Tensor, labels: Tensor | None) -> Tensor:
        """log p(x | z) (s, n) in nats of pictures x (n, C, H, W) as ``observe`` gives them, under latents z (s, n, d)."""
        made = self.decoder(z.flatten(0, 1)).float().view(*z.shape[:2], *x.shape[1:])
        if self.log_scale is not None:
            return logistic_log_likelihood(x, torch.sigmoid(made), self.log_scale).flatten(2).sum(2)
        # log Bernoulli(x | logits) = x * logits - softplus(logits), summed over pixels
        return torch.einsum("snp,np->sn", made.flatten(2), x.flatten(1)) - F.softplus(made).flatten(2).sum(2)

    def generate(self, z: Tensor, labels: Tensor | None) -> Tensor:
        """Pixel probabilities or means (n, C, H, W) of latents (n, d)."""
        return torch.sigmoid(self.decoder(z))

    def activations(self, z: Tensor) -> Tensor:
        """First-layer activations (n, hidden)."""
        return self.decoder.activations(z)

    def flops(self) -> float:
        """Per decoded picture."""
        return self.decoder.flops()


def logistic_log_likelihood(x: Tensor, mean: Tensor, log_scale: Tensor) -> Tensor:
    """Log probability in nats of levels x (k / 255 for k = 0 .. 255) under discretised logistics, element by element.

    A level's probability is that of the interval of width 1 / 255 around it; the first and the last level take the tails.
    """
    inverse = torch.exp(-log_scale.clamp(-7.0, 3.0))
    upper, lower = (x - mean + 0.5 / LEVELS) * inverse, (x - mean - 0.5 / LEVELS) * inverse
    # log(sigmoid(upper) - sigmoid(lower)), written so that nothing cancels
    inside = lower + torch.log(torch.expm1(inverse / LEVELS)) - F.softplus(upper) - F.softplus(lower)
    inside = torch.where(x < 0.5 / LEVELS, F.logsigmoid(upper), inside)
    return torch.where(x > 1 - 0.5 / LEVELS, F.logsigmoid(-lower), inside)


class ImageGANNet(Net):
    """Generator and critic of pictures; the class weights are the last coordinates of the latent. ``config`` is the GAN's."""

    def __init__(self, config: Any):
        super().__init__()
        self.output = picture_of(config)
        self.settings = config.class_settings()
        self.latent_classes = len(self.output.classes)
        self.generator = Generator(config.noise, self.output, config.generator_width)
        self.critic = Critic(self.output, config.critic_width)

    def latents(self, noise: Tensor, labels: Tensor) -> Tensor:
        """What the generator takes while training: noise (n, noise) beside the classes of labels (n,)."""
        return torch.cat([noise, one_hot(labels, self.latent_classes)], dim=1)

    def generate(self, z: Tensor, labels: Tensor | None) -> Tensor:
        """Pictures (n, C, H, W) in (0, 1) of latents; they hold their class already."""
        return self.generator(z)

    def labels_of(self, settings: dict, like: Tensor) -> None:
        """No condition beside the latent."""
        return None

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
    """Velocity (n, C, H, W) of a noisy picture at time t (n,) under class weights (n, classes); zero weights = no class.

    Works on 2 x 2 pixel blocks (half and quarter maps), where convolutions are cheap on a CPU. ``config`` is the flow's.
    """

    def __init__(self, config: Any):
        super().__init__()
        width, condition, deep_blocks = config.width, config.condition, config.deep_blocks
        self.output = picture_of(config)
        self.shape = (self.output.channels, self.output.height, self.output.width)  # of one state
        self.time = mlp([64, condition, condition])
        names = self.output.classes
        self.classes = nn.Linear(len(names), condition, bias=False) if names else None
        self.inlet = nn.Conv2d(4 * self.output.channels, width, 3, padding=1)
        self.down_block = ModulatedBlock(width, condition)
        self.down = nn.Conv2d(width, 2 * width, 2, stride=2)
        self.deep = nn.ModuleList([ModulatedBlock(2 * width, condition) for _ in range(deep_blocks)])
        self.up = nn.Conv2d(2 * width, 4 * width, 1)  # unfolded to (width, H / 2, W / 2)
        self.merge = nn.Conv2d(2 * width, width, 1)
        self.up_block = ModulatedBlock(width, condition)
        self.norm = ChannelNorm(width)
        self.outlet = nn.Conv2d(width, 4 * self.output.channels, 3, padding=1)
        start_at_zero(self.outlet)

    def forward(self, x: Tensor, t: Tensor, classes: Tensor) -> Tensor:
        condition = self.time(time_features(t, 64))
        condition = F.silu(condition if self.classes is None else condition + self.classes(classes))
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
        half, quarter = places(self.output, 2), places(self.output, 4)
        blocks = self.down_block.flops(half) + self.up_block.flops(half)
        blocks += sum(block.flops(quarter) for block in self.deep)  # type: ignore[operator]
        return blocks + count_flops(
            (self.inlet, half), (self.outlet, half), (self.merge, half), (self.down, quarter), (self.up, quarter)
        )

    def to_state(self, pictures: Tensor) -> Tensor:
        """Pictures in [0, 1] as states of the flow at time 1, in [-1, 1]."""
        return pictures * 2 - 1

    def to_output(self, states: Tensor) -> Tensor:
        """States as pictures in [0, 1], clipped."""
        return ((states + 1) / 2).clamp(0.0, 1.0)


def time_features(t: Tensor, size: int) -> Tensor:
    """Sines and cosines (n, size) of times t (n,) in [0, 1] at geometrically spaced frequencies (Vaswani et al. 2017)."""
    frequencies = torch.exp(torch.linspace(0.0, math.log(1000.0), size // 2, device=t.device, dtype=t.dtype))
    angles = t[:, None] * frequencies
    return torch.cat([angles.sin(), angles.cos()], dim=1)


class ImageClassifier(nn.Module):
    """Class logits (n, classes) and the 64 features before them, for fidelity and diversity metrics; pictures in [0, 1]."""

    features = 64

    def __init__(self, picture: OutputSpec, width: int = 32):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(picture.channels, width, 3, padding=1, bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(),
            nn.Conv2d(width, width, 4, stride=2, padding=1, bias=False),  # H / 2
            nn.BatchNorm2d(width),
            nn.ReLU(),
            nn.Conv2d(width, 2 * width, 3, padding=1, bias=False),
            nn.BatchNorm2d(2 * width),
            nn.ReLU(),
            nn.Conv2d(2 * width, 2 * width, 4, stride=2, padding=1, bias=False),  # h
            nn.BatchNorm2d(2 * width),
            nn.ReLU(),
            nn.Flatten(),
            nn.Dropout(0.3),
            nn.Linear(2 * width * places(picture, 4), self.features),
        )
        self.head = nn.Linear(self.features, len(picture.classes))

    def embed(self, x: Tensor) -> Tensor:
        """Features (n, 64): tanh of the last hidden layer, so that no single unit dominates a distance."""
        return torch.tanh(self.body(x))

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.embed(x))
