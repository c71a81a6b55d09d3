"""What stands where in Explore: nothing sticks out, the picture stays in sight, the card of numbers has room."""

from typing import Any

import pytest

from playground.benchmarks.processes import Page
from tests.browser.visits import EXPLORE, PICTURE, WIDE, address, visit, wait_drawn

INSIDE = """(card) => {
  const box = card.getBoundingClientRect();
  return [...card.querySelectorAll("canvas, button")].every((one) => {
    const own = one.getBoundingClientRect();
    return own.left >= box.left && own.right <= box.right;
  });
}"""


@pytest.fixture(scope="module")
def models() -> tuple[str, ...]:
    return "digits-vae", "digits-gan"


def test_samples_stay_inside_their_card_at_every_width(browser: Any, page: Page) -> None:
    with visit(browser, address(page), WIDE) as tab:
        wait_drawn(tab, PICTURE)
        for width in (390, 721, 800, *range(940, 1461, 20)):
            tab.set_viewport_size({"width": width, "height": 900})
            assert tab.eval_on_selector(f"{EXPLORE} .pg-area-samples", INSIDE), width
            assert tab.evaluate("() => document.documentElement.scrollWidth") <= width
        tab.set_viewport_size(WIDE)


@pytest.mark.parametrize("size", [WIDE, {"width": 1280, "height": 800}])
def test_the_picture_is_in_sight_while_the_pad_moves_it(browser: Any, page: Page, size: dict[str, int]) -> None:
    with visit(browser, address(page), size) as tab:
        wait_drawn(tab, PICTURE)
        tab.locator(f"{EXPLORE} .pg-pad").evaluate("(pad) => pad.scrollIntoView({block: 'end'})")
        picture = tab.locator(PICTURE).bounding_box()
        pad = tab.locator(f"{EXPLORE} .pg-pad").bounding_box()
        assert picture["y"] >= 0 and picture["y"] + picture["height"] <= size["height"]
        assert pad["y"] >= picture["y"] + picture["height"], "the picture covers the pad"
        assert pad["y"] + pad["height"] <= size["height"] + 1


def test_all_numbers_open_over_the_page_with_room_for_every_column(browser: Any, page: Page) -> None:
    with visit(browser, address(page), {"width": 1280, "height": 800}) as tab:
        wait_drawn(tab, PICTURE)
        opener = tab.get_by_role("button", name="All numbers of VAE")
        opener.click()
        dialog = tab.get_by_role("dialog", name="VAE")
        table = dialog.locator("table").first
        box, around = table.bounding_box(), dialog.bounding_box()
        assert around["width"] >= 900
        assert around["x"] <= box["x"] and box["x"] + box["width"] <= around["x"] + around["width"]
        assert dialog.locator("th", has_text="Perfect sampler").count() == 1, "the numbers stand there once"
        word = table.locator("td", has_text="higher").first
        assert word.bounding_box()["height"] < 200 and word.evaluate("(cell) => cell.scrollWidth <= cell.clientWidth")
        tab.keyboard.press("Escape")
        assert not dialog.is_visible()
        assert opener.evaluate("(button) => button === document.activeElement")
