"""Every operation as a named endpoint, for gradio_client and other programs.

    from gradio_client import Client
    reply = Client("http://127.0.0.1:7860").predict("image/digits-vae", 7, api_name="/sample")

Pictures come as one PNG strip in a data URL: `frames` pictures of `width` x `height` pixels side by side, white ink on
black. Whatever else a reply holds (latents, distances, ...) stands beside it as plain JSON. A latent is
{"seed": 7, "index": 0} or {"z": [...]}, with optional "offsets" {"0": 1.5} along the model's ordered directions.
"""

import base64
import binascii
import io
import logging
from typing import Any

import gradio as gr
import numpy as np
from PIL import Image

from playground.errors import BadRequest, PlaygroundError, TooLarge
from playground.serving import Item, unpack
from playground.ui.limits import BINARY_BYTES
from playground.ui.service import Service, key_of

log = logging.getLogger(__name__)
SESSION = "endpoints"  # programs share one turn among the visitors of the page


def add_endpoints(service: Service) -> None:
    """Define the endpoints inside the current gr.Blocks."""

    async def ask(model: str, operation: str, request: dict[str, Any], body: bytes = b"") -> dict[str, Any]:
        try:
            service.per_session.take(SESSION)
            item = Item(model, operation, {name: value for name, value in request.items() if value is not None}, body)
            key_of(item)
            return to_plain(await service.ask(item, session=SESSION))
        except PlaygroundError as error:
            raise gr.Error(str(error), print_exception=False) from error
        except Exception as error:
            log.exception("The endpoint %s failed", operation)
            raise gr.Error("The playground met an internal error; its log has the details.") from error

    async def models() -> list[dict]:
        """Every model's card: parameters, settings, capabilities, measured numbers."""
        try:
            return await service.list_models()
        except PlaygroundError as error:
            raise gr.Error(str(error), print_exception=False) from error

    async def sample(model: str, seed: int = 0, start: int = 0, count: int = 16, settings: dict | None = None) -> dict:
        """Samples start to start + count - 1 of a seed."""
        return await ask(model, "sample", {"seed": seed, "start": start, "count": count, "settings": settings})

    async def decode(model: str, latents: list[dict], settings: dict | None = None) -> dict:
        """The pictures of up to 64 latents."""
        return await ask(model, "decode", {"latents": latents, "settings": settings})

    async def sweep(
        model: str,
        latent: dict,
        direction: int = 0,
        low: float = -3.0,
        high: float = 3.0,
        frames: int = 17,
        settings: dict | None = None,
    ) -> dict:
        """Pictures along one ordered direction through a latent."""
        limits = {"low": low, "high": high, "frames": frames, "settings": settings}
        return await ask(model, "sweep", {"latent": latent, "direction": direction, **limits})

    async def pad(
        model: str,
        latent: dict,
        directions: list[int],
        low: float = -3.0,
        high: float = 3.0,
        side: int = 8,
        settings: dict | None = None,
    ) -> dict:
        """A square of pictures over two directions, row by row from the top left."""
        limits = {"low": low, "high": high, "side": side, "settings": settings}
        return await ask(model, "pad", {"latent": latent, "directions": directions, **limits})

    async def interpolate(
        model: str, a: dict, b: dict, path: str = "spherical", frames: int = 16, settings: dict | None = None
    ) -> dict:
        """Pictures on the way from latent a to latent b, linear or spherical."""
        return await ask(model, "interpolate", {"a": a, "b": b, "path": path, "frames": frames, "settings": settings})

    async def corners(
        model: str, corners: list[dict], path: str = "spherical", side: int = 8, settings: dict | None = None
    ) -> dict:
        """A square of pictures between four latents: top left, top right, bottom left, bottom right."""
        return await ask(model, "corners", {"corners": corners, "path": path, "side": side, "settings": settings})

    async def chain(model: str, latent: dict, frames: int = 16, every: int = 1, settings: dict | None = None) -> dict:
        """An RBM's Gibbs chain (every: steps between pictures), or a flow's way from noise to digit."""
        return await ask(model, "chain", {"latent": latent, "frames": frames, "every": every, "settings": settings})

    async def latents(model: str, latents: list[dict], settings: dict | None = None) -> dict:
        """The explicit numbers behind latents."""
        return await ask(model, "latents", {"latents": latents, "settings": settings})

    async def encode(model: str, picture: str, settings: dict | None = None) -> dict:
        """The latent of a picture (a PNG, JPEG or WEBP file in base64 or as a data URL) and its reconstruction."""
        return await ask(model, "encode", {"settings": settings}, await _picture(picture))

    async def nearest(model: str, picture: str, count: int = 1) -> dict:
        """The nearest training digit of each picture in a strip (as `sample` returns it) of `count` pictures."""
        return await ask(model, "nearest", {"count": count}, to_frames(await _picture(picture), count))

    async def reference(model: str, count: int = 16, seed: int = 0) -> dict:
        """Real digits, drawn by a seed."""
        return await ask(model, "reference", {"count": count, "seed": seed})

    every_one = (models, sample, decode, sweep, pad, interpolate, corners, chain, latents, encode, nearest, reference)
    for endpoint in every_one:
        gr.api(endpoint, api_name=endpoint.__name__, api_description=endpoint.__doc__, concurrency_limit=8)


async def _picture(text: str) -> bytes:
    try:
        return from_base64(text)
    except PlaygroundError as error:
        raise gr.Error(str(error), print_exception=False) from error


def from_base64(text: str) -> bytes:
    """The bytes of base64 text, with or without "data:...;base64," before it."""
    if len(text) > BINARY_BYTES // 3 * 4:
        raise TooLarge(f"A picture may have {BINARY_BYTES} bytes, got more; send a smaller one.")
    try:
        return base64.b64decode(text.rpartition(",")[2], validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadRequest(f"A picture must be base64 text, and reading it failed with: {error}.") from error


def to_plain(message: bytes) -> dict[str, Any]:
    """A packed reply as plain JSON: its header, and its frames as one PNG strip in a data URL."""
    header, body = unpack(message)
    frames = header.get("frames", 0)
    if not frames:
        return header
    height, width = header["height"], header["width"]
    pixels = np.frombuffer(body[: frames * height * width], np.uint8).reshape(frames, height, width)
    strip = Image.fromarray(np.hstack(list(pixels)))
    buffer = io.BytesIO()
    strip.save(buffer, "PNG")
    return header | {"picture": "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")}


def to_frames(file: bytes, count: int) -> bytes:
    """The frames (count * 784 bytes) of a PNG strip of 28 x 28 pictures side by side."""
    if not 1 <= count <= 64:
        raise gr.Error(f"'count' must be a whole number from 1 to 64, got {count}.", print_exception=False)
    try:
        with Image.open(io.BytesIO(file), formats=["PNG"]) as picture:
            if picture.size != (28 * count, 28):
                got = f"{picture.size[0]} x {picture.size[1]}"
                raise BadRequest(f"A strip of {count} pictures has {28 * count} x 28 pixels, got {got}.")
            pixels = np.asarray(picture.convert("L"))
    except BadRequest as error:
        raise gr.Error(str(error), print_exception=False) from error
    except (OSError, ValueError, SyntaxError) as error:
        raise gr.Error("The strip must be a PNG file, as `sample` returns it.", print_exception=False) from error
    return np.concatenate(np.split(pixels, count, axis=1)).tobytes()
