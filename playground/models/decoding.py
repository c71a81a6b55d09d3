"""Latents to outputs on a model's own device, a bounded number at a time."""

from collections.abc import Sequence

import torch
from torch import Tensor

from playground.models.base import DecodesLabels, GenerativeModel, Outputs, are_texts

DECODE_AT_ONCE = 64  # outputs per forward pass: larger only adds memory


def decode(model: GenerativeModel, z: Tensor, settings: dict, generators: Sequence[torch.Generator]) -> Outputs:
    """The n outputs of latents (n, d), a bounded number at a time, on the model's device; tensors come back on the CPU."""
    device = next(model.parameters()).device
    parts = []
    for start in range(0, len(z), DECODE_AT_ONCE):
        rows = slice(start, start + DECODE_AT_ONCE)
        parts.append(model.decode(z[rows].to(device), settings, generators[rows]))
    return joined(parts)


def decode_numbers(model: GenerativeModel, z: Tensor, settings: dict, generators: Sequence[torch.Generator]) -> Tensor:
    """As ``decode``, of a model whose outputs are numbers and not texts."""
    made = decode(model, z, settings, generators)
    assert isinstance(made, Tensor)
    return made


def joined(parts: Sequence[Outputs]) -> Outputs:
    """Outputs of several batches as one, tensors on the CPU."""
    if parts and are_texts(parts[0]):
        return [text for part in parts for text in part if isinstance(text, str)]
    return torch.cat([part.cpu() for part in parts if isinstance(part, Tensor)])


def decode_labels(model: GenerativeModel, z: Tensor, labels: Tensor) -> Tensor:
    """Pictures (n, 1, H, W) of latents (n, d), each under a label of its own (n,); as ``decode`` otherwise."""
    assert isinstance(model, DecodesLabels)
    device = next(model.parameters()).device
    parts = zip(z.split(DECODE_AT_ONCE), labels.split(DECODE_AT_ONCE), strict=True)
    return torch.cat([model.decode_labels(some.to(device), label.to(device)).cpu() for some, label in parts])
