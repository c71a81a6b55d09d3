"""PNG, GIF, .npz and text files that carry the request that made them.

The request is JSON text: in the PNG's text chunk "playground", in the GIF's comment, in the .npz member "settings", in the
WAV's comment (wav_files.py), in a text event of the MIDI file. Nothing is pickled: `numpy.load(path, allow_pickle=False)` opens
the .npz.
"""

import io
import json
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, PngImagePlugin

from playground.formats.point_files import write_points
from playground.formats.wav_files import to_text
from playground.views.palette import palette_of
from playground.views.sprites import Frames, upscale

PNG_KEY = "playground"
MAX_SIDE_PIXELS = 16_384  # a wider picture is refused by some viewers and browsers


def encode_png(pixels: NDArray[np.uint8], settings: dict[str, Any], *, scale: int = 1, kind: str = "image") -> bytes:
    """A picture (h, w) of levels, or (h, w, 3) of colours, as PNG with settings.

    scale: how wide every pixel is, made smaller where the side limit asks. kind: what the levels show, see palette.py.
    """
    scale = fit_scale(pixels.shape[1], pixels.shape[0], scale)
    information = PngImagePlugin.PngInfo()
    information.add_text(PNG_KEY, to_text(settings))
    file = io.BytesIO()
    _coloured(upscale(pixels, scale), kind).save(file, "PNG", pnginfo=information, optimize=True)
    return file.getvalue()


def encode_gif(
    frames: Frames,
    settings: dict[str, Any],
    *,
    scale: int = 1,
    frame_ms: int = 80,
    kind: str = "image",
) -> bytes:
    """Frames (n, h, w) or (n, h, w, 3) as an endless GIF, `frame_ms` (20..1000) each, forwards and back again."""
    if len(frames) > 2:
        frames = np.concatenate([frames, frames[-2:0:-1]])
    scale = fit_scale(frames.shape[2], frames.shape[1], scale)
    pictures = [_coloured(upscale(frame, scale), kind) for frame in frames]
    file = io.BytesIO()
    comment = to_text(settings).encode("ascii")
    pictures[0].save(file, "GIF", save_all=True, append_images=pictures[1:], duration=frame_ms, loop=0, comment=comment)
    return file.getvalue()


def encode_npz(
    frames: NDArray[Any],
    settings: dict[str, Any],
    *,
    latents: NDArray[np.floating] | None = None,
    sound: NDArray[np.int16] | None = None,
    texts: Sequence[str] = (),
) -> bytes:
    """The frames (n, h, w), points (n, coordinates) or `texts` of n outputs, and the settings as JSON text.

    Where given also `latents` (n, size) float32 and `sound` (n, samples).
    """
    arrays: dict[str, NDArray] = {"texts": np.array(texts)} if texts else {"frames": frames}
    arrays["settings"] = np.array(to_text(settings))
    if latents is not None:
        arrays["latents"] = latents.astype(np.float32)
    if sound is not None:
        arrays["sound"] = sound
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)  # type: ignore[arg-type]
    return file.getvalue()


def encode_txt(texts: Sequence[str], settings: dict[str, Any]) -> bytes:
    """Texts one below the other, with empty lines between those of several lines, and the settings after a line of dashes."""
    between = "\n\n" if any("\n" in text for text in texts) else "\n"
    return f"{between.join(texts)}\n\n---\nLatent playground\n{to_text(settings)}\n".encode()


def encode_csv(points: NDArray[np.floating], settings: dict[str, Any]) -> bytes:
    """Points (n, coordinates) a row each, below the settings in a line that begins with #."""
    return write_points(points, to_text(settings)).encode()


def encode_json(points: NDArray[np.floating], settings: dict[str, Any]) -> bytes:
    """Points (n, coordinates) as a list of lists, beside the settings."""
    return (json.dumps({"settings": settings, "points": points.tolist()}) + "\n").encode()


def _coloured(pixels: NDArray[np.uint8], kind: str) -> Image.Image:
    picture = Image.fromarray(pixels)
    palette = palette_of(kind)
    if palette is not None and pixels.ndim == 2:
        picture.putpalette(palette.tobytes())
    return picture


def fit_scale(width: int, height: int, scale: int) -> int:
    """`scale` (1 or more), made smaller until both sides fit MAX_SIDE_PIXELS."""
    return max(1, min(scale, MAX_SIDE_PIXELS // max(width, height)))
