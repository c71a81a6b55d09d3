"""Replies shared by all visitors: bounded in bytes, oldest out first, equal questions in flight asked once.

A class that follows the same slider asks the same sweep thirty times: one decode answers them all.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from playground.errors import Superseded


@dataclass(eq=False)
class _Flight:
    """One computation under way and how many wait for it."""

    task: "asyncio.Task[bytes]"
    waiters: int = field(default=0)


class ReplyCache:
    """Belongs to one event loop."""

    def __init__(self, max_bytes: int = 32 << 20, max_reply_bytes: int = 2 << 20) -> None:
        """max_bytes: of all kept replies; max_reply_bytes: larger replies are shared in flight but not kept."""
        self.max_bytes = max_bytes
        self.max_reply_bytes = max_reply_bytes
        self.hits = self.misses = self.joined = self.bytes = 0
        self._kept: OrderedDict[bytes, bytes] = OrderedDict()
        self._flights: dict[bytes, _Flight] = {}

    def peek(self, key: bytes) -> bytes | None:
        """The kept reply, or None."""
        reply = self._kept.get(key)
        if reply is not None:
            self._kept.move_to_end(key)
            self.hits += 1
        return reply

    async def get(self, key: bytes, compute: Callable[[], Awaitable[bytes]]) -> bytes:
        """The kept reply, or that of the same question in flight, or a new one from `compute`.

        A visitor who leaves (cancellation) ends the computation only when nobody else waits for it. When the visitor
        who asked first moves on (Superseded), those who had joined do not share that end: one of them asks anew.
        """
        while True:
            reply = self.peek(key)
            if reply is not None:
                return reply
            flight = self._flights.get(key)
            own = flight is None
            if flight is None:
                flight = self._start_flight(key, compute)
                self.misses += 1
            else:
                self.joined += 1
            try:
                return await self._wait(key, flight)
            except Superseded:
                if own:
                    raise

    def _start_flight(self, key: bytes, compute: Callable[[], Awaitable[bytes]]) -> _Flight:
        flight = _Flight(asyncio.ensure_future(compute()))  # type: ignore[arg-type]
        self._flights[key] = flight
        flight.task.add_done_callback(lambda task: self._finish_flight(key, flight, task))
        return flight

    async def _wait(self, key: bytes, flight: _Flight) -> bytes:
        flight.waiters += 1
        try:
            return await asyncio.shield(flight.task)
        finally:
            flight.waiters -= 1
            if flight.waiters == 0 and not flight.task.done():
                self._flights.pop(key, None)  # nobody may join a computation that is being cancelled
                flight.task.cancel()

    def _finish_flight(self, key: bytes, flight: _Flight, task: "asyncio.Task[bytes]") -> None:
        if self._flights.get(key) is flight:
            del self._flights[key]
        if task.cancelled() or task.exception() is not None:
            return
        reply = task.result()
        if len(reply) > self.max_reply_bytes:
            return
        self.bytes += len(reply) - len(self._kept.pop(key, b""))
        self._kept[key] = reply
        while self.bytes > self.max_bytes:
            self.bytes -= len(self._kept.popitem(last=False)[1])
