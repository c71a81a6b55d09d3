"""Latents to outputs on a model's own device, a bounded number at a time."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from playground.models.base import GenerativeModel

DECODE_AT_ONCE = 64  # outputs per forward pass: larger only adds memory


def decode(model: GenerativeModel, z: Tensor, settings: dict, generators: Sequence[torch.Generator]) -> Tensor:
    """Pictures (n, 1, H, W) of latents (n, d), a bounded number at a time, on the model's device; result on the CPU."""
    device = next(model.parameters()).device
    parts = []
    for start in range(0, len(z), DECODE_AT_ONCE):
        rows = slice(start, start + DECODE_AT_ONCE)
        parts.append(model.decode(z[rows].to(device), settings, generators[rows]).cpu())
    return torch.cat(parts)


def decode_labels(model: Any, z: Tensor, labels: Tensor) -> Tensor:
    """Pictures (n, 1, H, W) of latents (n, d), each under a label of its own (n,); as ``decode`` otherwise."""
    device = next(model.parameters()).device
    parts = zip(z.split(DECODE_AT_ONCE), labels.split(DECODE_AT_ONCE), strict=True)
    return torch.cat([model.net.generate(some.to(device), label.to(device)).cpu() for some, label in parts])
