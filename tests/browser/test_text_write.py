"""The Text tab's Write panel: a model continues a prompt, any token is looked into, and another one branches from there."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from playground.benchmarks.processes import Page
from tests.browser.test_look import violations
from tests.browser.visits import PHONE, SLOW_JOBS, WIDE, link, visit
from tests.server import patient
from tests.tiny_text import save_tiny_text

PANEL = "#pg-panel-text-write"
TOKEN = f"{PANEL} .pg-area-text .pg-token[role=button]"
BRANCH = f"{PANEL} .pg-branch:not(.pg-earlier)"
SHOWN = f"{PANEL} .pg-token-text"
ALTERNATIVE = f"{PANEL} button.pg-bar-row"
LONG_MS = 60_000
REFUSED = "Failed to load resource: the server responded with a status of 400 (Bad Request)"
TOO_LARGE = "Failed to load resource: the server responded with a status of 413 (Request Entity Too Large)"


@pytest.fixture(scope="module")
def checkpoints(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_text(tmp_path_factory.mktemp("checkpoints"))


def address(page: Page, query: str = "", **state: Any) -> str:
    return link(page, {"page": {"modality": "text", "panel": "write"}, "text.write": state}, query)


@pytest.fixture()
def tab(browser: Any, page: Page, expected: list[str]) -> Iterator[Any]:
    with visit(browser, address(page, max=30), WIDE, expected=expected) as tab:
        yield tab


def write_all(tab: Any) -> str:
    """Press Write and wait until the text is there; returns it."""
    tab.get_by_role("button", name="Write", exact=True).click()
    return wait_written(tab)


def wait_written(tab: Any) -> str:
    tab.wait_for_function(
        """(panel) => document.querySelector(`${panel} .pg-area-text`)?.getAttribute("aria-busy") === "false"
          && document.querySelector(`${panel} .pg-token[role=button]`)""",
        arg=PANEL,
        timeout=patient(1) * LONG_MS,
    )
    return tab.inner_text(f"{PANEL} .pg-token-text")


def test_a_prompt_is_continued_the_same_way_again_and_after_a_reload(tab: Any) -> None:
    tab.fill(f"{PANEL} textarea", "O gentle night,")
    first = write_all(tab)
    assert first.startswith("O gentle night,") and tab.locator(TOKEN).count() == 30
    assert write_all(tab) == first
    tab.get_by_label("Seed").fill("8")
    tab.get_by_label("Seed").press("Enter")
    assert "before your last change" in tab.inner_text(PANEL)
    other = write_all(tab)
    assert other != first
    tab.wait_for_timeout(400)
    tab.reload()
    assert wait_written(tab) == other
    assert tab.input_value(f"{PANEL} textarea") == "O gentle night,"
    assert tab.get_by_label("Seed").input_value() == "8"


def test_stop_keeps_what_is_there_and_writing_goes_on(browser: Any, page: Page) -> None:
    with visit(browser, address(page, max=400), WIDE, script=SLOW_JOBS) as tab:
        tab.get_by_role("button", name="Write", exact=True).click()
        tab.wait_for_selector(TOKEN)
        tab.get_by_role("button", name="Stop", exact=True).click()
        before = wait_written(tab)
        count = tab.locator(TOKEN).count()
        assert 0 < count < 400 and "Stopped by you" in tab.inner_text(f"{PANEL} .pg-write-notes")
        tab.get_by_role("button", name="Write on").click()
        tab.wait_for_function("([s, n]) => document.querySelectorAll(s).length > n", arg=[TOKEN, count])
        assert tab.inner_text(f"{PANEL} .pg-token-text").startswith(before)
        assert tab.locator(f"{PANEL} .pg-branch").count() == 2


def test_a_token_shows_its_alternatives_and_another_one_branches(tab: Any) -> None:
    plain = write_all(tab)
    tab.locator(TOKEN).nth(9).click()
    assert tab.inner_text(f"{PANEL} .pg-area-alternatives h2") == "Token 10 of 30"
    tab.keyboard.press("ArrowRight")
    assert tab.inner_text(f"{PANEL} .pg-area-alternatives h2") == "Token 11 of 30"
    assert tab.locator(TOKEN).nth(10).get_attribute("aria-pressed") == "true"
    numbers = tab.inner_text(f"{PANEL} .pg-bar-numbers >> nth=0")
    assert "%" in numbers and "→" in numbers
    tab.keyboard.press("Enter")  # to the list, which arrow keys walk through too
    label = tab.evaluate("() => document.activeElement.getAttribute('aria-label')")
    assert label.startswith("Branch with ") and "after the settings" in label
    tab.keyboard.press("Enter")
    tab.wait_for_function("(s) => document.querySelectorAll(s).length === 2", arg=f"{PANEL} .pg-branch")
    branched = wait_written(tab)
    assert branched != plain
    tab.locator(f"{PANEL} .pg-branch").nth(0).click()
    assert tab.inner_text(f"{PANEL} .pg-token-text") == plain
    tab.locator(f"{PANEL} .pg-branch").nth(1).click()
    tab.wait_for_timeout(400)
    tab.reload()  # the link holds where the branch parts, and it is written again
    assert wait_written(tab) == branched
    tab.locator(f"{PANEL} .pg-branch").nth(0).click()
    assert wait_written(tab) == plain


def test_nothing_that_was_written_is_lost(tab: Any) -> None:
    plain = write_all(tab)
    tab.locator(TOKEN).nth(9).click()
    tab.locator(f"{PANEL} .pg-area-alternatives button.pg-bar-row").nth(1).click()
    tab.wait_for_function("(s) => document.querySelectorAll(s).length === 2", arg=BRANCH)
    branched = wait_written(tab)
    assert write_all(tab) == plain  # the same text again: its branches stay
    assert tab.locator(BRANCH).count() == 2
    tab.get_by_label("Seed").fill("8")
    other = write_all(tab)
    assert other != plain and tab.locator(BRANCH).count() == 0
    assert "2 branches" in tab.inner_text(f"{PANEL} .pg-earlier")
    tab.wait_for_timeout(400)
    tab.reload()  # the link has the earlier text too
    assert wait_written(tab) == other
    tab.get_by_role("button", name="Undo").click()  # back to it, and to what it was asked by
    assert wait_written(tab) == plain
    assert tab.get_by_label("Seed").input_value() == "7" and tab.locator(BRANCH).count() == 2
    tab.locator(BRANCH).nth(1).click()
    assert wait_written(tab) == branched
    tab.locator(f"{PANEL} .pg-earlier").click()
    assert wait_written(tab) == other


def test_every_step_is_taken_back_in_turn(tab: Any) -> None:
    undo, seed = tab.get_by_role("button", name="Undo"), tab.get_by_label("Seed")
    assert undo.is_disabled()
    plain = write_all(tab)
    tab.get_by_role("button", name="Dice").click()  # one step, though it is a seed and a text
    tab.wait_for_function("([s, before]) => document.querySelector(s).innerText !== before", arg=[SHOWN, plain])
    thrown, number = wait_written(tab), seed.input_value()
    tab.locator(TOKEN).nth(9).click()
    tab.locator(ALTERNATIVE).nth(1).click()
    tab.wait_for_function("(s) => document.querySelectorAll(s).length === 2", arg=BRANCH)
    wait_written(tab)
    temperature = tab.locator(PANEL).get_by_label("Temperature")
    usual = temperature.input_value()
    temperature.press("Home")
    tab.fill(f"{PANEL} textarea", "O gentle night,")
    other = write_all(tab)
    assert other.startswith("O gentle night,")

    undo.click()  # the text before; what is typed stays, and that it is another is said
    assert "before your last change" in tab.inner_text(PANEL) and tab.locator(BRANCH).count() == 2
    undo.click()
    assert tab.input_value(f"{PANEL} textarea") != "O gentle night,"
    undo.click()
    assert temperature.input_value() == usual and "before your last change" not in tab.inner_text(PANEL)
    undo.click()
    assert wait_written(tab) == thrown
    temperature.focus()
    tab.keyboard.press("Control+z")
    assert wait_written(tab) == plain and seed.input_value() == "7" != number
    undo.click()  # before anything was written; the texts are still among the earlier ones
    assert undo.is_disabled() and tab.locator(TOKEN).count() == 0 and "Nothing written yet" in tab.inner_text(PANEL)
    assert tab.locator(f"{PANEL} .pg-earlier").count() == 3


@pytest.mark.parametrize("length", [4000, 4001])
def test_whether_the_link_has_the_branches_is_said_truly(tab: Any, length: int) -> None:
    tab.fill(f"{PANEL} textarea", ("a " * length)[:length])
    write_all(tab)
    tab.locator(TOKEN).nth(9).click()
    tab.locator(ALTERNATIVE).nth(1).click()
    tab.wait_for_function("(s) => document.querySelectorAll(s).length === 2", arg=BRANCH)
    wait_written(tab)
    said = tab.inner_text(f"{PANEL} .pg-area-branches .pg-hint")
    assert ("and in the page's link." in said) == (length == 4000)
    assert ("but not in the page's link: that keeps prompts of up to 4,000" in said) == (length == 4001)
    tab.wait_for_timeout(400)
    tab.reload()
    tab.wait_for_selector(f"{PANEL} textarea")
    tab.wait_for_timeout(1000)
    assert (tab.locator(BRANCH).count() == 2) == (length == 4000)


def test_the_bars_of_a_token_follow_the_settings(tab: Any) -> None:
    plain = write_all(tab)
    tab.locator(TOKEN).nth(9).click()
    bars = f"{PANEL} .pg-bar-numbers"
    stood = tab.locator(bars).all_inner_texts()
    moved = "([s, before]) => [...document.querySelectorAll(s)].map((one) => one.innerText).join() !== before.join()"
    temperature = tab.locator(PANEL).get_by_label("Temperature")
    temperature.press("Home")  # next to none: only the likeliest token is left
    tab.wait_for_function(moved, arg=[bars, stood])
    cold = tab.locator(bars).all_inner_texts()
    assert cold[0].endswith("→ 100 %") and all(one.endswith("cannot come") for one in cold[1:])
    assert [one.split("→")[0] for one in cold] == [one.split("→")[0] for one in stood]  # the model itself is the same
    assert tab.inner_text(f"{PANEL} .pg-token-text") == plain and "before your last change" in tab.inner_text(PANEL)
    temperature.press("End")
    tab.wait_for_function(moved, arg=[bars, cold])
    assert not any(one.endswith("cannot come") for one in tab.locator(bars).all_inner_texts())


def test_files_say_what_made_them(tab: Any, tmp_path: Path) -> None:
    shown = write_all(tab)
    for name in (".txt", ".json"):
        with tab.expect_download() as download:
            tab.get_by_role("button", name=f"Save {name}").click()
        download.value.save_as(tmp_path / f"text{name}")
    text = (tmp_path / "text.txt").read_text("utf-8")
    assert "seed: 7" in text and "model: text/shakespeare-transformer" in text and "temperature" in text
    facts = json.loads((tmp_path / "text.json").read_text("utf-8"))
    assert len(facts["tokens"]) == 30 and all(0 <= token["p"] <= 1 for token in facts["tokens"])
    assert facts["text"].strip() and shown.startswith(facts["prompt"].strip())


def test_what_does_not_fit_is_said_and_what_is_wrong_is_one_sentence(tab: Any, expected: list[str]) -> None:
    tab.fill(f"{PANEL} textarea", "the cat sleeps on the warm roof and " * 20)
    write_all(tab)
    assert "did not fit into the model's window of 64 tokens" in tab.inner_text(f"{PANEL} .pg-write-notes")
    expected += [REFUSED, TOO_LARGE]
    for wrong, words in (("a" * 9000, "may have 8000 characters"), ("a" * 99_000, "more; send less")):
        tab.fill(f"{PANEL} textarea", wrong)
        tab.get_by_role("button", name="Write", exact=True).click()
        tab.wait_for_selector(f"{PANEL} .pg-problem:not([hidden])")
        assert words in tab.inner_text(f"{PANEL} .pg-problem p")
        assert tab.locator(f"{PANEL} .pg-problem button").inner_text() == "Try again"


@pytest.mark.parametrize("typed", ["<script>window.hurt = 1</script><img src=x onerror='window.hurt = 1'>", "مرحبا 😀"])
def test_whatever_is_typed_stays_text(tab: Any, typed: str) -> None:
    tab.fill(f"{PANEL} textarea", typed)
    assert write_all(tab).startswith(typed)
    assert tab.evaluate("() => window.hurt === undefined && !document.querySelector('.pg-panel img, .pg-panel script')")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_axe_finds_no_serious_violation(browser: Any, page: Page, size: dict[str, int], theme: str) -> None:
    with visit(browser, address(page, f"?__theme={theme}", max=20), size, color_scheme=theme) as tab:
        write_all(tab)
        tab.locator(TOKEN).nth(3).click()
        assert violations(tab) == []
