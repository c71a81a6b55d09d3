"""Plain routes beside the page: models, run, health, static files. Nothing here passes gradio's queue.

GET  /playground/models         every model's card, JSON
GET  /playground/datasets       every data set's descriptor by its name, JSON
POST /playground/jobs/<name>    long work as a stream of events, see jobs.py
POST /playground/run            one operation: JSON, or a packed message when it has a body; answers a packed message
GET  /playground/health/live    200 while the page runs
GET  /playground/health/ready   200 when a model process answers, else 503; JSON
GET  /playground/static/...     the page's scripts and styles
Every error is JSON {"error": one sentence} with the status of errors.py.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from playground.datasets import datasets
from playground.errors import BadRequest, PlaygroundError, TooLarge
from playground.protocol.wire import BINARY_BYTES
from playground.serving import Item, parse_object, unpack
from playground.ui.limits import JSON_BYTES, check_name
from playground.ui.service import Service
from playground.ui.static_files import StaticFiles

log = logging.getLogger(__name__)
READ_S = 20.0  # for a whole request to arrive
SAFE = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}
INTERNAL = "The playground met an internal error; its log has the details. Please try again."
Answer = TypeVar("Answer")
Handler = Callable[[Request], Awaitable[Response]]


def build_routes(service: Service, files: StaticFiles) -> list[Route]:
    """All plain routes, for `launch(app_kwargs={"routes": ...})`."""

    async def models(request: Request) -> Response:
        return answer_json(await service.list_models())

    async def described(request: Request) -> Response:
        return answer_json({name: dataset.describe() for name, dataset in datasets().items()})

    async def run(request: Request) -> Response:
        address = request.client.host if request.client else ""
        service.per_address.take(address)
        item, session, view = read_question(*await read_body(request))
        service.per_session.take(f"{address} {session}")
        asked = service.ask(item, session=f"{address} {session}", view=view)
        reply = await unless_gone(request, asked)
        return Response(reply, media_type="application/octet-stream", headers=SAFE)

    async def live(request: Request) -> Response:
        return answer_json({"status": "live"})

    async def ready(request: Request) -> Response:
        health = await service.health()
        return answer_json(health, status=200 if health["ready"] else 503)

    async def static(request: Request) -> Response:
        return files.answer(request.path_params["path"], request.headers.get("if-none-match", ""))

    return [
        Route("/playground/models", guard(models), methods=["GET"]),
        Route("/playground/datasets", guard(described), methods=["GET"]),
        Route("/playground/run", guard(run), methods=["POST"]),
        Route("/playground/health/live", guard(live), methods=["GET"]),
        Route("/playground/health/ready", guard(ready), methods=["GET"]),
        Route("/playground/static/{path:path}", guard(static), methods=["GET"]),
    ]


def answer_json(value: Any, status: int = 200) -> Response:
    """JSON in ASCII, so that even lone surrogates in a visitor's text can be answered."""
    return Response(json.dumps(value), status_code=status, media_type="application/json", headers=SAFE)


def guard(handler: Handler) -> Handler:
    """Wrap a handler: turn every error into its status and one sentence; the log keeps the traceback of the unexpected ones."""

    async def guarded(request: Request) -> Response:
        try:
            return await handler(request)
        except PlaygroundError as error:
            return answer_json({"error": str(error)}, error.status)
        except Exception:
            log.exception("%s %s failed", request.method, request.url.path)
            return answer_json({"error": INTERNAL}, 500)

    return guarded


async def read_body(request: Request) -> tuple[bytes, bool]:
    """The body and whether it is a packed message; TooLarge as soon as it is too long, not after reading it all."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in ("application/json", "application/octet-stream"):
        raise BadRequest(
            f"The content type must be application/json or application/octet-stream, got {kind[:60]!r}; set it."
        )
    packed = kind == "application/octet-stream"
    limit = BINARY_BYTES if packed else JSON_BYTES
    told = request.headers.get("content-length", "")
    if told.isdigit() and int(told[:20]) > limit:
        raise _too_large(limit, packed)
    try:
        return await asyncio.wait_for(_collect(request, limit, packed), READ_S), packed
    except asyncio.TimeoutError:
        raise BadRequest(f"A request must arrive within {READ_S:g} seconds; send it faster.") from None


async def _collect(request: Request, limit: int, packed: bool) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise _too_large(limit, packed)
    return bytes(body)


def _too_large(limit: int, packed: bool) -> TooLarge:
    kind = "packed message" if packed else "JSON request"
    return TooLarge(f"A {kind} may have {limit} bytes, got more; send less.")


def read_message(body: bytes, packed: bool) -> tuple[dict[str, Any], bytes]:
    """Header and bytes of a packed message, or the JSON object without bytes; TooLarge when the header is too long."""
    if not packed:
        return parse_object(body), b""
    header, content = unpack(body)
    if len(body) - len(content) > JSON_BYTES + 4:
        raise TooLarge(f"A packed header may have {JSON_BYTES} bytes, got more; send less.")
    return header, bytes(content)


def read_question(body: bytes, packed: bool) -> tuple[Item, str, str]:
    """The item, session and view of a request's body; BadRequest or TooLarge says what is wrong."""
    header, content = read_message(body, packed)
    for name in ("model", "operation", "request"):
        if name not in header:
            raise BadRequest(f"A request needs '{name}', and it is missing; send model, operation and request.")
    if type(header["request"]) is not dict:
        raise BadRequest(f"'request' must be an object, got {type(header['request']).__name__}; send {{...}}.")
    model, operation = check_name(header["model"], "model"), check_name(header["operation"], "operation")
    session, view = check_name(header.get("session", ""), "session"), check_name(header.get("view", ""), "view")
    return Item(model, operation, header["request"], content), session, view


async def unless_gone(request: Request, asked: Awaitable[Answer]) -> Answer:
    """Await the reply, but stop when the visitor has closed the connection: nobody would read it."""
    reply: asyncio.Future[Answer] = asyncio.ensure_future(asked)
    gone = asyncio.ensure_future(_until_gone(request))
    try:
        await asyncio.wait((reply, gone), return_when=asyncio.FIRST_COMPLETED)
        if reply.done():
            return reply.result()
        raise BadRequest("The connection was closed before the answer was ready.")
    finally:
        gone.cancel()
        if not reply.done():
            reply.cancel()


async def _until_gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
