"""Ten times more than the page can do: quick refusals, bounded memory, others still served, and soon back to normal."""

import asyncio
import time

import numpy as np
import pytest

from playground.benchmarks.client import Connection
from playground.benchmarks.processes import Page, rss_mb
from tests.server import VAE, Caller, patient

FLOOD_S = 30.0
FLOODERS = 4
LEAST_PER_S = 20
MEMORY_MB = 100


def question(seed: int, session: str, count: int = 64) -> dict:
    """Samples with features: some twenty milliseconds of the model process, and never in a batch with others."""
    request = {"seed": seed, "start": 0, "count": count}
    return {"model": VAE, "operation": "features", "request": request, "session": session}


async def measure_capacity(port: int) -> float:
    """Requests a second that one visitor gets answered, one after another."""
    connection = Connection(port)
    started_s, done = time.monotonic(), 0
    while time.monotonic() - started_s < 1.5:
        status, body = await connection.post_json("/playground/run", question(done, f"alone {done}"))
        assert status == 200, body[:300]
        done += 1
    await connection.close()
    return done / (time.monotonic() - started_s)


async def flood(port: int, rate_per_s: float) -> tuple[list[tuple[int, float]], list[float]]:
    """Ask at that rate, whatever comes back: (status, seconds) of every answer; and a polite visitor's seconds."""
    answers: list[tuple[int, float]] = []
    polite: list[float] = []
    ends_s = time.monotonic() + FLOOD_S

    async def ask(number: int) -> None:
        connection = Connection(port)
        began_s = time.monotonic()
        try:
            status, _ = await connection.post_json(
                "/playground/run", question(10_000 + number, f"flood {number % FLOODERS}")
            )
            answers.append((status, time.monotonic() - began_s))
        finally:
            await connection.close()

    async def visit() -> None:
        connection, number = Connection(port), 0
        while time.monotonic() < ends_s:
            number += 1
            began_s = time.monotonic()
            status, body = await connection.post_json("/playground/run", question(5_000_000 + number, "polite", 1))
            assert status == 200, body[:300]
            polite.append(time.monotonic() - began_s)
            await asyncio.sleep(0.1)
        await connection.close()

    visitor = asyncio.create_task(visit())
    tasks, number, began_s = set(), 0, time.monotonic()
    while time.monotonic() < ends_s:
        while number < (time.monotonic() - began_s) * rate_per_s:
            tasks.add(asyncio.create_task(ask(number)))
            number += 1
        await asyncio.sleep(0.005)
    await visitor
    for task in tasks:  # the crowd leaves
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return answers, polite


@pytest.mark.slow
def test_ten_times_too_much_is_refused_quickly_and_forgotten_soon(page: Page, caller: Caller) -> None:
    capacity = asyncio.run(measure_capacity(page.port))
    pids = [page.process.pid, page.worker_pid()]
    before_mb = [rss_mb(pid) for pid in pids]
    answers, polite = asyncio.run(flood(page.port, max(LEAST_PER_S, 10 * capacity)))
    ended_s = time.monotonic()
    caller.assert_serves()
    recovery_s = time.monotonic() - ended_s
    growth_mb = [rss_mb(pid) - before for pid, before in zip(pids, before_mb)]
    refused_s = [seconds for status, seconds in answers if status == 429]
    served = sum(status == 200 for status, _ in answers)
    print(
        f"capacity {capacity:.0f}/s; of {len(answers)} answers {served} served, {len(refused_s)} refused, "
        f"refusal p50 {1000 * np.median(refused_s or [0]):.0f} ms p95 {1000 * np.percentile(refused_s or [0], 95):.0f} ms; "
        f"a polite visitor waited p50 {1000 * np.median(polite):.0f} ms, at most {1000 * max(polite):.0f} ms; "
        f"recovery {recovery_s:.2f} s; growth {[round(mb) for mb in growth_mb]} MB"
    )
    assert {status for status, _ in answers} <= {200, 429, 503, 504}
    assert refused_s and served
    assert np.median(refused_s) <= patient(0.25)
    assert max(polite) <= patient(2)
    assert recovery_s <= patient(2)
    assert max(growth_mb) <= MEMORY_MB
    assert page.worker_pid() == pids[1]
