"""From `python app.py` to the first picture, and the memory of the whole process tree with every model loaded.

The plain route is polled with a real request from the first moment; the page itself is opened in a browser afterwards. A
separate start, whose seconds do not count, lists every import of every process.
"""

import asyncio
import json
import re
import threading
import time
import urllib.error
import urllib.request
from typing import Any

import numpy as np

from playground.benchmarks import facts
from playground.benchmarks.browser import open_browser
from playground.benchmarks.peer import MODEL
from playground.benchmarks.processes import Page, loaded_files, start_peer, start_playground, tree_pss_mb
from playground.benchmarks.visitors import PeerVisitor, Tally, endpoint_of
from playground.datasets import compared_datasets
from playground.serving import unpack

STARTS = 3
SECONDS = 60.0  # twenty a start; only sets how many starts a trial has
PATIENCE_S = 180.0
HEAVY = ("transformers", "torchaudio", "playground.training", "sklearn")


def run() -> dict[str, Any]:
    """See the module."""
    seconds = facts.seconds_of(SECONDS)
    starts = max(1, round(STARTS * seconds / SECONDS))
    ours: list[dict[str, float]] = []
    peers: list[dict[str, float]] = []
    for i in range(starts):
        facts.report(f"startup: start {i + 1} of {starts}, ours then the peer")
        ours.append(_start_ours())
        peers.append(_start_peer())
    facts.report("startup: once more, listing imports")
    web_heavy, any_heavy = _find_heavy_imports()
    our, peer = _median(ours), _median(peers)
    return facts.build_result(
        f"from starting the process to the first picture, medians of {starts} starts; memory as the sum of PSS over the "
        "process tree",
        {
            **our,
            "web_process_has_torch": web_heavy,
            "heavy_imports_of_any_process": any_heavy,
        },
        peer,
        {
            "first_picture": peer["first_picture_s"] / our["first_picture_s"],
            "memory_with_digits_vae": peer["memory_mb"] / our["memory_mb"],
        },
        [
            facts.at_most("first picture s", our["first_picture_s"], 12),
            facts.at_most("memory with all models MB", our["memory_all_models_peak_mb"], 1500),
            facts.at_most("torch in the web process", int(web_heavy), 0),
            facts.at_most("heavy imports of the Image tab", len(any_heavy), 0),
        ],
        [
            "The peer holds one model in one process; ours holds the page and a model process.",
            *facts.note_duration(seconds, SECONDS),
        ],
    )


def _start_ours() -> dict[str, float]:
    page = start_playground()
    try:
        question = {"model": MODEL, "operation": "decode", "request": {"latents": [{"seed": 7}]}}
        first_s = page.wait_until(lambda: _ask(page, question), "Drawing a picture")
        times = {"first_picture_s": first_s, "page_s": page.wait_answer("/")}
        times["memory_mb"] = tree_pss_mb(page.process.pid)
        times["browser_opens_to_picture_s"] = _open_in_browser(page)
        with PeakMemory(page.process.pid) as memory:
            for model in load_every_model(page):
                facts.report(f"startup: {model} loaded")
        return {
            **times,
            "memory_all_models_mb": tree_pss_mb(page.process.pid),
            "memory_all_models_peak_mb": memory.peak_mb,
        }
    finally:
        page.stop()
        page.log.unlink()


def load_every_model(page: Page, under: str = "") -> list[str]:
    """Ask each healthy model whose id begins with ``under`` for samples, with features where its data set has some, which also
    loads the feature network.

    Returns their ids.
    """
    with urllib.request.urlopen(f"{page.url}/playground/models", timeout=PATIENCE_S) as answer:
        cards = [card for card in json.load(answer) if not card["problems"] and card["id"].startswith(under)]
    for card in cards:
        operation = "features" if card.get("dataset") in compared_datasets() else "sample"
        question = {"model": card["id"], "operation": operation, "request": {"seed": 1, "start": 0, "count": 16}}
        if not _ask(page, question):
            raise RuntimeError(f"{card['id']} gave no samples.")
    return [card["id"] for card in cards]


def _start_peer() -> dict[str, float]:
    page = start_peer()
    try:
        page_s = page.wait_answer("/")
        page.wait_ready("/")

        async def first_event() -> None:
            await PeerVisitor(page.port, 0, Tally(), await endpoint_of(page)).ask(7, 0, 0.0)

        asyncio.run(first_event())
        first_s = time.monotonic() - page.started_s
        return {"first_picture_s": first_s, "page_s": page_s, "memory_mb": tree_pss_mb(page.process.pid)}
    finally:
        page.stop()
        page.log.unlink()


def _find_heavy_imports() -> tuple[bool, list[str]]:
    """Whether the web process has loaded torch, and which heavy modules any process has imported, all image models in use.

    Models of music and sound need transformers and torchaudio, once they are asked for; pictures should not.
    """
    page = start_playground(extra={"PYTHONPROFILEIMPORTTIME": "1"})
    try:
        page.wait_ready("/playground/health/ready")
        load_every_model(page, "image/")
        web_has_torch = "libtorch" in loaded_files(page.process.pid)
    finally:
        page.stop()
    printed = page.log.read_text(errors="replace")
    imported = set(re.findall(r"^import time:[^|]*\|[^|]*\|\s*(\S+)$", printed, re.MULTILINE))
    if "torch" not in imported:
        raise RuntimeError(
            "The list of imports lacks torch, which the model process needs: the check cannot be trusted."
        )
    page.log.unlink()
    return web_has_torch, [name for name in HEAVY if name in imported]


def _open_in_browser(page: Page) -> float:
    """Seconds from opening the page in a new browser to its first drawn picture; not a number without a browser."""
    try:
        with open_browser() as browser:
            tab = browser.new_page()
            started_s = time.monotonic()
            tab.goto(page.url)
            tab.wait_for_selector("#pg-explore-picture[data-drawn]", timeout=60_000)
            return time.monotonic() - started_s
    except facts.MissingPackage as error:
        facts.report(f"startup: {error}")
        return float("nan")


def _ask(page: Page, question: dict[str, Any]) -> bool:
    """Whether a request was answered with pictures."""
    request = urllib.request.Request(
        f"{page.url}/playground/run", json.dumps(question).encode(), {"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
            return unpack(answer.read())[0]["frames"] > 0
    except urllib.error.HTTPError as error:
        if error.code in (429, 503):  # still starting
            return False
        raise
    except OSError:
        return False


class PeakMemory:
    """The largest sum of PSS over a process tree while the block runs, looked at ten times a second."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.peak_mb = 0.0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> "PeakMemory":
        self._thread.start()
        return self

    def __exit__(self, *ending: object) -> None:
        self._done.set()
        self._thread.join()

    def _look(self) -> None:
        while True:
            self.peak_mb = max(self.peak_mb, tree_pss_mb(self.pid))
            if self._done.wait(0.1):
                return


def _median(runs: list[dict[str, float]]) -> dict[str, float]:
    return {name: float(np.median([run[name] for run in runs])) for name in runs[0]}
