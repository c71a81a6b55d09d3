"""What the engine's tests share: an engine around a scenario, and a look at what it leaves behind."""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from playground.serving import Item, LocalEngine, unpack

FAKE = "tests.serving.fake_worker:FakeWorker"


def with_engine(scenario: Callable[[LocalEngine], Awaitable[None]], *, worker: str = FAKE, **settings: Any) -> None:
    """Run a scenario with a ready engine; afterwards no child and no descriptor may be left."""
    descriptors, children = count_descriptors(), list_children()

    async def main() -> None:
        engine = LocalEngine(worker, **settings)
        await engine.start()
        try:
            await engine.wait_ready(20)
            await asyncio.wait_for(scenario(engine), 40)
            assert_every_request_ended_once(engine)
        finally:
            await engine.close(1)

    asyncio.run(main())
    assert list_children() == children
    assert count_descriptors() == descriptors


def assert_every_request_ended_once(engine: LocalEngine) -> None:
    """The counters' books balance."""
    health = engine.health()
    endings = dict(health["counters"])
    assert endings.pop("submitted") == sum(endings.values()) + health["queue"]["open"], health


def item(operation: str, model: str = "m", body: bytes = b"", **request: Any) -> Item:
    """An item of the fake worker; items of different models never share a batch."""
    return Item(model, operation, request, body)


async def ask(engine: LocalEngine, question: Item, **where: Any) -> dict[str, Any]:
    """The header of the answer."""
    return unpack(await engine.submit(question, **where))[0]


async def ending(coroutine: Awaitable[Any]) -> tuple[BaseException | None, float]:
    """The error that a request ended with, None for an answer, and the time it ended (time.monotonic)."""
    try:
        await coroutine
    except Exception as error:
        return error, time.monotonic()
    return None, time.monotonic()


async def until(condition: Callable[[], bool], patience_s: float) -> float:
    """Wait for a condition; returns the seconds it took, fails after the timeouts."""
    began_s = time.monotonic()
    while not condition():
        waited_s = time.monotonic() - began_s
        assert waited_s < patience_s, f"not true after {waited_s:.1f} s"
        await asyncio.sleep(0.005)
    return time.monotonic() - began_s


def worker_of(engine: LocalEngine, index: int = 0) -> dict[str, Any]:
    """One worker's entry in the health report."""
    return engine.health()["workers"][index]


def is_alive(pid: int) -> bool:
    """Whether a process runs; a zombie does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


def list_children() -> list[int]:
    """Process ids of this process's children, zombies included."""
    children = []
    for path in Path("/proc/self/task").glob("*/children"):
        children += [int(pid) for pid in path.read_text().split()]
    return sorted(children)


def count_descriptors() -> int:
    """Open file descriptors of this process."""
    return len(os.listdir("/proc/self/fd"))
