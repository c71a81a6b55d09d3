"""Whoever closes the connection of a job frees the worker within two seconds: every job, a real page, a real client."""

import base64
import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from playground.benchmarks.processes import Page, command_of
from playground.serving import pack
from tests.server import copy_checkpoints, patient, running_page
from tests.tiny_music import save_tiny_music
from tests.tiny_notes import save_tiny_notes
from tests.tiny_text import save_tiny_text

APP = Path(__file__).with_name("slow_get_app.py")
DIGIT = bytes(range(256)) * 3 + bytes(16)
JOBS: dict[str, tuple[dict[str, Any], bytes]] = {
    "compare": ({"models": ["image/digits-vae", "image/digits-rbm"], "n": 1000}, b""),
    "invert": ({"model": "image/digits-gan", "steps": 500, "raw": True}, DIGIT),
    "compose": ({"model": "audio/chorales-transformer", "bars": 16}, b""),
    "write": ({"model": "text/shakespeare-transformer", "prompt": "hello", "max_tokens": 400}, b""),
    "get": ({"model": "text/smollm2"}, b""),
}
SHIPPED = ("digits-vae", "digits-rbm", "digits-gan", "digits-classifier")


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = copy_checkpoints(tmp_path_factory.mktemp("checkpoints"), SHIPPED)
    save_tiny_music(root)
    save_tiny_notes(root)
    return save_tiny_text(root)


@pytest.fixture(scope="module")
def page(root: Path) -> Iterator[Page]:
    with running_page(root, program=APP) as page:
        yield page


@pytest.fixture()
def http(page: Page) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=page.url, timeout=60) as client:
        yield client


def post(http: httpx.Client, name: str, **more: Any) -> Any:
    """The stream of a job."""
    request, body = JOBS[name]
    message = {"session": "s", "request": request | more}
    if not body:
        return http.stream("POST", f"/playground/jobs/{name}", json=message)
    headers = {"content-type": "application/octet-stream"}
    return http.stream("POST", f"/playground/jobs/{name}", content=pack(message, body), headers=headers)


def wait_idle(http: httpx.Client, began_s: float) -> None:
    """Until no request is open; at most two seconds after ``began_s``."""
    while True:
        health = http.get("/playground/health/ready").json()
        if health["queue"]["open"] == 0 and health["workers"][0]["state"] != "busy":
            return
        assert time.monotonic() - began_s < patient(2), health
        time.sleep(0.02)


@pytest.mark.parametrize("name", [name for name in JOBS if name != "get"])
def test_leaving_a_job_frees_the_worker(http: httpx.Client, name: str) -> None:
    with post(http, name) as answer:
        assert answer.status_code == 200
        first = json.loads(next(answer.iter_lines()))
        assert first["kind"] in ("progress", "partial")
    wait_idle(http, time.monotonic())
    time.sleep(0.3)
    assert http.get("/playground/health/ready").json()["queue"]["open"] == 0  # and it asks nothing more


def test_leaving_get_leaves_no_process_and_no_half_file(http: httpx.Client, root: Path) -> None:
    with post(http, "get") as answer:
        lines = answer.iter_lines()  # kept: without it the connection would be closed
        pids = [int(word) for word in json.loads(next(lines))["words"].split()]
        assert all(command_of(pid) for pid in pids) and list((root / "text").glob(".get-*/half"))
        refused = http.post("/playground/jobs/get", json={"session": "t", "request": JOBS["get"][0]})
        assert refused.status_code == 429 and "is being brought already" in refused.json()["error"]
    began_s = time.monotonic()
    while any(command_of(pid) for pid in pids) or list((root / "text").glob(".get-*")):
        assert time.monotonic() - began_s < patient(2)
        time.sleep(0.02)
    with post(http, "get") as answer:  # the place is free again
        assert answer.status_code == 200


@pytest.mark.parametrize("name", [name for name in JOBS if name != "get"])
def test_a_job_goes_on_when_its_model_process_was_killed(http: httpx.Client, page: Page, name: str) -> None:
    small = {"compare": {"n": 100}, "invert": {"steps": 60}, "compose": {"bars": 4}, "write": {"max_tokens": 100}}
    killed = False
    done = 0
    with post(http, name, **small[name]) as answer:
        for line in map(json.loads, answer.iter_lines()):
            assert line["kind"] != "error", line
            if line["kind"] == "progress":
                assert line["done"] >= done  # never falls
                done = line["done"]
            if not killed:
                os.kill(page.worker_pid(), signal.SIGKILL)
                killed = True
    assert line["kind"] == "result" and (name == "write" or done > 0)


def test_a_search_finds_and_its_result_holds_target_and_picture(http: httpx.Client) -> None:
    with post(http, "invert", steps=30) as answer:
        *parts, result = [json.loads(line) for line in answer.iter_lines()]
    errors = [part["data"]["mse"] for part in parts if part["kind"] == "partial"]
    assert result["data"]["step"] == 30 and result["data"]["mse"] < errors[0]
    assert base64.b64decode(result["body"])[:784] == DIGIT
