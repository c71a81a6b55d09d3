"""A worker in this process: what a job asks when there is no server."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from playground.operations.worker import Worker
from playground.protocol.request import Item


class WorkerAsk:
    """Asks one question at a time, in a thread: the event loop goes on, so that Control and C is heard."""

    def __init__(self, root: Path) -> None:
        """root: the folder of checkpoints."""
        self.worker = Worker(Worker.devices()[0], root=str(root))

    async def __call__(self, item: Item) -> bytes:
        """The packed reply to an item; raises its error."""
        (reply,) = await asyncio.to_thread(self.worker.run, [item])
        if isinstance(reply, Exception):
            raise reply
        return reply

    async def converse(self, item: Item, advance: Callable[[bytes], Item | None]) -> None:
        """Item after item, until ``advance`` makes no next one."""
        asked: Item | None = item
        while asked is not None:
            asked = advance(await self(asked))
