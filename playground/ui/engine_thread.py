"""An engine in an event loop of its own thread: its model process starts while gradio is still being imported.

Gradio makes its event loop late (importing it takes seconds) and owns it; an engine lives in exactly one loop. A call
across costs about a tenth of a millisecond. Cancelling a call cancels it over there too.
"""

import asyncio
import threading
from collections.abc import Callable
from typing import Any

from playground.serving import Item, LocalEngine


class EngineThread:
    """Starts, asks and closes a LocalEngine from any other event loop or thread."""

    def __init__(self, engine: LocalEngine) -> None:
        self.engine = engine
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="engine", daemon=True)

    def start(self) -> None:
        """Begin to start the model processes; returns at once."""
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self.engine.start(), self._loop).result()

    async def submit(self, item: Item, *, session: str = "", view: str = "", deadline_s: float = 10.0) -> bytes:
        """As LocalEngine.submit, from any event loop."""
        asked = self.engine.submit(item, session=session, view=view, deadline_s=deadline_s)
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(asked, self._loop))

    async def converse(
        self,
        item: Item,
        advance: Callable[[bytes], Item | None],
        *,
        session: str = "",
        deadline_s: float = 10.0,
    ) -> None:
        """As LocalEngine.converse, from any event loop; ``advance`` runs in the engine's thread and must be quick."""
        asked = self.engine.converse(item, advance, session=session, deadline_s=deadline_s)
        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(asked, self._loop))

    async def health(self) -> dict[str, Any]:
        """As LocalEngine.health, from any event loop."""

        async def look() -> dict[str, Any]:
            return self.engine.health()

        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(look(), self._loop))

    def close(self, grace_s: float = 5.0) -> None:
        """Let open requests finish for up to grace_s, then end every model process and the thread. Blocks."""
        if not self._thread.is_alive():
            return
        try:
            asyncio.run_coroutine_threadsafe(self.engine.close(grace_s), self._loop).result(grace_s + 10)
        finally:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(5)
