"""What a job is given to ask with, and what all jobs share."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from typing import Any, Protocol

from playground.errors import BadRequest, Busy, Expired, Superseded, WorkerLost
from playground.protocol.events import Events, Result
from playground.protocol.request import Item
from playground.protocol.wire import unpack

RETRY_AFTER_S = (0.5, 1.0, 2.0, 4.0)  # a worker that died is back within that time


AskOne = Callable[[Item], Awaitable[bytes]]  # what most jobs need of Ask


class Ask(Protocol):
    """An engine in the name of one visitor. Raises the errors of errors.py."""

    async def __call__(self, item: Item) -> bytes:
        """The packed reply to an item."""
        ...

    async def converse(self, item: Item, advance: Callable[[bytes], Item | None]) -> None:
        """Ask item after item: ``advance`` makes the next of each reply, None to end. It may run in another thread."""
        ...


async def ask_again(ask: AskOne, item: Item) -> tuple[dict[str, Any], memoryview]:
    """Header and body of the reply; asks again after a while when the queue is full or the worker was lost."""
    for pause_s in (*RETRY_AFTER_S, None):
        try:
            return unpack(await ask(item))
        except Superseded:
            raise
        except (Busy, WorkerLost, Expired):
            if pause_s is None:
                raise
            await asyncio.sleep(pause_s)
    raise AssertionError("the last attempt returns or raises")


async def result_of(events: Events) -> Result:
    """Run a job to its end; raises what the job raises."""
    async with aclosing(events):
        async for event in events:
            if isinstance(event, Result):
                return event
    raise AssertionError("a job ends with its result or raises")


def model_of(request: dict[str, Any]) -> str:
    """The name of the model that a request is for."""
    model = request.get("model")
    if type(model) is not str or len(model) > 100:
        got = f"{len(model)} characters" if type(model) is str else type(model).__name__
        raise BadRequest(f"'model' must be a text of at most 100 characters, got {got}; change it.")
    return model
