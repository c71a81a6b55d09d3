"""Write: a language model's text while it is being written.

Events: Partial {"prompt_tokens", "trimmed", "window"} once, Partial {"tokens": [...]} as often as there are some, then
Result {"why": "stop" | "length", "tokens": how many, "seconds"}.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playground.jobs.ask import Ask, model_of
from playground.protocol.events import Event, Events, Partial, Result
from playground.protocol.request import Item
from playground.protocol.wire import unpack

CARRIED = ("chat", "settings", "seed", "max_tokens", "alternatives", "steer", "look")  # from one question to the next


@dataclass(frozen=True)
class WriteRequest:
    """What is written, by which model."""

    model: str
    question: dict[str, Any]  # of the operation `write`, which checks it

    @classmethod
    def read(cls, request: dict[str, Any]) -> "WriteRequest":
        """From {"model", ...}, the rest as the operation `write` takes it; BadRequest without a model."""
        return cls(model_of(request), {name: value for name, value in request.items() if name != "model"})


class Conversation:
    """One text on its way: what was asked, what has come, and the next question."""

    def __init__(self, item: Item, emit: Callable[[Event], None]) -> None:
        """emit: called with every event, from the engine's thread."""
        self._item = item
        self._emit = emit
        before = item.request.get("tokens", [])
        self._written = [*before] if isinstance(before, list) else []
        self._before = len(self._written)
        self._started_s: float | None = None

    def advance(self, answer: bytes) -> Item | None:
        """Tell what an answer brings, and ask for what comes next, None at the end."""
        told, _ = unpack(answer)
        if self._started_s is None:
            self._started_s = time.monotonic()
            start = {"prompt_tokens": len(told["context"]), "trimmed": told["trimmed"], "window": told["window"]}
            self._emit(Partial(start))
        if told["tokens"]:
            self._written += [token["id"] for token in told["tokens"]]
            self._emit(Partial({"tokens": told["tokens"]}))
        if told["end"] is not None:
            seconds = round(time.monotonic() - self._started_s, 3)
            self._emit(Result({"why": told["end"], "tokens": len(self._written) - self._before, "seconds": seconds}))
            return None
        request = {name: self._item.request[name] for name in CARRIED if name in self._item.request}
        request |= {"context": told["context"], "tokens": [*self._written]}
        return Item(self._item.model, self._item.operation, request)


async def write(ask: Ask, request: WriteRequest) -> Events:
    """The text of a request as it is written; the engine goes from slice to slice, so that texts share batches."""
    loop = asyncio.get_running_loop()
    events: asyncio.Queue[Event | None] = asyncio.Queue()

    def emit(event: Event | None) -> None:
        loop.call_soon_threadsafe(events.put_nowait, event)

    item = Item(request.model, "write", request.question)
    writing = asyncio.ensure_future(ask.converse(item, Conversation(item, emit).advance))
    writing.add_done_callback(lambda done: emit(None))  # also after an error
    try:
        while (event := await events.get()) is not None:
            yield event
        await writing
    finally:
        writing.cancel()
