"""The Image tab in a real browser: explore, interpolate and compare as a visitor does, by mouse, keyboard and phone."""

import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from playground.benchmarks.browser import open_browser
from playground.benchmarks.facts import MissingPackage
from playground.benchmarks.processes import Page
from playground.views.exports import read_settings
from tests.server import copy_checkpoints, patient, running_page

WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
PANELS = ("explore", "interpolate", "compare")
EXPLORE, INTERPOLATE, COMPARE = (f"#pg-panel-image-{name}" for name in PANELS)
PICTURE = "#pg-explore-picture"
SLIDER = f"{EXPLORE} .pg-sliders input[type=range]"
WALK = f"{INTERPOLATE} .pg-walk-big"
# Said by the browser about gradio's own files, not by our page.
NOT_OURS = re.compile(r"favicon|manifest\.json|preload|apple-touch-icon|huggingface\.co|gradio\.app|fonts\.g")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    try:
        with open_browser() as browser:
            yield browser
    except MissingPackage as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def page(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with running_page(copy_checkpoints(tmp_path_factory.mktemp("checkpoints"))) as page:
        yield page


@pytest.fixture()
def expected() -> list[str]:
    """Complaints of the browser that a test provokes; it adds them here."""
    return []


@pytest.fixture()
def tab(browser: Any, page: Page, expected: list[str]) -> Iterator[Any]:
    """A fresh visitor on Explore, with the first picture drawn; afterwards nothing may have complained."""
    yield from visit(browser, page, WIDE, expected)


@pytest.fixture()
def phone(browser: Any, page: Page, expected: list[str]) -> Iterator[Any]:
    yield from visit(browser, page, PHONE, expected)


def visit(browser: Any, page: Page, size: dict[str, int], expected: list[str]) -> Iterator[Any]:
    context = browser.new_context(viewport=size, accept_downloads=True)
    context.set_default_timeout(1000 * patient(15))
    tab = context.new_page()
    complaints: list[str] = []
    tab.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    tab.on(
        "response", lambda answer: complaints.append(f"{answer.status} {answer.url}") if answer.status >= 500 else None
    )
    tab.goto(page.url)
    wait_drawn(tab, PICTURE)
    yield tab
    context.close()
    assert [text for text in complaints if not NOT_OURS.search(text) and text not in expected] == []


def wait_drawn(tab: Any, selector: str) -> None:
    tab.wait_for_selector(f"{selector}[data-drawn]", state="attached")


def pixels(tab: Any, selector: str) -> str:
    """What a canvas shows, as text that can be compared."""
    return tab.eval_on_selector(selector, "(canvas) => canvas.toDataURL()")


def wait_change(tab: Any, selector: str, before: str) -> None:
    tab.wait_for_function("([s, b]) => document.querySelector(s).toDataURL() !== b", arg=[selector, before])


def wait_same(tab: Any, selector: str, wanted: str) -> None:
    tab.wait_for_function("([s, b]) => document.querySelector(s).toDataURL() === b", arg=[selector, wanted])


def open_panel(tab: Any, name: str) -> None:
    tab.click(f"#pg-tab-image-{name}")
    tab.wait_for_selector(f"#pg-panel-image-{name} .pg-card")


def ink(tab: Any, selector: str) -> int:
    """How many pixels of a canvas are rather white."""
    script = """(canvas) => canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height)
      .data.filter((value, i) => i % 4 === 0 && value > 128).length"""
    return tab.eval_on_selector(selector, script)


def drag(tab: Any, selector: str, start: float, end: float, nth: int = 0) -> list[str]:
    """Drag along an element between two shares of its width; the big pictures seen on the way."""
    element = tab.locator(selector).nth(nth)
    element.scroll_into_view_if_needed()
    box = element.bounding_box()
    y = box["y"] + box["height"] / 2
    seen = []
    tab.mouse.move(box["x"] + box["width"] * start, y)
    tab.mouse.down()
    for i in range(1, 11):
        tab.mouse.move(box["x"] + box["width"] * (start + (end - start) * i / 10), y)
        tab.wait_for_timeout(40)
        seen.append(pixels(tab, WALK if "interpolate" in selector else PICTURE))
    tab.mouse.up()
    return seen


def test_the_first_picture_appears_by_itself_and_is_a_digit(tab: Any) -> None:
    assert 20 < ink(tab, PICTURE) < 400
    assert tab.title() == "Latent playground"


def test_dragging_a_slider_changes_the_picture_while_it_is_dragged(tab: Any) -> None:
    before = pixels(tab, PICTURE)
    tab.locator(SLIDER).first.hover()
    tab.wait_for_timeout(500)
    seen = drag(tab, SLIDER, 0.5, 0.95)
    assert len(set(seen)) >= 4, "the picture did not follow"
    tab.wait_for_timeout(300)
    assert pixels(tab, PICTURE) != before
    assert float(tab.locator(SLIDER).first.input_value()) > 2
    assert tab.evaluate("() => __playgroundTimings.inputToPaint.length + __playgroundTimings.firstFrame.length") > 0


def test_a_slider_moves_by_keyboard_and_says_value_and_meaning(tab: Any) -> None:
    before = pixels(tab, PICTURE)
    slider = tab.locator(SLIDER).first
    slider.focus()
    for _ in range(20):
        tab.keyboard.press("ArrowRight")
    wait_change(tab, PICTURE, before)
    assert float(slider.input_value()) == pytest.approx(1.0)
    assert re.match(r"\+1\.00 standard deviations", slider.get_attribute("aria-valuetext"))
    assert tab.locator(f"label[for={slider.get_attribute('id')}]").inner_text().startswith("Direction 1")


def test_the_pad_moves_by_keyboard(tab: Any) -> None:
    pad = tab.locator(f"{EXPLORE} .pg-pad")
    pad.scroll_into_view_if_needed()
    before = pixels(tab, PICTURE)
    said = pad.get_attribute("aria-label")
    pad.focus()
    for _ in range(4):
        tab.keyboard.press("ArrowUp")
    for _ in range(4):
        tab.keyboard.press("ArrowRight")
    wait_change(tab, PICTURE, before)
    assert pad.get_attribute("aria-label") != said
    assert "1.00" in pad.get_attribute("aria-label")
    tab.keyboard.press("Home")
    wait_same(tab, PICTURE, before)


def test_dice_changes_seed_picture_and_samples(tab: Any) -> None:
    sample = f"{EXPLORE} .pg-sample canvas"
    tab.wait_for_selector(f"{sample}[data-drawn]")
    before, sample_before = pixels(tab, PICTURE), pixels(tab, sample)
    tab.locator(EXPLORE).get_by_role("button", name="Dice").first.click()
    wait_change(tab, PICTURE, before)
    wait_change(tab, sample, sample_before)


def test_any_sample_becomes_the_current_picture(tab: Any) -> None:
    cell = f"{EXPLORE} .pg-sample:nth-of-type(6)"
    tab.wait_for_selector(f"{cell} canvas[data-drawn]")
    tab.click(cell)
    wait_same(tab, PICTURE, pixels(tab, f"{cell} canvas"))


def test_text_in_the_seed_field_is_told_in_words_and_changes_nothing(tab: Any) -> None:
    before = pixels(tab, PICTURE)
    seed = tab.locator(f"{EXPLORE} .pg-seed input")
    seed.fill("seven")
    seed.press("Enter")
    seed.press("Tab")
    tab.wait_for_selector(f"{EXPLORE} .pg-field-error:visible")
    assert "whole number" in tab.locator(f"{EXPLORE} .pg-field-error:visible").inner_text()
    assert pixels(tab, PICTURE) == before


def test_reload_restores_every_control_and_the_picture(tab: Any) -> None:
    radio = tab.locator(f"{EXPLORE} .pg-models input[value='image/digits-rbm']")
    radio.check(force=True)
    tab.wait_for_timeout(500)
    tab.locator(f"{EXPLORE} .pg-seed input").fill("123")
    tab.keyboard.press("Tab")
    slider = tab.locator(SLIDER).nth(1)
    slider.focus()
    for _ in range(10):
        tab.keyboard.press("ArrowLeft")
    tab.wait_for_timeout(1000 * patient(0.7))
    value, shown = slider.input_value(), pixels(tab, PICTURE)
    assert "#1." in tab.url
    tab.reload()
    wait_drawn(tab, PICTURE)
    wait_same(tab, PICTURE, shown)
    assert tab.locator(f"{EXPLORE} .pg-models input:checked").get_attribute("value") == "image/digits-rbm"
    assert tab.locator(f"{EXPLORE} .pg-seed input").input_value() == "123"
    assert tab.locator(SLIDER).nth(1).input_value() == value


ODD_STATE = b'{"image.explore": {"model": 5, "spec": {"seed": "x", "offsets": {"9999": 1}}, "pad": "wide"}}'


@pytest.mark.parametrize(
    "address", ["#1.%%%", "#1.bm9uc2Vuc2U", "#9.abc", "#1." + base64.urlsafe_b64encode(ODD_STATE).decode().rstrip("=")]
)
def test_an_address_that_cannot_be_read_starts_afresh(browser: Any, page: Page, address: str) -> None:
    context = browser.new_context(viewport=WIDE)
    context.set_default_timeout(1000 * patient(8))
    tab = context.new_page()
    tab.goto(f"{page.url}/{address}")
    wait_drawn(tab, PICTURE)
    context.close()


def test_the_rbm_shows_its_chain(tab: Any) -> None:
    tab.locator(f"{EXPLORE} .pg-models input[value='image/digits-rbm']").check(force=True)
    chain = tab.locator(f"{EXPLORE} .pg-area-chain")
    chain.wait_for(state="visible")
    assert chain.get_by_role("button").count() >= 1


def test_a_walk_runs_from_a_to_b_and_its_filmstrip_scrubs(tab: Any) -> None:
    open_panel(tab, "interpolate")
    wait_drawn(tab, WALK)
    a, b = (f"{INTERPOLATE} .pg-end-{i} canvas" for i in (0, 1))
    assert pixels(tab, WALK) == pixels(tab, a)
    scrub = tab.locator(f"{INTERPOLATE} .pg-walk-controls input[type=range]")
    scrub.focus()
    tab.keyboard.press("End")
    wait_same(tab, WALK, pixels(tab, b))
    assert pixels(tab, a) != pixels(tab, b)
    assert "B, the end" in scrub.get_attribute("aria-valuetext")
    seen = drag(tab, f"{INTERPOLATE} .pg-strip", 0.02, 0.98)
    assert len(set(seen)) >= 5, "the strip did not scrub"
    tab.get_by_role("button", name="Linear").click()
    tab.wait_for_timeout(1000 * patient(0.5))
    assert pixels(tab, b) == pixels(tab, f"{INTERPOLATE} .pg-end-1 canvas")


def test_a_walk_can_be_changed_by_seed_and_between_four_corners(tab: Any) -> None:
    open_panel(tab, "interpolate")
    wait_drawn(tab, WALK)
    b = f"{INTERPOLATE} .pg-end-1 canvas"
    before = pixels(tab, b)
    field = tab.locator(f"{INTERPOLATE} .pg-end-1 .pg-seed input")
    field.fill("4242")
    field.press("Tab")
    wait_change(tab, b, before)
    tab.get_by_role("button", name="Four corners").click()
    tab.wait_for_selector(f"{INTERPOLATE} .pg-end-3 canvas[data-drawn]")


def test_an_uploaded_digit_becomes_an_end_and_a_bad_file_is_told_in_words(
    tab: Any, expected: list[str], tmp_path: Path
) -> None:
    import numpy as np
    from PIL import Image

    expected.append("Failed to load resource: the server responded with a status of 400 (Bad Request)")
    strokes = np.full((90, 90), 255, np.uint8)
    strokes[15:75, 40:50] = 0
    Image.fromarray(strokes).save(tmp_path / "one.png")
    (tmp_path / "bad.png").write_bytes(b"this is no picture")
    open_panel(tab, "interpolate")
    wait_drawn(tab, WALK)
    a = f"{INTERPOLATE} .pg-end-0"
    before = pixels(tab, f"{a} canvas")
    tab.locator(a).get_by_role("button", name="File").click()
    tab.set_input_files(f"{a} input[type=file]", tmp_path / "bad.png")
    problem = tab.locator(f"{a} .pg-problem:visible")
    problem.wait_for()
    assert "not a PNG, JPEG or WEBP" in problem.inner_text()
    tab.set_input_files(f"{a} input[type=file]", tmp_path / "one.png")
    wait_change(tab, f"{a} canvas", before)


@pytest.mark.parametrize("kind", ["GIF", "PNG", "NumPy .npz"])
def test_an_exported_walk_carries_the_settings_that_made_it(tab: Any, kind: str) -> None:
    open_panel(tab, "interpolate")
    wait_drawn(tab, WALK)
    with tab.expect_download() as download:
        tab.locator(INTERPOLATE).get_by_role("button", name=kind, exact=True).click()
    settings = read_settings(Path(download.value.path()).read_bytes())
    assert settings["model"] == "image/digits-vae"
    assert settings["operation"] == "interpolate"
    assert settings["request"]["a"] != settings["request"]["b"]
    assert json.dumps(settings)


def test_two_models_are_compared_with_a_table_and_figures(tab: Any) -> None:
    open_panel(tab, "compare")
    start_comparison(tab)
    tab.wait_for_selector(f"{COMPARE} .pg-verdict", timeout=1000 * patient(60))
    table = tab.locator(f"{COMPARE} table.pg-table")
    words = table.inner_text().lower()
    assert "coverage" in words and "perfect sampler" in words
    assert table.locator("tbody tr").count() >= 6
    figures = tab.locator(f"{COMPARE} figure.pg-result-figure img")
    assert figures.count() >= 4
    for i in range(figures.count()):
        assert len(figures.nth(i).get_attribute("alt")) > 40
        assert figures.nth(i).evaluate("(img) => img.naturalWidth") > 300
    with tab.expect_download() as download:
        tab.get_by_role("button", name="Numbers as JSON").click()
    numbers = json.loads(Path(download.value.path()).read_text())
    assert [model["id"] for model in numbers["models"]] == ["image/digits-vae", "image/digits-rbm"]
    assert numbers["request"]["n"] == 100
    assert violations(tab) == []


def test_a_comparison_can_be_cancelled(tab: Any) -> None:
    open_panel(tab, "compare")
    start_comparison(tab, n=1000)
    tab.wait_for_function(f"() => document.querySelector('{COMPARE} progress').value > 0")
    cancel = tab.locator(COMPARE).get_by_role("button", name="Cancel")
    cancel.click()
    tab.wait_for_function(
        f"() => document.querySelector('{COMPARE} .pg-progress-words').textContent.includes('Cancelled')"
    )
    assert cancel.is_disabled()
    assert tab.locator(COMPARE).get_by_role("button", name="Compare", exact=True).is_enabled()


def start_comparison(tab: Any, n: int = 100) -> None:
    count = tab.get_by_role("textbox", name=re.compile("^Samples"))
    count.fill(str(n))
    count.press("Tab")
    tab.locator(COMPARE).get_by_role("button", name="Compare", exact=True).click()


@pytest.mark.parametrize("name", PANELS)
def test_axe_finds_no_serious_violation(tab: Any, name: str) -> None:
    open_panel(tab, name)
    tab.wait_for_timeout(500)
    assert violations(tab) == []


@pytest.mark.parametrize("name", PANELS)
def test_axe_finds_no_serious_violation_in_the_dark(browser: Any, page: Page, name: str) -> None:
    context = browser.new_context(viewport=WIDE, color_scheme="dark")
    tab = context.new_page()
    tab.goto(f"{page.url}/?__theme=dark")
    wait_drawn(tab, PICTURE)
    open_panel(tab, name)
    tab.wait_for_timeout(500)
    assert tab.evaluate("() => document.body.classList.contains('dark')")
    assert violations(tab) == []
    context.close()


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


@pytest.mark.parametrize("name", PANELS)
def test_nothing_is_cut_off_on_a_phone(phone: Any, name: str) -> None:
    open_panel(phone, name)
    phone.wait_for_timeout(700)
    assert phone.evaluate("() => document.documentElement.scrollWidth") <= PHONE["width"]
    outside = phone.evaluate(
        """(panel) => [...document.querySelectorAll(`${panel} *, #pg-header *`)].filter((element) => {
          const box = element.getBoundingClientRect();
          const scrolls = element.closest('.pg-scroll, .pg-visually-hidden');
          return box.width > 0 && !scrolls && (box.right > innerWidth + 1 || box.left < -1);
        }).map((element) => element.outerHTML.slice(0, 100)).slice(0, 5)""",
        f"#pg-panel-image-{name}",
    )
    assert outside == []


def test_controls_are_thumb_sized_on_a_phone(phone: Any) -> None:
    small = phone.evaluate(
        """() => [...document.querySelectorAll('#pg-panel-image-explore button, #pg-panel-image-explore input, [role=tab]')]
          .map((element) => [element, element.getBoundingClientRect()])
          .filter(([element, box]) => box.width > 0 && !element.closest('label.pg-model, label.pg-switch, .pg-visually-hidden'))
          .filter(([, box]) => box.height < 24 || box.width < 24)
          .map(([element, box]) => `${element.outerHTML.slice(0, 80)} ${box.width}x${box.height}`).slice(0, 5)"""
    )
    assert small == []


def test_picker_sliders_and_picture_share_one_wide_screen(tab: Any) -> None:
    for selector in (f"{EXPLORE} .pg-models", f"{SLIDER} >> nth=0", PICTURE):
        box = tab.locator(selector).bounding_box()
        assert box["y"] >= 0 and box["y"] + box["height"] <= WIDE["height"] + 1, (selector, box)
