"""The Text tab's Steer panel: one prompt with and without a direction, and where both texts lie along it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from playground.benchmarks.processes import Page
from tests.browser.test_look import violations
from tests.browser.visits import PHONE, WIDE, link, visit
from tests.server import patient
from tests.tiny_text import save_tiny_text

PANEL = "#pg-panel-text-steer"
TEXT = f"{PANEL} .pg-steer-text .pg-written"


@pytest.fixture(scope="module")
def checkpoints(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_text(tmp_path_factory.mktemp("checkpoints"))


def address(page: Page, query: str = "", **state: Any) -> str:
    return link(page, {"page": {"modality": "text", "panel": "steer"}, "text.steer": state}, query)


@pytest.fixture()
def tab(browser: Any, page: Page) -> Iterator[Any]:
    with visit(browser, address(page, model="text/shakespeare-transformer", max=20, strength=6), WIDE) as tab:
        yield tab


def write_both(tab: Any, count: int) -> list[str]:
    tab.get_by_role("button", name="Write both").click()
    wait_read(tab)
    texts = tab.locator(TEXT).all_inner_texts()
    assert len(texts) == count
    return texts


def wait_read(tab: Any) -> None:
    tab.wait_for_function(
        """(panel) => document.querySelectorAll(`${panel} .pg-scale`).length === 2
          && [...document.querySelectorAll(`${panel} .pg-write-go > button`)].some((one) => one.textContent === "Write both")""",
        arg=PANEL,
        timeout=60_000 * patient(1),
    )


def test_both_sides_are_written_and_read(tab: Any) -> None:
    plain, steered = write_both(tab, 2)
    assert plain and steered and plain != steered
    assert re.search(r"reading from [+−]?[\d.]+ to [+−]?[\d.]+\.", tab.inner_text(PANEL))
    assert "−1 is like “casual” and +1 like “formal”" in tab.get_attribute(f"{PANEL} .pg-scale", "aria-label")
    slider = tab.get_by_label("Strength", exact=True)
    slider.focus()
    slider.press("Home")  # writes the steered side anew
    tab.wait_for_function(
        "([s, before]) => document.querySelectorAll(s)[1].textContent !== before", arg=[TEXT, steered]
    )
    wait_read(tab)
    assert tab.locator(TEXT).nth(0).inner_text() == plain


def test_several_seeds_have_a_mean_reading(tab: Any) -> None:
    tab.get_by_role("button", name="3", exact=True).click()
    write_both(tab, 6)
    assert tab.locator(f"{PANEL} .pg-scale >> nth=0").locator(".pg-scale-dot").count() == 3
    assert "Mean reading" in tab.inner_text(f"{PANEL} .pg-scale-words >> nth=0")


def test_a_direction_of_ones_own_needs_two_lists(tab: Any) -> None:
    tab.get_by_role("combobox", name="Direction").select_option("own")
    tab.get_by_label("Plus: more like these").fill("the cat sleeps\nthe cat is warm")
    tab.get_by_role("button", name="Write both").click()
    assert "The plus list has 2 lines" in tab.inner_text(f"{PANEL} .pg-problem")
    tab.get_by_label("Plus: more like these").fill("the cat sleeps\nthe cat is warm\n<b>the cat</b>")
    tab.get_by_label("Minus: less like these").fill("we will go\nwe go to the market\ngo tomorrow")
    write_both(tab, 2)
    assert "your plus list" in tab.inner_text(f"{PANEL} .pg-scale-ends >> nth=0")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_axe_finds_no_serious_violation(browser: Any, page: Page, size: dict[str, int], theme: str) -> None:
    with visit(browser, address(page, f"?__theme={theme}", max=10, seeds=3), size, color_scheme=theme) as tab:
        write_both(tab, 6)
        assert violations(tab) == []


def test_example_lists_are_filled_in_and_written_with(tab: Any) -> None:
    tab.get_by_role("combobox", name="Direction").select_option("own")
    fields = [tab.get_by_label("Plus: more like these"), tab.get_by_label("Minus: less like these")]
    assert all(field.input_value() == "" and not field.get_attribute("placeholder") for field in fields)
    tab.get_by_role("button", name="Fill in an example").click()
    assert all(len(field.input_value().splitlines()) == 3 for field in fields)
    write_both(tab, 2)


def test_texts_of_a_former_direction_are_called_so(tab: Any) -> None:
    stale = tab.get_by_text("from before your last change")
    write_both(tab, 2)
    assert not stale.is_visible()
    tab.get_by_role("combobox", name="Direction").select_option("own")
    assert stale.is_visible()
    assert "Steering moved" not in tab.inner_text(PANEL)
    tab.get_by_role("combobox", name="Direction").select_option(index=0)  # writes anew
    wait_read(tab)
    assert not stale.is_visible()
    tab.get_by_label("Prompt", exact=True).fill("Another beginning")
    assert stale.is_visible()
