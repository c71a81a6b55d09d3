"""Pictures as the page and the models hand them to each other: uint8 frames from tensors and back."""

import numpy as np
import torch
from torch import Tensor

from playground.errors import BadRequest


def to_frames(pictures: Tensor) -> bytes:
    """Pictures (n, C, H, W) float in [0, 1] to raw uint8 frames (n, H, W, C), rounded to the nearest level."""
    return (pictures.clamp(0, 1) * 255).round().to(torch.uint8).movedim(1, -1).cpu().numpy().tobytes()


def from_frames(body: bytes | memoryview, count: int, height: int, width: int, channels: int = 1) -> Tensor:
    """``count`` raw uint8 frames (height, width, channels) to pictures (count, channels, height, width) float32 in [0, 1]."""
    size = count * height * width * channels
    if len(body) != size:
        shape = f"{height} x {width}" + (f" x {channels}" if channels > 1 else "")
        raise BadRequest(f"The body must hold {count} pictures of {shape} bytes ({size} bytes), got {len(body)} bytes.")
    frames = torch.from_numpy(np.frombuffer(body, np.uint8).copy()).view(count, height, width, channels)
    return (frames.float() / 255).movedim(-1, 1).contiguous()
