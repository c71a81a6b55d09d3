"""Events of jobs: their shape is checked, and lines bring back what was sent."""

import json
from typing import Any

import pytest

from playground.errors import BadRequest
from playground.protocol.events import Error, Partial, Progress, Result, from_json, to_json, to_line

EVENTS = [
    Progress(3, 10, "Drawing."),
    Progress(3, None, "Fetching."),
    Partial({"tokens": [1]}),
    Partial({"kind": "image", "height": 2}, b"\x00\xff"),
    Result({"why": "stop"}),
    Error("The queue is full."),
]


@pytest.mark.parametrize("event", EVENTS)
def test_an_event_comes_back_from_its_line(event: Any) -> None:
    line = to_line(event)
    assert line.endswith("\n") and line.count("\n") == 1 and line.isascii()
    again = from_json(json.loads(line))
    assert again == event and type(again) is type(event)


def test_bytes_are_base64_and_are_left_out_when_there_are_none() -> None:
    assert to_json(Partial({"a": 1}, b"abc")) == {"kind": "partial", "data": {"a": 1}, "body": "YWJj"}
    assert to_json(Result({"a": 1})) == {"kind": "result", "data": {"a": 1}}


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (7, "'kind' is one of progress, partial, result, error, got '7'"),
        ({"kind": "start"}, "'kind' is one of"),
        ({"kind": "progress", "done": 1}, "has done, total, words, got done"),
        ({"kind": "progress", "done": 1, "total": 2, "words": "x", "more": 1}, "got done, total, words, more"),
        (
            {"kind": "progress", "done": -1, "total": 2, "words": "x"},
            "'done' of an event must be a whole number from 0",
        ),
        ({"kind": "progress", "done": True, "total": 2, "words": "x"}, "'done'"),
        ({"kind": "progress", "done": 3, "total": 2, "words": "x"}, "'total' of an event must be null or"),
        ({"kind": "progress", "done": 0, "total": 2, "words": ""}, "'words'"),
        ({"kind": "partial", "data": []}, "'data' of an event must be an object"),
        ({"kind": "result", "data": {}, "body": "?"}, "must be base64"),
        ({"kind": "result", "data": {}, "body": 7}, "must be base64"),
        ({"kind": "error", "error": ""}, "'error'"),
    ],
)
def test_another_shape_is_refused_in_one_sentence(value: Any, words: str) -> None:
    with pytest.raises(BadRequest) as caught:
        from_json(value)
    assert words in str(caught.value) and "\n" not in str(caught.value)


def test_numbers_that_json_does_not_have_are_refused() -> None:
    with pytest.raises(ValueError):
        to_line(Result({"value": float("nan")}))
