"""Conversations: item after item, batches shared by all that go on, an end for who leaves, a second try after a death."""

import asyncio

import pytest

from playground.errors import WorkerLost
from playground.serving import LocalEngine, unpack
from tests.serving.harness import item, with_engine


def test_each_answer_makes_the_next_question():
    async def scenario(engine: LocalEngine) -> None:
        heard = []

        def advance(answer: bytes):
            heard.append(unpack(answer)[0]["echo"]["value"])
            return item("echo", value=heard[-1] + 1) if heard[-1] < 4 else None

        await engine.converse(item("echo", value=0), advance)
        assert heard == [0, 1, 2, 3, 4]

    with_engine(scenario)


def test_conversations_that_go_on_together_share_every_batch():
    async def scenario(engine: LocalEngine) -> None:
        await engine.submit(item("batch"))  # teaches the engine how many may share
        sizes: dict[int, list[int]] = {i: [] for i in range(4)}

        def follow(i: int):
            def advance(answer: bytes):
                sizes[i].append(unpack(answer)[0]["size"])
                return item("batch") if len(sizes[i]) < 6 else None

            return engine.converse(item("batch"), advance, session=str(i))

        await asyncio.gather(*(follow(i) for i in range(4)))
        assert all(one[1:5] == [4] * 4 for one in sizes.values()), sizes

    with_engine(scenario)


def test_who_leaves_asks_nothing_more():
    async def scenario(engine: LocalEngine) -> None:
        asked = 0

        def advance(answer: bytes):
            nonlocal asked
            asked += 1
            return item("echo")

        talk = asyncio.ensure_future(engine.converse(item("echo"), advance))
        while asked < 3:
            await asyncio.sleep(0.01)
        talk.cancel()
        await asyncio.wait([talk])
        before = asked
        await asyncio.sleep(0.1)
        assert talk.cancelled() and asked <= before + 1 and engine.health()["queue"]["open"] == 0

    with_engine(scenario)


def test_a_question_that_a_dying_worker_took_along_is_asked_once_more():
    async def scenario(engine: LocalEngine) -> None:
        heard = []

        def advance(answer: bytes):
            heard.append(1)
            return None

        with pytest.raises(WorkerLost):
            await engine.converse(item("crash"), advance)
        assert engine.health()["counters"]["lost"] == 2 and not heard

    with_engine(scenario)
