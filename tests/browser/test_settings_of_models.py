"""Every ordered pair of models of a panel: one's settings never set another's, save where both mean the same."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from playground.benchmarks.processes import Page
from tests.browser.visits import WIDE, link, visit
from tests.server import patient, running_page

# What decides the meaning of a setting; a default and a step do not.
MEANT_BY = ("name", "label", "help", "kind", "min", "max", "choices")
CHOOSE = """(panel, model) => {
  const radio = panel.querySelector(`.pg-models input[value="${model}"]`);
  if (radio) return radio.click();
  const list = [...panel.querySelectorAll("select")].find((one) => [...one.options].some(({ value }) => value === model));
  list.value = model;
  list.dispatchEvent(new Event("change", { bubbles: true }));
}"""
FIELDS = """(panel) => Object.fromEntries(
  [...panel.querySelectorAll(".pg-settings .pg-setting")].filter((one) => !one.closest("[hidden]")).map((place) => {
    const field = place.querySelector("input, select");
    return [place.querySelector("label").textContent, field.type === "range" ? String(field.valueAsNumber) : field.value];
  }))"""
SET = """(panel, values) => {
  for (const [label, value] of Object.entries(values)) {
    const place = [...panel.querySelectorAll(".pg-settings .pg-setting")].filter((one) => !one.closest("[hidden]")).find(
      (one) => one.querySelector("label").textContent === label);
    const field = place.querySelector("input, select");
    field.value = value;
    for (const kind of ["input", "change"]) field.dispatchEvent(new Event(kind, { bubbles: true }));
  }
}"""


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    """All models that lie under checkpoints/."""
    with running_page() as page:
        yield page


def shown_settings(card: dict[str, Any]) -> list[dict[str, Any]]:
    """The settings that a panel offers; a pitch is chosen on the keyboard."""
    return [setting for setting in card["settings"] if setting["name"] != "pitch"]


def texts(card: dict[str, Any], value_of: Callable[[dict[str, Any]], Any]) -> dict[str, str]:
    """Settings by their labels, as fields hold them."""
    return {
        one["label"]: f"{value_of(one):g}" if one["kind"] != "choice" else str(value_of(one))
        for one in shown_settings(card)
    }


def default_of(setting: dict[str, Any]) -> Any:
    return setting["default"]


def changed_of(setting: dict[str, Any]) -> Any:
    """Another value than the default: the next choice, or two steps away."""
    if setting["kind"] == "choice":
        return next(choice for choice in setting["choices"] if choice != setting["default"])
    apart = 2 * (setting.get("step") or (1 if setting["kind"] == "int" else 0.05))
    return setting["default"] + (apart if setting["default"] + apart <= setting["max"] else -apart)


def meaning(setting: dict[str, Any]) -> str:
    return json.dumps([setting.get(name) for name in MEANT_BY])


def carried(start: dict[str, Any]) -> Callable[[dict[str, Any]], Any]:
    """The value of a setting after all settings of ``start`` were changed."""
    same = {meaning(setting) for setting in shown_settings(start)}
    return lambda setting: (changed_of if meaning(setting) in same else default_of)(setting)


@pytest.mark.parametrize(
    ("modality", "panel", "as_left"),
    [
        ("image", "explore", ()),
        ("image", "interpolate", ()),
        ("audio", "explore", ("notes", "melodies")),  # whose models are found again as they were left
        ("text", "explore", ()),
        ("text", "write", ()),
    ],
)
def test_no_ordered_pair_of_models_leaks_settings(
    browser: Any, page: Page, modality: str, panel: str, as_left: tuple[str, ...]
) -> None:
    cards = {card["id"]: card for card in httpx.get(f"{page.url}/playground/models").json()}
    with visit(browser, link(page, {"page": {"modality": modality, "panel": panel}}), WIDE) as tab:
        place = tab.locator(f"#pg-panel-{modality}-{panel}")
        place.locator(".pg-settings").first.wait_for(state="attached")
        offered = place.evaluate(
            """(panel) => [...panel.querySelectorAll(".pg-models input, select option")].map(({ value }) => value)"""
        )
        models = [model for model in dict.fromkeys(offered) if model in cards and cards[model]["settings"]]
        assert len(models) >= 2

        def fields(model: str, wanted: dict[str, str], why: str) -> None:
            for _ in range(round(20 * patient(1))):
                if place.evaluate(FIELDS) == wanted:
                    return
                tab.wait_for_timeout(50)
            assert place.evaluate(FIELDS) == wanted, f"{why}: {model}"

        for model in models:
            place.evaluate(CHOOSE, model)
            fields(model, texts(cards[model], default_of), "untouched")
        for start in models:
            for other in models:
                if start == other:
                    continue
                own = texts(cards[start], changed_of)
                place.evaluate(CHOOSE, start)
                fields(start, texts(cards[start], default_of), f"before {other}")
                place.evaluate(SET, own)
                place.evaluate(CHOOSE, other)
                fields(
                    other,
                    texts(cards[other], default_of if cards[other]["dataset"] in as_left else carried(cards[start])),
                    f"from {start}",
                )
                place.evaluate(CHOOSE, start)
                fields(start, own, f"back from {other}")
                place.evaluate(SET, texts(cards[start], default_of))
