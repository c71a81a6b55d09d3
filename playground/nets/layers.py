"""Layers and sums that networks of several shapes share."""

import math

import torch
from torch import Tensor, nn


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


def count_flops(*layers: tuple[nn.Module, int]) -> float:
    """Sum over (layer, output positions): every weight is used once per position, a multiply and an add counting as two."""
    return float(sum(2 * dict(layer.named_parameters())["weight"].numel() * places for layer, places in layers))


def time_features(t: Tensor, size: int) -> Tensor:
    """Sines and cosines (n, size) of times t (n,) in [0, 1] at geometrically spaced frequencies (Vaswani et al. 2017)."""
    frequencies = torch.exp(torch.linspace(0.0, math.log(1000.0), size // 2, device=t.device, dtype=t.dtype))
    angles = t[:, None] * frequencies
    return torch.cat([angles.sin(), angles.cos()], dim=1)
