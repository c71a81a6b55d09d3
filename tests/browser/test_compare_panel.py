"""Compare in a real browser, at a desk and on a phone: run, read, save, cancel, and come back by the address."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from playground.benchmarks.processes import Page
from tests.browser.visits import COMPARE, WIDE, address, open_panel, visit
from tests.server import patient

RUN_MS = 1000 * patient(60)
FINISHED = {"models": ["image/digits-vae", "image/digits-rbm"], "n": 100, "ran": True}


def start_comparison(tab: Any, n: int = 100) -> None:
    count = tab.get_by_role("textbox", name=re.compile("^Samples"))
    count.fill(str(n))
    count.press("Tab")
    tab.locator(COMPARE).get_by_role("button", name="Compare", exact=True).click()


def wait_result(tab: Any) -> None:
    tab.wait_for_selector(f"{COMPARE} .pg-verdict", timeout=RUN_MS)


def progress_words(tab: Any, words: str) -> None:
    tab.wait_for_function(
        "([s, words]) => document.querySelector(s).textContent.includes(words)",
        arg=[f"{COMPARE} .pg-progress-words", words],
    )


def test_two_models_are_compared_with_bands_a_table_and_figures(either: Any) -> None:
    open_panel(either, "compare")
    start_comparison(either)
    wait_result(either)
    assert either.locator(".pg-compared").count() == 3  # real data and two models
    table = either.get_by_role("region", name="Every number")
    words = table.inner_text().lower()
    assert "coverage" in words and "perfect sampler" in words and " to " in words
    assert table.locator("tbody tr").count() >= 6
    figures = either.locator(f"{COMPARE} figure.pg-result-figure img")
    assert figures.count() == 5
    for i in range(figures.count()):
        assert len(figures.nth(i).get_attribute("alt")) > 40
        assert figures.nth(i).evaluate("(img) => img.naturalWidth") > 300
    with either.expect_download() as download:
        either.get_by_role("button", name="Numbers as JSON").click()
    numbers = json.loads(Path(download.value.path()).read_text())
    assert [model["id"] for model in numbers["models"]] == ["image/digits-vae", "image/digits-rbm"]
    assert numbers["request"]["n"] == 100
    with either.expect_download() as download:
        either.get_by_role("button", name="Numbers as CSV").click()
    assert "band_low,band_high" in Path(download.value.path()).read_text()


def test_samples_are_shown_at_whole_multiples_of_their_pixels(tab: Any) -> None:
    open_panel(tab, "compare")
    start_comparison(tab)
    wait_result(tab)
    for sheet in tab.locator(f"{COMPARE} .pg-compared-sheet").all():
        assert sheet.evaluate("(canvas) => canvas.clientWidth / canvas.width") in (2, 3)
    tops = tab.locator(f"{COMPARE} .pg-number-row").evaluate_all(
        "(rows) => rows.map((row) => row.getBoundingClientRect().top)"
    )
    assert len(set(tops)) == len(tops) / 3, "the numbers of one kind do not stand in one line"


def test_a_cancelled_comparison_leaves_the_last_result(either: Any) -> None:
    open_panel(either, "compare")
    start_comparison(either, n=1000)
    either.wait_for_function(f"() => document.querySelector('{COMPARE} progress').value > 0")
    cancel = either.locator(COMPARE).get_by_role("button", name="Cancel")
    cancel.click()
    progress_words(either, "Cancelled.")
    assert cancel.is_disabled()
    assert either.locator(COMPARE).get_by_role("button", name="Compare", exact=True).is_enabled()
    start_comparison(either)
    wait_result(either)
    start_comparison(either, n=1000)
    cancel.click()
    progress_words(either, "Cancelled. The last result is still below.")
    assert either.locator(".pg-columns").is_visible()


def test_the_address_of_a_result_makes_it_again(either: Any) -> None:
    open_panel(either, "compare")
    start_comparison(either)
    wait_result(either)
    verdict = either.locator(f"{COMPARE} .pg-verdict").inner_text()
    either.wait_for_timeout(400)  # the address is written shortly after
    either.reload()
    wait_result(either)
    assert either.locator(f"{COMPARE} .pg-verdict").inner_text() == verdict


def test_what_was_changed_or_cancelled_is_not_run_by_its_address(browser: Any, page: Page) -> None:
    with visit(browser, address(page, panel="compare", compare=FINISHED | {"n": 1000, "seed": 77}), WIDE) as tab:
        tab.wait_for_function(f"() => document.querySelector('{COMPARE} progress').value > 0")
        tab.locator(COMPARE).get_by_role("button", name="Cancel").click()
        progress_words(tab, "Cancelled.")
        _reload_and_expect_nothing(tab)
        start_comparison(tab)
        wait_result(tab)
        tab.locator(COMPARE).get_by_role("button", name="Dice").click()
        _reload_and_expect_nothing(tab)


def _reload_and_expect_nothing(tab: Any) -> None:
    tab.wait_for_timeout(400)  # the address is written shortly after
    tab.reload()
    tab.wait_for_selector(f"{COMPARE} .pg-compare-empty")
    tab.wait_for_timeout(300)
    assert tab.locator(COMPARE).get_by_role("button", name="Compare", exact=True).is_enabled()


@pytest.mark.parametrize("gone", [["image/digits-vae", "image/gone"], "all", [7]])
def test_an_address_of_models_that_are_gone_waits_for_the_visitor(browser: Any, page: Page, gone: Any) -> None:
    with visit(browser, address(page, panel="compare", compare=FINISHED | {"models": gone}), WIDE) as tab:
        tab.wait_for_selector(f"{COMPARE} .pg-compare-empty")
        assert tab.locator(f"{COMPARE} .pg-chip input:checked").count() == 2
        assert tab.locator(COMPARE).get_by_role("button", name="Compare", exact=True).is_enabled()


def test_chips_that_cannot_be_changed_say_why(tab: Any) -> None:
    open_panel(tab, "compare")
    chips, reason = tab.locator(f"{COMPARE} .pg-chip"), f"{COMPARE} .pg-compare-setup .pg-hint"
    assert "A comparison needs 2 models" in tab.inner_text(reason)  # the page of these tests has no more
    for i in range(2):
        assert chips.nth(i).locator("input").is_disabled()
        assert "choose a further one before" in chips.nth(i).get_attribute("title")
