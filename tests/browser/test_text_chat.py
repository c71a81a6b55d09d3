"""The Text tab's Chat panel: turns, stop, retry, edit, undo, two models beside each other; nothing of it leaves the tab."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from playground.benchmarks.processes import Page
from tests.browser.test_look import violations
from tests.browser.visits import PHONE, SLOW_JOBS, WIDE, link, visit
from tests.server import patient
from tests.tiny_text import save_tiny_text

PANEL = "#pg-panel-text-chat"
ANSWER, QUESTION = f"{PANEL} .pg-said-model .pg-written", f"{PANEL} .pg-said-visitor .pg-written"
HOSTILE = "<script>window.hurt = 1</script><img src=x onerror='window.hurt = 1'>"


@pytest.fixture(scope="module")
def checkpoints(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_text(tmp_path_factory.mktemp("checkpoints"))


def address(page: Page, query: str = "", **state: Any) -> str:
    return link(page, {"page": {"modality": "text", "panel": "chat"}, "text.chat": state}, query)


@pytest.fixture()
def tab(browser: Any, page: Page) -> Iterator[Any]:
    with visit(browser, address(page, max=20), WIDE) as tab:
        yield tab


def say(tab: Any, words: str) -> None:
    """Send a message and wait for its answer."""
    field = tab.get_by_label("Your message", exact=True)
    field.fill(words)
    field.press("Enter")
    wait_answer(tab)


def wait_answer(tab: Any) -> None:
    tab.wait_for_function(
        """(panel) => [...document.querySelectorAll(`${panel} .pg-thread`)].every((one) => one.ariaBusy !== "true")
          && [...document.querySelectorAll(`${panel} .pg-chat-ask > button`)].some((one) => one.textContent === "Send")""",
        arg=PANEL,
        timeout=60_000 * patient(1),
    )


def test_three_turns_with_retry_edit_and_undo(tab: Any) -> None:
    for words in ("Hi!", "How are you?", "What do you cook?"):
        say(tab, words)
    assert tab.locator(QUESTION).all_inner_texts() == ["Hi!", "How are you?", "What do you cook?"]
    first = tab.locator(ANSWER).all_inner_texts()
    assert len(first) == 3 and all(first)
    tab.get_by_role("button", name="Retry").click()
    wait_answer(tab)
    assert tab.inner_text(f"{PANEL} .pg-versions").replace(" ", "").strip("‹›") == "2of2"
    tab.get_by_role("button", name="The answer before").click()
    assert tab.locator(ANSWER).all_inner_texts() == first

    tab.get_by_role("button", name="Edit your message 2").click()
    tab.get_by_label("Your message, anew").fill("Where were you?")
    tab.get_by_role("button", name="Send anew").click()
    wait_answer(tab)
    assert tab.locator(QUESTION).all_inner_texts() == ["Hi!", "Where were you?"]
    assert tab.locator(ANSWER).nth(0).inner_text() == first[0]
    tab.get_by_role("button", name="Undo").click()
    assert tab.locator(QUESTION).all_inner_texts() == ["Hi!", "How are you?", "What do you cook?"]
    assert tab.locator(ANSWER).all_inner_texts() == first


def test_it_lives_in_this_tab_only(browser: Any, page: Page, tab: Any) -> None:
    say(tab, "A secret of mine")
    answer = tab.inner_text(ANSWER)
    tab.wait_for_timeout(400)
    bare = tab.evaluate("() => atob(location.hash.slice(3).replaceAll('-', '+').replaceAll('_', '/'))")
    assert "secret" not in bare and answer not in bare
    tab.reload()
    tab.wait_for_selector(QUESTION)
    assert tab.inner_text(ANSWER) == answer
    with visit(browser, tab.url, WIDE) as other:
        assert other.locator(QUESTION).count() == 0
    tab.get_by_role("button", name="Clear").click()
    assert tab.locator(QUESTION).count() == 0
    tab.get_by_role("button", name="Undo").click()
    assert tab.inner_text(ANSWER) == answer


def test_stop_keeps_what_was_said(browser: Any, page: Page) -> None:
    with visit(browser, address(page, max=400), WIDE, script=SLOW_JOBS) as tab:
        field = tab.get_by_label("Your message", exact=True)
        field.fill("Tell me everything.")
        field.press("Shift+Enter")
        field.type("Please.")
        field.press("Enter")
        tab.wait_for_function("(s) => document.querySelector(s)?.textContent.length > 5", arg=ANSWER)
        tab.get_by_role("button", name="Stop", exact=True).click()
        wait_answer(tab)
        assert "Stopped by you." in tab.inner_text(f"{PANEL} .pg-thread")
        assert tab.inner_text(QUESTION) == "Tell me everything.\nPlease."
        say(tab, "And then?")
        assert tab.locator(ANSWER).count() == 2


def test_one_model_alone_is_not_asked_twice(tab: Any) -> None:
    assert not tab.get_by_role("button", name="Two side by side").is_visible()
    assert "when there is a second model that chats" in tab.inner_text(PANEL)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_axe_finds_no_serious_violation(browser: Any, page: Page, size: dict[str, int], theme: str) -> None:
    with visit(browser, address(page, f"?__theme={theme}", max=20), size, color_scheme=theme) as tab:
        say(tab, "مرحبا 😀")
        assert violations(tab) == []


@pytest.mark.parametrize("composing", ["isComposing: true", "keyCode: 229"])
def test_the_enter_of_an_input_method_sends_nothing(tab: Any, composing: str) -> None:
    field = tab.get_by_label("Your message", exact=True)
    field.fill("こんにち")
    field.evaluate(f"""(field) => field.dispatchEvent(
        new KeyboardEvent("keydown", {{key: "Enter", bubbles: true, cancelable: true, {composing}}}))""")
    tab.wait_for_timeout(200)
    assert field.input_value() == "こんにち" and tab.locator(QUESTION).count() == 0


def test_the_escape_of_an_input_method_leaves_a_message_open(tab: Any) -> None:
    say(tab, "hello")
    tab.get_by_role("button", name="Edit your message 1").click()
    field = tab.get_by_label("Your message, anew")
    escape = "(field, isComposing) => field.dispatchEvent(new KeyboardEvent('keydown', {key: 'Escape', isComposing}))"
    field.evaluate(escape, True)
    assert field.is_visible()
    field.evaluate(escape, False)
    assert not field.is_visible()
