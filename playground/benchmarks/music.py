"""Music: seconds for an eight-bar chorale, and how a two-bar melody follows its slider, ours beside a plain Gradio page.

Ours composes as the page does, one bar a question, so that every bar is a sign of progress; the peer composes at once. Then one
visitor drags a slider of the melody model, then thirty move about: ours asks sweeps and answers moves inside one that has
arrived by itself (static/core/sweeps.js); the peer asks for each move. No browser takes part.
"""

import asyncio
import random
import time
from functools import partial
from typing import Any

from playground.benchmarks import facts
from playground.benchmarks.client import Connection
from playground.benchmarks.peer_music import CHORALES, MODEL, STEPS
from playground.benchmarks.processes import Page, both_pages
from playground.benchmarks.visitors import (
    VISITORS,
    OurVisitor,
    PeerVisitor,
    Tally,
    endpoint_of,
    guess_pace_ms,
    hold_in_turns,
    hold_lesson,
    own_lines,
)
from playground.serving import pack, unpack

SECONDS = 60.0
PIECES = 12  # of each model of chorales
BAR = 8
DRAG_MOVES_PER_S, CLASS_MOVES_PER_S = 30, 5
WANTED_S = {"rbm": 2.0, "transformer": 4.0}
FIRST_SWEEP_MS = 100.0


def run() -> dict[str, Any]:
    """See the module."""
    seconds = facts.seconds_of(SECONDS)
    with both_pages("peer_music") as (ours, peer):
        return asyncio.run(_run(ours, peer, seconds))


async def _run(ours: Page, peer: Page, seconds: float) -> dict[str, Any]:
    pace_ms = await guess_pace_ms(ours, MODEL)  # also makes the worker load every model
    pieces = max(2, round(PIECES * seconds / SECONDS))
    composed = {name: await _compose_in_turns(ours, peer, name, pieces) for name in CHORALES}
    drag, their_drag, lesson, their_lesson = await _slide(ours, peer, pace_ms, seconds)
    return facts.build_result(
        f"an eight-bar chorale of each model, {pieces} times; {MODEL} followed along a slider by one visitor at "
        f"{DRAG_MOVES_PER_S} moves/s and by {VISITORS} at {CLASS_MOVES_PER_S} moves/s each",
        {
            **{f"chorale_{name}": own for name, (own, _) in composed.items()},
            "one_visitor": _describe_ours(drag),
            "class": _describe_ours(lesson),
        },
        {
            **{f"chorale_{name}": theirs for name, (_, theirs) in composed.items()},
            "one_visitor": their_drag.describe(),
            "class": their_lesson.describe(),
        },
        {
            **{
                f"chorale_{name}_first_heard": theirs["whole_p50_ms"] / own["first_bar_p50_ms"]
                for name, (own, theirs) in composed.items()
            },
            "class_moves_per_s": lesson.moves / max(their_lesson.moves, 1),
        },
        [
            *(
                facts.at_most(f"eight bars of the {name}, p95 s", own["whole_p95_ms"] / 1000, WANTED_S[name])
                for name, (own, _) in composed.items()
            ),
            facts.at_most(
                "melody: first sweep of a new line p95 ms, one visitor",
                facts.percentile(drag.sweep_ms, 95),
                FIRST_SWEEP_MS,
            ),
            facts.at_most(f"errors of {VISITORS} visitors", lesson.errors, 0),
        ],
        [
            "A move inside a sweep that has arrived needs no server: it is drawn with the next display frame.",
            *facts.note_duration(seconds, SECONDS),
        ],
    )


async def _compose_in_turns(ours: Page, peer: Page, name: str, pieces: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """Figures of ours and the peer's for one model; the first piece of each warms up."""
    endpoint = await endpoint_of(peer, name)
    connection, visitor = Connection(ours.port), PeerVisitor(peer.port, 0, Tally(), endpoint)
    whole, first, theirs = [], [], []
    first_seed = random.randrange(2**30)
    for seed in range(first_seed, first_seed + pieces + 1):
        facts.report(f"music: a chorale of the {name}, ours then the peer's")
        bars_ms = await _compose(connection, CHORALES[name], seed)
        started_s = time.monotonic()
        await visitor.ask(seed, 0, 0.0)
        theirs.append(1000 * (time.monotonic() - started_s))
        whole.append(sum(bars_ms))
        first.append(bars_ms[0])
    await connection.close()
    await visitor.hang_up()
    return (
        {**facts.describe_times(whole[1:], "whole"), **facts.describe_times(first[1:], "first_bar")},
        facts.describe_times(theirs[1:], "whole"),
    )


async def _compose(connection: Connection, model: str, seed: int) -> list[float]:
    """Milliseconds of each bar of a piece, as the page asks for it."""
    roll, times_ms = b"", []
    bars = STEPS // BAR
    for bar in range(bars):
        request = {"seed": seed, "bars": bars, "from": bar * BAR, "settings": {}}
        message = pack({"model": model, "operation": "compose", "request": request, "session": "bench"}, roll)
        started_s = time.monotonic()
        status, body = await connection.post_packed("/playground/run", message)
        times_ms.append(1000 * (time.monotonic() - started_s))
        if status != 200:
            raise ValueError(f"status {status}: {body[:150]!r}")
        header, content = unpack(body)
        if header["width"] != (bar + 1) * BAR or len(content) != header["height"] * header["width"]:
            raise ValueError(f"asked for bar {bar + 1}, got {header}")
        roll = bytes(content)
    return times_ms


async def _slide(ours: Page, peer: Page, pace_ms: float, seconds: float) -> tuple[Tally, Tally, Tally, Tally]:
    """One visitor with ours and with the peer, then a class with each."""
    seeds = random.Random(3)
    sides = (
        (ours, partial(OurVisitor, pace_ms=pace_ms, model=MODEL)),
        (peer, partial(PeerVisitor, endpoint=await endpoint_of(peer))),
    )
    for page, make in sides:  # warms up
        await hold_lesson(page, make, own_lines(seeds), visitors=1, moves_per_s=CLASS_MOVES_PER_S, lasts_s=2.0)
    lasts_s = seconds / 4
    drag, their_drag = await hold_in_turns(sides, seeds, visitors=1, moves_per_s=DRAG_MOVES_PER_S, lasts_s=lasts_s)
    own, theirs = await hold_in_turns(sides, seeds, visitors=VISITORS, moves_per_s=CLASS_MOVES_PER_S, lasts_s=lasts_s)
    return drag, their_drag, own, theirs


def _describe_ours(tally: Tally) -> dict[str, Any]:
    return {
        **tally.describe(),
        **facts.describe_times(tally.sweep_ms, "first_sweep"),
        "frames_per_sweep": tally.frames / max(tally.sweeps, 1),
    }
