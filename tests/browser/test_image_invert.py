"""The Image tab's Invert panel: a drawing, a real digit and a file become latents, each family in its own way."""

import re
from typing import Any

import pytest

from playground.benchmarks.processes import Page
from tests.browser.visits import PHONE, PICTURE, WIDE, link, pixels, visit, wait_drawn
from tests.server import patient

PANEL = "#pg-panel-image-invert"
ORIGINAL, REBUILT = "#pg-invert-original-picture", "#pg-invert-rebuilt-picture"


@pytest.fixture(scope="module")
def models() -> tuple[str, ...]:
    return "digits-vae", "digits-gan", "digits-rbm", "digits-flow", "digits-classifier"


def address(page: Page, model: str) -> str:
    return link(page, {"page": {"modality": "image", "panel": "invert"}, "image.invert": {"model": f"image/{model}"}})


def wait_found(tab: Any) -> str:
    """The sentence of the error, once the latent is found."""
    tab.wait_for_function(
        """(panel) => document.querySelector(`${panel} .pg-invert-search`).dataset.busy !== "true"
          && document.querySelector(`${panel} .pg-invert-errors`).textContent""",
        arg=PANEL,
        timeout=90_000 * patient(1),
    )
    return tab.inner_text(f"{PANEL} .pg-invert-errors")


def error_of(words: str) -> float:
    found = re.search(r"[\d.]{3,}", words)
    assert found
    return float(found[0])


@pytest.mark.parametrize(("model", "most"), [("digits-vae", 0.03), ("digits-rbm", 0.04), ("digits-flow", 0.01)])
def test_a_real_digit_comes_back_at_once(browser: Any, page: Page, model: str, most: float) -> None:
    with visit(browser, address(page, model), WIDE) as tab:
        tab.get_by_role("button", name="A real").click()
        assert error_of(wait_found(tab)) < most
        assert tab.locator(f"{PANEL} .pg-invert-curve").is_hidden(), "nothing was searched for"
        before = pixels(tab, REBUILT)
        slider = tab.locator(f"{PANEL} .pg-slider input").first
        slider.focus()
        slider.press("End")
        tab.wait_for_timeout(1000 * patient(1))
        assert pixels(tab, REBUILT) != before, "the sliders move what was found"
        assert pixels(tab, ORIGINAL) != pixels(tab, REBUILT)


def test_a_search_shows_its_falling_error_and_can_be_stopped(browser: Any, page: Page) -> None:
    with visit(browser, address(page, "digits-gan"), WIDE) as tab:
        tab.get_by_role("button", name="A real").click()
        curve = tab.locator(f"{PANEL} .pg-invert-curve figcaption")
        curve.wait_for(timeout=60_000 * patient(1))
        tab.wait_for_function(
            "(panel) => document.querySelector(`${panel} polyline`).getAttribute('points').split(' ').length >= 3",
            arg=PANEL,
            timeout=90_000 * patient(1),
        )
        tab.get_by_role("button", name="Stop and keep this").click()
        wait_found(tab)
        first, last = (float(value) for value in re.findall(r"(0\.\d+|\d+\.\d+)", curve.inner_text())[:2])
        assert last < first
        assert tab.get_by_role("button", name="Open in Explore").is_enabled()


def test_a_drawing_is_found_on_a_phone_and_opens_in_explore(browser: Any, page: Page) -> None:
    with visit(browser, address(page, "digits-vae"), PHONE) as tab:
        tab.click("#pg-tab-image-explore")  # it stands at a seed already
        wait_drawn(tab, PICTURE)
        tab.click("#pg-tab-image-invert")
        pad = tab.get_by_role("application", name="Paint")
        tab.get_by_role("button", name="Find its latent").click()
        assert "pad is empty" in tab.inner_text(f"{PANEL} .pg-area-source .pg-problem")
        pad.focus()
        for _ in range(8):
            tab.keyboard.press("Shift+ArrowDown")
        tab.get_by_role("button", name="Find its latent").click()
        wait_found(tab)
        tab.get_by_role("button", name="Open in Explore").click()
        tab.locator("#pg-panel-image-explore .pg-caption").get_by_text("own latent").first.wait_for()
