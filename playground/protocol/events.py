"""What a job says while it runs, and the line of JSON that each event is on the wire.

Progress  {"kind": "progress", "done", "total", "words"}; total is null where nobody knows it
Partial   {"kind": "partial", "data": {...}, "body"?}: a part of the result, or the result as it stands
Result    {"kind": "result", "data": {...}, "body"?}: the last event of a job that was done
Error     {"kind": "error", "error": one sentence}: the last event of a job that failed

"body" is base64, and is left out when it is empty: data and body are then what a packed reply holds (wire.py).
"""

import base64
import json
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any

from playground.errors import BadRequest


@dataclass(frozen=True)
class Progress:
    """``done`` of ``total`` steps, and what is being done in a few words."""

    done: int
    total: int | None
    words: str

    def __post_init__(self) -> None:
        _check("done", type(self.done) is int and self.done >= 0, "a whole number from 0")
        good = self.total is None or (type(self.total) is int and self.total >= self.done)
        _check("total", good, "null or a whole number not below 'done'")
        _check("words", type(self.words) is str and self.words != "", "a text")


@dataclass(frozen=True)
class Partial:
    """A part of the result: plain JSON, and bytes where there are any."""

    data: dict[str, Any]
    body: bytes = b""

    def __post_init__(self) -> None:
        _check("data", type(self.data) is dict, "an object")
        _check("body", type(self.body) is bytes, "bytes")


@dataclass(frozen=True)
class Result(Partial):
    """The whole result, in the form of a part."""


@dataclass(frozen=True)
class Error:
    """Why the job could not be done, as a sentence for the visitor."""

    error: str

    def __post_init__(self) -> None:
        _check("error", type(self.error) is str and self.error != "", "a sentence")


Event = Progress | Partial | Result | Error
Events = AsyncGenerator[Event, None]  # of one job; closing it cancels the job
NAMES: dict[type[Event], str] = {Progress: "progress", Partial: "partial", Result: "result", Error: "error"}


def to_json(event: Event) -> dict[str, Any]:
    """The event as plain JSON."""
    plain: dict[str, Any] = {"kind": NAMES[type(event)], **vars(event)}
    if isinstance(event, Partial):
        del plain["body"]
        if event.body:
            plain["body"] = base64.b64encode(event.body).decode("ascii")
    return plain


def to_line(event: Event) -> str:
    """The event as one line in ASCII, its end included. Raises ValueError for a number that is not finite."""
    return json.dumps(to_json(event), allow_nan=False, separators=(",", ":")) + "\n"


def _check(name: str, good: bool, rule: str) -> None:
    if not good:
        raise BadRequest(f"{name!r} of an event must be {rule}; send that.")
