"""Compare: models and real data side by side on the same seeds; numbers and samples, from which views/report.py draws.

Result: {"request", "dataset", "output", "real": column, "models": [column]}. A column has "id", "name", "samples" (frames in
base64, or texts), their "predictions" and "facts", and the nearest training item of each; a model's column also has "measured"
(the reply of `measure`), "sweep" (temperature and reply), "seconds_per_sample" and "flops_per_sample". Progress counts samples
and never falls.
"""

import base64
import statistics
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from playground.jobs.ask import AskOne, ask_again
from playground.jobs.compare_request import CompareRequest
from playground.protocol.events import Event, Events, Progress, Result
from playground.protocol.output import frame_bytes
from playground.protocol.request import Item
from playground.protocol.wire import pack_texts

# What replies may say of each sample that is shown.
FACTS = ("pitches", "heard", "names", "keys", "shifts", "spans", "near_spans")
LISTENED = 4  # notes that are taken to sound, to know what that costs
SLICES = (1, 2, 4, 8, 16, 32)  # how many samples are asked at once: one, before a model's pace is known
SLICE_S = 0.2  # what one slice should take at most: other visitors wait for it


@dataclass
class Sampled:
    """What was drawn of one model."""

    samples: list[bytes | str] = field(default_factory=list)  # frames, or texts
    rows: list[bytes] = field(default_factory=list)  # of a slice each; texts need none
    predictions: list[int] = field(default_factory=list)
    seconds: float = 0.0
    facts: dict[str, list] = field(default_factory=dict)
    flops_per_sample: float | None = None


async def compare(ask: AskOne, request: CompareRequest) -> Events:
    """Raises the errors of ``ask``; what may pass (a full queue, a dead worker) is asked again a few times first."""
    shown = min(request.words.shown, request.n)
    measuring = request.n // 4  # measuring counts as that many samples
    rounds = sum(1 + len(_temperatures(request, card)) for card in request.models)
    total = rounds * (request.n + measuring) + measuring
    done = 0

    def progress(words: str) -> Event:
        return Progress(done, total, words)

    yield progress(f"Drawing real {request.words.many}")
    real, shown_real, output = await _sample_real(ask, request)
    columns: list[dict[str, Any]] = []
    for card in request.models:
        own, drawn = request.settings.get(card["id"], {}), []
        for temperature in (None, *_temperatures(request, card)):
            sampled, other = Sampled(), {} if temperature is None else {"temperature": temperature}
            name = card["name"] if temperature is None else f"{card['name']} at temperature {temperature:g}"
            async for count in _sample(ask, request, card["id"], sampled, own | other):
                done += count
                yield progress(f"{name}: {len(sampled.predictions)} of {request.n} samples")
            yield progress(f"Measuring {name}")
            drawn.append((temperature, sampled, await _measure(ask, request, card["id"], sampled)))
            done += measuring
        (_, sampled, measured), *sweep = drawn
        columns.append(
            {
                "id": card["id"],
                "name": card["name"],
                "samples": _plain(sampled.samples[:shown]),
                "predictions": sampled.predictions[:shown],
                "facts": {name: values[:shown] for name, values in sampled.facts.items()},
                "measured": measured,
                "sweep": [(temperature, reply) for temperature, _, reply in sweep],
                "seconds_per_sample": sampled.seconds / request.n + await _listen(ask, sampled),
                "flops_per_sample": sampled.flops_per_sample,
                **await _nearest(ask, request, sampled.samples[:shown]),
            }
        )
    yield progress(f"Looking for the nearest training {request.words.many}")
    real |= await _nearest(ask, request, shown_real)
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
        begun = _body(sampled.samples[start - unfinished :])
        header, body = await ask_again(ask, Item(model, "features", question, begun))
        samples, rows = _split(header, body)
        sampled.samples += samples
        sampled.rows.append(rows)
        sampled.predictions += header["predictions"]
        sampled.seconds += header["seconds"]
        sampled.flops_per_sample = header.get("flops_per_sample")
        unfinished = header.get("unfinished", 0)
        for name in FACTS:
            if name in header:
                sampled.facts.setdefault(name, []).extend(header[name])
        held_s = header["seconds"] + header.get("embed_seconds", 0.0)
        affordable = count * SLICE_S / max(held_s, 1e-6)
        size = max((fitting for fitting in SLICES if fitting <= affordable), default=SLICES[0])
        yield count


async def _measure(ask: AskOne, request: CompareRequest, model: str, sampled: Sampled) -> dict[str, Any]:
    rows = b"".join(sampled.rows)
    body = rows + np.array(sampled.predictions, np.uint8).tobytes() if rows else _body(sampled.samples)
    reply, _ = await ask_again(ask, Item(model, "measure", {"n": request.n}, body))
    return reply


async def _listen(ask: AskOne, sampled: Sampled) -> float:
    """Seconds that it takes to make one note's picture audible; 0 for what is no picture of a note."""
    pitches = sampled.facts.get("pitches", [])[:LISTENED]
    if not pitches:
        return 0.0
    header, _ = await ask_again(ask, Item("", "listen", {"pitches": pitches}, _body(sampled.samples[: len(pitches)])))
    return header.get("seconds", 0.0) / len(pitches)


async def _nearest(ask: AskOne, request: CompareRequest, shown: Sequence[bytes | str]) -> dict[str, Any]:
    """The nearest training item of each sample that is shown, in one question: its cost hardly grows with their number."""
    question = {"count": len(shown), "dataset": request.dataset}
    header, body = await ask_again(ask, Item("", "nearest", question, _body(shown)))
    distances = header["distances"]
    return {
        "nearest": _plain(_split(header, body)[0]),
        "nearest_distances": [round(distance, 4) for distance in distances],
        "nearest_median": round(statistics.median(distances), 4),
        "nearest_facts": {name: header[name] for name in FACTS if name in header},
    }


async def _sample_real(
    ask: AskOne, request: CompareRequest
) -> tuple[dict[str, Any], list[bytes] | list[str], dict[str, Any]]:
    """The column of real items, the items, and what an item is."""
    question = {"count": request.words.shown, "seed": request.seed, "dataset": request.dataset}
    header, body = await ask_again(ask, Item("", "reference", question))
    items, _ = _split(header, body)
    facts = {name: header[name] for name in FACTS if name in header}
    column = {"id": "real", "name": "Real data", "samples": _plain(items)}
    output = {name: header[name] for name in ("kind", "height", "width", "channels", "reach") if name in header}
    return column | {"predictions": header["predictions"], "facts": facts}, items, output


def _split(header: dict[str, Any], body: memoryview) -> tuple[list[bytes] | list[str], bytes]:
    """The texts of a reply, or its frames and what follows them."""
    if "texts" in header:
        return header["texts"], b""
    size = frame_bytes(header)
    end = header["frames"] * size
    return [bytes(body[i : i + size]) for i in range(0, end, size)], bytes(body[end:])


def _body(samples: Sequence[bytes | str]) -> bytes:
    """Samples as the body of a question."""
    texts = [one for one in samples if isinstance(one, str)]
    return pack_texts(texts) if texts else b"".join(one for one in samples if isinstance(one, bytes))


def _plain(samples: Sequence[bytes | str]) -> str | list[str]:
    """Samples as JSON has them: texts as they are, frames as base64 text."""
    texts = [one for one in samples if isinstance(one, str)]
    return texts or base64.b64encode(_body(samples)).decode("ascii")
