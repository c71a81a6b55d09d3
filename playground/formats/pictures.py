"""Pictures on their way in and out: uint8 frames from tensors, and uploaded files made to look like the training digits."""

import io
import warnings

import numpy as np
import torch
from PIL import Image, UnidentifiedImageError
from torch import Tensor

from playground.errors import BadRequest, TooLarge
from playground.protocol.output import OutputSpec

FORMATS = ("PNG", "JPEG", "WEBP")
MAX_PIXELS = 4_000_000
INK_SHARE = 5 / 7  # of the smaller side: MNIST digits are scaled into 20 x 20 and centred by mass in 28 x 28


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


def read_upload(content: bytes | memoryview, output: OutputSpec) -> tuple[Tensor, str]:
    """An uploaded PNG, JPEG or WEBP as a picture (1, C, H, W) of that output, and one sentence on what was done.

    With one channel it becomes ink in the manner of MNIST, with three a photograph of the whole middle.
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
    if output.channels == 3:
        return fit_photograph(flat, output.height, output.width)
    return centre_digit(np.asarray(flat.convert("L"), np.float32) / 255, output.height, output.width)


def fit_photograph(picture: Image.Image, height: int, width: int) -> tuple[Tensor, str]:
    """A colour picture to (1, 3, height, width): the largest middle part of that shape, made smaller or larger."""
    scale = min(picture.width / width, picture.height / height)
    left, top = (picture.width - scale * width) / 2, (picture.height - scale * height) / 2
    box = (left, top, left + scale * width, top + scale * height)
    small = picture.resize((width, height), Image.Resampling.LANCZOS, box=box)
    return from_frames(small.tobytes(), 1, height, width, 3), f"Cropped to its middle and scaled to {width} x {height}."


def centre_digit(grey: np.ndarray, height: int, width: int) -> tuple[Tensor, str]:
    """A grey picture in [0, 1] to (1, 1, height, width): white ink on black, cropped, scaled to 5/7, centred by mass."""
    border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    dark_ink = float(np.median(border)) > 0.5
    ink = 1 - grey if dark_ink else grey
    low, high = float(ink.min()), float(ink.max())
    if high - low < 0.1:
        raise BadRequest("The picture is all one shade: draw or upload a digit that stands out from its background.")
    ink = (ink - low) / (high - low)
    rows, columns = np.where(ink.max(1) > 0.3)[0], np.where(ink.max(0) > 0.3)[0]
    ink = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    ink_box = round(INK_SHARE * min(height, width))
    scale = ink_box / max(ink.shape)
    size = (max(1, round(ink.shape[1] * scale)), max(1, round(ink.shape[0] * scale)))
    small = np.asarray(
        Image.fromarray((ink * 255).astype(np.uint8)).resize(
            size, Image.Resampling.BOX if scale < 1 else Image.Resampling.BILINEAR
        )
    )
    mass = small.astype(np.float64)
    row = (mass.sum(1) * np.arange(len(mass))).sum() / mass.sum()
    column = (mass.sum(0) * np.arange(mass.shape[1])).sum() / mass.sum()
    top = int(np.clip(round((height - 1) / 2 - row), 0, height - small.shape[0]))
    left = int(np.clip(round((width - 1) / 2 - column), 0, width - small.shape[1]))
    canvas = np.zeros((height, width), np.uint8)
    canvas[top : top + small.shape[0], left : left + small.shape[1]] = small
    note = f"Cropped to the ink, scaled into {ink_box} x {ink_box} and centred by mass, as the training digits were"
    note += ", after turning dark ink on light paper into light on dark." if dark_ink else "."
    return from_frames(canvas.tobytes(), 1, height, width), note
