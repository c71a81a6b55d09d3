"""A comparison's numbers (jobs/compare.py) as people read them: bands, verdicts, figures.

Result: what the job's result has, and "theme", "words", "cost_of", "verdict", and "figures": [{"name", "title", "caption",
base64 "png"}]. In place of "measured" each model's column has "verdict", "measures", "histograms", "cost_s"; its "sweep" is
(temperature, self-BLEU, BLEU).
"""

import asyncio
import base64
from collections.abc import Callable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import asdict
from functools import partial
from typing import Any

from playground.protocol.events import Events, Progress, Result
from playground.protocol.words import Words
from playground.views import captions
from playground.views.comparison import Row, judge, judge_all
from playground.views.figures import FIGURES
from playground.views.histograms import draw_histogram

FIGURE_WORDS = {
    "metrics": ("Fidelity and diversity", captions.describe_metrics),
    "histogram": ("", captions.describe_histogram),  # its title is in the replies
    "pairwise": ("How different the samples are", captions.describe_pairwise),
    "embedding": ("Where the samples lie", captions.describe_embedding),
    "plane": ("Fluency against repetition", captions.describe_plane),
    "cost": ("", captions.describe_cost),
}
DRAWING_SHARE = 0.1  # of the job's progress, added for the figures

Draw = Callable[[Sequence[Row], str, dict[str, Any]], bytes | None]


async def report(events: Events, words: Words, theme: str) -> Events:
    """The events of a comparison, its result as people read it; drawing counts as progress.

    words: of the data set; theme: see canvas.py.
    """
    drawing = total = 0
    async with aclosing(events) as coming:
        async for event in coming:
            if isinstance(event, Progress):
                drawing = round(DRAWING_SHARE * (event.total or 0))
                total = (event.total or 0) + drawing
                yield Progress(event.done, total, event.words)
            elif isinstance(event, Result):
                async for told in _draw(event.data, words, theme, total - drawing, total):
                    yield told


async def _draw(numbers: dict[str, Any], words: Words, theme: str, done: int, total: int) -> Events:
    rows = [row_of(column, numbers["request"]["n"], words) for column in numbers["models"]]
    figures: list[dict[str, str]] = []
    plans = list(plan_figures(rows))
    for i, (name, title, draw, caption) in enumerate(plans):
        drawing = f"Drawing: {title[0].lower()}{title[1:]}"
        yield Progress(done + (total - done) * i // len(plans), total, drawing)
        # In a thread: the page goes on answering while matplotlib draws.
        png = await asyncio.to_thread(draw, rows, theme, numbers["request"])
        if png:
            content = base64.b64encode(png).decode("ascii")
            figures.append({"name": name, "title": title, "caption": caption, "png": content})
    columns = [_describe(column, row) for column, row in zip(numbers["models"], rows, strict=True)]
    told = {
        "theme": theme,
        "words": words.describe(),
        "cost_of": words.cost_of,
        "verdict": judge_all(rows),
        "figures": figures,
    }
    yield Result(numbers | told | {"models": columns})


def row_of(column: dict[str, Any], n: int, words: Words) -> Row:
    """The numbers of one model's column."""
    seconds = column["seconds_per_sample"]
    row = Row.from_reply(column["id"], column["name"], n, column["measured"], seconds, words)
    for temperature, measured in column["sweep"]:
        point = Row.from_reply(column["id"], column["name"], n, measured, 0.0, words).fluency
        if point:
            row.sweep.append((temperature, point[0].value, point[1].value))
    return row


def plan_figures(rows: Sequence[Row]) -> Iterator[tuple[str, str, Draw, str]]:
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


def _describe(column: dict[str, Any], row: Row) -> dict[str, Any]:
    """A model's column with what is said of its numbers, in place of the reply that they are from."""
    measures = [asdict(m) | {"band": list(m.band), "label": m.label, "standing": m.standing} for m in row.measures]
    own = {name: value for name, value in column.items() if name != "measured"}
    return own | {
        "verdict": judge(row),
        "measures": measures,
        "histograms": [asdict(histogram) for histogram in row.histograms],
        "cost_s": row.cost_s,
        "sweep": row.sweep,
    }
