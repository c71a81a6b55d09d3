"""Velocity of pictures on their way from noise."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from playground.nets.contract import FlowSizes, VelocityNet
from playground.nets.image.picture import picture_of, places
from playground.nets.layers import count_flops, mlp, start_at_zero, time_features


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


class VelocityUNet(VelocityNet):
    """Velocity (n, C, H, W) of a noisy picture at time t (n,) under class weights (n, classes); zero weights = no class.

    Works on 2 x 2 pixel blocks (half and quarter maps), where convolutions are cheap on a CPU. ``config`` is the flow's.
    """

    def __init__(self, config: FlowSizes):
        super().__init__(config)
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
