"""Interpolate and Compare in a real browser, against the shipped models: walk, draw, save, compare, cancel, come back."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from playground.views.exports import read_settings

REPOSITORY = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium")
START_S = 120
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A page of its own on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(
        [sys.executable, "app.py"], cwd=REPOSITORY, env=os.environ | {"GRADIO_SERVER_PORT": str(port)}
    )
    try:
        end_s = time.monotonic() + START_S
        while not _ready(url):
            assert process.poll() is None, "the page ended before it was ready"
            assert time.monotonic() < end_s, "the page was not ready in time"
            time.sleep(0.3)
        yield url
    finally:
        process.terminate()
        process.wait(30)


def _ready(url: str) -> bool:
    with contextlib.suppress(OSError), urllib.request.urlopen(f"{url}/playground/health/ready", timeout=5) as answer:
        return answer.status == 200
    return False


@pytest.fixture(params=[(1440, 900), (390, 844)], ids=["wide", "phone"])
def page(request: pytest.FixtureRequest, address: str) -> Iterator:
    """The opened page at one size; errors in its scripts fail the test."""
    from playwright.sync_api import sync_playwright

    width, height = request.param
    faults: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": width, "height": height})
        page.set_default_timeout(60_000)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(address)
        page.wait_for_selector(".pg-started")
        yield page
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        browser.close()
    assert faults == []


def open_panel(page, name: str) -> None:
    page.click(f"#pg-tab-image-{name}")


def digest(page, selector: str) -> str:
    """What a canvas shows."""
    return page.locator(selector).evaluate("canvas => canvas.toDataURL()")


def test_a_walk_is_scrubbed_by_pointer_and_keys_and_saved_with_its_settings(page) -> None:
    open_panel(page, "interpolate")
    page.wait_for_selector(".pg-strip-sheet[data-drawn]")
    start = digest(page, ".pg-walk-big")
    box = page.locator(".pg-strip-sheet").bounding_box()
    page.locator(".pg-strip").hover(position={"x": box["width"] - 4, "y": box["height"] - 4})
    end = digest(page, ".pg-walk-big")
    assert end != start
    scrub = page.get_by_label("Along the way")
    scrub.press("Home")
    assert digest(page, ".pg-walk-big") == start
    scrub.press("ArrowRight")
    assert scrub.get_attribute("aria-valuetext") == "frame 2 of 16, 7 % of the way from A to B"
    with page.expect_download() as download:
        page.get_by_role("button", name="GIF", exact=True).click()
    settings = read_settings(Path(download.value.path()).read_bytes())
    assert settings["operation"] == "interpolate"
    assert settings["request"]["a"] == {"seed": 7, "index": 0}


def test_a_drawing_becomes_an_end_and_the_address_brings_it_back(page) -> None:
    open_panel(page, "interpolate")
    page.wait_for_selector(".pg-strip-sheet[data-drawn]")
    end = page.locator(".pg-end-1")
    end.get_by_role("button", name="Draw", exact=True).click()
    pad = end.locator(".pg-paint")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 30)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] - 30, steps=6)
    page.mouse.up()
    end.get_by_role("button", name="Use this drawing").click()
    end.get_by_text("from your drawing").wait_for()
    page.wait_for_function("document.querySelector('.pg-stage').getAttribute('aria-busy') === 'false'")
    before = digest(page, ".pg-end-1 .pg-end-head canvas")
    page.wait_for_timeout(400)  # the address is written shortly after
    page.reload()
    page.wait_for_selector(".pg-strip-sheet[data-drawn]")
    assert page.locator(".pg-end-1").get_by_text("from your drawing").is_visible()
    assert digest(page, ".pg-end-1 .pg-end-head canvas") == before


def test_four_corners_are_walked_by_arrow_keys(page) -> None:
    open_panel(page, "interpolate")
    page.get_by_role("button", name="Four corners").click()
    page.wait_for_selector(".pg-corner-sheet[data-drawn]")
    page.locator(".pg-corner-pad").press("End")
    assert "100 % of the way to the right, 100 % of the way down" in page.locator(".pg-corner-now").inner_text()
    assert digest(page, ".pg-corner-big") == digest(page, ".pg-end-3 .pg-end-head canvas")


def test_a_file_that_is_no_picture_is_refused_and_nothing_is_lost(page, tmp_path: Path) -> None:
    open_panel(page, "interpolate")
    page.wait_for_selector(".pg-strip-sheet[data-drawn]")
    file = tmp_path / "note.png"
    file.write_text("not a picture")
    end = page.locator(".pg-end-0")
    end.get_by_role("button", name="File").click()
    end.locator("input[type=file]").set_input_files(file)
    end.locator(".pg-problem").wait_for()
    assert "not a PNG, JPEG or WEBP picture" in end.locator(".pg-problem").inner_text()
    assert page.locator(".pg-end-0").get_by_text("seed 7").is_visible()


def test_a_comparison_shows_bands_and_keeps_its_result_when_the_next_is_cancelled(page) -> None:
    open_panel(page, "compare")
    page.locator(".pg-chip").first.wait_for()
    chosen = page.locator(".pg-chip input:checked")
    while chosen.count() > 2:
        chosen.last.click()  # the last ones are the slow ones
    samples = page.get_by_label("Samples (100 to 1000)")
    samples.fill("100")
    samples.blur()
    page.get_by_role("button", name="Compare", exact=True).click()
    page.wait_for_selector(".pg-columns", timeout=180_000)
    assert page.locator(".pg-compared").count() == 3  # real data and two models
    assert page.locator(".pg-result-figure img").count() == 5
    table = page.get_by_role("region", name="Every number").inner_text()
    assert "coverage-100-digits-classifier" in table and " to " in table
    with page.expect_download() as download:
        page.get_by_role("button", name="Numbers as CSV").click()
    assert "band_low,band_high" in Path(download.value.path()).read_text()
    samples.fill("1000")
    samples.blur()
    page.get_by_role("button", name="Compare", exact=True).click()
    page.get_by_role("button", name="Cancel").click()
    page.get_by_text("Cancelled. The last result is still below.").wait_for()
    assert page.locator(".pg-columns").is_visible()
