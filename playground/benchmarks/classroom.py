"""Thirty visitors at once, as in front of a class: each on a new seed and direction every second, moving five times a second.

Ours is asked as the page asks (static/core/sweeps.js): the first sweep of a line holds as many frames as the pace of the
last answers allows, finer ones follow, and a move inside a sweep that has arrived is answered without the server. The peer
is asked as gradio's own page asks: join the queue, read the event stream, fetch the picture. On both sides a move that is
overtaken by a newer one before it was answered is dropped and does not count. The two are measured in turns.

Five moves a second are less than a hand makes: a dragged slider sends thirty to sixty. A last lesson shows that pace too.
"""

import asyncio
import json
import random
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

from playground.benchmarks import facts
from playground.benchmarks.client import Connection
from playground.benchmarks.peer import API_NAME, LIMIT, MODEL
from playground.benchmarks.processes import Page, both_pages, cpu_s, rss_mb
from playground.serving import unpack

VISITORS = 30
SECONDS = 60.0
TURNS = 3  # ours and the peer alternate, so that a change in the machine's load meets both
MOVES_PER_S = 5
DRAG_MOVES_PER_S = 30
LINE_S = 1.0  # how long a visitor stays on one seed and direction
WARM_S = 3.0
FINEST, REFINE_MS, FIRST_ANSWER_MS = 33, 1500.0, 120.0  # as in sweeps.js
GUESSED_FLOPS_PER_MS = 2e7  # as in api.js
DIRECTIONS = 8


@dataclass
class Tally:
    """What a group of visitors saw."""

    moves: int = 0
    moves_wanted: int = 0
    errors: int = 0
    first_error: str = ""
    sweeps: int = 0  # requests to the server
    frames: int = 0
    sweep_ms: list[float] = field(default_factory=list)  # from asking a new line to its first sweep
    move_ms: list[float] = field(default_factory=list)  # from a move to its picture
    seconds: float = 0.0
    cpu_s: float = 0.0  # of the page's processes

    def fail(self, what: str) -> None:
        """Count an error and keep the first in words."""
        self.errors += 1
        self.first_error = self.first_error or what[:200]


@dataclass(frozen=True)
class Lesson:
    """Which line a visitor is on in which second, and until when the lesson runs (time.monotonic)."""

    begins_s: float
    ends_s: float
    line_of: Callable[[int, int], tuple[int, int]]  # (visitor, second) -> (seed, direction)
    moves_per_s: int


def run() -> dict[str, Any]:
    """See the module."""
    seconds = facts.seconds_of(SECONDS)
    with both_pages() as (ours, peer):
        return asyncio.run(_run(ours, peer, seconds))


async def _run(ours: Page, peer: Page, seconds: float) -> dict[str, Any]:
    pace_ms = await _guess_pace_ms(ours)
    seeds = random.Random(1)
    fresh = (seed for seed in iter(lambda: seeds.randrange(2**31), None))
    lines: dict[tuple[int, int], tuple[int, int]] = {}

    def own_line(visitor: int, second: int) -> tuple[int, int]:
        return lines.setdefault((visitor, second), (next(fresh), visitor % DIRECTIONS))

    def teachers_line(visitor: int, second: int) -> tuple[int, int]:
        return own_line(-1, second)

    async def lesson(
        visit: Callable[..., Coroutine[Any, Any, None]], page: Page, lasts_s: float, line_of, moves_per_s=MOVES_PER_S
    ) -> Tally:
        lines.clear()
        tally = Tally(seconds=lasts_s)
        pids = [page.process.pid, *page.worker_pids()]
        cpu_before_s = sum(map(cpu_s, pids))
        now_s = time.monotonic()
        plan = Lesson(now_s, now_s + lasts_s, line_of, moves_per_s)
        await asyncio.gather(*(visit(page, plan, i, tally) for i in range(VISITORS)))
        tally.cpu_s = sum(map(cpu_s, pids)) - cpu_before_s
        return tally

    endpoint = await endpoint_of(peer)
    our_visit, peer_visit = _our_visitor(pace_ms), _peer_visitor(endpoint)
    facts.report(f"classroom: {VISITORS} visitors, warming up")
    await PeerVisitor(peer.port, 0, endpoint, Tally()).ask([0, 0, 0.0])  # its first event imports pandas
    for visit, page in ((our_visit, ours), (peer_visit, peer)):
        await lesson(visit, page, WARM_S, own_line)
    pids = {"web": ours.process.pid, "worker": ours.worker_pid(), "peer": peer.process.pid}
    before = {name: rss_mb(pid) for name, pid in pids.items()}
    apart, theirs = Tally(), Tally()
    for turn in range(TURNS):
        facts.report(f"classroom: turn {turn + 1} of {TURNS}, ours then the peer, {seconds / TURNS:g} s each")
        _add(apart, await lesson(our_visit, ours, seconds / TURNS, own_line))
        _add(theirs, await lesson(peer_visit, peer, seconds / TURNS, own_line))
    after = {name: rss_mb(pid) for name, pid in pids.items()}
    facts.report(f"classroom: all on the same slider, {seconds / TURNS:g} s")
    cache_before = await _health(ours)
    together = await lesson(our_visit, ours, seconds / TURNS, teachers_line)
    cache_after = await _health(ours)
    facts.report(f"classroom: {DRAG_MOVES_PER_S} moves a second, ours then the peer, {seconds / TURNS:g} s each")
    our_drag = await lesson(our_visit, ours, seconds / TURNS, own_line, DRAG_MOVES_PER_S)
    their_drag = await lesson(peer_visit, peer, seconds / TURNS, own_line, DRAG_MOVES_PER_S)
    growth = {name: after[name] - before[name] for name in pids}
    shared = {name: cache_after["cache"][name] - cache_before["cache"][name] for name in ("hits", "joined", "misses")}
    our_moves, their_moves = apart.moves / apart.seconds, theirs.moves / theirs.seconds
    return facts.build_result(
        f"{VISITORS} visitors for {seconds:g} s, each on a new seed and direction every {LINE_S:g} s, "
        f"{MOVES_PER_S} moves/s wanted of each ({VISITORS * MOVES_PER_S} moves/s in all), one picture a move",
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
            facts.at_most("new sweep p95 ms", _p95(apart.sweep_ms), 200),
            facts.at_most("web memory growth MB", growth["web"], 50),
            facts.at_most("worker memory growth MB", growth["worker"], 50),
            facts.at_least("moves per second, ours over the peer's", our_moves / max(their_moves, 1e-9), 8),
        ],
        [
            "Our moves inside a sweep that has arrived are answered in the browser, so they cost the server nothing; "
            "each peer move is a round trip. Moves overtaken by a newer one do not count on either side.",
            f"{VISITORS * MOVES_PER_S} moves/s are wanted in all, so that no page can answer more; dragging, "
            f"{VISITORS * DRAG_MOVES_PER_S} are.",
            *facts.note_duration(seconds, SECONDS),
        ],
    )


def _our_visitor(first_pace_ms: float) -> Callable[..., Coroutine[Any, Any, None]]:
    async def visit(page: Page, plan: Lesson, number: int, tally: Tally) -> None:
        visitor = OurVisitor(page.port, number, first_pace_ms, tally)
        await visitor.attend(plan)

    return visit


class OurVisitor:
    """The page's slider: grab a line, ask its sweep, move in it."""

    def __init__(self, port: int, number: int, pace_ms: float, tally: Tally) -> None:
        self.connection = Connection(port)
        self.number = number
        self.session = f"bench-{number}-{time.monotonic_ns()}"
        self.pace_ms = pace_ms
        self.tally = tally
        self.line: tuple[int, int] | None = None
        self.arrived = False  # a sweep of the present line is here
        self.waiting_s: float | None = None  # when the move was made that waits for the first sweep
        self.wake = asyncio.Event()  # a new line was grabbed

    async def attend(self, plan: Lesson) -> None:
        """Live through a lesson. The lane (one request in flight, newest wins) runs beside the moves."""
        lane = asyncio.create_task(self._lane(plan))
        try:
            await _move_about(plan, self.number, self._move)
        finally:
            self.line = None
            self.wake.set()
            await lane
            await self.connection.close()

    def _move(self, line: tuple[int, int]) -> None:
        if line != self.line:
            self.line, self.arrived, self.waiting_s = line, False, None
            self.wake.set()
        self.tally.moves_wanted += 1
        if self.arrived:
            self.tally.moves += 1
            self.tally.move_ms.append(0.0)
        else:
            self.waiting_s = time.monotonic()

    async def _lane(self, plan: Lesson) -> None:
        while time.monotonic() < plan.ends_s:
            await self.wake.wait()
            self.wake.clear()
            line, grabbed_s = self.line, time.monotonic()
            if line is None:
                return
            count = FINEST if FINEST * self.pace_ms <= FIRST_ANSWER_MS else 17
            if count * self.pace_ms > FIRST_ANSWER_MS:
                count = 9
            while line == self.line and count <= FINEST:
                try:
                    await self._ask(line, count)
                except (OSError, ValueError, asyncio.TimeoutError, asyncio.IncompleteReadError) as error:
                    self.tally.fail(f"{type(error).__name__}: {error}")
                    break
                if line == self.line and not self.arrived:
                    self._arrive(grabbed_s)
                count = 2 * count - 1
                if count * self.pace_ms >= REFINE_MS:
                    break

    def _arrive(self, grabbed_s: float) -> None:
        now_s = time.monotonic()
        self.arrived = True
        self.tally.sweep_ms.append(1000 * (now_s - grabbed_s))
        if self.waiting_s is not None:
            self.tally.moves += 1
            self.tally.move_ms.append(1000 * (now_s - self.waiting_s))

    async def _ask(self, line: tuple[int, int], count: int) -> None:
        seed, direction = line
        latent = {"seed": seed, "index": 0}
        request = {"latent": latent, "direction": direction, "low": -LIMIT, "high": LIMIT, "frames": count}
        question = {"model": MODEL, "operation": "sweep", "request": {**request, "settings": {"temperature": 1}}}
        started_s = time.monotonic()
        status, body = await self.connection.post_json(
            "/playground/run", {**question, "session": self.session, "view": "explore-sweep"}
        )
        self.tally.sweeps += 1
        if status != 200:
            raise ValueError(f"status {status}: {body[:150]!r}")
        header, frames = unpack(body)
        if header["frames"] != count or len(frames) != count * header["height"] * header["width"]:
            raise ValueError(f"asked for {count} frames, got {header}")
        self.tally.frames += count
        self.pace_ms = 0.7 * self.pace_ms + 0.3 * 1000 * (time.monotonic() - started_s) / count


def _peer_visitor(endpoint: int) -> Callable[..., Coroutine[Any, Any, None]]:
    async def visit(page: Page, plan: Lesson, number: int, tally: Tally) -> None:
        await PeerVisitor(page.port, number, endpoint, tally).attend(plan)

    return visit


class PeerVisitor:
    """Gradio's page with trigger_mode="always_last": one event in flight, the newest move waits."""

    def __init__(self, port: int, number: int, endpoint: int, tally: Tally) -> None:
        self.joins, self.streams, self.pictures = Connection(port), Connection(port), Connection(port)
        self.number = number
        self.endpoint = endpoint
        self.session = f"bench{number}x{time.monotonic_ns()}"
        self.tally = tally
        self.waiting: tuple[int, int, float, float] | None = None  # seed, direction, amount, when
        self.wake = asyncio.Event()
        self.amounts = random.Random(number)

    async def attend(self, plan: Lesson) -> None:
        """Live through a lesson."""
        lane = asyncio.create_task(self._lane(plan))
        try:
            await _move_about(plan, self.number, self._move)
        finally:
            self.wake.set()
            await lane
            for connection in (self.joins, self.streams, self.pictures):
                await connection.close()

    def _move(self, line: tuple[int, int]) -> None:
        self.tally.moves_wanted += 1
        self.waiting = (*line, round(self.amounts.uniform(-LIMIT, LIMIT), 2), time.monotonic())
        self.wake.set()

    async def _lane(self, plan: Lesson) -> None:
        while time.monotonic() < plan.ends_s:
            await self.wake.wait()
            self.wake.clear()
            if self.waiting is None or time.monotonic() >= plan.ends_s:
                continue
            seed, direction, amount, moved_s = self.waiting
            self.waiting = None
            try:
                await self.ask([seed, direction, amount])
            except (OSError, ValueError, asyncio.TimeoutError, asyncio.IncompleteReadError) as error:
                self.tally.fail(f"{type(error).__name__}: {error}")
                continue
            now_s = time.monotonic()
            if now_s < plan.ends_s:
                self.tally.moves += 1
                self.tally.move_ms.append(1000 * (now_s - moved_s))

    async def ask(self, data: list[float]) -> None:
        """One event: seed, direction and amount to a fetched picture."""
        join = {"data": data, "fn_index": self.endpoint, "session_hash": self.session, "event_data": None}
        status, body = await self.joins.post_json("/gradio_api/queue/join?", join)
        if status != 200:
            raise ValueError(f"join answered {status}: {body[:150]!r}")
        output = None
        async for line in self.streams.stream(f"/gradio_api/queue/data?session_hash={self.session}"):
            if not line.startswith(b"data: "):
                continue
            message = json.loads(line[6:])
            if message["msg"] == "process_completed":
                output = message["output"]
                if not message["success"]:
                    raise ValueError(f"the event failed: {output}")
        if output is None:
            raise ValueError("the event stream ended without a result")
        path = output["data"][0]["url"].split("/", 3)[3]
        status, _ = await self.pictures.get(f"/{path}")
        if status != 200:
            raise ValueError(f"the picture answered {status}")


async def _move_about(plan: Lesson, number: int, move: Callable[[tuple[int, int]], None]) -> None:
    """Call `move` at the lesson's pace with the line of the second; visitors are spread over the second."""
    step = 0
    offset_s = number / VISITORS * LINE_S
    while True:
        at_s = plan.begins_s + offset_s + step / plan.moves_per_s
        if at_s >= plan.ends_s:
            return
        await asyncio.sleep(max(0.0, at_s - time.monotonic()))
        move(plan.line_of(number, step // round(plan.moves_per_s * LINE_S)))
        step += 1


async def _guess_pace_ms(page: Page) -> float:
    """What the page assumes of the model before its first answer: milliseconds a frame."""
    status, body = await Connection(page.port).get("/playground/models")
    assert status == 200, body[:200]
    card = next(card for card in json.loads(body) if card["id"] == MODEL)
    return 0.5 + card["cost"]["flops_per_sample"] / GUESSED_FLOPS_PER_MS


async def endpoint_of(page: Page) -> int:
    """The number of the peer's slider event."""
    _, body = await Connection(page.port).get("/config")
    dependencies = json.loads(body)["dependencies"]
    return next(one["id"] for one in dependencies if one["api_name"] == API_NAME)


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


def _add(total: Tally, part: Tally) -> None:
    total.moves += part.moves
    total.moves_wanted += part.moves_wanted
    total.errors += part.errors
    total.first_error = total.first_error or part.first_error
    total.sweeps += part.sweeps
    total.frames += part.frames
    total.sweep_ms += part.sweep_ms
    total.move_ms += part.move_ms
    total.seconds += part.seconds
    total.cpu_s += part.cpu_s


def _p95(times_ms: list[float]) -> float:
    return facts.describe_times(times_ms, "x")["x_p95_ms"]
