"""Interpolate with a GAN: the search for a drawing plays in the large picture, and can be stopped."""

from typing import Any

import pytest

from tests.browser.visits import INTERPOLATE, open_panel, pixels, slow_jobs, wait_change, wait_drawn

BIG, END = f"{INTERPOLATE} .pg-walk-big", f"{INTERPOLATE} .pg-end-1"


@pytest.fixture(scope="module")
def models() -> tuple[str, ...]:
    return ("digits-gan",)


def test_a_search_plays_in_the_large_picture(tab: Any) -> None:
    open_panel(tab, "interpolate")
    wait_drawn(tab, f"{INTERPOLATE} .pg-strip-sheet")
    end = tab.locator(END)
    end.get_by_role("button", name="Draw", exact=True).click()
    pad = end.locator(".pg-paint")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    tab.mouse.move(box["x"] + box["width"] / 2, box["y"] + 30)
    tab.mouse.down()
    tab.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] - 30, steps=6)
    tab.mouse.up()
    before = pixels(tab, BIG)
    with slow_jobs(tab):
        end.get_by_role("button", name="Use this drawing").click()
        tab.wait_for_selector(f"{BIG}[aria-label='What the search has come to']")
        first = pixels(tab, BIG)
        assert first != before
        wait_change(tab, BIG, first)
        assert pixels(tab, BIG) == pixels(tab, f"{END} .pg-end-head canvas")
        end.get_by_role("button", name="Stop and keep this").click()
    end.get_by_text("from your drawing").wait_for()
    assert "Mean squared error" in end.inner_text()
