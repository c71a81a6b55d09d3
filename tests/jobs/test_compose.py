"""Composing: bar by bar, gone on with, with a soprano, errors midway, leaving. No torch."""

import asyncio
from typing import Any

import pytest

from playground.errors import BadRequest, Busy, OperationFailed
from playground.jobs import ask as module
from playground.jobs.compose import ComposeRequest, compose
from playground.protocol.events import Partial, Progress, Result
from playground.protocol.request import Item
from playground.protocol.wire import pack

ROWS, BAR = 3, 4


class FakeComposer:
    """Adds a bar to the roll, row after row, all of its bar's number; ``fail``: errors before answers, None: none."""

    def __init__(self, *fail: Exception | None) -> None:
        self.fail = list(fail)
        self.asked: list[Item] = []

    async def __call__(self, item: Item) -> bytes:
        self.asked.append(item)
        await asyncio.sleep(0)
        if self.fail and (error := self.fail.pop(0)) is not None:
            raise error
        steps, bars = item.request["from"], item.request["bars"]
        roll, number = item.body[: ROWS * steps], steps // BAR + 1
        rows = [roll[row * steps : (row + 1) * steps] + bytes([number] * BAR) for row in range(ROWS)]
        facts = {"frames": 1, "height": ROWS, "width": steps + BAR, "kind": "roll", "done": number == bars, "key": "G"}
        return pack(facts, b"".join(rows))


def events_of(composer: FakeComposer, **request: Any) -> list[Any]:
    roll = request.pop("roll", b"")
    asked = ComposeRequest.read({"model": "audio/a", "bars": 3, "seed": 1, **request}, roll)

    async def all_events() -> list[Any]:
        return [event async for event in compose(composer, asked)]

    return asyncio.run(all_events())


def test_every_bar_is_a_part_and_the_last_one_the_result() -> None:
    events = events_of(FakeComposer())
    assert [type(event) for event in events] == [Progress, Partial, Progress, Partial, Progress, Result]
    assert [(event.done, event.total) for event in events[::2]] == [(1, 3), (2, 3), (3, 3)]
    assert events[-1].body == b"".join(bytes([1] * 4 + [2] * 4 + [3] * 4) for _ in range(ROWS))
    assert events[-1].data["key"] == "G" and events[-1].data["width"] == 12


def test_a_stopped_piece_goes_on_from_its_roll() -> None:
    whole = events_of(FakeComposer())
    composer = FakeComposer()
    rest = events_of(composer, roll=whole[1].body, **{"from": 4})
    assert rest[-1].body == whole[-1].body and [event.done for event in rest[::2]] == [2, 3]
    assert composer.asked[0].request == {"seed": 1, "bars": 3, "from": 4}


def test_a_soprano_follows_the_roll_as_int16() -> None:
    composer = FakeComposer()
    events_of(composer, bars=1, soprano=[60, -60, 0])
    (item,) = composer.asked
    assert item.request["harmonise"] is True and item.body == bytes([60, 0, 196, 255, 0, 0])


def test_what_passes_is_asked_again_and_what_does_not_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "RETRY_AFTER_S", (0.0,))
    assert isinstance(events_of(FakeComposer(None, Busy("full")))[-1], Result)
    with pytest.raises(OperationFailed, match="broken"):
        events_of(FakeComposer(None, OperationFailed("broken")))


def test_leaving_asks_no_further_bar() -> None:
    async def scenario() -> int:
        composer = FakeComposer()
        events = compose(composer, ComposeRequest.read({"model": "audio/a", "bars": 9}))
        await anext(events)
        await events.aclose()
        return len(composer.asked)

    assert asyncio.run(scenario()) == 1


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        ({"bars": 99}, "'bars' must be a whole number from 1 to 16, got 99."),
        ({"bars": "two"}, "got 'two'"),
        ({"soprano": ["C"]}, "soprano must be a list of whole numbers from -127 to 127"),
        ({"soprano": 60}, "soprano must be a list"),
        ({"model": None}, "'model' must be a text"),
    ],
)
def test_bad_requests_are_refused_in_one_sentence(request_: dict[str, Any], words: str) -> None:
    with pytest.raises(BadRequest) as caught:
        ComposeRequest.read({"model": "audio/a", **request_})
    assert words in str(caught.value) and "\n" not in str(caught.value)
