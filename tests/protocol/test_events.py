"""Events of jobs: their shape is checked, and lines bring back what was sent."""

from typing import Any

import pytest

from playground.errors import BadRequest
from playground.protocol.events import Error, Partial, Progress, Result, to_json, to_line
from tests.read_back import read_event

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
    again = read_event(line)
    assert again == event and type(again) is type(event)


def test_bytes_are_base64_and_are_left_out_when_there_are_none() -> None:
    assert to_json(Partial({"a": 1}, b"abc")) == {"kind": "partial", "data": {"a": 1}, "body": "YWJj"}
    assert to_json(Result({"a": 1})) == {"kind": "result", "data": {"a": 1}}


@pytest.mark.parametrize(
    ("kind", "values", "words"),
    [
        (Progress, (-1, 2, "x"), "'done' of an event must be a whole number from 0"),
        (Progress, (True, 2, "x"), "'done'"),
        (Progress, (3, 2, "x"), "'total' of an event must be null or"),
        (Progress, (0, 2, ""), "'words'"),
        (Partial, ([],), "'data' of an event must be an object"),
        (Result, ({}, "?"), "'body' of an event must be bytes"),
        (Error, ("",), "'error'"),
    ],
)
def test_another_shape_is_refused_in_one_sentence(kind: Any, values: tuple, words: str) -> None:
    with pytest.raises(BadRequest) as caught:
        kind(*values)
    assert words in str(caught.value) and "\n" not in str(caught.value)


def test_numbers_that_json_does_not_have_are_refused() -> None:
    with pytest.raises(ValueError):
        to_line(Result({"value": float("nan")}))
