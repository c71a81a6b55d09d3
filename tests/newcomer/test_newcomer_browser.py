"""The newcomer's models in a real browser: Explore, Interpolate, Invert and Compare, in colour and in the data set's words."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from playground.benchmarks.processes import Page
from tests.browser.visits import WIDE, link, visit
from tests.newcomer.added import FAKE, GAN
from tests.server import patient, running_page

COLOURS = """(canvas) => {
  const {data} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let coloured = 0;
  for (let i = 0; i < data.length; i += 4)
    coloured += Math.abs(data[i] - data[i + 1]) > 8 || Math.abs(data[i + 1] - data[i + 2]) > 8;
  return [canvas.width, canvas.height, coloured];
}"""


@pytest.fixture(scope="module")
def page(browser: Any, copy: Path) -> Iterator[Page]:
    with running_page(copy / "checkpoints", program=copy / "app.py") as page:
        yield page


def address(page: Page, panel: str, **state: Any) -> str:
    return link(page, {"page": {"modality": "image", "panel": panel}, f"image.{panel}": state})


def assert_coloured(tab: Any, selector: str) -> None:
    """A 24 x 20 picture in colours is drawn there."""
    tab.wait_for_selector(f"{selector}[data-drawn]", timeout=30_000 * patient(1))
    width, height, coloured = tab.eval_on_selector(selector, COLOURS)
    assert (width, height) == (24, 20) and coloured > 20


def test_explore_draws_in_colour_and_its_sliders_move(browser: Any, page: Page) -> None:
    with visit(browser, address(page, "explore", model=FAKE), WIDE) as tab:
        assert_coloured(tab, "#pg-explore-picture")
        assert "Trial: " in tab.inner_text("#pg-panel-image-explore .pg-area-model")
        choices = tab.get_by_label("Tree").locator("option").all_inner_texts()
        assert len(choices) == 13 and "oak" in choices
        before = tab.eval_on_selector("#pg-explore-picture", "(canvas) => canvas.toDataURL()")
        slider = tab.locator("#pg-panel-image-explore .pg-slider input").first
        slider.focus()
        slider.press("End")
        tab.wait_for_function(
            "(before) => document.querySelector('#pg-explore-picture').toDataURL() !== before",
            arg=before,
            timeout=15_000 * patient(1),
        )


def test_weights_of_classes_are_called_by_the_classes_names(browser: Any, page: Page) -> None:
    with visit(browser, address(page, "explore", model=GAN, all=True), WIDE) as tab:
        last = tab.locator("#pg-panel-image-explore .pg-slider label").last
        last.wait_for(timeout=30_000 * patient(1))  # its latent has four numbers and twelve weights: one page
        assert " ".join(last.inner_text().split()) == "Weight of tree yew"


def test_interpolate_walks_in_colour(browser: Any, page: Page) -> None:
    with visit(browser, address(page, "interpolate", model=FAKE), WIDE) as tab:
        assert_coloured(tab, "#pg-panel-image-interpolate .pg-area-walk canvas")


def test_invert_takes_a_colour_picture(browser: Any, page: Page) -> None:
    shown = np.zeros((40, 48, 3), np.uint8)
    shown[:20, :, 0], shown[20:, :, 2] = 220, 180
    file = io.BytesIO()
    Image.fromarray(shown).save(file, "PNG")
    with visit(browser, address(page, "invert", model=FAKE), WIDE) as tab:
        assert tab.get_by_role("button", name="Find its latent").count() == 0, "the pad draws digits only"
        chosen = {"name": "two.png", "mimeType": "image/png", "buffer": file.getvalue()}
        tab.set_input_files("#pg-panel-image-invert input[type=file]", chosen)
        assert_coloured(tab, "#pg-invert-original-picture")
        assert_coloured(tab, "#pg-invert-rebuilt-picture")


def test_compare_measures_the_new_data_set_in_its_own_words(browser: Any, page: Page) -> None:
    with visit(browser, address(page, "compare", models=[FAKE, GAN], samples=100), WIDE) as tab:
        tab.get_by_role("button", name="Compare", exact=True).click()
        panel = "#pg-panel-image-compare"
        tab.wait_for_selector(f"{panel} .pg-compared canvas[data-drawn]", timeout=120_000 * patient(1))
        told = tab.inner_text(panel)
        assert "tiles" in told and "digit" not in told.lower().replace("digits", "", 1)
        _, _, coloured = tab.eval_on_selector(f"{panel} .pg-compared canvas", COLOURS)
        assert coloured > 100
