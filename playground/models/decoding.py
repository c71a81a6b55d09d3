"""Latents to outputs on a model's own device, a bounded number at a time."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from playground.models.base import GenerativeModel, Outputs, are_texts

DECODE_AT_ONCE = 64  # outputs per forward pass: larger only adds memory


def decode(model: GenerativeModel, z: Tensor, settings: dict, generators: Sequence[torch.Generator]) -> Any:
    """The n outputs of latents (n, d), a bounded number at a time, on the model's device; tensors come back on the CPU."""
    device = next(model.parameters()).device
    parts = []
    for start in range(0, len(z), DECODE_AT_ONCE):
        rows = slice(start, start + DECODE_AT_ONCE)
        parts.append(model.decode(z[rows].to(device), settings, generators[rows]))
    return joined(parts)


def joined(parts: Sequence[Outputs]) -> Any:
    """Outputs of several batches as one, tensors on the CPU."""
    if parts and are_texts(parts[0]):
        return [text for part in parts for text in part]
    return torch.cat([part.cpu() for part in parts if isinstance(part, Tensor)])


def decode_labels(model: Any, z: Tensor, labels: Tensor) -> Tensor:
    """Pictures (n, 1, H, W) of latents (n, d), each under a label of its own (n,); as ``decode`` otherwise."""
    device = next(model.parameters()).device
    parts = zip(z.split(DECODE_AT_ONCE), labels.split(DECODE_AT_ONCE), strict=True)
    return torch.cat([model.net.generate(some.to(device), label.to(device)).cpu() for some, label in parts])
