"""The engine while all is well: batches, turns, newest wins, cancelling, closing, health."""

import asyncio
import statistics
import time

import pytest
from harness import FAKE, ask, ending, is_alive, item, list_children, until, with_engine, worker_of

from playground.errors import BadRequest, Busy, Expired, Superseded, TooLarge, WorkerLost
from playground.serving import LocalEngine
from playground.serving.scheduler import ITEM_BYTES


async def keep_busy(engine: LocalEngine, seconds: float) -> "asyncio.Task[dict]":
    """Occupy the worker, so that what comes next gathers in the queue."""
    task = asyncio.create_task(ask(engine, item("sleep", "busy", seconds=seconds), session="busy"))
    await until(lambda: worker_of(engine)["state"] == "busy", 2)
    return task


async def teach_cap(engine: LocalEngine, *models: str) -> None:
    """The first batch of a kind has one item; its answer tells the cap."""
    for model in models:
        await ask(engine, item("echo", model))


def test_equal_keys_share_a_batch_up_to_the_cap_and_others_do_not() -> None:
    async def scenario(engine: LocalEngine) -> None:
        await teach_cap(engine, "a", "b")
        busy = await keep_busy(engine, 0.2)
        asked = [ask(engine, item("echo", "ab"[i % 2], i=i), session=str(i)) for i in range(12)]
        answers = await asyncio.gather(*asked)
        await busy
        assert [answer["echo"]["i"] for answer in answers] == list(range(12))  # each gets its own
        assert sorted(answer["size"] for answer in answers) == [2] * 4 + [4] * 8
        for number in {answer["batch"] for answer in answers}:
            mates = [answer["echo"]["i"] for answer in answers if answer["batch"] == number]
            assert len({i % 2 for i in mates}) == 1

    with_engine(scenario, options={"cap": 4})


def test_nothing_waits_for_a_batch_to_fill() -> None:
    async def scenario(engine: LocalEngine) -> None:
        times_s = []
        for i in range(300):
            began_s = time.perf_counter()
            await ask(engine, item("echo", i=i))
            times_s.append(time.perf_counter() - began_s)
        print(f"round trip: median {1e3 * statistics.median(times_s):.2f} ms")
        # The target is 1 ms; a machine that is busy with other things gets three.
        assert statistics.median(times_s) < 0.003

    with_engine(scenario)


def test_the_newest_of_a_view_wins_and_the_older_learn_it_at_once() -> None:
    async def scenario(engine: LocalEngine) -> None:
        busy = await keep_busy(engine, 0.3)
        tasks = []
        for i in range(5):
            tasks.append(asyncio.create_task(ask(engine, item("echo", i=i), session="a", view="slider")))
            await asyncio.sleep(0)
        other = asyncio.create_task(ask(engine, item("echo", i=99), session="b", view="slider"))
        done, _ = await asyncio.wait(tasks, timeout=0.1)
        assert len(done) == 4 and not busy.done()
        for task in done:
            error = task.exception()
            assert type(error) is Superseded and "newer request of the same view" in str(error)
        assert (await tasks[4])["echo"] == {"i": 4}
        assert (await other)["echo"] == {"i": 99}
        await busy

    with_engine(scenario)


def test_a_flooding_session_does_not_starve_the_others() -> None:
    async def scenario(engine: LocalEngine) -> None:
        order: list[str] = []

        async def visit(session: str) -> None:
            await ask(engine, item("sleep", seconds=0.01), session=session)
            order.append(session)

        busy = await keep_busy(engine, 0.1)
        flood = [asyncio.create_task(visit("flood")) for _ in range(32)]
        await asyncio.sleep(0)
        with pytest.raises(Busy, match="A session may have 32 requests waiting"):
            await engine.submit(item("echo"), session="flood")
        others = [asyncio.create_task(visit(f"visitor {i}")) for i in range(20)]
        await asyncio.gather(busy, *flood, *others)
        last = max(order.index(f"visitor {i}") for i in range(20))
        assert order[: last + 1].count("flood") <= 2

    with_engine(scenario, options={"cap": 1})


def test_cancelled_requests_are_dropped_before_they_run() -> None:
    async def scenario(engine: LocalEngine) -> None:
        before = (await ask(engine, item("echo", "count")))["batch"]
        busy = await keep_busy(engine, 0.2)
        tasks = [asyncio.create_task(ask(engine, item("echo", str(i)))) for i in range(10)]
        await asyncio.sleep(0.02)
        assert engine.health()["queue"]["length"] == 10
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        assert engine.health()["queue"]["length"] == 0
        assert engine.health()["counters"]["cancelled"] == 10
        await busy
        assert (await ask(engine, item("echo", "count")))["batch"] == before + 2  # the busy one and this

    with_engine(scenario)


def test_a_cancelled_running_request_does_not_disturb_the_next() -> None:
    async def scenario(engine: LocalEngine) -> None:
        busy = await keep_busy(engine, 0.2)
        busy.cancel()
        assert (await ask(engine, item("echo", i=1)))["echo"] == {"i": 1}
        assert worker_of(engine)["restarts"] == 0

    with_engine(scenario)


def test_a_deadline_passed_in_the_queue_is_expired_and_harms_no_worker() -> None:
    async def scenario(engine: LocalEngine) -> None:
        busy = await keep_busy(engine, 0.4)
        began_s = time.monotonic()
        error, ended_s = await ending(engine.submit(item("echo"), deadline_s=0.1))
        assert type(error) is Expired and "could not be started in time" in str(error)
        assert ended_s - began_s < 0.3
        await busy
        assert worker_of(engine)["restarts"] == 0

    with_engine(scenario)


def test_a_request_started_just_before_its_deadline_does_not_kill_a_healthy_worker() -> None:
    async def scenario(engine: LocalEngine) -> None:
        busy = await keep_busy(engine, 0.3)
        error, _ = await ending(engine.submit(item("sleep", "late", seconds=0.3), deadline_s=0.4))
        assert type(error) is Expired and "did not answer within 0.4 s" in str(error)
        await asyncio.gather(busy, ask(engine, item("echo")))
        assert worker_of(engine)["restarts"] == 0

    with_engine(scenario)


def test_a_request_with_less_time_left_than_its_kind_ever_took_is_not_started() -> None:
    async def scenario(engine: LocalEngine) -> None:
        await ask(engine, item("sleep", "late", seconds=0.3))
        before = (await ask(engine, item("echo")))["batch"]
        busy = await keep_busy(engine, 0.3)
        error, _ = await ending(engine.submit(item("sleep", "late", seconds=0.3), deadline_s=0.5))
        assert type(error) is Expired and "could not be started in time" in str(error)
        assert (await ask(engine, item("echo")))["batch"] == before + 2  # the busy one and this
        await busy

    with_engine(scenario)


def test_bad_requests_are_refused_before_they_are_queued() -> None:
    async def scenario(engine: LocalEngine) -> None:
        for deadline_s in (0, -1, float("nan"), 1e9):
            with pytest.raises(BadRequest, match=r"deadline_s must be in \(0, 3600\] seconds"):
                await engine.submit(item("echo"), deadline_s=deadline_s)
        with pytest.raises(BadRequest, match="finite numbers"):
            await engine.submit(item("echo", z=[float("nan")]))
        with pytest.raises(TooLarge, match=f"may have {ITEM_BYTES} bytes, got 8"):
            await engine.submit(item("echo", body=b"x" * ITEM_BYTES))

    with_engine(scenario)


def test_requests_before_ready_wait_and_are_answered() -> None:
    async def main() -> None:
        engine = LocalEngine(FAKE)
        with pytest.raises(WorkerLost, match="has not been started"):
            await engine.submit(item("echo"))
        assert not engine.health()["live"]
        await engine.start()
        await engine.start()
        assert not engine.health()["ready"]
        answers = await asyncio.gather(*(ask(engine, item("echo", i=i)) for i in range(5)))
        assert [answer["echo"]["i"] for answer in answers] == list(range(5))
        assert engine.health()["ready"]
        await engine.close()

    asyncio.run(main())


def test_close_lets_open_requests_finish_refuses_new_ones_and_leaves_no_process() -> None:
    children = list_children()

    async def main() -> None:
        engine = LocalEngine(FAKE)
        await engine.start()
        await engine.wait_ready()
        pid = worker_of(engine)["pid"]
        tasks = [asyncio.create_task(ask(engine, item("sleep", str(i), seconds=0.1))) for i in range(3)]
        await asyncio.sleep(0.05)
        closing = asyncio.create_task(engine.close(5))
        await asyncio.sleep(0)
        with pytest.raises(WorkerLost, match="shutting down"):
            await engine.submit(item("echo"))
        assert all("size" in answer for answer in await asyncio.gather(*tasks))
        began_s = time.monotonic()
        await closing
        assert time.monotonic() - began_s < 0.5
        assert not is_alive(pid) and not engine.health()["ready"]
        assert worker_of(engine)["state"] == "stopped"

    asyncio.run(main())
    assert list_children() == children


def test_close_ends_what_outlasts_the_grace() -> None:
    children = list_children()

    async def main() -> None:
        engine = LocalEngine(FAKE)
        await engine.start()
        await engine.wait_ready()
        tasks = [asyncio.create_task(ending(engine.submit(item("hang", str(i))))) for i in range(3)]
        await asyncio.sleep(0.1)
        began_s = time.monotonic()
        await engine.close(0.3)
        assert 0.3 <= time.monotonic() - began_s < 1.5
        for error, _ in await asyncio.gather(*tasks):
            assert type(error) is WorkerLost and "shutting down" in str(error)

    asyncio.run(main())
    assert list_children() == children


def test_every_device_gets_a_worker_and_they_work_at_the_same_time() -> None:
    async def scenario(engine: LocalEngine) -> None:
        await until(lambda: [w["state"] for w in engine.health()["workers"]] == ["ready", "ready"], 5)
        began_s = time.monotonic()
        answers = await asyncio.gather(*(ask(engine, item("sleep", str(i), seconds=0.4)) for i in range(2)))
        assert time.monotonic() - began_s < 0.75
        assert sorted(answer["device"] for answer in answers) == ["fake:0", "fake:1"]

    with_engine(scenario, worker="tests.serving.fake_worker:TwoDeviceWorker")
