"""The page around its panels, on the shipped models: what folds hold, links that came to harm, queries, Back and Forward."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from playground.benchmarks.processes import Page
from tests.browser.visits import WIDE, link, visit
from tests.server import running_page

PANELS = {
    "image": ("explore", "interpolate", "compare"),
    "audio": ("explore", "interpolate", "compare", "invert"),
    "text": ("explore", "interpolate", "compare", "invert", "write", "chat", "steer"),
}
GAN = {"page": {"modality": "image", "panel": "explore"}, "image.explore": {"model": "image/digits-gan"}}
GAN_CHOSEN = "#pg-panel-image-explore input[value='image/digits-gan']:checked"
NOTICE = ".pg-notice"


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    """All models that lie under checkpoints/."""
    with running_page() as page:
        yield page


def opened(tab: Any, modality: str, panel: str) -> None:
    """Until a panel is the one that is shown, with its contents."""
    tab.wait_for_selector(f"#pg-panel-{modality}-{panel}:not([hidden]) .pg-card")


@pytest.mark.parametrize("modality", PANELS)
def test_every_fold_of_every_panel_holds_elements_and_no_words_for_them(
    browser: Any, page: Page, modality: str
) -> None:
    with visit(browser, link(page, {"page": {"modality": modality}}), WIDE) as tab:
        for panel in PANELS[modality]:
            tab.click(f"#pg-tab-{modality}-{panel}")
            opened(tab, modality, panel)
            place = tab.locator(f"#pg-panel-{modality}-{panel}")
            place.evaluate("(panel) => panel.querySelectorAll('details').forEach((fold) => (fold.open = true))")
            tab.wait_for_timeout(200)  # some are filled when they are first opened
            folds = place.locator("details").evaluate_all(
                "(folds) => folds.map((fold) => [fold.textContent, fold.lastElementChild.childElementCount])"
            )
            assert all(count > 0 for _, count in folds), folds
            assert "[object" not in place.inner_text()


def test_the_advanced_settings_of_every_model_are_controls(browser: Any, page: Page) -> None:
    with visit(browser, page.url, WIDE) as tab:
        counts = tab.evaluate(
            """async () => {
                 const base = document.querySelector("link[href$='core/models.js']").href;
                 const [{ settingsForm, isHealthy }, { listModels }] = await Promise.all(
                   [import(base), import(new URL("api.js", base))]);
                 return (await listModels()).filter(isHealthy).map((card) => [
                   card.id, card.settings.length,
                   settingsForm(card, {}, () => {}).querySelectorAll("input, select").length]);
               }"""
        )
    assert len(counts) > 10
    for model, settings, controls in counts:
        assert controls == settings, model


@pytest.mark.parametrize("junk", [".", ")", "&utm_source=chat", "%29", "…"])
def test_a_link_with_something_behind_it_opens_as_it_was_meant(browser: Any, page: Page, junk: str) -> None:
    with visit(browser, link(page, GAN) + junk, WIDE) as tab:
        tab.wait_for_selector(GAN_CHOSEN)
        assert tab.locator(NOTICE).count() == 0


def test_a_link_that_cannot_be_read_is_told_so_that_one_sees_it(browser: Any, page: Page) -> None:
    with visit(browser, f"{page.url}/#1.%%%", WIDE) as tab:
        opened(tab, "image", "explore")
        notice = tab.locator(NOTICE)
        assert "could not be read" in notice.inner_text() and notice.get_attribute("role") == "alert"
        box = notice.bounding_box()
        assert box["height"] > 20 and box["y"] < WIDE["height"] / 2
        notice.get_by_role("button", name="Close").click()
        assert tab.locator(NOTICE).count() == 0


def test_a_link_that_was_cut_short_restores_what_is_whole_and_says_so(browser: Any, page: Page) -> None:
    whole = link(page, GAN | {"text.chat": {"said": "x" * 60}})
    with visit(browser, whole[:-40], WIDE) as tab:
        tab.wait_for_selector(GAN_CHOSEN)
        assert "cut short" in tab.locator(NOTICE).inner_text()


def test_the_query_of_an_address_outlives_every_change(browser: Any, page: Page) -> None:
    query = "?__theme=dark&__sign=a.b-c"
    with visit(browser, link(page, GAN, query), WIDE) as tab:
        tab.wait_for_selector(GAN_CHOSEN)
        tab.click("#pg-tab-image-interpolate")
        opened(tab, "image", "interpolate")
        assert tab.evaluate("() => location.search") == query
        tab.wait_for_timeout(300)  # the address is written a little after a change
        assert tab.evaluate("() => location.search") == query
        assert tab.evaluate("() => location.hash.length") > 10


def test_back_and_forward_walk_through_the_tabs_and_keep_what_the_panels_show(browser: Any, page: Page) -> None:
    with visit(browser, link(page, GAN), WIDE) as tab:
        tab.wait_for_selector(GAN_CHOSEN)
        tab.click("#pg-tab-image-interpolate")
        opened(tab, "image", "interpolate")
        tab.click("#pg-tab-audio")
        opened(tab, "audio", "explore")
        tab.go_back()
        opened(tab, "image", "interpolate")
        tab.go_back()
        opened(tab, "image", "explore")
        tab.check("#pg-panel-image-explore input[value='image/digits-vae']", force=True)
        tab.go_forward()
        opened(tab, "image", "interpolate")
        tab.go_back()
        opened(tab, "image", "explore")
        assert tab.locator("#pg-panel-image-explore input[value='image/digits-vae']").is_checked()
        tab.wait_for_timeout(300)  # the address is written a little after a change
        state = json.loads(tab.evaluate("() => atob(location.hash.slice(3).replaceAll('-', '+').replaceAll('_', '/'))"))
        assert state.get("image.explore", {}).get("model", "image/digits-vae") == "image/digits-vae"


def test_a_tab_chosen_again_adds_nothing_to_the_history(browser: Any, page: Page) -> None:
    with visit(browser, page.url, WIDE) as tab:
        opened(tab, "image", "explore")
        before = tab.evaluate("() => history.length")
        tab.click("#pg-tab-image-explore")
        tab.click("#pg-tab-image")
        assert tab.evaluate("() => history.length") == before
        tab.click("#pg-tab-audio")
        opened(tab, "audio", "explore")
        assert tab.evaluate("() => history.length") == before + 1


def test_another_link_in_the_same_tab_is_opened_and_back_returns_to_the_first(browser: Any, page: Page) -> None:
    with visit(browser, link(page, GAN), WIDE) as tab:
        tab.wait_for_selector(GAN_CHOSEN)
        tab.goto(link(page, {"page": {"modality": "text", "panel": "write"}}))
        opened(tab, "text", "write")
        tab.go_back()
        tab.wait_for_selector(GAN_CHOSEN)


def explore_state(tab: Any) -> dict[str, Any]:
    """What the address says of Image's Explore, a little after the last change."""
    tab.wait_for_timeout(300)
    state = tab.evaluate("() => atob(location.hash.slice(3).replaceAll('-', '+').replaceAll('_', '/'))")
    return json.loads(state).get("image.explore", {})


def choose(tab: Any, model: str) -> None:
    """Pick a model of Image's Explore, as a click on its row does."""
    tab.locator(f"#pg-panel-image-explore .pg-model:has(input[value='{model}'])").click()
    tab.wait_for_selector(f"#pg-panel-image-explore input[value='{model}']:checked")


def test_steps_of_the_flow_are_not_those_of_the_rbm(browser: Any, page: Page) -> None:
    flow, rbm = "image/digits-flow", "image/digits-rbm"
    with visit(browser, page.url, WIDE) as tab:
        opened(tab, "image", "explore")
        choose(tab, flow)
        assert explore_state(tab)["settings"]["steps"] == 10
        choose(tab, rbm)
        assert explore_state(tab)["settings"]["steps"] == 20
        steps = tab.get_by_label("Gibbs steps", exact=True)
        assert steps.input_value() == "20"
        steps.focus()
        steps.press("ArrowRight")
        assert explore_state(tab)["settings"]["steps"] == 30
        choose(tab, flow)
        assert tab.get_by_label("Solver steps", exact=True).input_value() == "10"
        choose(tab, rbm)
        assert tab.get_by_label("Gibbs steps", exact=True).input_value() == "30"


def test_dice_sliders_and_settings_are_taken_back(browser: Any, page: Page) -> None:
    with visit(browser, page.url, WIDE) as tab:
        opened(tab, "image", "explore")
        panel = tab.locator("#pg-panel-image-explore")
        undo = panel.get_by_role("button", name="Undo")
        seed = panel.get_by_label("Seed", exact=True)
        assert undo.is_disabled() and seed.input_value() == "7"
        panel.get_by_role("button", name="Dice").click()
        thrown = seed.input_value()
        slider = panel.locator(".pg-slider input[type=range]").first
        slider.focus()
        for _ in range(3):
            slider.press("ArrowRight")
        assert float(slider.input_value()) == pytest.approx(0.15)
        temperature = panel.get_by_label("Temperature", exact=True)
        temperature.focus()
        temperature.press("ArrowLeft")
        assert float(temperature.input_value()) == pytest.approx(0.95)
        undo.click()
        assert float(panel.get_by_label("Temperature", exact=True).input_value()) == 1
        tab.keyboard.press("Control+z")
        assert float(slider.input_value()) == 0 and seed.input_value() == thrown
        seed.focus()
        seed.press("Control+z")  # a field's own undo
        assert not undo.is_disabled()
        undo.click()
        assert seed.input_value() == "7" and undo.is_disabled()
        assert "spec" not in explore_state(tab) or explore_state(tab)["spec"] == {"seed": 7, "index": 0}


@pytest.mark.parametrize("modality", ["audio", "text"])
def test_undo_stands_in_every_explore_panel(browser: Any, page: Page, modality: str) -> None:
    with visit(browser, link(page, {"page": {"modality": modality, "panel": "explore"}}), WIDE) as tab:
        opened(tab, modality, "explore")
        panel = tab.locator(f"#pg-panel-{modality}-explore")
        panel.get_by_role("button", name="Dice").first.click()
        panel.get_by_role("button", name="Undo").click()
        assert panel.get_by_label("Seed", exact=True).first.input_value() == "7"
