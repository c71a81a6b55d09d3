"""Long work: POST /playground/jobs/<name> {"request": {...}, "session": "..."}, answered by JSON lines, one an event.

GET  /playground/pretrained     what the job "get" can bring: [{"id", "name", "megabytes", "license", "there"}]

A job that takes a file gets it as the body of a packed message. Closing the connection cancels the job. What is wrong before the
first event is an HTTP error like that of every route; afterwards it is an event of kind "error". See protocol/events.py.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from typing import Any

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Message, Send

from playground.errors import BadRequest, PlaygroundError
from playground.protocol.events import Error, Events, to_line
from playground.protocol.request import Item
from playground.ui.limits import check_name, check_plain
from playground.ui.places import Visitor
from playground.ui.routes import INTERNAL, SAFE, answer_json, guard, read_body, read_message, unless_gone
from playground.ui.served_jobs import SERVED, list_pretrained
from playground.ui.service import Service

log = logging.getLogger(__name__)
WRITE_S = 20.0  # for a visitor to take the next line: who reads nothing keeps no place


class VisitorAsk:
    """The engine in the name of one visitor, whose jobs of a kind share one turn among those of all visitors."""

    def __init__(self, service: Service, session: str) -> None:
        self._service = service
        self._session = session

    async def __call__(self, item: Item) -> bytes:
        """The packed reply to an item."""
        return await self._service.ask(item, session=self._session)

    async def converse(self, item: Item, advance: Callable[[bytes], Item | None]) -> None:
        """Item after item."""
        await self._service.converse(item, advance, session=self._session)


async def start_job(service: Service, name: str, request: dict[str, Any], body: bytes, visitor: Visitor) -> Events:
    """The events of a job, not begun; BadRequest says what is wrong with the request. Closing them cancels it.

    The first event may raise Busy, when the job gets no place.
    """
    if name not in SERVED:
        raise BadRequest(f"No job is called {name[:40]!r}: choose one of {', '.join(SERVED)}.")
    if body and not SERVED[name].takes_body:
        raise BadRequest(f"The job {name!r} takes JSON, got a packed message; send application/json.")
    check_plain(request)
    ask = VisitorAsk(service, f"{visitor.name} {name}")
    events = await SERVED[name].open(service, ask, request, body)
    return _in_its_turn(service, name, visitor, events)


async def _in_its_turn(service: Service, name: str, visitor: Visitor, events: Events) -> Events:
    with service.places.take(name, SERVED[name].limits, visitor) as place:
        async with aclosing(events):
            async for waiting in service.places.wait(place):
                yield waiting
            async for event in events:
                yield event


class LinesResponse(StreamingResponse):
    """The first event, which is there, and the rest as they come, one a line; an error on the way is the last one."""

    def __init__(self, first: Any, events: Events) -> None:
        self._events = events
        super().__init__(_lines(first, events), media_type="application/x-ndjson", headers=SAFE)

    async def stream_response(self, send: Send) -> None:
        """Send every line within WRITE_S, else give up; however it ends, the job ends too."""

        async def send_soon(message: Message) -> None:
            await asyncio.wait_for(send(message), WRITE_S)

        try:
            await super().stream_response(send_soon)
        except asyncio.TimeoutError:
            log.info("A visitor took no line for %g s; the job was stopped", WRITE_S)
        finally:
            await self._events.aclose()


async def _lines(first: Any, events: Events) -> AsyncIterator[str]:
    try:
        yield to_line(first)
        async for event in events:
            yield to_line(event)
    except PlaygroundError as error:
        yield to_line(Error(str(error)))
    except Exception:
        log.exception("A job failed")
        yield to_line(Error(INTERNAL))


def build_routes(service: Service) -> list[Route]:
    """Both routes, for `launch(app_kwargs={"routes": ...})`."""

    async def job(request: Request) -> Response:
        address = request.client.host if request.client else ""
        service.per_address.take(address)
        asked, body, session = _read_job(*await read_body(request))
        visitor = Visitor(address, session)
        service.per_session.take(visitor.name)
        events = await start_job(service, request.path_params["name"], asked, body, visitor)
        return LinesResponse(await unless_gone(request, anext(events)), events)

    async def pretrained(request: Request) -> Response:
        return answer_json(list_pretrained())

    return [
        Route("/playground/jobs/{name}", guard(job), methods=["POST"]),
        Route("/playground/pretrained", guard(pretrained), methods=["GET"]),
    ]


def _read_job(message: bytes, packed: bool) -> tuple[dict[str, Any], bytes, str]:
    """Request, body and session of a message."""
    header, body = read_message(message, packed)
    request = header.get("request")
    if type(request) is not dict:
        raise BadRequest(f"'request' must be an object, got {type(request).__name__}; send {{...}}.")
    return request, body, check_name(header.get("session", ""), "session")
