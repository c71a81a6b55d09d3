"""Bringing a pretrained checkpoint: progress, errors, and that nothing is left when it is stopped. Nothing is fetched."""

import asyncio
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from playground.benchmarks.processes import command_of
from playground.errors import BadRequest, PlaygroundError
from playground.jobs.get import GetRequest, get
from playground.protocol.events import Progress, Result
from playground.protocol.work_folder import work_prefix

OFFERED = ("text/smollm2",)
# Works in a folder as pretrained.py does, starts a process of its own, and tells both.
SLOW = """
import os, pathlib, subprocess, sys, time
from playground.protocol.work_folder import work_prefix
work = pathlib.Path(sys.argv[2]) / "text" / (work_prefix(os.getpid()) + "x")
work.mkdir(parents=True)
(work / "half").write_bytes(b"x" * 1000)
helper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print(helper.pid, os.getpid(), flush=True)
time.sleep(60)
"""


def request(program: str, root: Path, model: Any = "text/smollm2") -> GetRequest:
    """One that runs a little program in place of the command line."""
    return GetRequest.read({"model": model}, OFFERED, root, [sys.executable, "-c", program])


async def nobody(item: Any) -> bytes:
    """This job asks no model."""
    raise AssertionError(item)


async def all_of(asked: GetRequest) -> list[Any]:
    return [event async for event in get(nobody, asked)]


def test_progress_comes_line_by_line_and_then_the_end(tmp_path: Path) -> None:
    events = asyncio.run(all_of(request("print('Fetching.'); print('Converting.')", tmp_path)))
    assert events == [
        Progress(1, None, "Fetching."),
        Progress(2, None, "Converting."),
        Result({"model": "text/smollm2"}),
    ]


def test_a_failure_is_its_last_line(tmp_path: Path) -> None:
    program = "import sys; print('Fetching.'); print('noise', file=sys.stderr); sys.exit('PlaygroundError: no network')"
    with pytest.raises(PlaygroundError, match="^PlaygroundError: no network$"):
        asyncio.run(all_of(request(program, tmp_path)))


def test_other_models_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match="'image/digits-vae' needs no download"):
        request("", tmp_path, "image/digits-vae")
    with pytest.raises(BadRequest, match="'model' must name a checkpoint, such as text/smollm2."):
        request("", tmp_path, 7)


@pytest.mark.parametrize("cancelled", [False, True])
def test_stopping_leaves_no_process_and_no_half_file(tmp_path: Path, cancelled: bool) -> None:
    async def scenario() -> list[int]:
        events = get(nobody, request(SLOW, tmp_path))
        first = await anext(events)
        assert isinstance(first, Progress)
        pids = [int(word) for word in first.words.split()]
        assert (tmp_path / "text" / f"{work_prefix(pids[1])}x" / "half").exists()
        began_s = time.monotonic()
        if cancelled:  # as the web server does it: in the middle of waiting for the next line
            waiting = asyncio.ensure_future(anext(events))
            await asyncio.sleep(0.05)
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
        else:
            await events.aclose()
        while list((tmp_path / "text").iterdir()) or any(command_of(pid) for pid in pids):
            await asyncio.sleep(0.01)
            assert time.monotonic() - began_s < 2
        return pids

    assert len(asyncio.run(scenario())) == 2
