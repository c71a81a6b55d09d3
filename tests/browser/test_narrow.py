"""Nothing is wider than the screen: every panel of every tab, folds open, down to 320 pixels (a page at 400 % zoom)."""

from pathlib import Path
from typing import Any

import pytest

from playground.benchmarks.processes import Page
from tests.browser.visits import PHONE, WIDE, link, visit
from tests.server import SOME, copy_checkpoints
from tests.tiny_music import save_tiny_music
from tests.tiny_notes import save_tiny_notes
from tests.tiny_text import save_tiny_text

WIDTHS = (320, 360, 390, 600, 721, 940, 1024, 1180, 1280)
TOO_WIDE = """() => [...document.querySelectorAll(".pg-panel:not([hidden]) *")]
  .filter((one) => !one.closest(".pg-scroll") && one.getBoundingClientRect().right > innerWidth + 0.5)
  .map((one) => `${one.tagName} ${one.className} ${one.textContent.slice(0, 30)}`)"""


@pytest.fixture(scope="module")
def checkpoints(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = copy_checkpoints(tmp_path_factory.mktemp("checkpoints"), SOME)
    save_tiny_notes(root)
    save_tiny_music(root)
    save_tiny_text(root)
    return root


def test_no_panel_is_wider_than_the_screen(browser: Any, page: Page) -> None:
    with visit(browser, page.url, WIDE) as tab:
        for name in tab.eval_on_selector_all("[data-panel-of]", "(tabs) => tabs.map((tab) => tab.id)"):
            tab.set_viewport_size(WIDE)
            tab.evaluate("(id) => document.getElementById(id).click()", name)
            tab.wait_for_selector(f"#{name.replace('tab', 'panel')} .pg-card")
            tab.wait_for_timeout(600)
            tab.evaluate("() => document.querySelectorAll('details').forEach((one) => (one.open = true))")
            for width in WIDTHS:
                tab.set_viewport_size({"width": width, "height": 900})
                if tab.evaluate("() => document.documentElement.scrollWidth") > width:
                    pytest.fail(f"{name} at {width}: {tab.evaluate(TOO_WIDE)}")
        tab.set_viewport_size(WIDE)


def test_a_phone_shows_the_whole_brand_and_that_more_tabs_follow(browser: Any, page: Page) -> None:
    strip = "#pg-panels-text"
    with visit(browser, link(page, {"page": {"modality": "text", "panel": "write"}}), PHONE) as tab:
        assert tab.eval_on_selector(".pg-brand", "(brand) => brand.scrollWidth <= brand.clientWidth")
        assert tab.eval_on_selector(".pg-brand", "(brand) => brand.textContent") == "Latent playground"
        for at, more in ((0, "true"), (10_000, "false")):
            tab.eval_on_selector(strip, "(strip, at) => (strip.scrollLeft = at)", at)
            tab.wait_for_selector(f"{strip}[data-more={more}]")
            faded = tab.eval_on_selector(strip, "(strip) => getComputedStyle(strip).maskImage !== 'none'")
            assert faded == (more == "true")
        tab.set_viewport_size(WIDE)
        tab.wait_for_selector(f"{strip}[data-more=false]")
        tab.set_viewport_size(PHONE)
