"""The route of jobs against a fake engine: events as lines, refusals before the first, places, waiting, who leaves."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest
from fake_engine import FakeEngine
from starlette.applications import Starlette
from starlette.testclient import TestClient

from playground.errors import Busy, OperationFailed
from playground.protocol.events import Event, Progress, Result
from playground.serving import Item, pack
from playground.ui import jobs, served_jobs
from playground.ui.jobs import LinesResponse, build_routes, start_job
from playground.ui.places import JobLimits, Places, Visitor
from playground.ui.served_jobs import SERVED, ServedJob
from playground.ui.service import Service
from tests.read_back import read_event

BARS = {"model": "audio/a", "bars": 2}


def composing(item: Item) -> bytes:
    """Answers as `compose` does: 2 rows, 4 steps a bar."""
    steps = item.request["from"] + 4
    return pack({"height": 2, "width": steps, "done": steps == 4 * item.request["bars"]}, bytes(2 * steps))


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine(composing)


@pytest.fixture
def client(engine: FakeEngine) -> Iterator[TestClient]:
    with TestClient(Starlette(routes=build_routes(Service(engine)))) as client:
        yield client


def events(response: Any) -> list[Any]:
    assert response.status_code == 200, response.text
    assert response.headers["content-type"].startswith("application/x-ndjson")
    return [read_event(line) for line in response.text.splitlines()]


def refusal(response: Any) -> str:
    sentence = response.json()["error"]
    assert sentence.endswith(".") and "\n" not in sentence
    return sentence


def test_a_job_is_answered_by_events_one_a_line(client: TestClient, engine: FakeEngine) -> None:
    told = events(client.post("/playground/jobs/compose", json={"request": BARS, "session": "s"}))
    assert [type(event).__name__ for event in told] == ["Progress", "Partial", "Progress", "Result"]
    assert isinstance(told[-1], Result) and told[-1].body == bytes(16)
    assert {session for _, session, _, _ in engine.asked} == {"testclient s compose"}


def test_a_file_comes_as_the_body_of_a_packed_message(client: TestClient, engine: FakeEngine) -> None:
    content = pack({"request": {**BARS, "from": 4}, "session": "s"}, bytes(8))
    octets = {"content-type": "application/octet-stream"}
    assert len(events(client.post("/playground/jobs/compose", content=content, headers=octets))) == 2
    assert engine.asked[0][0].body == bytes(8)
    refused = client.post("/playground/jobs/write", content=content, headers=octets)
    assert refused.status_code == 400 and "takes JSON, got a packed message" in refusal(refused)


@pytest.mark.parametrize(
    ("name", "body", "status", "words"),
    [
        (
            "dance",
            {"request": {}},
            400,
            "No job is called 'dance': choose one of compare, invert, compose, write, get.",
        ),
        ("compose", {"request": {**BARS, "bars": 99}}, 400, "'bars' must be a whole number"),
        ("compose", {"request": []}, 400, "'request' must be an object, got list"),
        ("compose", {}, 400, "'request' must be an object, got NoneType"),
        ("compose", {"request": BARS, "session": 7}, 400, "'session' must be a text"),
        ("write", {"request": {"model": 7}}, 400, "'model' must be a text"),
        ("invert", {"request": {"model": "a", "steps": 0}}, 400, "'steps' must be a whole number from 1 to 500"),
        ("compare", {"request": {"models": ["image/a"]}}, 400, "Compare needs a list of 2 to 4 models, got 1"),
        ("compare", {"request": {"models": ["image/a", "x"]}}, 404, "No model is called 'x'"),
        ("get", {"request": {"model": "image/a"}}, 400, "'image/a' needs no download"),
        ("compose", {"request": {"a": [[[[[[[[[[[[[[1]]]]]]]]]]]]]]}}, 400, "nested 12 deep"),
    ],
)
def test_what_is_wrong_is_refused_before_anything_streams(
    client: TestClient, name: str, body: Any, status: int, words: str
) -> None:
    answer = client.post(f"/playground/jobs/{name}", json=body)
    assert answer.status_code == status and words in refusal(answer)


def test_a_theme_that_there_is_not_is_refused(client: TestClient, engine: FakeEngine) -> None:
    engine.cards = [{"id": f"image/{name}", "problems": [], "dataset": "digits"} for name in "ab"]
    request = {"models": ["image/a", "image/b"], "theme": "pink"}
    answer = client.post("/playground/jobs/compare", json={"request": request})
    assert answer.status_code == 400 and "'theme' must be one of light, dark, got 'pink'" in refusal(answer)


def test_an_error_before_the_first_event_is_an_http_error_and_later_an_event(
    client: TestClient, engine: FakeEngine
) -> None:
    answers: list[Callable[[Item], bytes]] = [composing]

    def then_fail(item: Item) -> bytes:
        if answers:
            return answers.pop()(item)
        raise OperationFailed("The model broke.")

    engine.answer = then_fail
    told = events(client.post("/playground/jobs/compose", json={"request": BARS}))
    assert [type(event).__name__ for event in told] == ["Progress", "Partial", "Error"]
    assert told[-1].error == "The model broke."
    refused = client.post("/playground/jobs/compose", json={"request": {**BARS, "seed": 2}})
    assert refused.status_code == 500 and refusal(refused) == "The model broke."


def test_a_fault_of_the_page_is_an_event_and_a_traceback_in_the_log(
    client: TestClient, engine: FakeEngine, caplog: pytest.LogCaptureFixture
) -> None:
    engine.answer = lambda item: composing(item) if item.request["from"] == 0 else pack({"height": 2})
    with caplog.at_level(logging.ERROR):
        told = events(client.post("/playground/jobs/compose", json={"request": BARS}))
    assert type(told[-1]).__name__ == "Error" and "internal error" in told[-1].error
    assert "KeyError: 'width'" in caplog.text


def test_the_places_are_free_again_after_every_ending(client: TestClient, engine: FakeEngine) -> None:
    for _ in range(6):
        engine.answer = composing
        events(client.post("/playground/jobs/compose", json={"request": BARS}))
        engine.answer = lambda item: pack({})
        assert client.post("/playground/jobs/compose", json={"request": {**BARS, "seed": 9}}).status_code == 500


def test_pretrained_checkpoints_are_told(client: TestClient, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAYGROUND_CHECKPOINTS", str(tmp_path))
    assert client.get("/playground/pretrained").json()[0] == {
        "id": "text/smollm2",
        "name": "SmolLM2-135M-Instruct",
        "megabytes": 93,
        "license": "Apache-2.0 (Hugging Face TB)",
        "there": False,
    }
    (tmp_path / "text/smollm2").mkdir(parents=True)
    (tmp_path / "text/smollm2/config.json").write_text("{}")
    assert client.get("/playground/pretrained").json()[0]["there"]


async def held(until: asyncio.Event) -> AsyncIterator[Event]:
    """A job that ends when it is allowed to."""
    yield Progress(1, 2, "Working.")
    await until.wait()
    yield Result({})


def serve(monkeypatch: pytest.MonkeyPatch, limits: JobLimits, until: asyncio.Event) -> None:
    async def open_held(service: Any, ask: Any, request: Any, body: Any) -> Any:
        return held(until)

    monkeypatch.setitem(SERVED, "held", ServedJob(open_held, limits))


async def start(service: Service, session: str = "a", address: str = "1") -> Any:
    return await start_job(service, "held", {}, b"", Visitor(address, session))


def test_those_beyond_the_limit_wait_in_order_and_are_told_how_many_are_before_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def scenario() -> None:
        done = asyncio.Event()
        serve(monkeypatch, JobLimits("works", at_once=1, waiting=2), done)
        service = Service(FakeEngine())
        first, second, third, fourth = [await start(service, str(i)) for i in range(4)]
        assert (await anext(first)).words == "Working."
        assert await anext(second) == Progress(0, None, "Waiting for a free place, 1 before this one")
        assert await anext(third) == Progress(0, None, "Waiting for a free place, 2 before this one")
        with pytest.raises(Busy, match="As many of these jobs as there are places for"):
            await anext(fourth)
        await second.aclose()
        assert await anext(third) == Progress(0, None, "Waiting for a free place, 1 before this one")
        await first.aclose()
        assert (await anext(third)).words == "Working."
        done.set()
        assert await anext(third) == Result({})
        assert [event async for event in third] == [] and service.places.taken == []

    asyncio.run(scenario())


def test_a_visitor_an_address_and_the_page_have_their_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, most in (("SESSION", "1"), ("ADDRESS", "2")):
        monkeypatch.setenv(f"PLAYGROUND_{name}_JOBS", most)
    monkeypatch.setenv("PLAYGROUND_JOBS", "3")

    async def scenario() -> None:
        serve(monkeypatch, JobLimits("works"), asyncio.Event())
        service = Service(FakeEngine())
        running = [await start(service, "a")]
        await anext(running[0])
        with pytest.raises(Busy, match="A visitor may have 1 works at once and this one has; stop one first."):
            await anext(await start(service, "a"))
        running.append(await start(service, "b"))
        await anext(running[1])
        with pytest.raises(Busy, match="2 jobs of this address run or wait already"):
            await anext(await start(service, "c"))
        running.append(await start(service, "c", "2"))
        await anext(running[2])
        with pytest.raises(Busy, match="3 jobs run or wait already"):
            await anext(await start(service, "d", "3"))
        for one in running:
            await one.aclose()
        assert service.places.taken == []

    asyncio.run(scenario())


def test_a_second_checkpoint_is_not_brought_at_the_same_time() -> None:
    async def scenario() -> None:
        places, limits = Places(), SERVED["get"].limits
        with places.take("get", limits, Visitor("1", "a")):
            with pytest.raises(Busy, match="A checkpoint is being brought already; wait until it is there."):
                with places.take("get", limits, Visitor("1", "b")):
                    pass

    asyncio.run(scenario())
    assert served_jobs.BEING_BROUGHT == SERVED["get"].limits.full


def test_who_takes_no_line_loses_the_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "WRITE_S", 0.05)

    async def scenario() -> None:
        serve(monkeypatch, JobLimits("works"), asyncio.Event())
        service = Service(FakeEngine())
        running = await start(service)
        response = LinesResponse(await anext(running), running)

        async def send(message: Any) -> None:
            if message["type"] == "http.response.body":
                await asyncio.Event().wait()  # nobody reads

        await response.stream_response(send)
        assert service.places.taken == []

    asyncio.run(scenario())
