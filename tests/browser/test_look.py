"""How the page looks, measured: what shares a screen, what is cut off, what moves by itself, and what axe-core finds."""

from typing import Any

import pytest

from playground.benchmarks.processes import Page
from tests.browser.visits import (
    COMPARE,
    EXPLORE,
    PANELS,
    PHONE,
    PICTURE,
    WIDE,
    address,
    open_panel,
    visit,
    wait_drawn,
)
from tests.server import patient

MOST_SHIFT = 0.02  # of "cumulative layout shift"; browsers call up to 0.1 good
RESULT = {"models": ["image/digits-vae", "image/digits-gan"], "n": 100, "ran": True}
# Every view of the page: (name, state in the address, what shows that it is all there)
VIEWS = {
    "explore": ({}, f"{EXPLORE} .pg-sample canvas[data-drawn]"),
    "explore map": ({"explore": {"model": "image/digits-vae-2d"}}, f"{EXPLORE} .pg-sample canvas[data-drawn]"),
    "explore rbm": ({"explore": {"model": "image/digits-rbm"}}, f"{EXPLORE} .pg-sample canvas[data-drawn]"),
    "interpolate": ({"panel": "interpolate"}, ".pg-strip-sheet[data-drawn]"),
    "corners": ({"panel": "interpolate", "interpolate": {"mode": "corners"}}, ".pg-corner-sheet[data-drawn]"),
    "compare": ({"panel": "compare"}, f"{COMPARE} .pg-compare-empty"),
    "comparison": ({"panel": "compare", "compare": RESULT}, f"{COMPARE} .pg-verdict"),
}


@pytest.fixture(scope="module")
def models() -> tuple[str, ...]:
    return "digits-vae", "digits-vae-2d", "digits-gan", "digits-rbm", "digits-classifier"


def show(tab: Any, there: str) -> None:
    tab.wait_for_selector(there, state="attached", timeout=1000 * patient(60))
    tab.wait_for_timeout(500)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("view", VIEWS)
def test_axe_finds_no_serious_violation(browser: Any, page: Page, view: str, theme: str) -> None:
    state, there = VIEWS[view]
    with visit(browser, address(page, f"?__theme={theme}", **state), WIDE, color_scheme=theme) as tab:
        show(tab, there)
        assert tab.evaluate("() => document.body.classList.contains('dark')") == (theme == "dark")
        assert violations(tab) == []


def violations(tab: Any) -> list[str]:
    """Serious and critical findings of axe-core, one line each."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(tab, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{one['id']} ({one['impact']}): {node['target']} {node['html'][:120]}"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"][:3]
    ]


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("view", VIEWS)
def test_nothing_moves_while_results_arrive_and_nothing_is_cut_off(
    browser: Any, page: Page, view: str, size: dict[str, int]
) -> None:
    state, there = VIEWS[view]
    with visit(browser, address(page, **state), size) as tab:
        show(tab, there)
        shift = tab.evaluate("() => window.layoutShift")
        outside = tab.evaluate(
            """() => [...document.querySelectorAll(`.pg-panel:not([hidden]) *, #pg-header *`)].filter((element) => {
              const box = element.getBoundingClientRect();
              const scrolls = element.closest('.pg-scroll, .pg-visually-hidden');
              return box.width > 0 && !scrolls && (box.right > innerWidth + 1 || box.left < -1);
            }).map((element) => element.outerHTML.slice(0, 100)).slice(0, 5)"""
        )
    print(f"layout shift of {view} at {size['width']} pixels: {shift:.4f}")
    assert shift < MOST_SHIFT
    assert outside == []


@pytest.mark.parametrize("name", PANELS)
def test_controls_are_thumb_sized_on_a_phone(browser: Any, page: Page, name: str) -> None:
    with visit(browser, page.url, PHONE) as phone:
        open_panel(phone, name)
        small = phone.evaluate(
            """(name) => [...document.querySelectorAll(`#pg-panel-image-${name} :is(button, input), [role=tab]`)]
              .map((element) => [element, element.getBoundingClientRect()])
              .filter(([element, box]) => box.width > 0 && !element.closest('label, .pg-visually-hidden'))
              .filter(([, box]) => box.height < 40 || box.width < 40)
              .map(([element, box]) => `${element.outerHTML.slice(0, 80)} ${box.width}x${box.height}`).slice(0, 5)""",
            name,
        )
        assert small == []


def test_the_head_line_takes_two_rows_on_a_phone_and_shows_every_tab(browser: Any, page: Page) -> None:
    with visit(browser, page.url, PHONE) as phone:
        for modality in ("image", "audio"):
            phone.click(f"#pg-tab-{modality}")
            assert phone.locator("#pg-header").bounding_box()["height"] < 100
            boxes = [tab.bounding_box() for tab in phone.locator("#pg-header [role=tab]:visible").all()]
            assert len(boxes) >= 5
            assert all(box["x"] >= 0 and box["x"] + box["width"] <= PHONE["width"] for box in boxes)


@pytest.mark.parametrize("width", [768, 1024])
def test_nothing_is_cut_off_between_a_phone_and_a_desk(browser: Any, page: Page, width: int) -> None:
    with visit(browser, page.url, {"width": width, "height": 900}) as tab:  # which looks at its width
        show(tab, VIEWS["explore"][1])


@pytest.mark.parametrize("model", ["digits-vae", "digits-vae-2d", "digits-rbm"])
def test_picker_sliders_and_picture_share_one_wide_screen(browser: Any, page: Page, model: str) -> None:
    seen = [f"{EXPLORE} .pg-models", f"{EXPLORE} .pg-sliders", PICTURE]
    seen += [f"{EXPLORE} .pg-pad"] if model == "digits-vae-2d" else []
    with visit(browser, address(page, explore={"model": f"image/{model}"}), WIDE) as tab:
        wait_drawn(tab, PICTURE)
        for selector in seen:
            box = tab.locator(selector).bounding_box()
            assert box["y"] >= 0 and box["y"] + box["height"] <= WIDE["height"], (selector, box)


def test_a_walk_its_model_and_its_filmstrip_share_one_wide_screen(browser: Any, page: Page) -> None:
    with visit(browser, address(page, panel="interpolate"), WIDE) as tab:
        wait_drawn(tab, ".pg-strip-sheet")
        for selector in (".pg-walk-how", ".pg-walk-big", ".pg-end-0", ".pg-end-1", ".pg-strip-card"):
            box = tab.locator(selector).bounding_box()
            assert box["y"] >= 0 and box["y"] + box["height"] <= WIDE["height"], (selector, box)
