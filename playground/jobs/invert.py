"""Invert: the latent of a file, for a model without an encoder, by a gradient search that can be watched.

Each slice of the search is a reply of the operation `invert` without the search's own state: target and picture as frames, then
their sounds where they have any. Partial, the last one Result; Progress counts steps.
"""

import time
from dataclasses import dataclass
from typing import Any

from playground.jobs.ask import AskOne, ask_again, model_of
from playground.protocol import fields
from playground.protocol.events import Events, Partial, Progress, Result
from playground.protocol.output import frame_bytes
from playground.protocol.request import Item

MOST_STEPS = 500
FORMS = ("raw", "pcm", "prepared")  # of what is sent in place of a file
SLICES = (5, 10, 25, 50)  # steps of one question; the first is short, before a model's pace is known
SLICE_S = 0.25  # what one question should take at most: other visitors wait for it


@dataclass(frozen=True)
class InvertRequest:
    """What is looked for, in which model."""

    model: str
    steps: int
    question: dict[str, Any]  # of the operation `invert`, which checks it: seed, pitch, settings, and what the file is
    file: bytes

    @classmethod
    def read(cls, request: dict[str, Any], file: bytes) -> "InvertRequest":
        """From {"model", "steps"?, "seed"?, "pitch"?, "settings"?, a form?} and a file; BadRequest for bad steps."""
        steps = fields.whole(request, "steps", 1, MOST_STEPS, 200)
        taken = ("seed", "pitch", "settings", *FORMS)
        question = {name: request[name] for name in taken if request.get(name) is not None}
        return cls(model_of(request), steps, question, file)


async def invert(ask: AskOne, request: InvertRequest) -> Events:
    """The search, slice by slice; stopping it loses nothing of what has been found."""
    question, sent, note = request.question, request.file, ""
    done, size = 0, SLICES[0]
    while True:
        asked = question | {"step": done, "steps": min(size, request.steps - done)}
        started_s = time.monotonic()
        header, body = await ask_again(ask, Item(request.model, "invert", asked, sent))
        pace_s = (time.monotonic() - started_s) / asked["steps"]
        size = max((fitting for fitting in SLICES if fitting * pace_s <= SLICE_S), default=SLICES[0])
        state = len(body) - header.pop("state_bytes")
        note = note or header["note"]  # what was done to the file: later slices see what was made of it
        told, shown = header | {"note": note}, bytes(body[:state])
        done = header["step"]
        yield Progress(done, request.steps, f"Step {done} of {request.steps}")
        if done >= request.steps:
            yield Result(told, shown)
            return
        yield Partial(told, shown)
        question, target = _prepared(request.question, header, shown)
        sent = target + bytes(body[state:])


def _prepared(question: dict[str, Any], header: dict[str, Any], shown: bytes) -> tuple[dict[str, Any], bytes]:
    """How to ask for more about what was made of the file, and that: samples of a sound, else the first frame."""
    frame = frame_bytes(header)
    kept = {name: value for name, value in question.items() if name not in FORMS}
    if "samples" in header:
        start = header["frames"] * frame
        return kept | {"prepared": True, "pitch": header["pitch"]}, shown[start : start + 2 * header["samples"]]
    return kept | {"raw": True}, shown[:frame]
