"""Frames as one picture: bytes to arrays, grids, upscaling without blur."""

import numpy as np
from numpy.typing import NDArray

from playground.errors import BadRequest

Frames = NDArray[np.uint8]
EMPTY = 128  # level of a place without a frame


def read_frames(body: bytes | memoryview, *, count: int, height: int, width: int, channels: int = 1) -> Frames:
    """Frames (count, height, width), of colours (count, height, width, channels), from the first bytes of a reply's body.

    Raises BadRequest when the body has fewer bytes than the frames need.
    """
    needed = count * height * width * channels
    if count < 1 or len(body) < needed:
        raise BadRequest(
            f"{count} frames of {height} x {width} need {needed} bytes and at least one frame, got {len(body)} bytes; "
            "ask for the frames again."
        )
    shape = (count, height, width) if channels == 1 else (count, height, width, channels)
    return np.frombuffer(body, np.uint8, count=needed).reshape(shape)


def draw_grid(frames: Frames, *, columns: int) -> NDArray[np.uint8]:
    """Lay frames (n, h, w) or (n, h, w, C) out row by row, side by side; places that stay empty are grey."""
    n, height, width = frames.shape[:3]
    rows = -(-n // columns)
    sheet = np.full((rows * height, columns * width, *frames.shape[3:]), EMPTY, np.uint8)
    for index, frame in enumerate(frames):
        top, left = index // columns * height, index % columns * width
        sheet[top : top + height, left : left + width] = frame
    return sheet


def upscale(picture: NDArray[np.uint8], factor: int) -> NDArray[np.uint8]:
    """Repeat every pixel of a picture (h, w) or (h, w, C) `factor` times both ways, so that small pictures stay crisp."""
    return picture.repeat(factor, axis=0).repeat(factor, axis=1)
