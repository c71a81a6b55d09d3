"""Thirty visitors at once (or --visitors N), as in front of a class.

Each is on a new seed and direction every second and moves five times a second.

Ours is asked as the page asks (static/core/sweeps.js): the first sweep of a line holds as many frames as the pace of the
last answers allows, finer ones follow, and a move inside a sweep that has arrived is answered without the server. The peer
is asked as gradio's own page asks: join the queue, read the event stream, fetch the picture. On both sides a move that is
overtaken by a newer one before it was answered is dropped and does not count. The two are measured in turns.

Five moves a second are less than a hand makes: a dragged slider sends thirty to sixty. A last lesson shows that pace too.
"""

import asyncio
import json
import random
from functools import partial
from typing import Any

from playground.benchmarks import facts
from playground.benchmarks.client import Connection
from playground.benchmarks.processes import Page, both_pages, cpu_s, rss_mb
from playground.benchmarks.visitors import (
    LINE_S,
    TURNS,
    VISITORS,
    MakeVisitor,
    OurVisitor,
    PeerVisitor,
    Tally,
    endpoint_of,
    guess_pace_ms,
    hold_lesson,
    own_lines,
)

SECONDS = 60.0
MOVES_PER_S = 5
DRAG_MOVES_PER_S = 30
WARM_S = 3.0


def run(visitors: int = VISITORS) -> dict[str, Any]:
    """See the module."""
    seconds = facts.seconds_of(SECONDS)
    with both_pages() as (ours, peer):
        return asyncio.run(_run(ours, peer, seconds, visitors))


async def _run(ours: Page, peer: Page, seconds: float, visitors: int) -> dict[str, Any]:
    pace_ms = await guess_pace_ms(ours)
    seeds = random.Random(1)

    async def lesson(
        make: MakeVisitor, page: Page, lasts_s: float, moves_per_s: int = MOVES_PER_S, together: bool = False
    ) -> Tally:
        lines = own_lines(seeds)
        pids = [page.process.pid, *page.worker_pids()]
        cpu_before_s = sum(map(cpu_s, pids))
        tally = await hold_lesson(
            page,
            make,
            (lambda visitor, second: lines(-1, second)) if together else lines,  # all on the teacher's
            visitors=visitors,
            moves_per_s=moves_per_s,
            lasts_s=lasts_s,
        )
        tally.cpu_s = sum(map(cpu_s, pids)) - cpu_before_s
        return tally

    endpoint = await endpoint_of(peer)
    our_visit, peer_visit = partial(OurVisitor, pace_ms=pace_ms), partial(PeerVisitor, endpoint=endpoint)
    facts.report(f"classroom: {visitors} visitors, warming up")
    await peer_visit(peer.port, 0, Tally()).ask(0, 0, 0.0)  # its first event imports pandas
    for make, page in ((our_visit, ours), (peer_visit, peer)):
        await lesson(make, page, WARM_S)
    pids = {"web": ours.process.pid, "worker": ours.worker_pid(), "peer": peer.process.pid}
    before = {name: rss_mb(pid) for name, pid in pids.items()}
    apart, theirs = Tally(), Tally()
    for turn in range(TURNS):
        facts.report(f"classroom: turn {turn + 1} of {TURNS}, ours then the peer, {seconds / TURNS:g} s each")
        apart.add(await lesson(our_visit, ours, seconds / TURNS))
        theirs.add(await lesson(peer_visit, peer, seconds / TURNS))
    after = {name: rss_mb(pid) for name, pid in pids.items()}
    facts.report(f"classroom: all on the same slider, {seconds / TURNS:g} s")
    cache_before = await _health(ours)
    together = await lesson(our_visit, ours, seconds / TURNS, together=True)
    cache_after = await _health(ours)
    facts.report(f"classroom: {DRAG_MOVES_PER_S} moves a second, ours then the peer, {seconds / TURNS:g} s each")
    our_drag = await lesson(our_visit, ours, seconds / TURNS, DRAG_MOVES_PER_S)
    their_drag = await lesson(peer_visit, peer, seconds / TURNS, DRAG_MOVES_PER_S)
    growth = {name: after[name] - before[name] for name in pids}
    shared = {name: cache_after["cache"][name] - cache_before["cache"][name] for name in ("hits", "joined", "misses")}
    our_moves, their_moves = apart.moves / apart.seconds, theirs.moves / theirs.seconds
    return facts.build_result(
        f"{visitors} visitors for {seconds:g} s, each on a new seed and direction every {LINE_S:g} s, "
        f"{MOVES_PER_S} moves/s wanted of each ({visitors * MOVES_PER_S} moves/s in all), one picture a move",
        {
            **_describe(apart, "new_sweep", apart.sweep_ms),
            "web_memory_start_mb": before["web"],
            "web_memory_growth_mb": growth["web"],
            "worker_memory_start_mb": before["worker"],
            "worker_memory_growth_mb": growth["worker"],
            "dragging": _describe_drag(our_drag),
            "same_slider": {**_describe(together, "new_sweep", together.sweep_ms), "cache": shared},
        },
        {
            **_describe(theirs, "move", theirs.move_ms),
            "dragging": _describe_drag(their_drag),
            "memory_start_mb": before["peer"],
            "memory_growth_mb": growth["peer"],
        },
        {
            "moves_per_s": our_moves / max(their_moves, 1e-9),
            "moves_per_s_dragging": our_drag.moves / max(their_drag.moves, 1),
            "moves_per_processor_second": _per_cpu_s(apart) / max(_per_cpu_s(theirs), 1e-9),
        },
        [
            facts.at_most("errors", apart.errors + together.errors, 0),
            facts.at_most("new sweep p95 ms", facts.percentile(apart.sweep_ms, 95), 200),
            facts.at_most("web memory growth MB", growth["web"], 50),
            facts.at_most("worker memory growth MB", growth["worker"], 50),
            facts.at_least("moves per second, ours over the peer's", our_moves / max(their_moves, 1e-9), 8),
        ],
        [
            "Our moves inside a sweep that has arrived are answered in the browser, so they cost the server nothing; "
            "each peer move is a round trip. Moves overtaken by a newer one do not count on either side.",
            f"{visitors * MOVES_PER_S} moves/s are wanted in all, so that no page can answer more; dragging, "
            f"{visitors * DRAG_MOVES_PER_S} are.",
            *facts.note_duration(seconds, SECONDS),
        ],
    )


async def _health(page: Page) -> dict[str, Any]:
    return json.loads((await Connection(page.port).get("/playground/health/ready"))[1])


def _describe(tally: Tally, name: str, times_ms: list[float]) -> dict[str, Any]:
    described = {
        "moves_per_s": tally.moves / tally.seconds,
        "moves_wanted_per_s": tally.moves_wanted / tally.seconds,
        "cpu_ms_per_move": 1000 * tally.cpu_s / max(tally.moves, 1),
        "errors": tally.errors,
        **facts.describe_times(times_ms, name),
    }
    if tally.first_error:
        described["first_error"] = tally.first_error
    if tally.sweeps:
        described |= {"requests_per_s": tally.sweeps / tally.seconds, "frames_per_s": tally.frames / tally.seconds}
    return described


def _describe_drag(tally: Tally) -> dict[str, Any]:
    wanted = tally.moves_wanted / tally.seconds
    return {"moves_per_s": tally.moves / tally.seconds, "moves_wanted_per_s": wanted, "errors": tally.errors}


def _per_cpu_s(tally: Tally) -> float:
    return tally.moves / max(tally.cpu_s, 1e-9)
