"""A visitor of the page in a real browser: what the tests of this folder do again and again."""

import base64
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playground.benchmarks.processes import Page
from tests.server import patient

WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
PANELS = ("explore", "interpolate", "compare")
EXPLORE, INTERPOLATE, COMPARE = (f"#pg-panel-image-{name}" for name in PANELS)
PICTURE = "#pg-explore-picture"
# Said by the browser about gradio's own files, not by our page.
NOT_OURS = re.compile(r"favicon|manifest\.json|preload|apple-touch-icon|huggingface\.co|gradio\.app|fonts\.g")
# Sums up the layout shifts that no input of the visitor explains, as browsers do for "cumulative layout shift".
WATCH_SHIFTS = """
  window.layoutShift = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.layoutShift += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
"""


def address(page: Page, query: str = "", **panels: Any) -> str:
    """The page's address with a state in it: panel=... names the panel that is open, others are slices of the state."""
    state: dict[str, Any] = {f"image.{name}": value for name, value in panels.items() if name != "panel"}
    if "panel" in panels:
        state["page"] = {"panel": panels["panel"]}
    return link(page, state, query)


def link(page: Page, state: dict[str, Any], query: str = "") -> str:
    """The page's address with the slices of a state in it, as core/state.js writes them."""
    text = base64.urlsafe_b64encode(json.dumps(state).encode()).decode().rstrip("=")
    return f"{page.url}/{query}#1.{text}" if state else f"{page.url}/{query}"


def audio_link(page: Page, panel: str, state: dict[str, Any], query: str = "") -> str:
    """The address of a panel of the Audio tab whose slice of the state is this."""
    return link(page, {"page": {"modality": "audio", "panel": panel}, f"audio.{panel}": state}, query)


@contextmanager
def visit(
    browser: Any,
    url: str,
    size: dict[str, int],
    *,
    expected: list[str] | None = None,
    script: str = "",
    **settings: Any,
) -> Iterator[Any]:
    """A fresh visitor at an address; afterwards nothing may have complained, except as `expected`, nor be cut off.

    script: runs in the page before its own.
    """
    context = browser.new_context(viewport=size, accept_downloads=True, **settings)
    context.set_default_timeout(1000 * patient(15))
    context.add_init_script(WATCH_SHIFTS + script)
    tab = context.new_page()
    complaints: list[str] = []
    tab.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    tab.on(
        "response", lambda answer: complaints.append(f"{answer.status} {answer.url}") if answer.status >= 500 else None
    )
    try:
        tab.goto(url)
        tab.wait_for_selector(".pg-panel:not([hidden]) .pg-card")
        yield tab
        assert tab.evaluate("() => document.documentElement.scrollWidth") <= size["width"]
    finally:
        context.close()
    unexpected = [text for text in complaints if not NOT_OURS.search(text) and text not in (expected or [])]
    assert unexpected == [], unexpected


def wait_drawn(tab: Any, selector: str) -> None:
    """Until a canvas shows something."""
    tab.wait_for_selector(f"{selector}[data-drawn]", state="attached")


def pixels(tab: Any, selector: str) -> str:
    """What a canvas shows, as text that can be compared."""
    return tab.eval_on_selector(selector, "(canvas) => canvas.toDataURL()")


def wait_change(tab: Any, selector: str, before: str) -> None:
    """Until a canvas shows something else."""
    tab.wait_for_function("([s, b]) => document.querySelector(s).toDataURL() !== b", arg=[selector, before])


def wait_same(tab: Any, selector: str, wanted: str) -> None:
    """Until a canvas shows just that."""
    tab.wait_for_function("([s, b]) => document.querySelector(s).toDataURL() === b", arg=[selector, wanted])


def open_panel(tab: Any, name: str) -> None:
    """Click a panel's tab."""
    tab.click(f"#pg-tab-image-{name}")
    tab.wait_for_selector(f"#pg-panel-image-{name} .pg-card")


# Before each event of a job the page waits: the tiny models of tests would have ended before a click.
SLOW_JOBS = """
  const fetchAtOnce = window.fetch;
  window.fetch = async (where, how) => {
    const answer = await fetchAtOnce(where, how);
    if (!String(where).includes("/playground/jobs/") || !answer.ok) return answer;
    const [decoder, encoder] = [new TextDecoder(), new TextEncoder()];
    let rest = "";
    const slowly = new TransformStream({
      async transform(chunk, out) {
        const lines = (rest + decoder.decode(chunk, { stream: true })).split("\\n");
        rest = lines.pop();
        for (const line of lines) {
          await new Promise((passed) => setTimeout(passed, 1000));
          out.enqueue(encoder.encode(line + "\\n"));
        }
      },
    });
    return new Response(answer.body.pipeThrough(slowly), { status: answer.status, headers: answer.headers });
  };
"""


@contextmanager
def slow_jobs(tab: Any) -> Iterator[None]:
    """Jobs that are begun meanwhile are SLOW_JOBS."""
    tab.evaluate(f"() => {{ window.sendAtOnce = window.fetch; {SLOW_JOBS} }}")
    yield
    tab.evaluate("() => (window.fetch = window.sendAtOnce)")


def drag(tab: Any, selector: str, start: float, end: float, watched: str) -> list[str]:
    """Drag along the first such element between two shares of its width; what canvas `watched` showed on the way."""
    element = tab.locator(selector).first
    element.scroll_into_view_if_needed()
    box = element.bounding_box()
    y = box["y"] + box["height"] / 2
    seen = []
    tab.mouse.move(box["x"] + box["width"] * start, y)
    tab.mouse.down()
    for i in range(1, 11):
        tab.mouse.move(box["x"] + box["width"] * (start + (end - start) * i / 10), y)
        tab.wait_for_timeout(40)
        seen.append(pixels(tab, watched))
    tab.mouse.up()
    return seen
