"""Bringing a pretrained checkpoint from the page: what is offered, progress, errors, one at a time. Nothing is fetched."""

import asyncio
import sys

import pytest

from playground.errors import BadRequest, Busy
from playground.ui.getting import Getter
from playground.ui.service import Service
from tests.ui.fake_engine import FakeEngine


def getter(program: str) -> Getter:
    """One that runs a little program in place of the command line."""
    return Getter(Service(FakeEngine()), [sys.executable, "-c", program])  # type: ignore[arg-type]


async def all_of(one: Getter, model: str = "text/smollm2") -> list[dict]:
    return [line async for line in one.bring(model)]


def test_what_is_there_is_told(tmp_path, monkeypatch):
    monkeypatch.setenv("PLAYGROUND_CHECKPOINTS", str(tmp_path))
    assert getter("").list_all()[0] == {
        "id": "text/smollm2",
        "name": "SmolLM2-135M-Instruct",
        "megabytes": 93,
        "license": "Apache-2.0 (Hugging Face TB)",
        "there": False,
    }
    (tmp_path / "text/smollm2").mkdir(parents=True)
    (tmp_path / "text/smollm2/config.json").write_text("{}")
    assert getter("").list_all()[0]["there"]


def test_progress_comes_line_by_line_and_then_the_end():
    lines = asyncio.run(all_of(getter("print('Fetching.'); print('Converting.')")))
    assert lines == [
        {"kind": "progress", "words": "Fetching."},
        {"kind": "progress", "words": "Converting."},
        {"kind": "end"},
    ]


def test_a_failure_is_its_last_line():
    program = "import sys; print('Fetching.'); print('noise', file=sys.stderr); sys.exit('PlaygroundError: no network')"
    assert asyncio.run(all_of(getter(program)))[-1] == {"kind": "error", "error": "PlaygroundError: no network"}


def test_other_models_are_refused_and_two_at_a_time_too():
    async def scenario() -> None:
        one = getter("import time; print('Fetching.', flush=True); time.sleep(30)")
        with pytest.raises(BadRequest, match="'image/digits-vae' needs no download"):
            await all_of(one, "image/digits-vae")
        first = one.bring("text/smollm2")
        assert (await anext(first))["words"] == "Fetching."
        with pytest.raises(Busy, match="A checkpoint is being brought already"):
            await all_of(one)
        await first.aclose()  # type: ignore[attr-defined]
        assert not one.busy

    asyncio.run(scenario())
