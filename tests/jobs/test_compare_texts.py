"""The comparison of texts: models with a temperature are swept, shared runs keep their places, the cost is that of a token."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from playground.__main__ import main
from playground.datasets import compared_words
from playground.jobs.compare_request import CompareRequest
from playground.operations.worker import Worker
from playground.serving import Item, pack, unpack
from playground.views import report as module
from tests.jobs.test_compare import check_request, events_of
from tests.tiny_text import FOREIGN, save_foreign_sentences, save_tiny_text
from tests.ui.fake_models import FakeModels, card

TEMPERATURE = {"settings": [{"name": "temperature"}]}
SENTENCES = [card("text/gan") | {"dataset": "sentences"}, card("text/lm") | {"dataset": "sentences"} | TEMPERATURE]
TEMPERATURES = list(compared_words("sentences").temperatures)


class TextModels(FakeModels):
    """Says BLEU, self-BLEU and eight tokens of every sample."""

    async def run(self, item: Item, session: str) -> bytes:
        reply = await super().run(item, session)
        if item.operation != "measure":
            return reply
        header, _ = unpack(reply)
        one = {"floor": 0.4, "band": [0.3, 0.5], "better": "higher", "unit": "", "help": "Help."}
        n = item.request["n"]
        header["metrics"] |= {
            f"bleu3-{n}-lsa-64": one | {"value": 0.45},
            f"self-bleu3-{n}-lsa-64": one | {"value": 0.6},
        }
        return pack(header | {"pieces": 8.0})


def last_event(ask: Any, plan: CompareRequest) -> dict[str, Any]:
    *progress, result = asyncio.run(events_of(ask, plan))
    done = [event["done"] for event in progress]
    assert done == sorted(done) and done[-1] <= progress[0]["total"]
    return result


@pytest.fixture(autouse=True)
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawing is slow, and looked at elsewhere."""
    monkeypatch.setattr(module, "FIGURES", dict.fromkeys(module.FIGURES, lambda rows, theme, request: None))
    monkeypatch.setattr(module, "draw_histogram", lambda rows, theme, request, which: None)


def test_models_with_a_temperature_are_drawn_at_several() -> None:
    models = TextModels(seconds=0.008)
    plan = check_request(SENTENCES, ["text/gan", "text/lm"], 100, 7, {"text/lm": {"top_k": 5}})
    gan, language_model = last_event(models, plan)["models"]
    assert gan["sweep"] == [] and language_model["sweep"] == [(t, 0.6, 0.45) for t in TEMPERATURES]
    drawn = [item for item, _ in models.asked if item.operation == "features" and item.model == "text/lm"]
    settings = {str(item.request["settings"]) for item in drawn}
    assert settings == {str({"top_k": 5})} | {str({"top_k": 5, "temperature": t}) for t in TEMPERATURES}
    assert {item.request["seed"] for item in drawn} == {7}
    assert gan["cost_s"] == pytest.approx(0.001)


def test_dear_samples_are_drawn_at_their_own_temperature_alone() -> None:
    assert compared_words("shakespeare").temperatures == compared_words("chat").temperatures == ()


def test_names_are_read_and_marked_where_they_share_letters_with_training(tmp_path: Path) -> None:
    worker = Worker(root=str(save_tiny_text(tmp_path)))

    async def run(item: Item) -> bytes:
        (reply,) = worker.run([item])
        if isinstance(reply, Exception):
            raise reply
        return reply

    name = "text/names-rbm"
    plan = check_request([card(name) | {"dataset": "names", "output": {"kind": "text"}}], [name], 100, 7)
    result = last_event(run, plan)
    assert (
        result["output"] == {"height": 1, "width": 12, "channels": 1, "kind": "text"} and result["cost_of"] == "letter"
    )
    for column in (result["real"], *result["models"]):
        texts, near = column["samples"], column["nearest"]
        facts = column["nearest_facts"]
        assert len(texts) == len(near) == len(facts["spans"]) == plan.words.shown
        for text, training, (start, end), (there, until) in zip(texts, near, facts["spans"], facts["near_spans"]):
            assert text[start:end] == training[there:until]
    assert all(text.isalpha() for text in result["real"]["samples"])
    labels = {measure["label"] for measure in result["models"][0]["measures"]}
    assert {"BLEU-3", "Self-BLEU-3", "Distinct-2", "Copied", "Longest shared run"} <= labels


def test_characters_beyond_ascii_go_the_whole_way_from_a_model_to_the_files_of_a_comparison(tmp_path: Path) -> None:
    name = "text/sentences-vae"
    root = save_foreign_sentences(tmp_path / "checkpoints", [name])
    (reply,) = Worker(root=str(root)).run([Item(name, "features", {"count": 8, "settings": {"words": "drawn"}})])
    assert isinstance(reply, bytes)
    header, body = unpack(reply)
    assert len(header["texts"]) == 8 and len(body) == 0
    out = tmp_path / "out"
    asked = ["compare", name, "--samples", "100", "--seed", "0", "--out", str(out)]
    assert main(["--checkpoints", str(root), *asked]) == 0
    (column,) = json.loads((out / "numbers.json").read_text())["models"]
    written = "".join(column["samples"])
    assert set(FOREIGN) <= set(written) and "?" not in written
    assert (out / "samples-text-sentences-vae.txt").read_text(encoding="utf-8") == "\n".join(column["samples"]) + "\n"
    assert column["samples"][:8] == header["texts"]
    invented = next(one for one in column["measures"] if one["label"] == "Invented words")
    assert 0 <= invented["value"] <= 1
