"""What the tests of the whole page share: a real `python app.py` on a few checkpoints, asked over real HTTP."""

import itertools
import json
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from playground.benchmarks.processes import PROJECT, Page, start_playground
from playground.serving import pack

VAE, RBM = "image/digits-vae", "image/digits-rbm"
GOOD = {"seed": 1, "start": 0, "count": 1}
SOME = ("digits-vae", "digits-rbm", "digits-classifier")
fresh_seeds = itertools.count(1_000_000)  # that nobody has asked before, so that no reply is a kept one


def copy_checkpoints(root: Path, names: tuple[str, ...] = SOME) -> Path:
    """Copies of shipped checkpoints under root/image; returns root."""
    for name in names:
        shutil.copytree(PROJECT / "checkpoints" / "image" / name, root / "image" / name)
    return root


@contextmanager
def running_page(
    checkpoints: Path | None = None, *, program: Path = PROJECT / "app.py", **extra: str
) -> Iterator[Page]:
    """`python app.py`, ready to answer; afterwards stopped by SIGTERM, which must end it with status 0.

    program: another script that starts the page; extra: environment.
    """
    page = start_playground(checkpoints, extra=extra, program=program)
    try:
        page.wait_ready("/playground/health/ready")
        yield page
    finally:
        alive = page.process.poll() is None
        status = page.stop()
        assert alive, f"The page had ended with status {status} during the tests:\n{page.log_tail()}"
        assert status == 0, f"SIGTERM ended the page with status {status}:\n{page.log_tail()}"
        page.log.unlink()


class Caller:
    """One visitor: asks a page over one kept-alive connection, in a session of its own."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.session = uuid.uuid4().hex
        self.http = httpx.Client(base_url=page.url, timeout=60)

    def __enter__(self) -> "Caller":
        return self

    def __exit__(self, *ending: object) -> None:
        self.http.close()

    def run(self, model: str, operation: str, request: Any, body: bytes | None = None, **rest: Any) -> httpx.Response:
        """POST /playground/run, as JSON or, with a body, as a packed message."""
        header = {"model": model, "operation": operation, "request": request, "session": self.session, **rest}
        if body is None:
            return self.send(json.dumps(header).encode())
        return self.send(pack(header, body), "application/octet-stream")

    def send(self, content: bytes, kind: str = "application/json") -> httpx.Response:
        """POST /playground/run with any content."""
        return self.http.post("/playground/run", content=content, headers={"Content-Type": kind})

    def health(self) -> dict[str, Any]:
        """The readiness report, whatever its status."""
        return self.http.get("/playground/health/ready").json()

    def assert_serves(self) -> None:
        """A good request that nobody has asked before is answered with a picture."""
        answer = self.run(VAE, "sample", {"seed": next(fresh_seeds), "start": 0, "count": 1})
        assert answer.status_code == 200, answer.text
        assert len(answer.content) > 784


def assert_refused(answer: httpx.Response, *statuses: int, words: str = "") -> str:
    """A 4xx (or one of `statuses`) with one sentence, which is returned."""
    allowed = statuses or tuple(range(400, 500))
    assert answer.status_code in allowed, f"{answer.status_code}: {answer.text[:300]}"
    told = answer.json()
    assert list(told) == ["error"], told
    sentence = told["error"]
    assert 10 < len(sentence) <= 2000 and sentence.endswith(".") and "\n" not in sentence, sentence
    assert not any(mark in sentence for mark in ("Traceback", "object at 0x", "site-packages")), sentence
    assert words in sentence, sentence
    return sentence


def patient(seconds: float) -> float:
    """More seconds when other work keeps the machine busy: it says nothing about the page."""
    busy = os.getloadavg()[0] / (os.cpu_count() or 1)
    return seconds if busy < 1 else seconds * (3 + busy)
