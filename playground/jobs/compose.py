"""Compose: a chorale bar by bar, also under a given soprano, and from where it was stopped.

Each bar is a reply of the operation `compose`, the roll so far: Partial, the last one Result; Progress counts bars.
"""

from dataclasses import dataclass
from typing import Any

from playground.errors import BadRequest
from playground.jobs.ask import AskOne, ask_again, model_of
from playground.protocol import fields
from playground.protocol.events import Events, Partial, Progress, Result
from playground.protocol.request import Item

MOST_BARS = 16


@dataclass(frozen=True)
class ComposeRequest:
    """What is composed, by which model."""

    model: str
    bars: int
    question: dict[str, Any]  # of the operation `compose`, which checks it: seed, settings
    soprano: bytes = b""  # int16 a step: MIDI pitch p struck, -p held on, 0 a rest
    steps: int = 0  # of the roll so far
    roll: bytes = b""  # uint8 (rows, steps)

    @classmethod
    def read(cls, request: dict[str, Any], roll: bytes = b"") -> "ComposeRequest":
        """From {"model", "bars", "soprano"?, "from"?, "seed"?, "settings"?} and the roll so far, or BadRequest."""
        bars, steps = fields.whole(request, "bars", 1, MOST_BARS, 8), request.get("from", 0)
        question = {name: request[name] for name in ("seed", "settings") if name in request}
        return cls(model_of(request), bars, question, read_soprano(request), steps, roll)

    def item(self, steps: int, roll: bytes) -> Item:
        """The question for the bar after ``roll``."""
        question = {**self.question, "bars": self.bars, "from": steps}
        question |= {"harmonise": True} if self.soprano else {}
        return Item(self.model, "compose", question, roll + self.soprano)


def read_soprano(request: dict[str, Any]) -> bytes:
    """The list "soprano" of a request as int16, one a step; empty where there is none, BadRequest when it is something else."""
    line = request.get("soprano") or []
    if type(line) is not list or not all(type(note) is int and -127 <= note <= 127 for note in line):
        raise BadRequest("soprano must be a list of whole numbers from -127 to 127, one a step; change it.")
    return b"".join(note.to_bytes(2, "little", signed=True) for note in line)


async def compose(ask: AskOne, request: ComposeRequest) -> Events:
    """The roll with one bar more each time. The noise of a bar depends on the seed and its number alone."""
    steps, roll = request.steps, request.roll
    while True:
        header, body = await ask_again(ask, request.item(steps, roll))
        bar_steps = header["width"] - steps
        steps, roll = header["width"], bytes(body)
        yield Progress(
            min(steps // bar_steps, request.bars), request.bars, f"Bar {steps // bar_steps} of {request.bars}"
        )
        if header["done"]:
            yield Result(header, roll)
            return
        yield Partial(header, roll)
