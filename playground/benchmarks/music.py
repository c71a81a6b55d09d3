"""Music: seconds for an eight-bar chorale, and how a two-bar melody follows its slider, ours beside a plain Gradio page.

Ours composes as the page does, one bar a question, so that every bar is a sign of progress; the peer composes at once. Then one
visitor drags a slider of the melody model, then thirty move about: ours asks sweeps and answers moves inside one that has
arrived by itself (static/core/sweeps.js); the peer asks for each move. No browser takes part.
"""

import asyncio
import itertools
import random
import time
from collections.abc import Callable, Coroutine
from typing import Any

from playground.benchmarks import facts
from playground.benchmarks.client import Connection
from playground.benchmarks.peer_music import CHORALES, MODEL, STEPS
from playground.benchmarks.processes import Page, both_pages
from playground.benchmarks.visitors import (
    VISITORS,
    Lesson,
    PeerVisitor,
    Tally,
    endpoint_of,
    guess_pace_ms,
    our_visits,
    peer_visits,
)
from playground.serving import pack, unpack

SECONDS = 60.0
TURNS = 3  # ours and the peer alternate, so that a change in the machine's load meets both
PIECES = 12  # of each model of chorales
BAR = 8
DRAG_MOVES_PER_S, CLASS_MOVES_PER_S = 30, 5
DIRECTIONS = 8
WANTED_S = {"rbm": 2.0, "transformer": 4.0}
FIRST_SWEEP_MS = 100.0

Visit = Callable[[Page, Lesson, int, Tally], Coroutine[Any, Any, None]]


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
            "one_visitor": _describe(their_drag),
            "class": _describe(their_lesson),
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
            facts.at_most("melody: first sweep of a new line p95 ms, one visitor", _p95(drag.sweep_ms), FIRST_SWEEP_MS),
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
    connection, visitor = Connection(ours.port), PeerVisitor(peer.port, 0, endpoint, Tally())
    whole, first, theirs = [], [], []
    for seed in itertools.islice(itertools.count(random.randrange(2**30)), pieces + 1):
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
    visits = our_visits(pace_ms, MODEL), peer_visits(await endpoint_of(peer))

    async def lesson(page: Page, visit: Visit, visitors: int, moves_per_s: int, lasts_s: float) -> Tally:
        lines: dict[tuple[int, int], tuple[int, int]] = {}

        def line_of(visitor: int, second: int) -> tuple[int, int]:
            return lines.setdefault((visitor, second), (seeds.randrange(2**31), visitor % DIRECTIONS))

        tally = Tally(seconds=lasts_s)
        now_s = time.monotonic()
        plan = Lesson(now_s, now_s + lasts_s, line_of, moves_per_s)
        await asyncio.gather(*(visit(page, plan, i, tally) for i in range(visitors)))
        return tally

    for page, visit in zip((ours, peer), visits, strict=True):
        await lesson(page, visit, 1, CLASS_MOVES_PER_S, 2.0)  # warms up
    totals = [Tally() for _ in range(4)]
    for kind, (visitors, moves_per_s) in enumerate(((1, DRAG_MOVES_PER_S), (VISITORS, CLASS_MOVES_PER_S))):
        for turn in range(TURNS):
            facts.report(f"music: {visitors} visitor(s), turn {turn + 1} of {TURNS}, ours then the peer")
            for side, (page, visit) in enumerate(zip((ours, peer), visits, strict=True)):
                part = await lesson(page, visit, visitors, moves_per_s, seconds / TURNS / 4)
                totals[2 * kind + side].add(part)
    drag, their_drag, own, theirs = totals
    return drag, their_drag, own, theirs


def _describe(tally: Tally) -> dict[str, Any]:
    described = {
        "moves_per_s": tally.moves / tally.seconds,
        "moves_wanted_per_s": tally.moves_wanted / tally.seconds,
        "errors": tally.errors,
        **facts.describe_times(tally.move_ms, "move"),
    }
    return described | ({"first_error": tally.first_error} if tally.first_error else {})


def _describe_ours(tally: Tally) -> dict[str, Any]:
    return {
        **_describe(tally),
        **facts.describe_times(tally.sweep_ms, "first_sweep"),
        "frames_per_sweep": tally.frames / max(tally.sweeps, 1),
    }


def _p95(times_ms: list[float]) -> float:
    return facts.describe_times(times_ms, "x")["x_p95_ms"]
