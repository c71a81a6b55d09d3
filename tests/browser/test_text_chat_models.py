"""The Text tab's Chat panel with models that differ: a system prompt, another model midway, both beside each other, a new one."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from playground.benchmarks.processes import Page
from tests.browser.test_text_chat import ANSWER, HOSTILE, PANEL, QUESTION, address, say
from tests.browser.visits import WIDE, visit
from tests.tiny_foreign import save_tiny_foreign
from tests.tiny_text import save_tiny_text

OURS, FOREIGN = "text/chat-transformer", "text/tiny"
SYSTEM = "Answer like a pirate."


@pytest.fixture(scope="module")
def checkpoints(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_foreign(save_tiny_text(tmp_path_factory.mktemp("checkpoints")))


@pytest.fixture()
def tab(browser: Any, page: Page) -> Iterator[Any]:
    with visit(browser, address(page, max=10), WIDE) as tab:
        yield tab


def listen(tab: Any) -> list[dict[str, Any]]:
    """What is asked of the models from now on."""
    asked: list[dict[str, Any]] = []
    tab.on("request", lambda one: asked.append(one.post_data_json) if one.url.endswith("/write") else None)
    return asked


def answered(tab: Any) -> list[str]:
    """The names above the answers."""
    return [
        name.split("seed")[0].strip() for name in tab.locator(f"{PANEL} .pg-said-model .pg-said-who").all_inner_texts()
    ]


def test_a_system_prompt_reaches_the_model_that_knows_one(tab: Any) -> None:
    tab.get_by_label("Model", exact=True).select_option(OURS)
    assert not tab.get_by_label("System prompt").is_visible()
    tab.get_by_label("Model", exact=True).select_option(FOREIGN)
    tab.get_by_label("System prompt").fill(SYSTEM)
    asked = listen(tab)
    say(tab, "Hello!")
    assert asked[0]["request"]["chat"] == {"system": SYSTEM, "turns": ["Hello!"]}
    with_it = tab.inner_text(ANSWER)
    tab.get_by_label("System prompt").fill("")
    tab.get_by_role("button", name="Clear").click()
    say(tab, "Hello!")
    assert asked[1]["request"]["chat"] == {"system": "", "turns": ["Hello!"]}
    assert asked[0]["request"]["seed"] == asked[1]["request"]["seed"] and tab.inner_text(ANSWER) != with_it


def test_another_model_goes_on_with_the_same_conversation(tab: Any) -> None:
    tab.get_by_label("Model", exact=True).select_option(OURS)
    say(tab, "Hello!")
    asked = listen(tab)
    tab.get_by_label("Model", exact=True).select_option(FOREIGN)
    say(tab, "How are you?")
    assert answered(tab) == ["chat-transformer", "tiny"]
    assert tab.locator(QUESTION).all_inner_texts() == ["Hello!", "How are you?"]
    (request,) = asked
    hello, answer, question = request["request"]["chat"]["turns"]
    assert request["request"]["model"] == FOREIGN and (hello, question) == ("Hello!", "How are you?")
    shown = re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", "\ufffd", tab.locator(ANSWER).first.inner_text())
    assert answer.split() == shown.split() != []
    tab.reload()
    tab.wait_for_selector(ANSWER)
    assert answered(tab) == ["chat-transformer", "tiny"]
    assert tab.get_by_label("Model", exact=True).input_value() == FOREIGN


def test_two_models_get_the_same_question(tab: Any, tmp_path: Path) -> None:
    tab.get_by_role("button", name="Two side by side").click()
    chosen = [tab.get_by_label(label, exact=True) for label in ("Model", "Second model")]
    assert [one.input_value() for one in chosen] == [OURS, FOREIGN]
    for one, other in zip(chosen, (FOREIGN, OURS)):  # neither column offers what the other one asks
        assert one.locator(f"option[value='{other}']").is_disabled()
    say(tab, HOSTILE)
    assert tab.locator(f"{PANEL} .pg-thread").count() == 2
    assert tab.locator(QUESTION).all_inner_texts() == [HOSTILE, HOSTILE]
    assert tab.evaluate("() => window.hurt === undefined && !document.querySelector('.pg-panel img, .pg-panel script')")
    one, other = tab.locator(ANSWER).all_inner_texts()
    assert one and other
    with tab.expect_download() as download:
        tab.get_by_role("button", name="Save .json").click()
    download.value.save_as(tmp_path / "talk.json")
    facts = json.loads((tmp_path / "talk.json").read_text("utf-8"))
    assert [thread["turns"][0]["you"] for thread in facts["threads"]] == [HOSTILE, HOSTILE]
    tab.get_by_role("button", name="One model").click()
    assert tab.locator(f"{PANEL} .pg-thread:visible").count() == 1


def test_two_different_models_answer_the_same_question(tab: Any) -> None:
    tab.get_by_label("Model", exact=True).select_option(OURS)
    tab.get_by_role("button", name="Two side by side").click()
    assert tab.get_by_label("Second model", exact=True).input_value() == FOREIGN
    tab.get_by_label("System prompt").fill(SYSTEM)
    asked = listen(tab)
    say(tab, "Hello!")
    told = {one["request"]["model"]: one["request"]["chat"] for one in asked}
    assert told == {
        OURS: {"system": "", "turns": ["Hello!"]},
        FOREIGN: {"system": SYSTEM, "turns": ["Hello!"]},
    }
    assert answered(tab) == ["chat-transformer", "tiny"]
    first, second = (tab.locator(f"{PANEL} .pg-chat-column").nth(which) for which in (0, 1))
    assert "It knows no system prompt." in first.inner_text() and "no system prompt" not in second.inner_text()
    tops = [column.locator(".pg-thread").bounding_box()["y"] for column in (first, second)]
    assert abs(tops[0] - tops[1]) < 1


def test_a_pretrained_model_is_offered_and_brought_in_steps(tab: Any) -> None:
    steps = [{"kind": "progress", "done": 1, "total": None, "words": "Converting it to safetensors."}]
    steps += [{"kind": "result", "data": {"model": "text/smollm2"}}]
    told = "".join(json.dumps(step) + "\n" for step in steps)
    asked: list[Any] = []

    def answer(route: Any) -> None:
        asked.append(route.request.post_data_json)
        route.fulfill(body=told, content_type="application/x-ndjson")

    tab.route("**/playground/jobs/get", answer)
    offer = tab.locator(f"{PANEL} .pg-offers")
    assert "SmolLM2-135M-Instruct: pretrained on far more text, 93 MB, Apache-2.0" in offer.inner_text()
    offer.get_by_role("button", name="Get SmolLM2-135M-Instruct").click()
    offer.get_by_role("button", name="Reload the page").wait_for()
    assert [one["request"] for one in asked] == [{"model": "text/smollm2"}]
    assert "SmolLM2-135M-Instruct is there." in offer.inner_text()
    offer.get_by_role("button", name="Reload the page").click()
    tab.wait_for_selector(f"{PANEL} .pg-offers button")  # it was not brought in truth, so that it is offered again


def test_what_keeps_a_pretrained_model_away_is_said_and_can_be_tried_again(tab: Any) -> None:
    lines = [json.dumps({"kind": "error", "error": "The disk is full."}), json.dumps({"kind": "result", "data": {}})]
    tab.route("**/playground/jobs/get", lambda route: route.fulfill(body=lines.pop(0) + "\n"))
    offer = tab.locator(f"{PANEL} .pg-offers")
    offer.get_by_role("button", name="Get SmolLM2").click()
    offer.get_by_text("The disk is full.").wait_for()
    offer.get_by_role("button", name="Try again").click()
    offer.get_by_role("button", name="Reload the page").wait_for()
