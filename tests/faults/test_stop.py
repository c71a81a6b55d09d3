"""SIGTERM and the parent's death: requests in flight are finished, and no process is left behind."""

import contextlib
import os
import signal
import threading
import time
from pathlib import Path

import httpx

from playground.benchmarks.processes import Page, command_of, start_playground, tree_of
from tests.server import RBM, Caller, copy_checkpoints, patient


def _start(folder: Path) -> Page:
    page = start_playground(copy_checkpoints(folder))
    page.wait_ready("/playground/health/ready")
    with Caller(page) as caller:
        caller.assert_serves()
        assert caller.run(RBM, "sample", {"count": 1}).status_code == 200  # it is loaded now
    return page


def _in_flight(page: Page, request: dict) -> tuple[threading.Thread, list[httpx.Response]]:
    """A request that the model process works on, and where its answer will be; none when the connection breaks."""
    answers: list[httpx.Response] = []

    def ask() -> None:
        with Caller(page) as caller, contextlib.suppress(httpx.HTTPError):
            answers.append(caller.run(RBM, "sample", request))

    thread = threading.Thread(target=ask)
    thread.start()
    with Caller(page) as watcher:
        while watcher.health()["workers"][0]["state"] != "busy" and thread.is_alive():
            time.sleep(0.005)
    return thread, answers


def _wait_gone(pids: list[int], patience_s: float) -> float:
    began_s = time.monotonic()
    while any(command_of(pid) for pid in pids):
        assert time.monotonic() - began_s < patience_s, [command_of(pid) for pid in pids]
        time.sleep(0.02)
    return time.monotonic() - began_s


def test_sigterm_finishes_what_is_in_flight_ends_with_0_and_leaves_no_process(tmp_path: Path) -> None:
    page = _start(tmp_path)
    pids = tree_of(page.process.pid)
    assert len(pids) >= 2
    thread, answers = _in_flight(page, {"seed": 3, "count": 16, "settings": {"steps": 60}})
    began_s = time.monotonic()
    page.process.send_signal(signal.SIGTERM)
    status = page.process.wait(patient(15))
    print(f"SIGTERM: ended after {time.monotonic() - began_s:.2f} s")
    thread.join(20)
    assert status == 0, page.log_tail()
    assert [answer.status_code for answer in answers] == [200], (answers[0].text, page.log_tail())
    _wait_gone(pids, patient(1))
    assert "Traceback" not in page.log.read_text(), page.log_tail(60)
    page.log.unlink()


def test_the_model_process_dies_with_a_killed_page_even_while_it_works(tmp_path: Path) -> None:
    page = _start(tmp_path)
    pids = tree_of(page.process.pid)
    thread, answers = _in_flight(page, {"seed": 4, "count": 64, "settings": {"steps": 1000}})
    os.kill(page.process.pid, signal.SIGKILL)
    page.process.wait(10)
    gone_s = _wait_gone(pids, patient(1))
    print(f"kill -9 of the page: its model process was gone after {gone_s:.2f} s")
    thread.join(20)
    assert not answers
    page.log.unlink()
