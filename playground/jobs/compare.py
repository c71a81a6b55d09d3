"""Compare: models and real data side by side on the same seeds; numbers and samples, from which views/report.py draws.

Result: {"request", "dataset", "output", "real": column, "models": [column]}. A column has "id", "name", base64 "samples", their
"predictions" and "facts", and the nearest training item of each; a model's column also has "measured" (the reply of `measure`),
"sweep" (temperature and reply), "seconds_per_sample" and "flops_per_sample". Progress counts samples and never falls.
"""

import base64
import statistics
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from playground.jobs.ask import AskOne, ask_again
from playground.jobs.compare_request import CompareRequest
from playground.protocol.events import Event, Events, Progress, Result
from playground.protocol.output import frame_bytes
from playground.protocol.request import Item

# What replies may say of each sample that is shown.
FACTS = ("pitches", "heard", "names", "keys", "shifts", "spans", "near_spans")
LISTENED = 4  # notes that are taken to sound, to know what that costs
SLICES = (1, 2, 4, 8, 16, 32)  # how many samples are asked at once: one, before a model's pace is known
SLICE_S = 0.2  # what one slice should take at most: other visitors wait for it


@dataclass
class Sampled:
    """What was drawn of one model."""

    frames: list[bytes] = field(default_factory=list)
    features: list[bytes] = field(default_factory=list)
    predictions: list[int] = field(default_factory=list)
    seconds: float = 0.0
    frame_bytes: int = 0
    facts: dict[str, list] = field(default_factory=dict)
    flops_per_sample: float | None = None

    def first(self, count: int) -> bytes:
        """The frames of the first samples."""
        return b"".join(self.frames)[: count * self.frame_bytes]

    def last(self, count: int) -> bytes:
        """The frames of the last samples."""
        return b"".join(self.frames)[-count * self.frame_bytes :] if count else b""


async def compare(ask: AskOne, request: CompareRequest) -> Events:
    """Raises the errors of ``ask``; what may pass (a full queue, a dead worker) is asked again a few times first."""
    shown = min(request.words.shown, request.n)
    measuring = request.n // 4  # measuring counts as that many samples
    sweeps = {card["id"]: _temperatures(request, card) for card in request.models}
    rounds = len(request.models) + sum(map(len, sweeps.values()))
    total = rounds * (request.n + measuring) + measuring
    done = 0

    def progress(words: str) -> Event:
        return Progress(done, total, words)

    yield progress(f"Drawing real {request.words.many}")
    real, frames, output = await _sample_real(ask, request)
    columns: list[dict[str, Any]] = []
    for card in request.models:
        own = request.settings.get(card["id"], {})
        sampled = Sampled()
        async for count in _sample(ask, request, card["id"], sampled, own):
            done += count
            yield progress(f"{card['name']}: {len(sampled.predictions)} of {request.n} samples")
        yield progress(f"Measuring {card['name']}")
        seconds = sampled.seconds / request.n + await _listen(ask, sampled)
        measured = await _measure(ask, request, card["id"], sampled)
        near = await _nearest(ask, request, sampled.first(shown), shown)
        done += measuring
        sweep = []
        for temperature in sweeps[card["id"]]:
            swept = Sampled()
            async for count in _sample(ask, request, card["id"], swept, own | {"temperature": temperature}):
                done += count
                yield progress(
                    f"{card['name']} at temperature {temperature:g}: {len(swept.predictions)} of {request.n} samples"
                )
            sweep.append((temperature, await _measure(ask, request, card["id"], swept)))
            done += measuring
        columns.append(
            {
                "id": card["id"],
                "name": card["name"],
                "samples": _base64(sampled.first(shown)),
                "predictions": sampled.predictions[:shown],
                "facts": {name: values[:shown] for name, values in sampled.facts.items()},
                "measured": measured,
                "sweep": sweep,
                "seconds_per_sample": seconds,
                "flops_per_sample": sampled.flops_per_sample,
                **near,
            }
        )
    yield progress(f"Looking for the nearest training {request.words.many}")
    real |= await _nearest(ask, request, frames, len(real["predictions"]))
    columns_of = {"dataset": request.dataset, "output": output, "real": real, "models": columns}
    yield Result({"request": request.made, **columns_of})


def _temperatures(request: CompareRequest, card: dict[str, Any]) -> tuple[float, ...]:
    """At which temperatures a model is sampled besides: none where it has none, or where samples are dear."""
    has_one = any(setting["name"] == "temperature" for setting in card.get("settings", []))
    return request.words.temperatures if has_one else ()


async def _sample(
    ask: AskOne, request: CompareRequest, model: str, sampled: Sampled, settings: dict[str, Any]
) -> AsyncIterator[int]:
    """Draw n samples of one model into ``sampled``, yielding how many came with each slice."""
    size, unfinished = SLICES[0], 0
    while (start := len(sampled.predictions)) < request.n:
        count = min(size, request.n - start)
        question = {"seed": request.seed, "start": start, "count": count, "settings": settings}
        header, body = await ask_again(ask, Item(model, "features", question, sampled.last(unfinished)))
        sampled.frame_bytes = frame_bytes(header)
        split = header["frames"] * sampled.frame_bytes
        sampled.frames.append(bytes(body[:split]))
        sampled.features.append(bytes(body[split:]))
        sampled.predictions += header["predictions"]
        sampled.seconds += header["seconds"]
        sampled.flops_per_sample = header.get("flops_per_sample")
        unfinished = header.get("unfinished", 0)
        for name in FACTS:
            if name in header:
                sampled.facts.setdefault(name, []).extend(header[name])
        affordable = count * SLICE_S / max(header["seconds"], 1e-6)
        size = max((fitting for fitting in SLICES if fitting <= affordable), default=SLICES[0])
        yield count


async def _measure(ask: AskOne, request: CompareRequest, model: str, sampled: Sampled) -> dict[str, Any]:
    body = b"".join(sampled.features) + np.array(sampled.predictions, np.uint8).tobytes()
    reply, _ = await ask_again(ask, Item(model, "measure", {"n": request.n}, body))
    return reply


async def _listen(ask: AskOne, sampled: Sampled) -> float:
    """Seconds that it takes to make one note's picture audible; 0 for what is no picture of a note."""
    pitches = sampled.facts.get("pitches", [])[:LISTENED]
    if not pitches:
        return 0.0
    header, _ = await ask_again(ask, Item("", "listen", {"pitches": pitches}, sampled.first(len(pitches))))
    return header.get("seconds", 0.0) / len(pitches)


async def _nearest(ask: AskOne, request: CompareRequest, frames: bytes, count: int) -> dict[str, Any]:
    """The nearest training item of each frame that is shown, in one question: its cost hardly grows with their number."""
    question = {"count": count, "dataset": request.dataset}
    header, found = await ask_again(ask, Item("", "nearest", question, frames))
    distances = header["distances"]
    return {
        "nearest": _base64(found),
        "nearest_distances": [round(distance, 4) for distance in distances],
        "nearest_median": round(statistics.median(distances), 4),
        "nearest_facts": {name: header[name] for name in FACTS if name in header},
    }


async def _sample_real(ask: AskOne, request: CompareRequest) -> tuple[dict[str, Any], bytes, dict[str, Any]]:
    """The column of real items, their frames, and what a frame is."""
    question = {"count": request.words.shown, "seed": request.seed, "dataset": request.dataset}
    header, body = await ask_again(ask, Item("", "reference", question))
    frames = bytes(body[: header["frames"] * frame_bytes(header)])
    facts = {name: header[name] for name in FACTS if name in header}
    column = {"id": "real", "name": "Real data", "samples": _base64(frames)}
    output = {name: header[name] for name in ("kind", "height", "width", "channels", "reach") if name in header}
    return column | {"predictions": header["predictions"], "facts": facts}, frames, output


def _frame_bytes(header: dict[str, Any]) -> int:
    return header["height"] * header["width"] * header["channels"]


def _base64(content: bytes | memoryview) -> str:
    return base64.b64encode(content).decode("ascii")
