"""Explore in a real browser: sliders, pad, dice, samples and processes, by mouse and keyboard, and its address."""

import base64
import json
from typing import Any

import pytest

from playground.benchmarks.processes import Page
from playground.checkpoint import default_root
from tests.browser.visits import (
    EXPLORE,
    PICTURE,
    WIDE,
    address,
    drag,
    pixels,
    visit,
    wait_change,
    wait_drawn,
    wait_same,
)
from tests.server import patient

SLIDER = f"{EXPLORE} .pg-sliders input[type=range]"
PLAYER = f"{EXPLORE} .pg-player canvas"


@pytest.fixture(scope="module")
def models() -> tuple[str, ...]:
    return "digits-vae", "digits-rbm", "digits-flow"


def ink(tab: Any, selector: str) -> int:
    """How many pixels of a canvas are rather white."""
    script = """(canvas) => canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height)
      .data.filter((value, i) => i % 4 === 0 && value > 128).length"""
    return tab.eval_on_selector(selector, script)


def test_the_first_picture_appears_by_itself_and_is_a_digit(tab: Any) -> None:
    assert 20 < ink(tab, PICTURE) < 400
    assert tab.title() == "Latent playground"


def test_dragging_a_slider_changes_the_picture_while_it_is_dragged(tab: Any) -> None:
    before = pixels(tab, PICTURE)
    tab.locator(SLIDER).first.hover()
    tab.wait_for_timeout(500)
    seen = drag(tab, SLIDER, 0.5, 0.95, watched=PICTURE)
    assert len(set(seen)) >= 4, "the picture did not follow"
    tab.wait_for_timeout(300)
    assert pixels(tab, PICTURE) != before
    assert float(tab.locator(SLIDER).first.input_value()) > 2
    assert tab.evaluate("() => __playgroundTimings.inputToPaint.length + __playgroundTimings.firstFrame.length") > 0


def test_a_slow_models_sweep_is_refined_without_decoding_a_frame_twice(browser: Any, page: Page) -> None:
    asked: list[dict] = []

    def note(request: Any) -> None:
        body = request.post_data_json if request.url.endswith("/playground/run") else None
        if body and body["operation"] == "sweep":
            asked.append(body["request"])

    with visit(browser, address(page, explore={"model": "image/digits-flow"}), WIDE) as tab:
        wait_drawn(tab, PICTURE)
        tab.wait_for_timeout(1000 * patient(1.5))  # for samples and the ends of the sliders
        tab.on("request", note)
        seen = drag(tab, SLIDER, 0.5, 0.9, watched=PICTURE)  # never let go of long enough to be asked twice
        assert len(seen) == 10
        tab.wait_for_timeout(1000)
    lines = [request for request in asked if request["direction"] == 0]
    places = [
        round(one["low"] + (one["high"] - one["low"]) * i / (one["frames"] - 1), 6)
        for one in lines
        for i in range(one["frames"])
    ]
    assert len(lines) >= 2 and lines[0]["low"] == -lines[0]["high"]
    assert len(places) == len(set(places)) <= 33


def test_a_slider_moves_by_keyboard_and_says_value_and_meaning(tab: Any) -> None:
    before = pixels(tab, PICTURE)
    slider = tab.locator(SLIDER).first
    slider.focus()
    for _ in range(20):
        tab.keyboard.press("ArrowRight")
    wait_change(tab, PICTURE, before)
    assert float(slider.input_value()) == pytest.approx(1.0)
    first = facts_of("digits-vae")["directions"][0]
    assert slider.get_attribute("aria-valuetext") == f"+1.00 standard deviations, towards {first['high']}"
    assert labels(tab)[0].lower() == f"{first['low']} ↔ {first['high']}"


def facts_of(model: str) -> dict[str, Any]:
    return json.loads((default_root() / "image" / model / "config.json").read_text())


def labels(tab: Any) -> list[str]:
    """What stands over each slider."""
    return tab.locator(f"{EXPLORE} .pg-sliders label").all_inner_texts()


def test_sliders_are_called_as_the_model_was_measured_and_keep_their_names_when_the_dice_roll(tab: Any) -> None:
    named = {one["direction"]: f"{one['low']} ↔ {one['high']}" for one in facts_of("digits-vae")["directions"]}
    fine = (f"fine detail {n}" for n in range(1, 9))
    before = labels(tab)
    assert [label.lower() for label in before] == [named.get(k) or next(fine) for k in range(8)]
    assert len(set(before)) == 8
    across = tab.locator(EXPLORE).get_by_label("Across").locator("option").all_inner_texts()
    assert across[:8] == before
    for _ in range(3):
        picture = pixels(tab, PICTURE)
        tab.locator(EXPLORE).get_by_role("button", name="Dice").first.click()
        wait_change(tab, PICTURE, picture)
        tab.wait_for_timeout(500)  # the ends of the sliders are drawn anew
        assert labels(tab) == before


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
    "odd", ["#1.%%%", "#1.bm9uc2Vuc2U", "#9.abc", "#1." + base64.urlsafe_b64encode(ODD_STATE).decode().rstrip("=")]
)
def test_an_address_that_cannot_be_read_starts_afresh(browser: Any, page: Page, odd: str) -> None:
    with visit(browser, f"{page.url}/{odd}", WIDE) as tab:
        wait_drawn(tab, PICTURE)


@pytest.mark.parametrize(("model", "first"), [("digits-rbm", "frame 1 of"), ("digits-flow", "time 0.00 of 1")])
def test_the_process_behind_a_picture_moves_by_itself_when_it_is_seen(tab: Any, model: str, first: str) -> None:
    tab.locator(f"{EXPLORE} .pg-models input[value='image/{model}']").check(force=True)
    tab.wait_for_selector(PLAYER, state="attached")
    tab.locator(PLAYER).scroll_into_view_if_needed()
    wait_drawn(tab, PLAYER)
    tab.wait_for_function(
        "([s, first]) => !document.querySelector(s).getAttribute('aria-label').includes(first)", arg=[PLAYER, first]
    )
    tab.locator(EXPLORE).get_by_role("button", name="Step back").click()  # stops it, too
    still = pixels(tab, PLAYER)
    tab.wait_for_timeout(500)
    assert pixels(tab, PLAYER) == still
    tab.locator(EXPLORE).get_by_role("button", name="Step", exact=True).click()
    wait_change(tab, PLAYER, still)
