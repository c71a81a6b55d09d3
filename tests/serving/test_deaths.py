"""The engine when workers die: by signal, by hanging, again and again, or because their parent is gone."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from harness import ask, ending, is_alive, item, list_children, until, with_engine, worker_of

from playground.errors import BadRequest, Expired, WorkerLost
from playground.serving import LocalEngine, Timeouts

QUICK = {"first_delay_s": 0.01, "longest_delay_s": 0.05, "probe_s": 0.5}


def test_a_killed_worker_costs_its_batch_an_error_at_once_and_is_replaced() -> None:
    async def scenario(engine: LocalEngine) -> None:
        await ask(engine, item("sleep", seconds=0))  # teaches the cap
        pid = worker_of(engine)["pid"]
        tasks = [asyncio.create_task(ending(engine.submit(item("sleep", seconds=5, i=i)))) for i in range(4)]
        waiting = asyncio.create_task(ask(engine, item("echo")))
        await until(lambda: worker_of(engine)["state"] == "busy", 1)
        killed_s = time.monotonic()
        os.kill(pid, signal.SIGKILL)
        ends = await asyncio.gather(*tasks)
        assert (await waiting)["pid"] != pid  # what was queued outlives the worker
        back_s = time.monotonic() - killed_s
        for error, _ in ends:
            assert type(error) is WorkerLost and "ended by itself. It is started again" in str(error)
        told_s = max(ended_s for _, ended_s in ends) - killed_s
        print(f"told after {1e3 * told_s:.1f} ms, service back after {1e3 * back_s:.0f} ms")
        assert told_s < 1 and back_s < 5
        assert worker_of(engine)["restarts"] == 1
        assert "exit status -9" in worker_of(engine)["last_death"]
        assert not is_alive(pid)

    with_engine(scenario)


def test_an_idle_worker_that_dies_is_replaced_before_anyone_asks() -> None:
    async def scenario(engine: LocalEngine) -> None:
        os.kill(worker_of(engine)["pid"], signal.SIGKILL)
        await until(lambda: not engine.health()["ready"], 1)
        await until(lambda: engine.health()["ready"], 5)
        assert worker_of(engine)["restarts"] == 1

    with_engine(scenario)


def test_a_standby_takes_over_within_milliseconds_and_is_replaced_in_turn() -> None:
    async def scenario(engine: LocalEngine) -> None:
        for _ in range(2):
            await until(lambda: worker_of(engine)["standby"], 10)
            first = worker_of(engine)["pid"]
            (standby,) = set(list_children()) - {first} - others
            os.kill(first, signal.SIGKILL)
            killed_s = time.monotonic()
            await until(lambda: not engine.health()["ready"], 1)
            assert (await ask(engine, item("echo")))["pid"] == standby
            assert time.monotonic() - killed_s < 0.5

    others = set(list_children())
    with_engine(scenario, timeouts=Timeouts(standby_after_s=0.01), circuit=QUICK)


def test_a_standby_that_died_while_it_waited_is_not_used() -> None:
    async def scenario(engine: LocalEngine) -> None:
        await until(lambda: worker_of(engine)["standby"], 10)
        first = worker_of(engine)["pid"]
        (standby,) = set(list_children()) - {first} - others
        os.kill(standby, signal.SIGKILL)
        os.kill(first, signal.SIGKILL)
        await until(lambda: not engine.health()["ready"], 1)
        assert (await ask(engine, item("echo")))["pid"] not in (first, standby)

    others = set(list_children())
    with_engine(scenario, timeouts=Timeouts(standby_after_s=0.01), circuit=QUICK)


def test_a_hanging_operation_is_killed_soon_after_its_deadline_and_others_are_served_again() -> None:
    async def scenario(engine: LocalEngine) -> None:
        await ask(engine, item("hang_not", "g"))
        began_s = time.monotonic()
        late = asyncio.create_task(ending(engine.submit(item("hang"), deadline_s=1.0)))
        await asyncio.sleep(0.02)
        other = asyncio.create_task(ending(engine.submit(item("echo"), session="b")))
        error, ended_s = await late
        assert type(error) is Expired and "did not answer within 1 s" in str(error)
        assert 1.0 <= ended_s - began_s < 1.5
        error, ended_s = await other
        print(f"others served {1e3 * (ended_s - began_s - 1.0):.0f} ms after the deadline")
        assert error is None and ended_s - began_s < 3
        assert "ran past its deadline" in worker_of(engine)["last_death"]

    with_engine(scenario)


def test_batch_mates_of_a_hanging_item_are_told_that_it_was_not_them() -> None:
    async def scenario(engine: LocalEngine) -> None:
        await ask(engine, item("sleep", seconds=0))
        hang = asyncio.create_task(ending(engine.submit(item("sleep", seconds=30), deadline_s=1.0)))
        mate = asyncio.create_task(ending(engine.submit(item("sleep", seconds=0.01))))
        error, _ = await hang
        assert type(error) is Expired
        error, _ = await mate
        assert type(error) is WorkerLost and "because a request ran past its deadline" in str(error)

    with_engine(scenario)


def test_a_hanging_operation_is_killed_even_when_its_visitor_has_left() -> None:
    async def scenario(engine: LocalEngine) -> None:
        task = asyncio.create_task(engine.submit(item("hang"), deadline_s=1.0))
        await asyncio.sleep(0.1)
        task.cancel()
        await until(lambda: worker_of(engine)["restarts"] == 1, 3)
        await ask(engine, item("echo"))

    with_engine(scenario)


def test_a_crash_loop_opens_the_circuit_and_a_healthy_probe_closes_it(tmp_path: Path) -> None:
    broken = tmp_path / "broken"

    async def scenario(engine: LocalEngine) -> None:
        broken.touch()
        os.kill(worker_of(engine)["pid"], signal.SIGKILL)
        await until(lambda: not engine.health()["ready"], 1)
        queued = asyncio.create_task(ending(engine.submit(item("echo"))))
        opened_s = await until(lambda: worker_of(engine)["circuit"] == "open", 15)
        error, _ = await queued
        assert type(error) is WorkerLost and "keeps failing" in str(error)
        began_s = time.monotonic()
        error, ended_s = await ending(engine.submit(item("echo")))
        assert type(error) is WorkerLost and "the last failure was: The model process ended by itself" in str(error)
        assert ended_s - began_s < 0.05
        health = engine.health()
        assert health["live"] and not health["ready"]
        broken.unlink()
        closed_s = await until(lambda: worker_of(engine)["circuit"] == "closed", 10)
        assert (await ask(engine, item("echo", i=1)))["echo"] == {"i": 1}
        print(f"open after {opened_s:.2f} s, closed {closed_s:.2f} s after the repair")

    with_engine(scenario, options={"broken_while": str(broken)}, circuit=QUICK)


def test_a_request_that_kills_twice_is_quarantined_and_its_batch_mates_are_not() -> None:
    async def scenario(engine: LocalEngine) -> None:
        await ask(engine, item("crash_if", crash=False))
        killer, innocent = item("crash_if", crash=True), item("crash_if", crash=False, i=1)
        first = await asyncio.gather(ending(engine.submit(innocent)), ending(engine.submit(killer)))
        assert [type(error) for error, _ in first] == [WorkerLost, WorkerLost]
        # Both are suspects now and run alone.
        second = await asyncio.gather(ending(engine.submit(innocent)), ending(engine.submit(killer)))
        assert [type(error) for error, _ in second] == [type(None), WorkerLost]
        began_s = time.monotonic()
        with pytest.raises(BadRequest, match="stopped the model process 2 times, so it is refused for 5 minutes"):
            await engine.submit(killer)
        assert time.monotonic() - began_s < 0.05
        await asyncio.gather(*(ask(engine, innocent) for _ in range(8)))
        health = engine.health()
        assert health["quarantined"] == 1 and health["counters"]["quarantined"] == 1
        assert worker_of(engine)["restarts"] == 2

    with_engine(scenario, circuit=QUICK)


def test_copies_of_a_killer_that_wait_in_the_queue_are_refused_too() -> None:
    async def scenario(engine: LocalEngine) -> None:
        ends = await asyncio.gather(*(ending(engine.submit(item("crash"), session=str(i))) for i in range(20)))
        kinds = [type(error) for error, _ in ends]
        assert kinds.count(WorkerLost) == 2 and kinds.count(BadRequest) == 18
        await ask(engine, item("echo"))
        assert worker_of(engine)["restarts"] == 2

    with_engine(scenario, circuit=QUICK)


def test_an_idle_worker_that_fails_its_health_check_is_replaced() -> None:
    async def scenario(engine: LocalEngine) -> None:
        pid = worker_of(engine)["pid"]
        await until(lambda: worker_of(engine)["restarts"] >= 1 and engine.health()["ready"], 5)
        assert "failed its health check" in worker_of(engine)["last_death"]
        assert worker_of(engine)["pid"] != pid

    with_engine(scenario, options={"ill_after": 3}, circuit=QUICK, timeouts=Timeouts(idle_check_s=0.1))


def test_one_of_two_devices_serves_while_the_other_is_down() -> None:
    async def scenario(engine: LocalEngine) -> None:
        await until(lambda: [w["state"] for w in engine.health()["workers"]] == ["ready", "ready"], 5)
        os.kill(worker_of(engine, 0)["pid"], signal.SIGKILL)
        await until(lambda: worker_of(engine, 0)["state"] == "waiting", 2)
        assert (await ask(engine, item("echo")))["device"] == "fake:1"
        assert engine.health()["ready"]

    with_engine(scenario, worker="tests.serving.fake_worker:TwoDeviceWorker", circuit={"first_delay_s": 5})


PARENT = """
import asyncio
from playground.serving import Item, LocalEngine

async def main():
    engine = LocalEngine("tests.serving.fake_worker:FakeWorker")
    await engine.start()
    await engine.wait_ready()
    task = asyncio.create_task(engine.submit(Item("m", "hang", {})))
    await asyncio.sleep(0.1)
    print(engine.health()["workers"][0]["pid"], engine.health()["workers"][0]["state"], flush=True)
    await task

asyncio.run(main())
"""


def test_the_child_dies_with_its_parent_even_in_the_middle_of_an_operation() -> None:
    root = Path(__file__).parents[2]
    with subprocess.Popen([sys.executable, "-c", PARENT], cwd=root, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid, state = parent.stdout.readline().split()
        assert state == "busy" and is_alive(int(pid))
        parent.kill()
        killed_s = time.monotonic()
    while is_alive(int(pid)):
        assert time.monotonic() - killed_s < 1
        time.sleep(0.005)
    print(f"gone after {1e3 * (time.monotonic() - killed_s):.0f} ms")
