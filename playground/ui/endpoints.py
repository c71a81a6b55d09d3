"""Every operation as a named endpoint, for gradio_client and other programs.

    from gradio_client import Client
    reply = Client("http://127.0.0.1:7860").predict("image/digits-vae", 7, api_name="/sample")

Pictures come as one PNG strip in a data URL, "picture": `frames` pictures of `width` x `height` pixels side by side, white ink
on black. Rolls come as "midi" too, one after the other, and notes as "sounds", a list of WAV files. Every file carries what made
it. Whatever else a reply holds (latents, distances, ...) stands beside it as plain JSON. A latent is
{"seed": 7, "index": 0} or {"z": [...]}, with optional "offsets" {"0": 1.5} along the model's ordered directions.
"""

import asyncio
import functools
import inspect
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import aclosing, contextmanager
from typing import Any

import gradio as gr
from gradio.context import LocalContext

from playground.errors import PlaygroundError
from playground.protocol import fields
from playground.protocol.events import Events
from playground.protocol.wire import pack_texts
from playground.serving import Item, unpack
from playground.ui.endpoints_audio import audio_endpoints
from playground.ui.endpoints_compare import compare_endpoint
from playground.ui.endpoints_text import text_endpoints
from playground.ui.jobs import start_job
from playground.ui.places import Visitor
from playground.ui.service import Service, key_of
from playground.views.plain import from_base64, given, read_pixels, read_points, split_strip, to_plain

log = logging.getLogger(__name__)


def add_endpoints(service: Service) -> None:
    """Define the endpoints inside the current gr.Blocks."""

    async def ask(model: str, operation: str, request: dict[str, Any], body: bytes = b"") -> bytes:
        session = caller().name
        service.per_session.take(session)
        item = Item(model, operation, given(request), body)
        key_of(item)
        return await service.ask(item, session=session)

    async def answer(model: str, operation: str, request: dict[str, Any], body: bytes = b"") -> dict[str, Any]:
        reply = await ask(model, operation, request, body)
        made = {"model": model, "operation": operation, "request": given(request)}
        # In a thread: the page goes on answering while files are written.
        return await asyncio.to_thread(to_plain, reply, made)

    async def job(name: str, request: dict[str, Any], body: bytes = b"") -> Events:
        visitor = caller()
        service.per_session.take(visitor.name)
        return await start_job(service, name, given(request), body, visitor)

    async def models() -> list[dict]:
        """Every model's card: parameters, settings, capabilities, measured numbers."""
        return await service.list_models()

    async def sample(model: str, seed: int = 0, start: int = 0, count: int = 16, settings: dict | None = None) -> dict:
        """Samples start to start + count - 1 of a seed."""
        return await answer(model, "sample", {"seed": seed, "start": start, "count": count, "settings": settings})

    async def decode(model: str, latents: list[dict], settings: dict | None = None) -> dict:
        """The pictures of up to 64 latents."""
        return await answer(model, "decode", {"latents": latents, "settings": settings})

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
        return await answer(model, "sweep", {"latent": latent, "direction": direction, **limits})

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
        return await answer(model, "pad", {"latent": latent, "directions": directions, **limits})

    async def interpolate(
        model: str, a: dict, b: dict, path: str = "spherical", frames: int = 16, settings: dict | None = None
    ) -> dict:
        """Pictures on the way from latent a to latent b, linear or spherical."""
        return await answer(
            model, "interpolate", {"a": a, "b": b, "path": path, "frames": frames, "settings": settings}
        )

    async def corners(
        model: str, corners: list[dict], path: str = "spherical", side: int = 8, settings: dict | None = None
    ) -> dict:
        """A square of pictures between four latents: top left, top right, bottom left, bottom right."""
        return await answer(model, "corners", {"corners": corners, "path": path, "side": side, "settings": settings})

    async def chain(
        model: str,
        latent: dict,
        frames: int = 16,
        every: int = 1,
        settings: dict | None = None,
        seed: int | None = None,
        bars: int | None = None,
    ) -> dict:
        """An RBM's Gibbs chain (every: steps between pictures; of music by seed and bars), or a flow's way to a digit."""
        request = {"latent": latent, "frames": frames, "every": every, "settings": settings}
        return await answer(model, "chain", request | {"seed": seed, "bars": bars})

    async def latents(model: str, latents: list[dict], settings: dict | None = None) -> dict:
        """The explicit numbers behind latents."""
        return await answer(model, "latents", {"latents": latents, "settings": settings})

    async def encode(model: str, picture: str, settings: dict | None = None, pitch: int | None = None) -> dict:
        """The latent of a file (base64 or a data URL) and its reconstruction: a picture, a sound (pitch: else heard), a tune."""
        return await answer(model, "encode", {"settings": settings, "pitch": pitch}, from_base64(picture))

    async def nearest(
        model: str,
        picture: str = "",
        count: int = 1,
        points: list[list[float]] | None = None,
        texts: list[str] | None = None,
    ) -> dict:
        """The nearest training item of each of `texts`, `points` or `count` pictures in a strip (as `reference` returns it)."""
        if texts is not None:
            asked = fields.items({"texts": texts}, "texts", 1, 64)
            return await answer(model, "nearest", {"count": len(asked)}, pack_texts(asked))
        if points is not None:
            sent = read_points(points)
            return await answer(model, "nearest", {"count": len(sent)}, sent.tobytes())
        real, _ = unpack(await ask(model, "reference", {"count": 1}))
        pixels = read_pixels(picture, real["channels"])
        strip = split_strip(pixels, count, real["height"], real["width"])
        return await answer(model, "nearest", {"count": count}, strip)

    async def reference(model: str, count: int = 16, seed: int = 0) -> dict:
        """Real items of the model's data set, drawn by a seed."""
        return await answer(model, "reference", {"count": count, "seed": seed})

    shared = (models, sample, decode, sweep, pad, interpolate, corners, chain, latents, encode, nearest, reference)
    own = (*audio_endpoints(ask, answer, job), *text_endpoints(answer, job), compare_endpoint(job))
    for endpoint in (*shared, *own):
        name = endpoint.__name__
        gr.api(_told(endpoint), api_name=name, api_description=endpoint.__doc__, concurrency_limit=8)


def caller() -> Visitor:
    """The program that called the endpoint which runs now: each client is a visitor of its own."""
    request = LocalContext.request.get(None)
    if request is None:
        return Visitor("", "endpoints")
    return Visitor(request.client.host if request.client else "", f"endpoints {request.session_hash or ''}")


def _told(endpoint: Callable[..., Any]) -> Callable[..., Any]:
    """The endpoint with errors as gradio tells them."""
    if inspect.isasyncgenfunction(endpoint):

        @functools.wraps(endpoint)
        async def told_events(*arguments: Any, **named: Any) -> AsyncIterator[Any]:
            with _gradio_errors(endpoint.__name__):
                async with aclosing(endpoint(*arguments, **named)) as events:
                    async for event in events:
                        yield event

        return told_events

    @functools.wraps(endpoint)
    async def told(*arguments: Any, **named: Any) -> Any:
        with _gradio_errors(endpoint.__name__):
            return await endpoint(*arguments, **named)

    return told


@contextmanager
def _gradio_errors(name: str) -> Iterator[None]:
    """Errors as one sentence; the log keeps the traceback of the unexpected ones."""
    try:
        yield
    except PlaygroundError as error:
        raise gr.Error(str(error), print_exception=False) from error
    except Exception as error:
        log.exception("The endpoint %s failed", name)
        raise gr.Error("The playground met an internal error; its log has the details.") from error
