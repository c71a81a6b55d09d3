"""Pictures on their way in and out: uint8 frames from tensors, and uploaded files made to look like the training digits."""

import io
import warnings

import numpy as np
import torch
from PIL import Image, UnidentifiedImageError
from torch import Tensor

from playground.errors import BadRequest, TooLarge
from playground.nets.image import SIDE

FORMATS = ("PNG", "JPEG", "WEBP")
MAX_PIXELS = 4_000_000
INK_BOX = 20  # MNIST digits are scaled into 20 x 20 and centred by mass in 28 x 28


def to_frames(pictures: Tensor) -> bytes:
    """Pictures (n, C, H, W) float in [0, 1] to raw uint8 frames (n, H, W, C), rounded to the nearest level."""
    return (pictures.clamp(0, 1) * 255).round().to(torch.uint8).movedim(1, -1).cpu().numpy().tobytes()


def from_frames(body: bytes | memoryview, count: int, height: int = SIDE, width: int = SIDE) -> Tensor:
    """``count`` raw uint8 frames to pictures (count, 1, height, width) float32 in [0, 1]."""
    size = count * height * width
    if len(body) != size:
        raise BadRequest(
            f"The body must hold {count} pictures of {height} x {width} bytes ({size} bytes), got {len(body)} bytes."
        )
    return torch.from_numpy(np.frombuffer(body, np.uint8).copy()).view(count, 1, height, width).float() / 255


def read_upload(content: bytes | memoryview) -> tuple[Tensor, str]:
    """An uploaded PNG, JPEG or WEBP as a picture (1, 1, 28, 28) in the manner of MNIST, and one sentence on what was done.

    Size and format are read from the header before any pixel is decoded; at most 4 million pixels.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # Pillow warns of decompression bombs
            with Image.open(io.BytesIO(bytes(content)), formats=FORMATS) as image:
                width, height = image.size
                if width * height > MAX_PIXELS:
                    raise TooLarge(
                        f"A picture may have at most {MAX_PIXELS:,} pixels, this one has {width} x {height}: shrink it first."
                    )
                flat = Image.new("RGB", image.size, "white")
                rgba = image.convert("RGBA")
                flat.paste(rgba, mask=rgba.getchannel("A"))
                grey = np.asarray(flat.convert("L"), np.float32) / 255
    except UnidentifiedImageError as error:
        raise BadRequest("The upload is not a PNG, JPEG or WEBP picture: choose another file.") from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise TooLarge(
            f"A picture may have at most {MAX_PIXELS:,} pixels, this one has far more: shrink it first."
        ) from error
    except (OSError, SyntaxError, ValueError, Warning) as error:
        raise BadRequest(
            "The upload is a damaged picture and cannot be read: save it again or choose another."
        ) from error
    return centre_digit(grey)


def centre_digit(grey: np.ndarray) -> tuple[Tensor, str]:
    """A grey picture (H, W) in [0, 1] to (1, 1, 28, 28): white ink on black, cropped, scaled into 20 x 20, centred by mass."""
    border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    dark_ink = float(np.median(border)) > 0.5
    ink = 1 - grey if dark_ink else grey
    low, high = float(ink.min()), float(ink.max())
    if high - low < 0.1:
        raise BadRequest("The picture is all one shade: draw or upload a digit that stands out from its background.")
    ink = (ink - low) / (high - low)
    rows, columns = np.where(ink.max(1) > 0.3)[0], np.where(ink.max(0) > 0.3)[0]
    ink = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    scale = INK_BOX / max(ink.shape)
    size = (max(1, round(ink.shape[1] * scale)), max(1, round(ink.shape[0] * scale)))
    small = np.asarray(
        Image.fromarray((ink * 255).astype(np.uint8)).resize(
            size, Image.Resampling.BOX if scale < 1 else Image.Resampling.BILINEAR
        )
    )
    mass = small.astype(np.float64)
    row = (mass.sum(1) * np.arange(len(mass))).sum() / mass.sum()
    column = (mass.sum(0) * np.arange(mass.shape[1])).sum() / mass.sum()
    top = int(np.clip(round((SIDE - 1) / 2 - row), 0, SIDE - small.shape[0]))
    left = int(np.clip(round((SIDE - 1) / 2 - column), 0, SIDE - small.shape[1]))
    canvas = np.zeros((SIDE, SIDE), np.uint8)
    canvas[top : top + small.shape[0], left : left + small.shape[1]] = small
    note = "Cropped to the ink, scaled into 20 x 20 and centred by mass, as the training digits were"
    note += ", after turning dark ink on light paper into light on dark." if dark_ink else "."
    return from_frames(canvas.tobytes(), 1), note
