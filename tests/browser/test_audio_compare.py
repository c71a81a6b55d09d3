"""Compare on the Audio tab in a real browser: notes and melodies beside real ones, heard, saved, cancelled. Tiny models."""

import json
from pathlib import Path
from typing import Any

import pytest

from playground.benchmarks.processes import Page
from tests.browser.test_audio_explore import LISTEN, wait_started
from tests.browser.test_look import MOST_SHIFT, violations
from tests.browser.visits import PHONE, WIDE, audio_link, visit
from tests.server import patient

PANEL = "#pg-panel-audio-compare"
TILE = f"{PANEL} .pg-heard-tile"
RUN_MS = 1000 * patient(60)
NOTES = {"models": ["audio/notes-vae", "audio/notes-gan"], "n": 100, "ran": True}
MELODIES = {"models": ["audio/melodies-vae"], "n": 100, "ran": True, "nearest": True}


@pytest.fixture(scope="module")
def checkpoints(tiny_audio: Path) -> Path:
    return tiny_audio


def address(page: Page, query: str = "", **comparison: Any) -> str:
    return audio_link(page, "compare", comparison, query)


def wait_result(tab: Any) -> None:
    tab.wait_for_selector(f"{PANEL} .pg-verdict", timeout=RUN_MS)


def press(tab: Any, name: str) -> None:
    tab.locator(PANEL).get_by_role("button", name=name, exact=True).click()


@pytest.mark.parametrize("size", [PHONE], ids=["phone"])
def test_two_models_of_notes_are_compared_and_heard(browser: Any, page: Page, size: dict[str, int]) -> None:
    with visit(browser, address(page, n=100), size, script=LISTEN) as tab:
        press(tab, "Compare")
        wait_result(tab)
        assert tab.evaluate("() => started") == []
        assert tab.locator(f"{PANEL} .pg-compared").count() == 3  # real data and two models
        tab.locator(TILE).first.click()
        wait_started(tab, 1)
        tab.get_by_label("Nearest training note of each sample").check()
        pair = tab.locator(f"{PANEL} .pg-compared >> nth=1").locator(".pg-heard-pair").first
        names = pair.locator("button").evaluate_all("(all) => all.map((one) => one.ariaLabel)")
        assert names[0].startswith("Hear sample 1 of vae: ")
        assert names[1].startswith("Hear its nearest training note, at distance 0.")
        for count, tile in enumerate(pair.locator("button").all(), 2):
            tile.click()
            played = wait_started(tab, count)
        assert len({one["sum"] for one in played}) == 3
        table = tab.get_by_role("region", name="Every number").inner_text()
        for words in (
            "Pitch accuracy",
            "Family histogram KL",
            "Coverage",
            "Perfect sampler",
            "Cost of a second of sound",
        ):
            assert words.lower() in table.lower()
        figures = tab.locator(f"{PANEL} figure.pg-result-figure")
        titles = figures.locator("h3").all_inner_texts()
        assert titles[1:4] == [
            "Instrument family",
            "Octave of the pitch heard",
            "Pitch heard, from the pitch asked for",
        ]
        assert titles[-1] == "Cost per second of sound"
        assert all(len(text) > 40 for text in figures.locator("img").evaluate_all("(all) => all.map((one) => one.alt)"))
        with tab.expect_download() as download:
            press(tab, "Numbers as JSON")
        numbers = json.loads(Path(download.value.path()).read_text())
        assert [model["id"] for model in numbers["models"]] == NOTES["models"]
        assert len(numbers["models"][0]["histograms"][0]["labels"]) == 14


def test_a_data_sets_only_model_stands_beside_the_real_data_and_its_rolls_are_played(browser: Any, page: Page) -> None:
    with visit(browser, address(page), WIDE, script=LISTEN) as tab:
        press(tab, "Melodies")
        assert "Model, beside the real data" in tab.inner_text(PANEL)
        assert tab.locator(f"{PANEL} .pg-chip input:checked").evaluate_all("(all) => all.map((one) => one.value)") == [
            "audio/melodies-vae"
        ]
        tab.get_by_role("textbox", name="Samples (100 to 1000)").fill("100")
        tab.keyboard.press("Tab")
        press(tab, "Compare")
        wait_result(tab)
        tile = tab.locator(TILE).first
        assert "key of" in tile.get_attribute("aria-label") and "notes" in tile.get_attribute("aria-label")
        tile.click()
        wait_started(tab, 3)
        assert tile.get_attribute("aria-pressed") == "true"
        tile.click()
        assert tile.get_attribute("aria-pressed") == "false"
        titles = tab.locator(f"{PANEL} figure h3").all_inner_texts()
        assert {"Tones of the key", "Steps of the melody"} <= set(titles)
        tab.wait_for_timeout(400)  # the address is written shortly after
        tab.reload()
        wait_result(tab)
        assert tab.locator(f"{PANEL} [aria-pressed=true]", has_text="Melodies").count() == 1


def test_a_comparison_of_chorales_is_cancelled(browser: Any, page: Page) -> None:
    with visit(browser, address(page), WIDE) as tab:
        press(tab, "Chorales")
        assert tab.locator(f"{PANEL} .pg-chip input:checked").count() == 2
        press(tab, "Compare")
        tab.wait_for_function(f"() => document.querySelector('{PANEL} progress').value > 0", timeout=RUN_MS)
        press(tab, "Cancel")
        tab.wait_for_function(f"() => document.querySelector('{PANEL}').textContent.includes('Cancelled.')")
        assert tab.locator(PANEL).get_by_role("button", name="Compare", exact=True).is_enabled()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("comparison", [NOTES, MELODIES], ids=["notes", "melodies"])
def test_axe_finds_no_serious_violation(browser: Any, page: Page, comparison: dict[str, Any], theme: str) -> None:
    with visit(browser, address(page, f"?__theme={theme}", **comparison), WIDE, color_scheme=theme) as tab:
        wait_result(tab)
        assert violations(tab) == []


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_nothing_moves_while_results_arrive(browser: Any, page: Page, size: dict[str, int]) -> None:
    with visit(browser, address(page, **NOTES), size) as tab:
        wait_result(tab)
        tab.wait_for_timeout(500)
        assert tab.evaluate("() => window.layoutShift") < MOST_SHIFT
