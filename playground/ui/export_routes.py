"""Exported files: what one request makes as GIF, PNG, .npz, WAV, MIDI, text, CSV or JSON, with the request inside.

POST /playground/export   JSON {"format", "model", "operation", "request", "session", and optionally "frame" (that one alone),
                          "columns" (png; default: one strip), "scale" (1..32), "frame_ms" (gif, 20..1000),
                          "tempo_bpm" and "instrument" (music as wav or mid: as the operation render reads them)};
                          operation "roll": a packed message of that JSON with "height" and "width", and the roll as its body
GET  /playground/export?spec=<the same JSON>              the same file as a plain link

"compose" is asked bar by bar, with its soprano as a list of whole numbers in the request. A walk between two notes as WAV is one
sound that turns from the first into the second; other notes and melodies follow one another.
"""

from collections.abc import Awaitable, Callable
from typing import Any

import numpy as np
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from playground.errors import BadRequest
from playground.jobs.ask import result_of
from playground.jobs.compose import ComposeRequest, compose, read_soprano
from playground.protocol import fields
from playground.serving import Item, parse_object, unpack
from playground.ui.limits import check_name
from playground.ui.routes import SAFE, guard, read_body
from playground.views import exports, heard, sprites
from playground.views.shown import Shown, draw_shown, read_shown

Run = Callable[[Item, str], Awaitable[bytes]]  # (item, session) -> packed reply
FORMATS = {
    "gif": "image/gif",
    "png": "image/png",
    "npz": "application/zip",
    "wav": "audio/wav",
    "mid": "audio/midi",
    "txt": "text/plain; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
}
FORMATS_OF_KIND = {"text": ("txt", "npz"), "points": ("png", "csv", "json", "npz")}
FORMATS_OF_FRAMES = ("gif", "png", "npz", "wav", "mid")  # of the others; what can be heard decides
WITH_LATENTS = ("sample", "decode", "sweep", "pad", "interpolate", "corners", "chain")
OPERATIONS = (*WITH_LATENTS, "sound", "compose", "roll")
DEFAULT_SCALE = 6


def export_routes(run: Run) -> list[Route]:
    """The routes for the page to mount; `run` asks a model and raises the errors of errors.py."""

    async def export(request: Request) -> Response:
        packed, roll = False, b""
        if request.method == "GET":
            text = request.query_params.get("spec", "").encode("utf-8", "replace")
        else:
            text, packed = await read_body(request)
        if packed:
            spec, rest = unpack(text)
            roll = bytes(rest)
        else:
            spec = parse_object(text)
        address = request.client.host if request.client else ""
        session = f"{address} {check_name(spec.get('session', ''), 'session')}"

        async def ask(item: Item) -> bytes:
            return await run(item, session)

        content, what = await make_file(ask, spec, roll)
        headers = SAFE | {"Content-Disposition": f'attachment; filename="{file_name(spec, what)}"'}
        return Response(content, media_type=FORMATS[spec["format"]], headers=headers)

    return [Route("/playground/export", guard(export), methods=["GET", "POST"])]


async def make_file(ask: heard.Ask, spec: dict[str, Any], roll: bytes = b"") -> tuple[bytes, str]:
    """The file that a spec asks for, and what it is called after the model; ``roll``: the body of a packed message."""
    kind, operation = fields.choice(spec, "format", tuple(FORMATS)), fields.choice(spec, "operation", OPERATIONS)
    request = spec.get("request")
    if type(request) is not dict:
        raise BadRequest(f"'request' must be an object, got {type(request).__name__}; send {{...}}.")
    if roll and operation != "roll":
        raise BadRequest("Only the operation 'roll' has a body; send application/json for the others.")
    scale = fields.whole(spec, "scale", 1, 32, DEFAULT_SCALE)
    model = check_name(spec.get("model"), "model")
    if operation == "compose":
        shown = await compose_shown(ask, model, request)
    elif operation == "roll":
        shown = heard.read_shown_roll(spec, roll)
    else:
        question, soprano = take_soprano(request)
        header, body = unpack(await ask(Item(model, operation, question, soprano)))
        shown = read_shown(header, body)
    chosen = slice(None)
    if "frame" in spec:
        frame = fields.whole(spec, "frame", 0, len(shown) - 1)
        chosen = slice(frame, frame + 1)
        shown = shown.only(frame)
    settings = {"model": model, "operation": operation, "request": request}
    settings |= {name: spec[name] for name in ("frame",) if name in spec}
    fitting = FORMATS_OF_KIND.get(shown.kind, FORMATS_OF_FRAMES)
    if kind not in fitting:
        raise BadRequest(f"What is {shown.kind} is exported as {', '.join(fitting)}, got {kind!r}; choose one of them.")
    if kind == "gif":
        frame_ms = fields.whole(spec, "frame_ms", 20, 1000, 80)
        return exports.encode_gif(shown.frames, settings, scale=scale, frame_ms=frame_ms, kind=shown.kind), operation
    if kind == "png":
        columns = fields.whole(spec, "columns", 1, 64, _natural_columns(operation, len(shown)))
        return draw_shown(shown, settings, columns=columns, scale=scale), operation
    if kind == "txt":
        return exports.encode_txt(shown.texts, settings), operation
    if kind == "csv":
        return exports.encode_csv(shown.frames, settings), operation
    if kind == "json":
        return exports.encode_json(shown.frames, settings), operation
    if kind == "wav":
        morph = operation == "interpolate" and shown.kind == "sound"
        return await heard.encode_sound(ask, shown, settings, spec), "morph" if morph else operation
    if kind == "mid":
        return await heard.encode_score(shown, settings, spec), operation
    latents = None
    if operation in WITH_LATENTS and not (operation == "chain" and shown.kind == "roll"):
        header, body = unpack(await ask(Item(model, "latents", latents_question(operation, request))))
        latents = np.frombuffer(body, np.float32).reshape(header["count"], header["size"])
        latents = latents if operation == "chain" else latents[chosen]
    sound = np.frombuffer(shown.samples, np.int16).reshape(len(shown), -1) if shown.samples else None
    return exports.encode_npz(shown.frames, settings, latents=latents, sound=sound, texts=shown.texts), operation


async def compose_shown(ask: heard.Ask, model: str, request: dict[str, Any]) -> Shown:
    """A chorale from its beginning; its soprano is a list in the request."""
    result = await result_of(compose(ask, ComposeRequest.read({**request, "model": model})))
    facts = result.data
    return Shown("roll", sprites.read_frames(result.body, count=1, height=facts["height"], width=facts["width"]))


def take_soprano(request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """The request without its "soprano", a list of whole numbers, and that as int16."""
    line = read_soprano(request)
    question = {name: value for name, value in request.items() if name != "soprano"}
    return (question | {"harmonise": True} if line else question), line


def latents_question(operation: str, request: dict[str, Any]) -> dict[str, Any]:
    """Asks for the latent of every frame of a request; a chain has only the one that it starts from."""
    if operation != "chain":
        return {"of": operation, "request": request}
    start = {"latents": [request.get("latent", {})], "settings": request.get("settings", {})}
    return {"of": "decode", "request": start}


def file_name(spec: dict[str, Any], what: str) -> str:
    """Such as digits-vae-interpolate.gif or notes-vae-morph.wav; letters, digits and dashes of the model's name survive."""
    model = "".join(
        letter
        for letter in str(spec["model"]).split("/")[-1]
        if letter.isascii() and (letter.isalnum() or letter == "-")
    )
    return f"{model or 'model'}-{what}.{spec['format']}"


def _natural_columns(operation: str, count: int) -> int:
    square = operation in ("pad", "corners")
    return round(count**0.5) if square else min(count, 64)
