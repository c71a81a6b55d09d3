"""Compare on the Text tab in a real browser: texts stand beside real ones, shared runs are marked. Tiny models."""

import json
from pathlib import Path
from typing import Any

import pytest

from playground.benchmarks.processes import Page
from tests.browser.test_look import violations
from tests.browser.visits import PHONE, WIDE, link, visit
from tests.server import patient
from tests.tiny_text import FOREIGN, save_foreign_sentences, save_tiny_text

PANEL = "#pg-panel-text-compare"
RUN_MS = 1000 * patient(90)
BOTH = pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])


@pytest.fixture(scope="module")
def checkpoints(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = save_tiny_text(tmp_path_factory.mktemp("checkpoints"))
    return save_foreign_sentences(root, ["text/sentences-vae"])


def address(page: Page, query: str = "", **comparison: Any) -> str:
    return link(page, {"page": {"modality": "text", "panel": "compare"}, "text.compare": comparison}, query)


def compared(tab: Any) -> Any:
    tab.wait_for_selector(f"{PANEL} .pg-verdict", timeout=RUN_MS)
    return tab.locator(f"{PANEL} .pg-compared")


@BOTH
def test_names_are_read_and_what_they_share_with_training_is_marked(
    browser: Any, page: Page, size: dict[str, int]
) -> None:
    state = {"models": ["text/names-rbm"], "n": 100, "ran": True, "nearest": True}
    with visit(browser, address(page, **state), size) as tab:
        columns = compared(tab)
        assert columns.count() == 2  # real data and the model
        real = columns.first.locator(".pg-read")
        assert real.count() == 20
        assert real.first.locator(".pg-written").inner_text().isalpha()
        assert real.first.locator("mark").count() == 2  # in the name and in the training name
        assert real.first.locator(".pg-read-near").inner_text().startswith("Training: ")
        table = tab.get_by_role("region", name="Every number").inner_text().lower()
        for words in ("bleu-3", "self-bleu-3", "distinct-2", "copied", "longest shared run", "time per letter"):
            assert words in table
        titles = tab.locator(f"{PANEL} figure.pg-result-figure h3").all_inner_texts()
        assert "Fluency against repetition" in titles and titles[-1] == "Cost per letter"
        assert tab.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
        assert violations(tab) == []


def test_only_models_with_a_yardstick_are_offered_and_numbers_are_saved(browser: Any, page: Page) -> None:
    with visit(browser, address(page, n=100, models=["text/names-rbm"]), WIDE) as tab:
        kinds = tab.locator(f"{PANEL} .pg-segments").first.inner_text()
        assert "Names" in kinds and "Sentences" in kinds and "opics" not in kinds
        tab.locator(PANEL).get_by_role("button", name="Compare", exact=True).click()
        compared(tab)
        with tab.expect_download() as download:
            tab.locator(PANEL).get_by_role("button", name="Numbers as JSON", exact=True).click()
        numbers = json.loads(Path(download.value.path()).read_text())
        (model,) = numbers["models"]
        assert model["id"] == "text/names-rbm" and model["sweep"] == []
        assert model["samples"] == tab.locator(f"{PANEL} .pg-compared").nth(1).locator(".pg-written").all_inner_texts()
        assert len(numbers["real"]["nearest"]) == 20
        assert all(len(span) == 2 for span in model["nearest_facts"]["spans"])


def test_characters_beyond_ascii_are_shown_as_they_were_written(browser: Any, page: Page) -> None:
    models = ["text/sentences-vae", "text/sentences-gan"]
    with visit(browser, address(page, models=models, n=100, ran=True, nearest=True), WIDE) as tab:
        column = compared(tab).nth(1)
        written = "".join(column.locator(".pg-written").all_inner_texts())
        assert set(FOREIGN.replace(" ", "")) <= set(written) and "?" not in written
