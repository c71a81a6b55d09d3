"""Interpolate in a real browser, at a desk and on a phone: walk, scrub, draw, upload, save, come back."""

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from playground.benchmarks.processes import Page
from tests.browser.visits import (
    INTERPOLATE,
    WIDE,
    address,
    drag,
    open_panel,
    pixels,
    visit,
    wait_change,
    wait_drawn,
    wait_same,
)
from tests.read_back import read_settings

WALK, STRIP = f"{INTERPOLATE} .pg-walk-big", f"{INTERPOLATE} .pg-strip"
# The answers to squares between four latents wait until a test lets them through.
HELD_SQUARES = """
  const fetchAtOnce = window.fetch;
  window.held = [];
  window.fetch = async (where, how) => {
    const answer = await fetchAtOnce(where, how);
    if (String(where).endsWith("/playground/run") && JSON.parse(how.body).operation === "corners")
      await new Promise((letThrough) => held.push(letThrough));
    return answer;
  };
"""
A, B = f"{INTERPOLATE} .pg-end-0", f"{INTERPOLATE} .pg-end-1"


def show_walk(tab: Any) -> None:
    open_panel(tab, "interpolate")
    wait_drawn(tab, f"{STRIP}-sheet")


def test_a_walk_runs_from_a_to_b_and_its_filmstrip_scrubs(either: Any) -> None:
    show_walk(either)
    assert pixels(either, WALK) == pixels(either, f"{A} canvas")
    scrub = either.get_by_label("Along the way")
    scrub.focus()
    either.keyboard.press("End")
    wait_same(either, WALK, pixels(either, f"{B} canvas"))
    assert pixels(either, f"{A} canvas") != pixels(either, f"{B} canvas")
    assert "B, the end" in scrub.get_attribute("aria-valuetext")
    either.keyboard.press("Home")
    either.keyboard.press("ArrowRight")
    assert scrub.get_attribute("aria-valuetext") == "frame 2 of 16, 7 % of the way from A to B"
    seen = drag(either, STRIP, 0.02, 0.98, watched=WALK)
    assert len(set(seen)) >= 5, "the strip did not scrub"
    either.get_by_role("button", name="Linear").click()
    either.wait_for_selector(".pg-area-walk[aria-busy=false]")
    either.wait_for_timeout(300)
    end = pixels(either, f"{B} canvas")
    scrub.press("End")
    wait_same(either, WALK, end)


def test_a_walk_can_be_changed_by_seed_and_between_four_corners(either: Any) -> None:
    show_walk(either)
    before = pixels(either, f"{B} canvas")
    field = either.locator(f"{B} .pg-seed input")
    field.fill("4242")
    field.press("Tab")
    wait_change(either, f"{B} canvas", before)
    either.get_by_role("button", name="Four corners").click()
    wait_drawn(either, ".pg-corner-sheet")
    either.locator(".pg-corner-pad").press("End")
    assert "100 % of the way to the right, 100 % of the way down" in either.locator(".pg-corner-now").inner_text()
    wait_same(either, ".pg-corner-big", pixels(either, f"{INTERPOLATE} .pg-end-3 .pg-end-head canvas"))


def test_a_square_that_comes_after_its_slider_has_moved_is_laid_out_as_it_was_asked(browser: Any, page: Page) -> None:
    state = {"mode": "corners", "side": 8, "cell": [7, 7]}
    size = "(canvas) => [canvas.width, canvas.height]"
    with visit(browser, address(page, panel="interpolate", interpolate=state), WIDE, script=HELD_SQUARES) as tab:
        tab.wait_for_function("() => held.length === 1")
        tab.get_by_role("slider", name="Square").fill("4")
        tab.evaluate("() => held[0]()")
        wait_drawn(tab, ".pg-corner-sheet")
        assert tab.eval_on_selector(".pg-corner-sheet", size) == [8 * 28, 8 * 28]
        assert "100 % of the way to the right, 100 % of the way down" in tab.locator(".pg-corner-now").inner_text()
        tab.wait_for_function("() => held.length === 2")
        tab.evaluate("() => held[1]()")
        tab.wait_for_function("() => document.querySelector('.pg-corner-sheet').width === 4 * 28")
        assert tab.eval_on_selector(".pg-corner-sheet", size) == [4 * 28, 4 * 28]


def test_a_drawing_becomes_an_end_and_the_address_brings_it_back(either: Any) -> None:
    show_walk(either)
    end = either.locator(B)
    end.get_by_role("button", name="Draw", exact=True).click()
    pad = end.locator(".pg-paint")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    either.mouse.move(box["x"] + box["width"] / 2, box["y"] + 30)
    either.mouse.down()
    either.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] - 30, steps=6)
    either.mouse.up()
    end.get_by_role("button", name="Use this drawing").click()
    end.get_by_text("from your drawing").wait_for()
    either.wait_for_selector(".pg-area-walk[aria-busy=false]")
    before = pixels(either, f"{B} .pg-end-head canvas")
    either.wait_for_timeout(400)  # the address is written shortly after
    either.reload()
    wait_drawn(either, f"{STRIP}-sheet")
    assert either.locator(B).get_by_text("from your drawing").is_visible()
    wait_same(either, f"{B} .pg-end-head canvas", before)


def test_a_drawing_stays_when_the_model_changes_and_is_found_in_the_other(tab: Any) -> None:
    show_walk(tab)
    end = tab.locator(B)
    end.get_by_role("button", name="Draw", exact=True).click()
    box = end.locator(".pg-paint").bounding_box()
    tab.mouse.move(box["x"] + box["width"] / 2, box["y"] + 30)
    tab.mouse.down()
    tab.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] - 30, steps=6)
    tab.mouse.up()
    end.get_by_role("button", name="Use this drawing").click()
    end.get_by_text("from your drawing").wait_for()
    drawn = pixels(tab, f"{B} .pg-paint")
    tab.locator("#pg-panel-image-interpolate").get_by_label("Model", exact=True).select_option("image/digits-rbm")
    end.get_by_text("from your drawing").wait_for()
    assert pixels(tab, f"{B} .pg-paint") == drawn
    assert "Mean squared error" in end.inner_text()


def test_an_uploaded_digit_becomes_an_end_and_a_bad_file_is_told_in_words(
    either: Any, expected: list[str], tmp_path: Path
) -> None:
    expected.append("Failed to load resource: the server responded with a status of 400 (Bad Request)")
    strokes = np.full((90, 90), 255, np.uint8)
    strokes[15:75, 40:50] = 0
    Image.fromarray(strokes).save(tmp_path / "one.png")
    (tmp_path / "bad.png").write_bytes(b"this is no picture")
    show_walk(either)
    before = pixels(either, f"{A} canvas")
    either.locator(A).get_by_role("button", name="File").click()
    either.set_input_files(f"{A} input[type=file]", tmp_path / "bad.png")
    problem = either.locator(f"{A} .pg-problem:visible")
    problem.wait_for()
    assert "not a PNG, JPEG or WEBP" in problem.inner_text()
    assert either.locator(A).get_by_text("seed 7").is_visible()
    either.set_input_files(f"{A} input[type=file]", tmp_path / "one.png")
    wait_change(either, f"{A} canvas", before)


@pytest.mark.parametrize("kind", ["GIF", "PNG", "NumPy .npz"])
def test_a_saved_walk_carries_the_settings_that_made_it(either: Any, kind: str) -> None:
    show_walk(either)
    with either.expect_download() as download:
        either.locator(INTERPOLATE).get_by_role("button", name=kind, exact=True).click()
    content = Path(download.value.path()).read_bytes()
    settings = read_settings(content)
    assert settings["model"] == "image/digits-vae"
    assert settings["operation"] == "interpolate"
    assert settings["request"]["a"] == {"seed": 7, "index": 0} != settings["request"]["b"]
    assert json.dumps(settings)
    if kind == "NumPy .npz":
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            assert arrays["frames"].shape == (16, 28, 28)
            assert arrays["latents"].shape == (16, 40)
            assert len(np.unique(arrays["latents"], axis=0)) == 16
