"""Compare: models and real data side by side on the same seeds; a long job in short slices, with progress and cancel.

`compare` is a plain async generator: it asks for samples with features in slices that take a fraction of a second, so that
other visitors' requests run between them, then for the metrics, and draws the figures. Closing it stops it at once.
"""

import asyncio
import base64
import statistics
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any

import numpy as np

from playground.errors import Busy, Expired, Superseded, WorkerLost
from playground.serving import Item, unpack
from playground.ui.compare_plan import Plan
from playground.views import captions
from playground.views.comparison import Row, judge, judge_all
from playground.views.figures import FIGURES
from playground.views.histograms import draw_histogram

# What replies may say of each sample that is shown.
FACTS = ("pitches", "heard", "names", "keys", "shifts", "spans", "near_spans")
LISTENED = 4  # notes that are taken to sound, to know what that costs
SLICES = (1, 2, 4, 8, 16, 32)  # how many samples are asked at once: one, before a model's pace is known
SLICE_S = 0.2  # what one slice should take at most: other visitors wait for it
RETRY_AFTER_S = (0.5, 1.0, 2.0, 4.0)  # a worker that died is back within that time
FIGURE_WORDS = {
    "metrics": ("Fidelity and diversity", captions.describe_metrics),
    "histogram": ("", captions.describe_histogram),  # its title is in the replies
    "pairwise": ("How different the samples are", captions.describe_pairwise),
    "embedding": ("Where the samples lie", captions.describe_embedding),
    "plane": ("Fluency against repetition", captions.describe_plane),
    "cost": ("", captions.describe_cost),
}

Run = Callable[[Item, str], Awaitable[bytes]]  # (item, session) -> packed reply
Draw = Callable[[Sequence[Row], str, dict[str, Any]], bytes | None]
Event = dict[str, Any]


@dataclass
class Sampled:
    """What was drawn of one model."""

    frames: list[bytes]
    features: list[bytes]
    predictions: list[int]
    seconds: float = 0.0
    height: int = 0  # of a frame
    width: int = 0
    facts: dict[str, list] = field(default_factory=dict)
    flops_per_sample: float | None = None

    def first(self, count: int) -> bytes:
        """The frames of the first samples."""
        return b"".join(self.frames)[: count * self.height * self.width]

    def last(self, count: int) -> bytes:
        """The frames of the last samples."""
        return b"".join(self.frames)[-count * self.height * self.width :] if count else b""


async def compare(run: Run, plan: Plan) -> AsyncIterator[Event]:
    """Yield {"kind": "progress", "done", "total", "words"} events, `done` never falling, and at last {"kind": "result"}.

    Raises the errors of `run`; what may pass (a full queue, a dead worker) is asked again a few times first.
    """
    session = f"compare {uuid.uuid4().hex[:12]}"
    measuring = plan.n // 4  # progress counts samples; measuring and drawing count as that many
    sweeps = {card["id"]: _temperatures(plan, card) for card in plan.models}
    rounds = len(plan.models) + sum(map(len, sweeps.values()))
    total = rounds * (plan.n + measuring) + measuring * 2
    done = 0

    def progress(words: str) -> Event:
        return {"kind": "progress", "done": min(done, total), "total": total, "words": words}

    words = plan.words
    yield progress(f"Drawing real {words.many}")
    real = await _sample_real(run, session, plan)
    rows: list[Row] = []
    columns: list[dict[str, Any]] = []
    for card in plan.models:
        sampled = Sampled([], [], [])
        async for count in _sample(run, session, plan, card["id"], sampled, plan.settings.get(card["id"], {})):
            done += count
            yield progress(f"{card['name']}: {len(sampled.predictions)} of {plan.n} samples")
        yield progress(f"Measuring {card['name']}")
        row = await _measure(run, session, plan, card, sampled, await _listen(run, session, sampled))
        near = await _nearest(run, session, plan, sampled.first(words.shown), words.shown)
        done += measuring
        for temperature in sweeps[card["id"]]:
            at = f"{card['name']} at temperature {temperature:g}"
            swept, settings = Sampled([], [], []), plan.settings.get(card["id"], {}) | {"temperature": temperature}
            async for count in _sample(run, session, plan, card["id"], swept, settings):
                done += count
                yield progress(f"{at}: {len(swept.predictions)} of {plan.n} samples")
            point = (await _measure(run, session, plan, card, swept, 0.0)).fluency
            done += measuring
            if point:
                row.sweep.append((temperature, point[0].value, point[1].value))
        rows.append(row)
        columns.append(_column(row, sampled, near))
    shown = base64.b64decode(real["samples"])
    output = real.pop("output")
    real_column = real | await _nearest(run, session, plan, shown, len(real["predictions"]))
    done += measuring
    figures = []
    jobs = list(_figures(rows))
    for name, title, draw, caption in jobs:
        yield progress(f"Drawing: {title[0].lower()}{title[1:]}")
        # In a thread: the page goes on answering while matplotlib draws.
        png = await asyncio.to_thread(draw, rows, plan.theme, plan.request)
        done += measuring // len(jobs)
        if png:
            figures.append({"name": name, "title": title, "caption": caption, "png": _base64(png)})
    yield {
        "kind": "result",
        "request": plan.request,
        "dataset": plan.dataset,
        "output": output,
        "theme": plan.theme,
        "cost_of": words.cost_of,
        "verdict": judge_all(rows),
        "real": real_column,
        "models": columns,
        "figures": figures,
    }


def _figures(rows: Sequence[Row]) -> Iterator[tuple[str, str, Draw, str]]:
    """Name, title, what draws it and its caption, of every figure; one for each histogram."""
    for name, (title, describe) in FIGURE_WORDS.items():
        if name == "cost":
            yield name, f"Cost per {rows[0].words.cost_of}", FIGURES[name], describe(rows)
        elif name != "histogram":
            yield name, title, FIGURES[name], describe(rows)
        else:
            for which, histogram in enumerate(rows[0].histograms):
                draw = FIGURES[name] if which == 0 else partial(draw_histogram, which=which)
                caption = captions.describe_histogram(rows, which)
                own_title = rows[0].words.class_title if which == 0 else ""
                yield f"{name}-{which + 1}" if which else name, own_title or histogram.title, draw, caption


def _temperatures(plan: Plan, card: dict[str, Any]) -> tuple[float, ...]:
    """At which temperatures a model is sampled besides: none where it has none, or where samples are dear."""
    has_one = any(setting["name"] == "temperature" for setting in card.get("settings", []))
    return plan.words.temperatures if has_one else ()


async def _sample(
    run: Run, session: str, plan: Plan, model: str, sampled: Sampled, settings: dict[str, Any]
) -> AsyncIterator[int]:
    """Draw n samples of one model into `sampled`, yielding how many came with each slice."""
    size, unfinished = SLICES[0], 0
    while (start := len(sampled.predictions)) < plan.n:
        count = min(size, plan.n - start)
        request = {"seed": plan.seed, "start": start, "count": count, "settings": settings}
        header, body = await _ask(run, Item(model, "features", request, sampled.last(unfinished)), session)
        sampled.height, sampled.width = header["height"], header["width"]
        split = header["frames"] * sampled.height * sampled.width
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


async def _measure(run: Run, session: str, plan: Plan, card: dict[str, Any], sampled: Sampled, sound_s: float) -> Row:
    body = b"".join(sampled.features) + np.array(sampled.predictions, np.uint8).tobytes()
    reply, _ = await _ask(run, Item(card["id"], "measure", {"n": plan.n}, body), session)
    seconds = sampled.seconds / plan.n + sound_s
    return Row.from_reply(card["id"], card["name"], plan.n, reply, seconds, plan.words)


async def _listen(run: Run, session: str, sampled: Sampled) -> float:
    """Seconds that it takes to make one note's picture audible; 0 for what is no picture of a note."""
    pitches = sampled.facts.get("pitches", [])[:LISTENED]
    if not pitches:
        return 0.0
    header, _ = await _ask(run, Item("", "listen", {"pitches": pitches}, sampled.first(len(pitches))), session)
    return header.get("seconds", 0.0) / len(pitches)


async def _nearest(run: Run, session: str, plan: Plan, frames: bytes, count: int) -> dict[str, Any]:
    """The nearest training item of each frame that is shown, in one question: its cost hardly grows with their number."""
    header, found = await _ask(run, Item("", "nearest", {"count": count, "dataset": plan.dataset}, frames), session)
    distances = header["distances"]
    return {
        "nearest": _base64(found),
        "nearest_distances": [round(distance, 4) for distance in distances],
        "nearest_median": round(statistics.median(distances), 4),
        "nearest_facts": {name: header[name] for name in FACTS if name in header},
    }


async def _sample_real(run: Run, session: str, plan: Plan) -> dict[str, Any]:
    request = {"count": plan.words.shown, "seed": plan.seed, "dataset": plan.dataset}
    header, body = await _ask(run, Item("", "reference", request), session)
    output = {name: header[name] for name in ("kind", "height", "width", "channels")}
    frames = bytes(body[: header["frames"] * header["height"] * header["width"]])
    facts = {name: header[name] for name in FACTS if name in header}
    column = {"id": "real", "name": "Real data", "samples": _base64(frames), "output": output}
    return column | {"predictions": header["predictions"], "facts": facts}


async def _ask(run: Run, item: Item, session: str) -> tuple[dict[str, Any], memoryview]:
    """Ask, and ask again after a while when the queue is full or the worker was lost."""
    for pause_s in (*RETRY_AFTER_S, None):
        try:
            return unpack(await run(item, session))
        except Superseded:
            raise
        except (Busy, WorkerLost, Expired):
            if pause_s is None:
                raise
            await asyncio.sleep(pause_s)
    raise AssertionError("the last attempt returns or raises")


def _column(row: Row, sampled: Sampled, near: dict[str, Any]) -> dict[str, Any]:
    measures = [asdict(m) | {"band": list(m.band), "label": m.label, "standing": m.standing} for m in row.measures]
    count = row.words.shown
    return {
        "id": row.id,
        "name": row.name,
        "verdict": judge(row),
        "samples": _base64(sampled.first(count)),
        "predictions": sampled.predictions[:count],
        "facts": {name: values[:count] for name, values in sampled.facts.items()},
        "measures": measures,
        "histograms": [asdict(histogram) for histogram in row.histograms],
        "seconds_per_sample": row.seconds_per_sample,
        "cost_s": row.cost_s,
        "sweep": row.sweep,
        "flops_per_sample": sampled.flops_per_sample,
        **near,
    }


def _base64(content: bytes | memoryview) -> str:
    return base64.b64encode(content).decode("ascii")
