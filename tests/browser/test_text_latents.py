"""The Text tab's Explore, Interpolate and Invert: latents of sentences and names are moved, walked between and found."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from playground.benchmarks.processes import Page
from tests.browser.test_look import violations
from tests.browser.visits import PHONE, WIDE, link, visit
from tests.server import patient
from tests.tiny_text import save_tiny_text

SAID = "#pg-explore-text"
EXPLORE, INTERPOLATE, INVERT = (f"#pg-panel-text-{name}" for name in ("explore", "interpolate", "invert"))
STEP = f"{INTERPOLATE} .pg-steps-list > li"
REFUSED = "Failed to load resource: the server responded with a status of 400 (Bad Request)"


@pytest.fixture(scope="module")
def checkpoints(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_text(tmp_path_factory.mktemp("checkpoints"))


def address(page: Page, panel: str, query: str = "", **state: Any) -> str:
    return link(page, {"page": {"modality": "text", "panel": panel}, f"text.{panel}": state}, query)


def wait_other(tab: Any, selector: str, before: str) -> str:
    """Until an element says something else, which is returned."""
    tab.wait_for_function("([s, b]) => document.querySelector(s).innerText !== b", arg=[selector, before])
    return tab.inner_text(selector)


def test_sliders_pad_and_samples_move_a_sentence(browser: Any, page: Page) -> None:
    with visit(
        browser, address(page, "explore", model="text/names-rbm", settings={"letters": "likeliest"}), WIDE
    ) as tab:
        tab.wait_for_selector(f"{SAID}[data-drawn]")
        first = tab.inner_text(SAID)
        assert first.isalpha()
        tab.wait_for_function("(s) => [...document.querySelectorAll(s)].every((end) => end.title)", arg=".pg-end-text")
        tab.locator(f"{EXPLORE} .pg-sample:enabled").nth(3).click()
        tab.wait_for_function("(p) => document.querySelector(`${p} .pg-sample[aria-pressed=true]`)", arg=EXPLORE)
        cell = tab.locator(f"{EXPLORE} .pg-text-cell").nth(4)
        cell.scroll_into_view_if_needed()
        middle = f"{EXPLORE} .pg-text-cell:nth-child(13)"  # the pad is about where one stands
        tab.wait_for_function(
            "([p, s, m]) => document.querySelector(m).title === document.querySelector(s).innerText"
            " && document.querySelector(`${p} .pg-sample[aria-pressed=true]`).innerText === document.querySelector(m).title",
            arg=[EXPLORE, SAID, middle],
        )
        wanted = cell.get_attribute("title")
        cell.click()
        tab.wait_for_function("([s, t]) => document.querySelector(s).innerText === t", arg=[SAID, wanted])
        assert tab.get_by_role("button", name="Reset").is_enabled()
        tab.wait_for_timeout(400)
        tab.reload()
        tab.wait_for_function("([s, t]) => document.querySelector(s)?.innerText === t", arg=[SAID, wanted])


def test_a_chain_holds_letters(browser: Any, page: Page, expected: list[str]) -> None:
    with visit(browser, address(page, "explore", model="text/names-rbm"), WIDE, expected=expected) as tab:
        tab.get_by_label("Hold these letters").fill("ma*a")
        tab.get_by_role("button", name="Run the chain").click()
        tab.wait_for_selector(f"{EXPLORE} .pg-chain-words span")
        words = tab.locator(f"{EXPLORE} .pg-chain-words span").all_inner_texts()
        assert len(words) == 48 and all(word.startswith("ma") and word.endswith("a") for word in words)
        assert tab.locator(f"{EXPLORE} .pg-letter[data-held=true]").count() in (2, 3)  # "ma" itself is both
        expected.append(REFUSED)
        tab.get_by_label("Hold these letters").fill("<b>")
        tab.get_by_role("button", name="Run the chain").click()
        tab.wait_for_selector(f"{EXPLORE} .pg-area-chain .pg-problem:not([hidden])")
        assert "letters from a to z" in tab.inner_text(f"{EXPLORE} .pg-area-chain .pg-problem")


def test_a_pattern_that_stands_in_the_field_is_the_one_that_runs(browser: Any, page: Page) -> None:
    with visit(browser, address(page, "explore", model="text/names-rbm"), WIDE) as tab:
        field = tab.get_by_label("Hold these letters")
        assert field.input_value() == "" and not field.get_attribute("placeholder")
        tab.get_by_role("button", name="Hold jo___").click()
        tab.wait_for_selector(f"{EXPLORE} .pg-chain-words span")
        words = tab.locator(f"{EXPLORE} .pg-chain-words span").all_inner_texts()
        assert field.input_value() == "jo___"
        assert all(word.startswith("jo") and len(word) == 5 for word in words)


def test_a_text_switches_topics_on(browser: Any, page: Page) -> None:
    with visit(
        browser, address(page, "explore", model="text/topics-rbm", topic="A boat with a sail on the sea."), WIDE
    ) as tab:
        tab.get_by_role("button", name="Read its topics").click()
        tab.wait_for_selector(f"{EXPLORE} .pg-area-topics .pg-bars li")
        told = tab.inner_text(f"{EXPLORE} .pg-area-topics")
        assert "Read: boat, sail, sea." in told and "Topic 1" in told


def test_a_walk_between_two_typed_sentences_is_a_list(browser: Any, page: Page, tmp_path: Path) -> None:
    with visit(browser, address(page, "interpolate", model="text/sentences-vae", frames=6), WIDE) as tab:
        tab.wait_for_function("(s) => document.querySelectorAll(s).length === 6", arg=STEP)
        for name, text in (("A", "the cat sleeps on the roof"), ("B", "we will go to the market")):
            group = tab.get_by_role("group", name=f"Choose {name} by")
            group.get_by_role("button", name="Typing").click()
            tab.get_by_label(f"Text of {name}").fill(text)
            tab.get_by_role("button", name=f"Use this text for {name}").click()
            card = tab.locator(".pg-text-end", has=group)
            card.get_by_text("comes back").wait_for()
        tab.wait_for_function(
            "(p) => document.querySelector(`${p} .pg-area-walk`).ariaBusy === 'false'", arg=INTERPOLATE
        )
        with tab.expect_download() as download:
            tab.get_by_role("button", name="Save .csv").click()
        download.value.save_as(tmp_path / "walk.csv")
        rows = list(csv.DictReader(io.StringIO((tmp_path / "walk.csv").read_text("utf-8"))))
        assert [row["step"] for row in rows] == list("123456") and "text/sentences-vae" == rows[0]["model"]
        tab.wait_for_timeout(400)
        tab.reload()
        tab.wait_for_function("(s) => document.querySelectorAll(s).length === 6", arg=STEP)
        assert tab.get_by_label("Text of B").input_value() == "we will go to the market"


def test_a_typed_sentence_stays_when_the_model_changes_and_is_found_in_the_other(browser: Any, page: Page) -> None:
    with visit(browser, address(page, "interpolate", model="text/sentences-vae", frames=6), WIDE) as tab:
        tab.get_by_role("group", name="Choose B by").get_by_role("button", name="Typing").click()
        tab.get_by_label("Text of B").fill("we will go to the market")
        tab.get_by_role("button", name="Use this text for B").click()
        end = tab.locator(f"{INTERPOLATE} .pg-end-1")
        end.get_by_text("comes back").wait_for()
        with tab.expect_request(
            lambda request: request.method == "POST" and "rebuild" in (request.post_data or "")
        ) as sent:
            tab.locator(INTERPOLATE).get_by_label("Model", exact=True).select_option("text/sentences-gan")
        assert "text/sentences-gan" in sent.value.post_data and "we will go to the market" in sent.value.post_data
        end.get_by_text("comes back").wait_for()
        assert tab.get_by_label("Text of B").input_value() == "we will go to the market"
        tab.get_by_role("button", name="Swap A and B").click()
        tab.locator(f"{INTERPOLATE} .pg-end-0").get_by_text("comes back").wait_for()
        assert tab.get_by_label("Text of A").input_value() == "we will go to the market"


def test_a_typed_name_comes_back_and_opens_in_explore(browser: Any, page: Page, expected: list[str]) -> None:
    with visit(browser, address(page, "invert", model="text/names-rbm"), WIDE, expected=expected) as tab:
        tab.fill(f"{INVERT} textarea", "Maria")
        tab.get_by_role("button", name="Look", exact=True).click()
        tab.wait_for_selector(f"{INVERT} .pg-difference:visible", timeout=30_000 * patient(1))
        told = tab.inner_text(f"{INVERT} .pg-area-result")
        assert "maria" in told and "Edit distance" in told
        back = tab.inner_text("#pg-invert-rebuilt-text")
        tab.get_by_role("button", name="Open in Explore").click()
        tab.wait_for_selector(f"{SAID}[data-drawn]")
        assert tab.get_attribute("#pg-tab-text-explore", "aria-selected") == "true" and back
        assert "own latent" in tab.inner_text(f"{EXPLORE} .pg-caption")


def test_the_latent_of_a_typed_name_is_moved_by_sliders_and_found_again_by_a_link(browser: Any, page: Page) -> None:
    # A link of before the panel had sliders: the text, and that it was looked at.
    with visit(browser, address(page, "invert", model="text/names-rbm", text="Maria", ran=True), WIDE) as tab:
        version = "#pg-invert-rebuilt-text"
        tab.wait_for_selector(f"{INVERT} .pg-difference:visible", timeout=30_000 * patient(1))
        assert tab.inner_text("#pg-invert-original-text") == "maria" and tab.inner_text(version)
        slider = tab.locator(f"{INVERT} .pg-slider input").first
        slider.focus()
        slider.press("Home")
        tab.get_by_text("1 direction moved").wait_for()
        tab.get_by_text("the sliders have moved on from there").wait_for()
        moved, value = tab.inner_text(version), slider.input_value()
        tab.wait_for_timeout(400)
        tab.reload()
        tab.locator(INVERT).get_by_text("1 direction moved").wait_for()
        assert tab.inner_text(version) == moved and slider.input_value() == value
        assert tab.inner_text("#pg-invert-original-text") == "maria"
        tab.get_by_role("button", name="Look", exact=True).click()
        tab.wait_for_function("(s) => document.querySelector(s).disabled", arg=f"{INVERT} .pg-area-sliders button")
        model = f"{INVERT} .pg-model:has(input[value='text/%s'])"
        tab.click(model % "shakespeare-transformer")
        tab.wait_for_selector(f"{INVERT} .pg-surprise", timeout=30_000 * patient(1))
        assert not tab.locator(f"{INVERT} .pg-area-sliders").is_visible()
        tab.click(model % "names-rbm")
        tab.wait_for_selector(f"{INVERT} .pg-difference:visible", timeout=30_000 * patient(1))
        assert tab.locator(f"{INVERT} .pg-surprise").count() == 0


def test_a_language_model_tells_its_surprise(browser: Any, page: Page, expected: list[str]) -> None:
    typed = "hello <script>window.hurt = 1</script> 😀"
    with visit(browser, address(page, "invert", model="text/shakespeare-transformer"), WIDE, expected=expected) as tab:
        tab.fill(f"{INVERT} textarea", typed)
        tab.get_by_role("button", name="Look", exact=True).click()
        tab.wait_for_selector(f"{INVERT} .pg-surprise", timeout=30_000 * patient(1))
        shown = tab.inner_text(f"{INVERT} .pg-token-text").replace("·", "")
        assert shown == typed and tab.evaluate("() => window.hurt === undefined")
        sums = tab.inner_text(f"{INVERT} .pg-sums")
        assert "nats" in sums and "per character" in sums and "perplexity per token" in sums
        tab.locator(f"{INVERT} .pg-surprise").first.click()
        assert tab.locator(f"{INVERT} .pg-area-alternatives .pg-bar-row").count() >= 8
        expected.append(REFUSED)
        tab.fill(f"{INVERT} textarea", "  ")
        tab.get_by_role("button", name="Look", exact=True).click()
        tab.wait_for_selector(f"{INVERT} .pg-problem:not([hidden])")
        assert "type something first" in tab.inner_text(f"{INVERT} .pg-problem")


THERE = {
    "explore": ({"model": "text/names-rbm"}, f"{SAID}[data-drawn]"),
    "interpolate": ({"model": "text/sentences-vae"}, STEP),
    "invert": ({"model": "text/shakespeare-transformer", "ran": True, "text": "hello"}, f"{INVERT} .pg-surprise"),
}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("panel", THERE)
def test_axe_finds_no_serious_violation(browser: Any, page: Page, panel: str, size: dict[str, int], theme: str) -> None:
    state, there = THERE[panel]
    with visit(browser, address(page, panel, f"?__theme={theme}", **state), size, color_scheme=theme) as tab:
        tab.wait_for_selector(there, timeout=30_000 * patient(1))
        tab.wait_for_timeout(800)
        assert violations(tab) == []


@pytest.mark.parametrize("model", ["text/names-rbm", "text/shakespeare-transformer"])
def test_on_a_phone_every_card_of_invert_has_the_whole_width(browser: Any, page: Page, model: str) -> None:
    with visit(browser, address(page, "invert", model=model, text="maria", ran=True), PHONE) as tab:
        tab.wait_for_selector(f"{INVERT} :is(.pg-difference, .pg-surprise):visible", timeout=30_000 * patient(1))
        widths = tab.locator(f"{INVERT} .pg-card:visible").evaluate_all("(all) => all.map((one) => one.offsetWidth)")
        assert len(widths) >= 3 and min(widths) == max(widths) > 0.9 * PHONE["width"]
