"""Shared replies: bounded in bytes, joined in flight, unharmed by visitors who leave or move on."""

import asyncio

import pytest

from playground.errors import Superseded, WorkerLost
from playground.ui.cache import ReplyCache


class Source:
    """Counts computations; each waits for its gate."""

    def __init__(self, reply: bytes = b"reply") -> None:
        self.reply = reply
        self.started = 0
        self.cancelled = 0
        self.errors: list[Exception] = []
        self.gate = asyncio.Event()

    async def compute(self) -> bytes:
        self.started += 1
        try:
            await self.gate.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        if self.errors:
            raise self.errors.pop(0)
        return self.reply


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def test_equal_questions_in_flight_are_computed_once():
    async def scenario() -> None:
        cache, source = ReplyCache(), Source()
        visitors = [asyncio.ensure_future(cache.get(b"k", source.compute)) for _ in range(30)]
        await settle()
        source.gate.set()
        assert await asyncio.gather(*visitors) == [b"reply"] * 30
        assert await cache.get(b"k", source.compute) == b"reply"
        assert (source.started, cache.misses, cache.joined, cache.hits) == (1, 1, 29, 1)

    asyncio.run(scenario())


def test_one_visitor_leaving_does_not_end_the_computation_of_the_others():
    async def scenario() -> None:
        cache, source = ReplyCache(), Source()
        first, second = (asyncio.ensure_future(cache.get(b"k", source.compute)) for _ in range(2))
        await settle()
        first.cancel()
        await settle()
        source.gate.set()
        assert await second == b"reply"
        assert (source.started, source.cancelled) == (1, 0)
        assert first.cancelled()

    asyncio.run(scenario())


def test_the_last_visitor_leaving_ends_the_computation_and_the_next_one_starts_anew():
    async def scenario() -> None:
        cache, source = ReplyCache(), Source()
        visitors = [asyncio.ensure_future(cache.get(b"k", source.compute)) for _ in range(2)]
        await settle()
        for visitor in visitors:
            visitor.cancel()
        await settle()
        assert source.cancelled == 1
        source.gate.set()
        assert await cache.get(b"k", source.compute) == b"reply"
        assert source.started == 2

    asyncio.run(scenario())


def test_those_who_joined_do_not_share_the_end_of_one_who_moved_on():
    async def scenario() -> None:
        cache, source = ReplyCache(), Source()
        source.errors = [Superseded("A newer request of the same view took this one's place.")]
        first, joined = (asyncio.ensure_future(cache.get(b"k", source.compute)) for _ in range(2))
        await settle()
        source.gate.set()
        with pytest.raises(Superseded):
            await first
        assert await joined == b"reply"
        assert source.started == 2

    asyncio.run(scenario())


def test_an_error_reaches_everyone_and_is_not_kept():
    async def scenario() -> None:
        cache, source = ReplyCache(), Source()
        source.errors = [WorkerLost("The model process died.")]
        visitors = [asyncio.ensure_future(cache.get(b"k", source.compute)) for _ in range(3)]
        await settle()
        source.gate.set()
        outcomes = await asyncio.gather(*visitors, return_exceptions=True)
        assert all(isinstance(outcome, WorkerLost) for outcome in outcomes)
        assert await cache.get(b"k", source.compute) == b"reply"

    asyncio.run(scenario())


def test_kept_bytes_are_bounded_and_the_least_recently_used_goes_first():
    async def scenario() -> None:
        cache = ReplyCache(max_bytes=300, max_reply_bytes=200)

        async def reply(size: int) -> bytes:
            return bytes(size)

        for name in (b"a", b"b", b"c"):
            await cache.get(name, lambda: reply(100))
        cache.peek(b"a")
        await cache.get(b"d", lambda: reply(100))
        assert cache.bytes == 300
        assert cache.peek(b"b") is None and cache.peek(b"a") is not None
        await cache.get(b"huge", lambda: reply(201))
        assert cache.bytes == 300 and cache.peek(b"huge") is None

    asyncio.run(scenario())


def test_a_thousand_questions_leave_nothing_in_flight():
    async def scenario() -> None:
        cache = ReplyCache(max_bytes=10_000)

        async def reply() -> bytes:
            await asyncio.sleep(0)
            return bytes(100)

        await asyncio.gather(*(cache.get(str(i).encode(), reply) for i in range(1000)))
        await settle()
        assert not cache._flights and cache.bytes == 10_000

    asyncio.run(scenario())
