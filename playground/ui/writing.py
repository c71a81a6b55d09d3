"""POST /playground/write: a language model's text as a stream of JSON lines, while it is being written.

The request is {"model", "session", "request"}, see operations/writing.py for "request". Lines:
{"kind": "start", "prompt_tokens", "trimmed", "window"}, {"kind": "tokens", "tokens": [...]} as often as there are some,
{"kind": "end", "why": "stop" | "length", "tokens", "seconds"} or {"kind": "error", "error": one sentence}.
Closing the connection ends the writing. What is wrong before the first token is an HTTP error like that of every route.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from playground.errors import BadRequest, Busy
from playground.serving import Item, unpack
from playground.ui.routes import answer_lines, guard, read_body, read_question, unless_gone
from playground.ui.service import DEADLINES_S, Service

MOST_AT_ONCE = 4  # texts that one visitor has written at the same time
MOST_IN_ALL = 64
CARRIED = ("chat", "settings", "seed", "max_tokens", "alternatives", "steer")  # from one question to the next


class Conversation:
    """One text on its way: what was asked, what has come, and the next question."""

    def __init__(self, item: Item, emit: Callable[[dict[str, Any] | None], None]) -> None:
        """emit: called with every line, None at the end; from the engine's thread."""
        self._item = item
        self._emit = emit
        self._written = [*item.request.get("tokens", [])] if isinstance(item.request.get("tokens", []), list) else []
        self._before = len(self._written)
        self._started_s: float | None = None

    def advance(self, answer: bytes) -> Item | None:
        """Tell what an answer brings, and ask for what comes next, None at the end."""
        told, _ = unpack(answer)
        if self._started_s is None:
            self._started_s = time.monotonic()
            self._emit(
                {
                    "kind": "start",
                    "prompt_tokens": len(told["context"]),
                    "trimmed": told["trimmed"],
                    "window": told["window"],
                }
            )
        if told["tokens"]:
            self._written += [token["id"] for token in told["tokens"]]
            self._emit({"kind": "tokens", "tokens": told["tokens"]})
        if told["end"] is not None:
            seconds = round(time.monotonic() - self._started_s, 3)
            new = len(self._written) - self._before
            self._emit({"kind": "end", "why": told["end"], "tokens": new, "seconds": seconds})
            self._emit(None)
            return None
        request = {name: self._item.request[name] for name in CARRIED if name in self._item.request}
        request |= {"context": told["context"], "tokens": self._written}
        return Item(self._item.model, self._item.operation, request)


class WritingDesk:
    """Who has how many texts on the way; one per page."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.open: dict[str, int] = {}

    async def follow(self, item: Item, session: str) -> AsyncGenerator[dict[str, Any], None]:
        """The lines of one text; PlaygroundError when it cannot go on. Closing the iterator ends the writing."""
        if self.open.get(session, 0) >= MOST_AT_ONCE:
            raise Busy(f"A visitor may have {MOST_AT_ONCE} texts written at once and this one has; stop one first.")
        if sum(self.open.values()) >= MOST_IN_ALL:
            raise Busy(f"{MOST_IN_ALL} texts are being written already; try again in a moment.")
        loop = asyncio.get_running_loop()
        lines: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()

        def emit(line: dict[str, Any] | None) -> None:
            loop.call_soon_threadsafe(lines.put_nowait, line)

        conversation = Conversation(item, emit)
        self.open[session] = self.open.get(session, 0) + 1
        writing = asyncio.ensure_future(
            self.service.engine.converse(item, conversation.advance, session=session, deadline_s=DEADLINES_S["write"])
        )
        writing.add_done_callback(lambda done: lines.put_nowait(None))  # also after an error
        try:
            while (line := await lines.get()) is not None:
                yield line
            await writing
        finally:
            writing.cancel()
            self.open[session] -= 1
            if not self.open[session]:
                del self.open[session]


def build_route(service: Service) -> Route:
    """The route, for `launch(app_kwargs={"routes": ...})`."""
    desk = WritingDesk(service)

    async def write(request: Request) -> Response:
        address = request.client.host if request.client else ""
        service.per_address.take(address)
        body, packed = await read_body(request)
        if packed:
            raise BadRequest("Writing takes JSON, got a packed message; send application/json.")
        item, session, _ = read_question(body, packed, operation="write")
        service.per_session.take(f"{address} {session}")
        service.check(item)
        lines = desk.follow(item, f"{address} {session}")
        first = await unless_gone(request, anext(lines))
        return answer_lines(first, lines)

    return Route("/playground/write", guard(write), methods=["POST"])
