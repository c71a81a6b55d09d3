"""Writing: tokens as they come, the end, errors midway, leaving, and what is carried from slice to slice. No torch."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from playground.errors import BadRequest, WorkerLost
from playground.jobs.write import WriteRequest, write
from playground.protocol.events import Partial, Result
from playground.protocol.request import Item
from playground.protocol.wire import pack


class FakeWriter:
    """Writes two tokens a slice up to ``most``; ``fails_at``: how many slices come before its error."""

    def __init__(self, most: int = 5, fails_at: int | None = None) -> None:
        self.most = most
        self.fails_at = fails_at
        self.asked: list[Item] = []
        self.left = False

    async def __call__(self, item: Item) -> bytes:
        if self.fails_at == len(self.asked):
            raise WorkerLost("The model process died.")
        self.asked.append(item)
        await asyncio.sleep(0)
        written = len(item.request.get("tokens", []))
        new = range(written, min(written + 2, self.most))
        tokens = [{"id": i, "text": f" {i}"} for i in new]
        end = "length" if written + len(tokens) >= self.most else None
        return pack({"context": [7, 8], "trimmed": 0, "window": 64, "tokens": tokens, "end": end})

    async def converse(self, item: Item, advance: Callable[[bytes], Item | None]) -> None:
        asked: Item | None = item
        try:
            while asked is not None:
                asked = advance(await self(asked))
        except asyncio.CancelledError:
            self.left = True
            raise


def request(**more: Any) -> WriteRequest:
    return WriteRequest.read({"model": "text/a", "prompt": "hello", "seed": 3, "steer": [], **more})


async def events_of(writer: FakeWriter, asked: WriteRequest) -> list[Any]:
    return [event async for event in write(writer, asked)]


def test_a_text_comes_as_its_start_its_tokens_and_its_end() -> None:
    start, *parts, end = asyncio.run(events_of(FakeWriter(), request()))
    assert start == Partial({"prompt_tokens": 2, "trimmed": 0, "window": 64})
    assert [token["id"] for part in parts for token in part.data["tokens"]] == [0, 1, 2, 3, 4]
    assert isinstance(end, Result) and end.data == {"why": "length", "tokens": 5, "seconds": end.data["seconds"]}


def test_every_question_carries_what_the_answer_depends_on() -> None:
    writer = FakeWriter()
    asyncio.run(events_of(writer, request(tokens=[0])))
    first, second = writer.asked
    assert (first.model, first.operation) == ("text/a", "write") and first.request["prompt"] == "hello"
    assert second.request == {"seed": 3, "steer": [], "context": [7, 8], "tokens": [0, 1, 2]}


def test_an_error_midway_comes_after_what_was_written() -> None:
    async def scenario() -> None:
        events: Any = write(FakeWriter(fails_at=2), request())
        seen = [await anext(events) for _ in range(3)]
        assert [token["id"] for part in seen[1:] for token in part.data["tokens"]] == [0, 1, 2, 3]
        with pytest.raises(WorkerLost, match="died"):
            await anext(events)

    asyncio.run(scenario())


def test_leaving_ends_the_writing() -> None:
    async def scenario() -> None:
        writer = FakeWriter(most=10_000)
        events = write(writer, request())
        await anext(events)
        await events.aclose()
        await asyncio.sleep(0)
        asked = len(writer.asked)
        await asyncio.sleep(0.02)
        assert writer.left and len(writer.asked) == asked

    asyncio.run(scenario())


def test_a_model_must_be_named() -> None:
    with pytest.raises(BadRequest, match="'model' must be a text of at most 100 characters, got NoneType"):
        WriteRequest.read({"prompt": "x"})
    with pytest.raises(BadRequest, match="got 101 characters"):
        WriteRequest.read({"model": "x" * 101})
