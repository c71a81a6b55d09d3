"""Exported files: the frames of one request as GIF, PNG or .npz, with the request inside.

POST /playground/export   JSON {"format": "gif"|"png"|"npz", "model", "operation", "request", "session", and optionally
                          "columns" (png; default: one strip), "scale" (1..32), "frame_ms" (gif, 20..1000)}
GET  /playground/export?spec=<the same JSON>              the same file as a plain link
"""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import numpy as np
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from playground.errors import BadRequest
from playground.serving import Item, parse_object, unpack
from playground.ui.limits import check_name
from playground.ui.routes import SAFE, guard, read_body
from playground.views import exports, sprites

Run = Callable[[Item, str], Awaitable[bytes]]  # (item, session) -> packed reply
FORMATS = {"gif": "image/gif", "png": "image/png", "npz": "application/zip"}
OPERATIONS = ("sample", "decode", "sweep", "pad", "interpolate", "corners", "chain")
DEFAULT_SCALE = 6


def export_routes(run: Run) -> list[Route]:
    """The routes for the page to mount; `run` asks a model and raises the errors of errors.py."""

    async def export(request: Request) -> Response:
        if request.method == "GET":
            text = request.query_params.get("spec", "").encode("utf-8", "replace")
        else:
            text, packed = await read_body(request)
            if packed:
                raise BadRequest("An export's request is JSON, got a packed message; send application/json.")
        spec = parse_object(text)
        address = request.client.host if request.client else ""
        content = await make_file(run, spec, f"{address} {check_name(spec.get('session', ''), 'session')}")
        name = file_name(spec)
        headers = SAFE | {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(content, media_type=FORMATS[spec["format"]], headers=headers)

    return [Route("/playground/export", guard(export), methods=["GET", "POST"])]


async def make_file(run: Run, spec: dict[str, Any], session: str) -> bytes:
    """Ask for the frames (and for the latents, where an .npz has room for them) and encode them."""
    kind, operation, request = spec.get("format"), spec.get("operation"), spec.get("request")
    if type(kind) is not str or kind not in FORMATS:
        raise BadRequest(f"format must be one of {', '.join(FORMATS)}, got {str(kind)[:20]!r}; choose one.")
    if type(operation) is not str or operation not in OPERATIONS:
        raise BadRequest(f"operation must be one of {', '.join(OPERATIONS)}, got {str(operation)[:20]!r}; choose one.")
    if type(request) is not dict:
        raise BadRequest(f"'request' must be an object, got {type(request).__name__}; send {{...}}.")
    scale = _whole(spec, "scale", DEFAULT_SCALE, 1, 32)
    model = check_name(spec.get("model"), "model")
    header, body = unpack(await run(Item(model, operation, request), session))
    frames = sprites.read_frames(body, count=header["frames"], height=header["height"], width=header["width"])
    settings = {"model": model, "operation": operation, "request": request}
    if kind == "gif":
        return exports.encode_gif(frames, settings, scale=scale, frame_ms=_whole(spec, "frame_ms", 80, 20, 1000))
    if kind == "png":
        columns = _whole(spec, "columns", _natural_columns(operation, len(frames)), 1, 64)
        return exports.encode_png(sprites.draw_grid(frames, columns=columns), settings, scale=scale)
    latents = None
    specs = latents_of(operation, request)
    if specs:
        question = {"latents": specs, "settings": request.get("settings", {})}
        reply, _ = unpack(await run(Item(model, "latents", question), session))
        latents = np.array(reply["z"], np.float32)
    return exports.encode_npz(frames, settings, latents=latents)


def latents_of(operation: str, request: dict[str, Any]) -> list[Any]:
    """The latents that a request starts from, in its own order: for "interpolate" A then B, for "corners" all four."""
    if operation == "sample":
        seed, start = request.get("seed", 0), request.get("start", 0)
        return [{"seed": seed, "index": start + i} for i in range(request.get("count", 16))]
    if operation in ("decode", "corners"):
        return list(request.get("latents" if operation == "decode" else "corners", []))
    if operation == "interpolate":
        return [request.get("a"), request.get("b")]
    return [request["latent"]] if "latent" in request else []


def file_name(spec: dict[str, Any]) -> str:
    """Such as digits-vae-interpolate.gif; only letters, digits and dashes of the model's name survive."""
    model = "".join(
        letter
        for letter in str(spec["model"]).split("/")[-1]
        if letter.isascii() and (letter.isalnum() or letter == "-")
    )
    return f"{model or 'model'}-{spec['operation']}.{spec['format']}"


def _natural_columns(operation: str, count: int) -> int:
    square = operation in ("pad", "corners")
    return round(count**0.5) if square else min(count, 64)


def _whole(spec: dict[str, Any], name: str, default: int, low: int, high: int) -> int:
    value = spec.get(name, default)
    if type(value) is not int or not low <= value <= high:
        raise BadRequest(
            f"{name} must be a whole number from {low} to {high}, got {json.dumps(value)[:20]}; change it."
        )
    return value
