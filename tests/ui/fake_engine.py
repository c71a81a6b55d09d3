"""An engine for the page's tests: answers from a function, remembers what it was asked, can be held back."""

import asyncio
from collections.abc import Callable
from typing import Any

from playground.serving import Item, pack


def echo(item: Item) -> bytes:
    """One 28 x 28 frame, with what was asked in the header."""
    header = {
        "frames": 1,
        "height": 28,
        "width": 28,
        "channels": 1,
        "asked": item.request,
        "body_bytes": len(item.body),
    }
    return pack(header, bytes(784))


class FakeEngine:
    """`gate`: requests wait until it is set. `answer`: makes the reply or raises. `cards`: the models there are."""

    def __init__(self, answer: Callable[[Item], bytes] = echo) -> None:
        self.answer = answer
        self.asked: list[tuple[Item, str, str, float]] = []
        self.cancelled = 0
        self.ready = True
        self.cards: list[dict[str, Any]] = [{"id": "image/a", "modality": "image", "problems": []}]
        self.gate: asyncio.Event | None = None

    async def submit(self, item: Item, *, session: str = "", view: str = "", deadline_s: float = 10.0) -> bytes:
        self.asked.append((item, session, view, deadline_s))
        try:
            if self.gate is not None:
                await self.gate.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        if item.operation == "models":
            return pack({"models": self.cards})
        return self.answer(item)

    async def converse(
        self,
        item: Item,
        advance: Callable[[bytes], Item | None],
        *,
        session: str = "",
        deadline_s: float = 10.0,
    ) -> None:
        """Item after item, as the real one."""
        asked: Item | None = item
        while asked is not None:
            asked = advance(await self.submit(asked, session=session, deadline_s=deadline_s))

    async def health(self) -> dict[str, Any]:
        worker = {"device": "cpu", "state": "ready", "pid": 123, "up_s": 1.0, "restarts": 0, "circuit": "closed"}
        return {"live": True, "ready": self.ready, "workers": [worker], "queue": {"length": 0, "size": 8}}
