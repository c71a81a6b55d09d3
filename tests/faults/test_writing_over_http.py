"""The stream of a text over real HTTP: whole, refused, left, and gone on with after its model process was killed."""

import json
import os
import signal
import time
from collections.abc import Iterator

import httpx
import pytest

from playground.benchmarks.processes import Page
from tests.server import running_page
from tests.tiny_text import save_tiny_text

MODEL = "text/shakespeare-transformer"
LONG = {"prompt": "hello", "seed": 1, "max_tokens": 400, "settings": {"temperature": 0.0}}


@pytest.fixture(scope="module")
def text_page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with running_page(save_tiny_text(tmp_path_factory.mktemp("checkpoints"))) as page:
        yield page


@pytest.fixture()
def http(text_page: Page) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=text_page.url, timeout=60) as client:
        yield client


def body(request: dict, session: str = "a") -> dict:
    return {"session": session, "request": {"model": MODEL, **request}}


def lines(http: httpx.Client, request: dict) -> list[dict]:
    with http.stream("POST", "/playground/jobs/write", json=body(request)) as answer:
        assert answer.status_code == 200 and answer.headers["content-type"].startswith("application/x-ndjson")
        return [json.loads(line) for line in answer.iter_lines()]


def tokens_of(line: dict) -> list[dict]:
    return line["data"].get("tokens", []) if line["kind"] == "partial" else []


def queue(http: httpx.Client) -> dict:
    return http.get("/playground/health/ready").json()["queue"]


def test_a_text_comes_as_lines_from_start_to_end(http: httpx.Client) -> None:
    told = lines(http, {**LONG, "max_tokens": 40, "alternatives": 2})
    assert [line["kind"] for line in told] == ["partial"] * (len(told) - 1) + ["result"]
    start, *parts, end = (line["data"] for line in told)
    assert start["window"] == 64 and start["trimmed"] == 0
    count = sum(len(part["tokens"]) for part in parts)
    assert end["tokens"] == count and end["seconds"] >= 0
    assert end["why"] == "stop" or count == 40


def test_what_is_wrong_is_an_http_error_before_anything_streams(http: httpx.Client) -> None:
    for request, words in (
        ({"prompt": "x" * 9000}, "'prompt' may have 8000"),
        ({"prompt": "x", "max_tokens": 1e9}, "max_tokens"),
    ):
        answer = http.post("/playground/jobs/write", json=body(request))
        assert answer.status_code == 400 and words in answer.json()["error"]
    assert http.post("/playground/jobs/write", json={"model": MODEL}).status_code == 400
    assert http.post("/playground/jobs/write", json=body({**LONG, "model": "text/nobody"})).status_code == 404
    assert (
        http.post(
            "/playground/jobs/write", content=b"x" * 200_000, headers={"content-type": "application/json"}
        ).status_code
        == 413
    )
    assert http.get("/playground/jobs/write").status_code == 405


def test_a_closed_connection_frees_its_place_within_two_seconds(http: httpx.Client) -> None:
    with http.stream("POST", "/playground/jobs/write", json=body(LONG, "leaver")) as answer:
        next(answer.iter_lines())
    gone_s = time.monotonic()
    while queue(http)["open"]:
        assert time.monotonic() - gone_s < 2
        time.sleep(0.02)


def test_a_visitor_has_at_most_four_texts_written_at_once(http: httpx.Client) -> None:
    open_ones = [http.stream("POST", "/playground/jobs/write", json=body(LONG, "greedy")) for _ in range(4)]
    try:
        for one in open_ones:
            assert one.__enter__().status_code == 200
        refused = http.post("/playground/jobs/write", json=body(LONG, "greedy"))
        assert refused.status_code == 429 and "4 texts" in refused.json()["error"]
        assert http.post("/playground/jobs/write", json=body({**LONG, "max_tokens": 2}, "another")).status_code == 200
    finally:
        for one in open_ones:
            one.__exit__(None, None, None)


def test_a_text_goes_on_when_its_model_process_was_killed(http: httpx.Client, text_page: Page) -> None:
    whole = [token["id"] for line in lines(http, LONG) for token in tokens_of(line)]
    seen: list[int] = []
    killed = False
    with http.stream("POST", "/playground/jobs/write", json=body(LONG, "survivor")) as answer:
        for line in map(json.loads, answer.iter_lines()):
            assert line["kind"] != "error", line
            seen += [token["id"] for token in tokens_of(line)]
            if not killed and seen:
                os.kill(text_page.worker_pid(), signal.SIGKILL)
                killed = True
    assert seen == whole
