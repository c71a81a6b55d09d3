"""The search for a latent: its state travels, slices follow the model's pace, the first slice's note stays. No torch."""

import asyncio
from typing import Any

import pytest

from playground.errors import BadRequest, OperationFailed
from playground.jobs import invert as module
from playground.jobs.invert import InvertRequest, invert
from playground.protocol.events import Partial, Progress, Result
from playground.protocol.request import Item
from playground.protocol.wire import pack

STATE = b"state"


class FakeSearch:
    """Answers as the operation `invert` does of 2 x 2 pictures, or of notes with 3 samples each."""

    def __init__(self, *, notes: bool = False, seconds: float = 0.0, fails_at: int | None = None) -> None:
        self.notes, self.seconds, self.fails_at = notes, seconds, fails_at
        self.asked: list[Item] = []

    async def __call__(self, item: Item) -> bytes:
        if self.fails_at == len(self.asked):
            raise OperationFailed("The search broke.")
        self.asked.append(item)
        await asyncio.sleep(self.seconds)
        done = item.request["step"] + item.request["steps"]
        note = "Cropped to the ink." if len(self.asked) == 1 else "Used as drawn."
        shape = {"kind": "sound" if self.notes else "image", "frames": 2, "height": 2, "width": 2, "channels": 1}
        facts = {**shape, "z": [done], "mse": 1 / done, "note": note}
        facts |= {"step": done, "state_bytes": len(STATE)}
        sounds = b""
        if self.notes:
            facts |= {"samples": 3, "pitch": 64, "count": 2, "rate": 16000}
            sounds = b"target" + b"found!"
        return pack(facts, b"TTTT" + b"FFFF" + sounds + STATE)


def events_of(search: FakeSearch, **request: Any) -> list[Any]:
    asked = InvertRequest.read({"model": "image/gan", "steps": 12, **request}, b"a file")

    async def all_events() -> list[Any]:
        return [event async for event in invert(search, asked)]

    return asyncio.run(all_events())


def test_each_slice_is_a_part_without_the_state_and_the_last_one_the_result() -> None:
    events = events_of(FakeSearch())
    progress, parts = events[::2], events[1::2]
    assert all(isinstance(one, Progress) for one in progress)
    assert [one.done for one in progress] == sorted({one.done for one in progress}) and progress[-1].done == 12
    assert all(type(one) is Partial for one in parts[:-1]) and type(parts[-1]) is Result
    assert parts[-1].body == b"TTTTFFFF" and parts[-1].data["z"] == [12] and "state_bytes" not in parts[-1].data
    assert {one.data["note"] for one in parts} == {"Cropped to the ink."}


def test_later_slices_send_what_was_made_of_the_file_and_the_state() -> None:
    search = FakeSearch()
    events_of(search, seed=4, settings={"digit": 3})
    first, second, *_ = search.asked
    assert first.body == b"a file" and "raw" not in first.request and first.request["seed"] == 4
    assert second.body == b"TTTT" + STATE and second.request["raw"] is True
    assert second.request["settings"] == {"digit": 3} and second.request["step"] == first.request["steps"]


def test_notes_go_on_from_their_prepared_sound_at_the_pitch_that_was_heard() -> None:
    search = FakeSearch(notes=True)
    result = events_of(search, pcm=True)[-1]
    first, second, *_ = search.asked
    assert first.request["pcm"] is True and "pcm" not in second.request
    assert second.request["prepared"] is True and second.request["pitch"] == 64 and second.body == b"target" + STATE
    assert result.body == b"TTTTFFFFtargetfound!"


def test_slices_follow_the_pace_of_the_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SLICE_S", 0.05)
    slow, quick = FakeSearch(seconds=0.2), FakeSearch()
    events_of(slow, steps=20)
    events_of(quick, steps=300)
    assert [item.request["steps"] for item in slow.asked] == [5, 5, 5, 5]
    assert max(item.request["steps"] for item in quick.asked) == 50
    assert sum(item.request["steps"] for item in quick.asked) == 300


def test_an_error_midway_is_raised_after_what_was_found() -> None:
    async def scenario() -> None:
        events: Any = invert(FakeSearch(fails_at=1), InvertRequest.read({"model": "image/gan"}, b"x"))
        assert isinstance(await anext(events), Progress) and (await anext(events)).data["mse"] > 0
        with pytest.raises(OperationFailed, match="broke"):
            await anext(events)

    asyncio.run(scenario())


@pytest.mark.parametrize("steps", [0, 501, 1.5, "many", True])
def test_other_numbers_of_steps_are_refused(steps: Any) -> None:
    with pytest.raises(BadRequest, match="'steps' must be a whole number from 1 to 500, got "):
        InvertRequest.read({"model": "image/gan", "steps": steps}, b"x")
