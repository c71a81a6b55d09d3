"""Compare: models and real data side by side on the same seeds; a long job in short slices, with progress and cancel.

`compare` is a plain async generator: it asks for samples with features in slices that take a fraction of a second, so that
other visitors' requests run between them, then for the metrics, and draws the figures. Closing it stops it at once.
"""

import asyncio
import base64
import statistics
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from playground.errors import BadRequest, Busy, Expired, Superseded, UnknownModel, WorkerLost
from playground.serving import Item, unpack
from playground.views import captions
from playground.views.comparison import Row, judge, judge_all
from playground.views.figures import FIGURES, THEMES

FEWEST_MODELS, MOST_MODELS = 2, 4
FEWEST_SAMPLES, MOST_SAMPLES = 100, 1000
LARGEST_SEED = 2**31 - 1
SHOWN = 16  # samples of each model that are shown, with their nearest training digits
SLICES = (1, 2, 4, 8, 16, 32)  # samples asked at once
FIRST_SLICE = 4  # before a model's pace is known
SLICE_S = 0.2  # what one slice should take at most: other visitors wait for it
RETRY_AFTER_S = (0.5, 1.0, 2.0, 4.0)  # a worker that died is back within that time
FIGURE_WORDS = {
    "metrics": ("Fidelity and diversity", captions.describe_metrics),
    "histogram": ("Which digits", captions.describe_histogram),
    "pairwise": ("How different the samples are", captions.describe_pairwise),
    "embedding": ("Where the samples lie", captions.describe_embedding),
    "cost": ("Cost per sample", captions.describe_cost),
}

Run = Callable[[Item, str], Awaitable[bytes]]  # (item, session) -> packed reply
Event = dict[str, Any]


@dataclass(frozen=True)
class Plan:
    """A checked request."""

    models: list[dict[str, Any]]  # cards
    n: int
    seed: int
    settings: dict[str, dict[str, Any]]  # model id -> its settings
    theme: str

    @property
    def request(self) -> dict[str, Any]:
        """What made the result, as plain JSON: it goes into every exported file."""
        return {
            "operation": "compare",
            "models": [card["id"] for card in self.models],
            "n": self.n,
            "seed": self.seed,
            "settings": self.settings,
        }


@dataclass
class Sampled:
    """What was drawn of one model."""

    frames: list[bytes]
    features: list[bytes]
    predictions: list[int]
    seconds: float = 0.0
    flops_per_sample: float | None = None


def check_request(
    cards: Sequence[dict[str, Any]], models: Any, n: Any, seed: Any, settings: Any = None, theme: Any = "light"
) -> Plan:
    """The plan of a request, or BadRequest (UnknownModel) in one sentence."""
    if type(models) is not list or not FEWEST_MODELS <= len(models) <= MOST_MODELS:
        got = len(models) if type(models) is list else type(models).__name__
        raise BadRequest(
            f"Compare needs a list of {FEWEST_MODELS} to {MOST_MODELS} models, got {got}; choose that many."
        )
    by_id = {card["id"]: card for card in cards}
    for model in models:
        if type(model) is not str or model not in by_id:
            raise UnknownModel(f"There is no model {str(model)[:60]!r}; choose among {', '.join(by_id) or 'none'}.")
        if by_id[model]["problems"]:
            raise BadRequest(f"{model} cannot be compared: {by_id[model]['problems'][0]}")
        if models.count(model) > 1:
            raise BadRequest(f"Each model can be compared once, got {model} {models.count(model)} times; remove one.")
    _check_whole("n", n, FEWEST_SAMPLES, MOST_SAMPLES)
    _check_whole("seed", seed, 0, LARGEST_SEED)
    settings = settings or {}
    if type(settings) is not dict or not all(type(own) is dict for own in settings.values()):
        raise BadRequest("settings must map a model's id to an object of its settings; send {} for the defaults.")
    strangers = [str(model)[:60] for model in settings if model not in models]
    if strangers:
        raise BadRequest(f"settings are for compared models only, got some for {strangers[0]!r}; remove them.")
    if theme not in THEMES:
        raise BadRequest(f"theme must be one of {', '.join(THEMES)}, got {str(theme)[:20]!r}; choose one.")
    return Plan([by_id[model] for model in models], int(n), int(seed), settings, theme)


async def compare(run: Run, plan: Plan) -> AsyncIterator[Event]:
    """Yield {"kind": "progress", "done", "total", "words"} events, `done` never falling, and at last {"kind": "result"}.

    Raises the errors of `run`; what may pass (a full queue, a dead worker) is asked again a few times first.
    """
    session = f"compare {uuid.uuid4().hex[:12]}"
    measuring = plan.n // 4  # progress counts samples; measuring and drawing count as that many
    total = len(plan.models) * (plan.n + measuring) + measuring * 2
    done = 0

    def progress(words: str) -> Event:
        return {"kind": "progress", "done": min(done, total), "total": total, "words": words}

    yield progress("Drawing real digits")
    real = await _sample_real(run, session, plan)
    rows: list[Row] = []
    columns: list[dict[str, Any]] = []
    for card in plan.models:
        sampled = Sampled([], [], [])
        async for count in _sample(run, session, plan, card["id"], sampled):
            done += count
            yield progress(f"{card['name']}: {len(sampled.predictions)} of {plan.n} samples")
        yield progress(f"Measuring {card['name']}")
        row = await _measure(run, session, plan, card, sampled)
        near = await _nearest(run, session, b"".join(sampled.frames)[: SHOWN * _pixels(card)])
        done += measuring
        rows.append(row)
        columns.append(_column(row, sampled, near))
    real_column = real | await _nearest(run, session, base64.b64decode(real["samples"]))
    done += measuring
    figures = []
    for name, (title, describe) in FIGURE_WORDS.items():
        yield progress(f"Drawing: {title.lower()}")
        # In a thread: the page goes on answering while matplotlib draws.
        png = await asyncio.to_thread(FIGURES[name], rows, plan.theme, plan.request)
        done += measuring // len(FIGURE_WORDS)
        if png:
            figures.append({"name": name, "title": title, "caption": describe(rows), "png": _base64(png)})
    yield {
        "kind": "result",
        "request": plan.request,
        "theme": plan.theme,
        "verdict": judge_all(rows),
        "real": real_column,
        "models": columns,
        "figures": figures,
    }


async def _sample(run: Run, session: str, plan: Plan, model: str, sampled: Sampled) -> AsyncIterator[int]:
    """Draw n samples of one model into `sampled`, yielding how many came with each slice."""
    size = FIRST_SLICE
    settings = plan.settings.get(model, {})
    while (start := len(sampled.predictions)) < plan.n:
        count = min(size, plan.n - start)
        request = {"seed": plan.seed, "start": start, "count": count, "settings": settings}
        header, body = await _ask(run, Item(model, "features", request), session)
        split = header["frames"] * header["height"] * header["width"]
        sampled.frames.append(bytes(body[:split]))
        sampled.features.append(bytes(body[split:]))
        sampled.predictions += header["predictions"]
        sampled.seconds += header["seconds"]
        sampled.flops_per_sample = header.get("flops_per_sample")
        affordable = count * SLICE_S / max(header["seconds"], 1e-6)
        size = max((fitting for fitting in SLICES if fitting <= affordable), default=SLICES[0])
        yield count


async def _measure(run: Run, session: str, plan: Plan, card: dict[str, Any], sampled: Sampled) -> Row:
    body = b"".join(sampled.features) + np.array(sampled.predictions, np.uint8).tobytes()
    reply, _ = await _ask(run, Item(card["id"], "measure", {"n": plan.n}, body), session)
    return Row.from_reply(card["id"], card["name"], plan.n, reply, sampled.seconds / plan.n)


async def _nearest(run: Run, session: str, frames: bytes) -> dict[str, Any]:
    """The nearest training item of each of SHOWN frames, in one question: its cost hardly grows with their number."""
    header, found = await _ask(run, Item("", "nearest", {"count": SHOWN}, frames), session)
    distances = header["distances"]
    return {
        "nearest": _base64(found),
        "nearest_distances": [round(distance, 4) for distance in distances],
        "nearest_median": round(statistics.median(distances), 4),
    }


async def _sample_real(run: Run, session: str, plan: Plan) -> dict[str, Any]:
    header, body = await _ask(run, Item("", "reference", {"count": SHOWN, "seed": plan.seed}), session)
    frames = bytes(body[: SHOWN * header["height"] * header["width"]])
    return {"id": "real", "name": "Real data", "samples": _base64(frames), "predictions": header["predictions"]}


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
    frames = b"".join(sampled.frames)
    pixels = len(frames) // len(sampled.predictions)
    return {
        "id": row.id,
        "name": row.name,
        "verdict": judge(row),
        "samples": _base64(frames[: SHOWN * pixels]),
        "predictions": sampled.predictions[:SHOWN],
        "measures": measures,
        "histogram": row.histogram,
        "real_histogram": row.real_histogram,
        "seconds_per_sample": row.seconds_per_sample,
        "flops_per_sample": sampled.flops_per_sample,
        **near,
    }


def _check_whole(name: str, value: Any, low: int, high: int) -> None:
    # Endpoints get JSON, in which 500 and 500.0 are the same number.
    if type(value) not in (int, float) or value != value // 1 or not low <= value <= high:
        raise BadRequest(f"{name} must be a whole number from {low} to {high}, got {str(value)[:20]}; change it.")


def _pixels(card: dict[str, Any]) -> int:
    return card["output"]["height"] * card["output"]["width"]


def _base64(content: bytes | memoryview) -> str:
    return base64.b64encode(content).decode("ascii")
