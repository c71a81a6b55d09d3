"""The newcomer's points in a real browser: dots on axes in Explore, Interpolate, Invert and Compare, told in coordinates."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from playground.benchmarks.processes import Page
from tests.browser.visits import PHONE, WIDE, link, pixels, visit, wait_change, wait_same
from tests.newcomer.added import RING_FLOW, RING_GAN, RING_VAE
from tests.server import patient, running_page

POINT = r"x −?\d+\.\d\d, y −?\d+\.\d\d"
# How many pixels of a canvas have the colour of the page's accent, in which dots are drawn.
DOTS = """(canvas) => {
  const accent = getComputedStyle(document.body).getPropertyValue("--pg-accent").trim();
  const wanted = [1, 3, 5].map((at) => parseInt(accent.slice(at, at + 2), 16));
  const {data} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let found = 0;
  for (let i = 0; i < data.length; i += 4) found += wanted.every((value, c) => Math.abs(data[i + c] - value) < 4);
  return found;
}"""


@pytest.fixture(scope="module")
def page(browser: Any, copy: Path) -> Iterator[Page]:
    with running_page(copy / "checkpoints", program=copy / "app.py") as page:
        yield page


def address(page: Page, panel: str, query: str = "", **state: Any) -> str:
    return link(page, {"page": {"modality": "image", "panel": panel}, f"image.{panel}": state}, query)


def assert_dotted(tab: Any, selector: str) -> str:
    """Dots are drawn there, sharp; returns what a screen reader says of them."""
    tab.wait_for_selector(f"{selector}[data-drawn]", timeout=30_000 * patient(1))
    assert tab.eval_on_selector(selector, "(canvas) => canvas.dataset.kind") == "points"
    assert tab.eval_on_selector(selector, DOTS) > 5
    assert tab.eval_on_selector(
        selector, "(canvas) => canvas.width === Math.round(canvas.clientWidth * devicePixelRatio)"
    )
    return tab.get_attribute(selector, "aria-label") or ""


@pytest.mark.parametrize("model", [RING_VAE, RING_GAN, RING_FLOW])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_explore_draws_a_dot_and_its_samples_as_one_scatter(browser: Any, page: Page, model: str, theme: str) -> None:
    with visit(browser, address(page, "explore", f"?__theme={theme}", model=model), WIDE) as tab:
        picture, panel = "#pg-explore-picture", "#pg-panel-image-explore"
        assert_dotted(tab, picture)
        tab.wait_for_function(
            "([s, words]) => new RegExp(words).test(document.querySelector(s).ariaLabel)", arg=[picture, POINT]
        )
        assert re.search(POINT, tab.inner_text(f"{panel} .pg-area-picture .pg-caption"))
        assert_dotted(tab, f"{panel} .pg-sample-plane")
        samples = tab.locator(f"{panel} .pg-sample")
        assert samples.count() == 64
        assert re.search(f"Sample 5 of seed 7, {POINT}: start from it", samples.nth(5).get_attribute("aria-label"))
        before = pixels(tab, picture)
        samples.nth(5).focus()
        tab.keyboard.press("Enter")
        wait_change(tab, picture, before)
        assert samples.nth(5).get_attribute("aria-pressed") == "true"
        before = pixels(tab, picture)
        tab.evaluate("() => document.body.classList.toggle('dark')")
        wait_change(tab, picture, before)
        tab.evaluate("() => document.body.classList.toggle('dark')")
        wait_same(tab, picture, before)
        slider = tab.locator(f"{panel} .pg-slider input").first
        slider.focus()
        slider.press("End")
        wait_change(tab, picture, before)


def test_a_flow_shows_its_way_from_noise_to_a_point(browser: Any, page: Page) -> None:
    with visit(browser, address(page, "explore", model=RING_FLOW), WIDE) as tab:
        assert tab.inner_text("#pg-panel-image-explore .pg-area-chain h2") == "From noise to point"
        player = "#pg-panel-image-explore .pg-player canvas"
        tab.locator(player).scroll_into_view_if_needed()
        assert_dotted(tab, player)
        tab.wait_for_function(
            "([s, words]) => new RegExp(words).test(document.querySelector(s).ariaLabel)",
            arg=[player, f"time 1.00 of 1, from noise to point, {POINT}"],
        )


def test_invert_finds_the_latent_of_a_point_that_is_clicked_typed_or_in_a_file(browser: Any, page: Page) -> None:
    with visit(browser, address(page, "invert", model=RING_VAE), WIDE) as tab:
        panel = "#pg-panel-image-invert"
        tab.get_by_role("button", name="Find its latent").click()
        assert "There is no point yet: click on the plane" in tab.inner_text(f"{panel} .pg-area-source")
        plane = tab.locator(f"{panel} .pg-paint")
        box = plane.bounding_box()
        plane.click(position={"x": box["width"] * 0.75, "y": box["height"] * 0.25})
        assert abs(float(tab.get_by_label("x", exact=True).input_value()) - 1.5) < 0.1
        assert abs(float(tab.get_by_label("y", exact=True).input_value()) - 1.5) < 0.1
        plane.press("ArrowLeft")
        tab.get_by_label("y", exact=True).fill("-0.5")
        tab.keyboard.press("Tab")
        tab.get_by_role("button", name="Find its latent").click()
        told = assert_dotted(tab, "#pg-invert-original-picture")
        assert re.search("Original: your point: x 1\\.[34]\\d, y −0\\.50", told)
        assert re.search(POINT, assert_dotted(tab, "#pg-invert-rebuilt-picture"))
        assert "Distance" in tab.inner_text(f"{panel} .pg-area-result")
        chosen = {"name": "two.csv", "mimeType": "text/csv", "buffer": b"x,y\n-1,0.25\n0,0\n"}
        tab.set_input_files(f"{panel} input[type=file]", chosen)
        tab.wait_for_function(
            "() => document.querySelector('#pg-invert-original-picture').ariaLabel.includes('x −1.00, y 0.25')"
        )
        assert "The file has 2 points; the first is used." in tab.inner_text(f"{panel} .pg-area-result")


def test_invert_searches_for_a_point_in_a_model_without_an_encoder(browser: Any, page: Page) -> None:
    with visit(browser, address(page, "invert", model=RING_GAN), WIDE) as tab:
        tab.get_by_role("button", name="A real point").click()
        assert "a real point: x" in assert_dotted(tab, "#pg-invert-original-picture")
        tab.wait_for_function(
            "() => document.querySelector('.pg-invert-curve figcaption')?.textContent.includes('step 300 of 300')",
            timeout=60_000 * patient(1),
        )


def test_compare_draws_each_model_as_a_scatter_beside_the_real_data(browser: Any, page: Page) -> None:
    with visit(browser, address(page, "compare", models=[RING_VAE, RING_GAN, RING_FLOW], n=100), WIDE) as tab:
        tab.get_by_role("button", name="Compare", exact=True).click()
        panel = "#pg-panel-image-compare"
        tab.wait_for_selector(f"{panel} .pg-compared canvas[data-drawn]", timeout=120_000 * patient(1))
        sheets = tab.locator(f"{panel} .pg-compared canvas")
        assert sheets.count() == 4
        assert re.search(r"64 samples of Real data \(64 points, x from −", sheets.first.get_attribute("aria-label"))
        before = pixels(tab, f"{panel} .pg-compared canvas")
        tab.get_by_label("Nearest training point").check()
        wait_change(tab, f"{panel} .pg-compared canvas", before)
        assert tab.eval_on_selector(f"{panel} .pg-compared canvas", DOTS) > 50


def test_interpolate_draws_the_walk_as_a_path_and_the_square_as_a_net(browser: Any, page: Page) -> None:
    panel = "#pg-panel-image-interpolate"
    with visit(browser, address(page, "interpolate", model=RING_VAE), WIDE) as tab:
        big, strip = f"{panel} .pg-walk-big", f"{panel} .pg-strip-sheet"
        assert re.search(f"A, the start, {POINT}", assert_dotted(tab, big))
        assert_dotted(tab, strip)
        assert re.search(f"A, start, {POINT}", tab.get_attribute(f"{panel} .pg-end-0 canvas", "aria-label"))
        before = pixels(tab, big)
        scrub = tab.get_by_label("Along the way")
        scrub.focus()
        scrub.press("End")
        wait_change(tab, big, before)
        assert re.search(f"B, the end, {POINT}", tab.get_attribute(big, "aria-label"))
        tab.set_viewport_size(PHONE)
        tab.wait_for_function(
            "(s) => document.querySelector(s).width === document.querySelector(s).clientWidth", arg=big
        )
        assert_dotted(tab, big)
        tab.set_viewport_size(WIDE)
        for name, start in (("CSV", b"# "), ("JSON", b"{"), ("PNG", b"\x89PNG")):
            with tab.expect_download() as download:
                tab.locator(f"{panel} .pg-strip-card").get_by_role("button", name=name, exact=True).click()
            assert Path(download.value.path()).read_bytes().startswith(start)
        assert tab.locator(f"{panel} .pg-strip-card").get_by_role("button", name="GIF").count() == 0
    with visit(browser, address(page, "interpolate", model=RING_GAN, mode="corners", side=4), WIDE) as tab:
        sheet, big = f"{panel} .pg-corner-sheet", f"{panel} .pg-corner-big"
        assert_dotted(tab, sheet)
        before = pixels(tab, big)
        tab.locator(f"{panel} .pg-corner-pad").focus()
        tab.keyboard.press("End")
        wait_change(tab, big, before)
        assert re.search(f"100 % of the way down: {POINT}", assert_dotted(tab, big))
        assert re.search(POINT, tab.inner_text(f"{panel} .pg-corner-words"))


def test_an_end_of_a_walk_is_clicked_picked_or_given_as_a_file(browser: Any, page: Page) -> None:
    panel = "#pg-panel-image-interpolate"
    refused = ["Failed to load resource: the server responded with a status of 400 (Bad Request)"]
    with visit(browser, address(page, "interpolate", model=RING_VAE), WIDE, expected=refused) as tab:
        end = tab.locator(f"{panel} .pg-end-0")
        end.get_by_role("button", name="Draw").click()
        end.get_by_role("button", name="Use this point").click()
        assert "There is no point yet" in end.inner_text()
        end.locator(".pg-paint").click()
        end.get_by_role("button", name="Use this point").click()
        end.locator(".pg-found canvas[data-drawn]").first.wait_for()
        assert "Distance" in end.locator(".pg-found").inner_text()
        end.get_by_role("button", name="Pick").click()
        end.locator(".pg-sample:not([disabled])").first.wait_for()
        assert end.locator(".pg-sample").count() == 64
        end.locator(".pg-sample").nth(3).focus()
        tab.keyboard.press("Enter")
        tab.wait_for_function(
            "(s) => document.querySelector(s).innerText.includes('sample 3')", arg=f"{panel} .pg-end-0"
        )
        end.get_by_role("button", name="File").click()
        bad = {"name": "bad.csv", "mimeType": "text/csv", "buffer": b"1;2\n3;4\n"}
        end.locator("input[type=file]").set_input_files(bad)
        end.get_by_text("A row of points has 2 numbers from -1e6 to 1e6 with commas between").wait_for()
        good = {"name": "good.csv", "mimeType": "text/csv", "buffer": b"1,-1\n"}
        end.locator("input[type=file]").set_input_files(good)
        end.get_by_text("Distance").wait_for()
