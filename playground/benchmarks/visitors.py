"""Visitors of the classroom benchmark: one who uses our slider as the page does, one who uses the peer's as gradio does."""

import abc
import asyncio
import json
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from playground.benchmarks import facts
from playground.benchmarks.client import Connection
from playground.benchmarks.page_constants import page_constant
from playground.benchmarks.peer import API_NAME, LIMIT, MODEL
from playground.benchmarks.processes import Page
from playground.serving import unpack

VISITORS = 30
TURNS = 3  # ours and the peer alternate
DIRECTIONS = 8
FAILURES = (OSError, ValueError, asyncio.TimeoutError, asyncio.IncompleteReadError)  # of a question: they are counted
LINE_S = 1.0  # how long a visitor stays on one seed and direction
FRAME_COUNTS = page_constant("FRAME_COUNTS")  # finest first
FIRST_ANSWER_MS, REFINE_MS, REFINE_BYTES = map(page_constant, ("FIRST_ANSWER_MS", "REFINE_MS", "REFINE_BYTES"))
PACE_FRAMES, GUESSED_FLOPS_PER_MS = map(page_constant, ("PACE_FRAMES", "GUESSED_FLOPS_PER_MS"))


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

    def add(self, part: "Tally") -> None:
        """Count what others saw too."""
        self.first_error = self.first_error or part.first_error
        for name in ("moves", "moves_wanted", "errors", "sweeps", "frames", "seconds", "cpu_s"):
            setattr(self, name, getattr(self, name) + getattr(part, name))
        self.sweep_ms += part.sweep_ms
        self.move_ms += part.move_ms

    def describe(self, answers: str = "moves", times: str = "move") -> dict[str, Any]:
        """Plain JSON; ``answers`` and ``times`` are what answered moves and their times are called."""
        described = {
            f"{answers}_per_s": self.moves / self.seconds,
            "moves_wanted_per_s": self.moves_wanted / self.seconds,
            "errors": self.errors,
            **facts.describe_times(self.move_ms, times),
        }
        return described | ({"first_error": self.first_error} if self.first_error else {})


@dataclass(frozen=True)
class Lesson:
    """Which line a visitor is on in which second, and until when the lesson runs (time.monotonic)."""

    begins_s: float
    ends_s: float
    line_of: Callable[[int, int], tuple[int, int]]  # (visitor, second) -> (seed, direction)
    moves_per_s: int
    visitors: int


class Visitor(abc.ABC):
    """One visitor of a page, who moves while a lane beside the moves asks for pictures. Abstract."""

    def __init__(self, number: int, tally: Tally) -> None:
        self.number = number
        self.tally = tally
        self.wake = asyncio.Event()  # there is something to ask, or the lesson is over

    async def attend(self, plan: Lesson) -> None:
        """Live through a lesson."""
        lane = asyncio.create_task(self._lane(plan))
        try:
            await move_about(plan, self.number, self._move)
        finally:
            self._end()
            self.wake.set()
            await lane
            await self.hang_up()

    @abc.abstractmethod
    def _move(self, line: tuple[int, int]) -> None:
        """One move of the slider."""

    @abc.abstractmethod
    async def _lane(self, plan: Lesson) -> None:
        """Ask until the lesson ends."""

    @abc.abstractmethod
    def _end(self) -> None:
        """The moves are over."""

    @abc.abstractmethod
    async def hang_up(self) -> None:
        """Close all connections."""


MakeVisitor = Callable[[int, int, Tally], Visitor]  # (port of a page, which visitor it is, what is counted)


def own_lines(seeds: random.Random) -> Callable[[int, int], tuple[int, int]]:
    """Lines for one lesson: each visitor on a new seed every second, always along the same direction."""
    lines: dict[tuple[int, int], tuple[int, int]] = {}

    def line_of(visitor: int, second: int) -> tuple[int, int]:
        return lines.setdefault((visitor, second), (seeds.randrange(2**31), visitor % DIRECTIONS))

    return line_of


async def hold_lesson(
    page: Page,
    make: MakeVisitor,
    line_of: Callable[[int, int], tuple[int, int]],
    *,
    visitors: int,
    moves_per_s: int,
    lasts_s: float,
) -> Tally:
    """What so many visitors of a page see in one lesson."""
    tally = Tally(seconds=lasts_s)
    now_s = time.monotonic()
    plan = Lesson(now_s, now_s + lasts_s, line_of, moves_per_s, visitors)
    await asyncio.gather(*(make(page.port, i, tally).attend(plan) for i in range(visitors)))
    return tally


async def hold_in_turns(
    sides: Sequence[tuple[Page, MakeVisitor]], seeds: random.Random, *, visitors: int, moves_per_s: int, lasts_s: float
) -> list[Tally]:
    """``lasts_s`` of lessons with each side, in turns, so that a change in the machine's load meets all; a tally of each."""
    totals = [Tally() for _ in sides]
    for turn in range(TURNS):
        facts.report(f"{visitors} visitor(s), turn {turn + 1} of {TURNS}, ours then the peer")
        for (page, make), total in zip(sides, totals, strict=True):
            lesson = hold_lesson(
                page, make, own_lines(seeds), visitors=visitors, moves_per_s=moves_per_s, lasts_s=lasts_s / TURNS
            )
            total.add(await lesson)
    return totals


class OurVisitor(Visitor):
    """The page's slider: grab a line, ask its sweep, move in it. The lane has one request in flight, and the newest wins."""

    def __init__(self, port: int, number: int, tally: Tally, pace_ms: float, model: str = MODEL) -> None:
        super().__init__(number, tally)
        self.model = model
        self.connection = Connection(port)
        self.session = f"bench-{number}-{time.monotonic_ns()}"
        self.pace_ms = pace_ms
        self.line: tuple[int, int] | None = None
        self.arrived = False  # a sweep of the present line is here
        self.waiting_s: float | None = None  # when the move was made that waits for the first sweep

    def _end(self) -> None:
        self.line = None

    async def hang_up(self) -> None:
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
            try:
                await self._ask_line(line, grabbed_s)
            except FAILURES as error:
                self.tally.fail(f"{type(error).__name__}: {error}")

    async def _ask_line(self, line: tuple[int, int], grabbed_s: float) -> None:
        """The first sweep of a line, then the frames between those that are there, while the visitor stays on it."""
        frames = next((count for count in FRAME_COUNTS if count * self.pace_ms <= FIRST_ANSWER_MS), FRAME_COUNTS[-1])
        frame_bytes = await self._ask(line, frames, LIMIT)
        if line != self.line:
            return
        self._arrive(grabbed_s)
        while line == self.line and frames < FRAME_COUNTS[0]:
            gaps = frames - 1
            if gaps * self.pace_ms > REFINE_MS or (frames + gaps) * frame_bytes > REFINE_BYTES:
                return
            await self._ask(line, gaps, LIMIT - LIMIT / gaps)
            frames += gaps

    def _arrive(self, grabbed_s: float) -> None:
        now_s = time.monotonic()
        self.arrived = True
        self.tally.sweep_ms.append(1000 * (now_s - grabbed_s))
        if self.waiting_s is not None:
            self.tally.moves += 1
            self.tally.move_ms.append(1000 * (now_s - self.waiting_s))

    async def _ask(self, line: tuple[int, int], frames: int, limit: float) -> int:
        """So many frames at equal steps from -limit to limit along a line; the bytes of a frame."""
        seed, direction = line
        along = {"latent": {"seed": seed, "index": 0}, "direction": direction, "low": -limit, "high": limit}
        request = {**along, "frames": frames, "settings": {"temperature": 1}}
        question = {"model": self.model, "operation": "sweep", "request": request}
        started_s = time.monotonic()
        status, body = await self.connection.post_json(
            "/playground/run", {**question, "session": self.session, "view": "explore-sweep"}
        )
        self.tally.sweeps += 1
        if status != 200:
            raise ValueError(f"status {status}: {body[:150]!r}")
        header, content = unpack(body)
        frame_bytes = header["height"] * header["width"] * header.get("channels", 1)
        if header["frames"] != frames or len(content) != frames * frame_bytes:
            raise ValueError(f"asked for {frames} frames, got {header}")
        self.tally.frames += frames
        if frames >= PACE_FRAMES:
            self.pace_ms = 0.7 * self.pace_ms + 0.3 * 1000 * (time.monotonic() - started_s) / frames
        return frame_bytes


class OneAtATime(Visitor):
    """A visitor with one question in flight: the newest move waits, those between are dropped. Abstract."""

    def __init__(self, number: int, tally: Tally) -> None:
        super().__init__(number, tally)
        self.waiting: tuple[int, int, float, float] | None = None  # seed, direction, amount, when
        self.over = False  # the lesson is
        self.amounts = random.Random(number)

    @abc.abstractmethod
    async def ask(self, seed: int, direction: int, amount: float) -> None:
        """One move to its answer; OSError or ValueError counts as an error."""

    def _end(self) -> None:
        self.over = True

    def _move(self, line: tuple[int, int]) -> None:
        self.tally.moves_wanted += 1
        self.waiting = (*line, round(self.amounts.uniform(-LIMIT, LIMIT), 2), time.monotonic())
        self.wake.set()

    async def _lane(self, plan: Lesson) -> None:
        while not self.over or self.waiting is not None:
            await self.wake.wait()
            if not self.over:  # then it stays set, so that nothing waits again
                self.wake.clear()
            if self.waiting is None or time.monotonic() >= plan.ends_s:
                self.waiting = None
                continue
            seed, direction, amount, moved_s = self.waiting
            self.waiting = None
            try:
                await self.ask(seed, direction, amount)
            except FAILURES as error:
                self.tally.fail(f"{type(error).__name__}: {error}")
                continue
            now_s = time.monotonic()
            if now_s < plan.ends_s:
                self.tally.moves += 1
                self.tally.move_ms.append(1000 * (now_s - moved_s))


class PeerVisitor(OneAtATime):
    """Gradio's page with trigger_mode="always_last"."""

    def __init__(self, port: int, number: int, tally: Tally, endpoint: int) -> None:
        super().__init__(number, tally)
        self.joins, self.streams, self.files = Connection(port), Connection(port), Connection(port)
        self.endpoint = endpoint
        self.session = f"bench{number}x{time.monotonic_ns()}"

    async def hang_up(self) -> None:
        for connection in (self.joins, self.streams, self.files):
            await connection.close()

    async def ask(self, seed: int, direction: int, amount: float) -> None:
        """One event: seed, direction and amount to a fetched file."""
        join = {
            "data": [seed, direction, amount],
            "fn_index": self.endpoint,
            "session_hash": self.session,
            "event_data": None,
        }
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
        status, _ = await self.files.get(f"/{path}")
        if status != 200:
            raise ValueError(f"the file answered {status}")


async def move_about(plan: Lesson, number: int, move: Callable[[tuple[int, int]], None]) -> None:
    """Call `move` at the lesson's pace with the line of the second; visitors are spread over the second."""
    step = 0
    offset_s = number / plan.visitors * LINE_S
    while True:
        at_s = plan.begins_s + offset_s + step / plan.moves_per_s
        if at_s >= plan.ends_s:
            return
        await asyncio.sleep(max(0.0, at_s - time.monotonic()))
        move(plan.line_of(number, step // round(plan.moves_per_s * LINE_S)))
        step += 1


async def guess_pace_ms(page: Page, model: str = MODEL) -> float:
    """What the page assumes of the model before its first answer: milliseconds a frame."""
    status, body = await Connection(page.port).get("/playground/models")
    assert status == 200, body[:200]
    card = next(card for card in json.loads(body) if card["id"] == model)
    return 0.5 + card["cost"]["flops_per_sample"] / GUESSED_FLOPS_PER_MS


async def endpoint_of(page: Page, name: str = API_NAME) -> int:
    """The number of the peer's event of that name."""
    _, body = await Connection(page.port).get("/config")
    dependencies = json.loads(body)["dependencies"]
    return next(one["id"] for one in dependencies if one["api_name"] == name)
