"""One visitor drags a slider in headless Chromium: milliseconds from the input event to the painted picture.

Both pages are dragged in the same way, in turns, each time on a seed that nobody has asked for before, so that nothing is
cached. Ours measures itself (static/core/timings.js): from the event's own time stamp until the frame in which the canvas
was drawn has been painted. The peer is watched by the same clock: from the time stamp of the newest input event at the
moment gradio sends its request, until the frame after the new picture has loaded has been painted.
"""

import itertools
from typing import Any

from playground.benchmarks import facts
from playground.benchmarks.browser import open_browser
from playground.benchmarks.processes import Page, both_pages

ROUNDS = 24
SECONDS = 72.0  # three seconds a round; only sets how many rounds a trial has
MOVES = 30  # of a drag
MOVE_MS = 33
DIRECTIONS = 8
SIZE = {"width": 1440, "height": 900}
OUR_SLIDER = "#pg-panel-image-explore .pg-sliders input[type=range]"
OUR_SEED = "#pg-panel-image-explore .pg-seed input"
PEER_SLIDER = "input[type=range]"

WATCH_PEER = """
() => {
  const times = (window.__peerTimings = []);
  const asked = [];  // starts of requests whose picture has not been set yet
  const setAt = new Map();  // address of a picture -> start of the request that brought it
  let newest = null;
  document.addEventListener("input", (event) => { if (event.target.type === "range") newest = event.timeStamp; }, true);
  const fetchAsBefore = window.fetch;
  window.fetch = (...given) => {
    if (String(given[0]?.url ?? given[0]).includes("queue/join") && newest !== null) {
      while (asked.length > 1) asked.shift();  // a picture equal to the one before is never set
      asked.push(newest);
      newest = null;
    }
    return fetchAsBefore(...given);
  };
  const look = (element) => { if (element.tagName === "IMG" && asked.length) setAt.set(element.src, asked.shift()); };
  new MutationObserver((changes) => changes.forEach((change) => {
    if (change.type === "attributes") look(change.target);
    for (const node of change.addedNodes) if (node.querySelectorAll) [node, ...node.querySelectorAll("img")].forEach(look);
  })).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ["src"] });
  document.addEventListener("load", (event) => {
    const started = setAt.get(event.target.src);
    if (started === undefined) return;
    setAt.delete(event.target.src);
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => times.push(performance.now() - started);
      channel.port2.postMessage(null);
    });
  }, true);
}
"""


def run() -> dict[str, Any]:
    """See the module."""
    seconds = facts.seconds_of(SECONDS)
    rounds = max(2, round(ROUNDS * seconds / SECONDS))
    with both_pages() as (ours, peer), open_browser() as browser:
        our_tab, peer_tab = (browser.new_context(viewport=SIZE).new_page() for _ in range(2))
        traffic = Traffic(our_tab)
        _open_ours(our_tab, ours)
        _open_peer(peer_tab, peer)
        theirs: list[float] = []
        frame_ms = _frame_ms(our_tab)
        for i in range(rounds):
            facts.report(f"slider: round {i + 1} of {rounds}")
            _drag_ours(our_tab, traffic, seed=1000 + i, direction=i % DIRECTIONS)
            theirs += _drag_peer(peer_tab, seed=1000 + i, direction=i % DIRECTIONS)
            if i == 0:  # the first round warms both up
                our_tab.evaluate("() => Object.values(__playgroundTimings).forEach((list) => (list.length = 0))")
                theirs.clear()
        timings = our_tab.evaluate("() => __playgroundTimings")
    moved, first = timings["inputToPaint"], timings["firstFrame"]
    ours_p50, peer_p50 = facts.percentile(moved + first, 50), facts.percentile(theirs, 50)
    return facts.build_result(
        f"one visitor drags a slider in headless Chromium, {rounds - 1} drags of {MOVES} moves, one each {MOVE_MS} ms, "
        "each along a direction of a new seed; input event to painted picture",
        {
            **facts.describe_times(moved, "move_to_paint"),
            **facts.describe_times(first, "first_frame"),
            "all_moves_p50_ms": ours_p50,
            "display_frame_ms": frame_ms,
        },
        facts.describe_times(theirs, "move_to_paint"),
        {"p50_ms": peer_p50 / ours_p50},
        [
            facts.at_most("move to painted picture p95 ms", facts.percentile(moved, 95), 20),
            facts.at_most("first frame of a new direction p95 ms", facts.percentile(first, 95), 100),
            facts.at_least("p50, the peer's over ours (first frames included)", peer_p50 / ours_p50, 5),
        ],
        [
            "The first frame of a drag is measured from its first move; the pointer was pressed on the slider at once after "
            "reaching it, and the page asks when the pointer arrives.",
            "The peer drops the moves that come while one is under way, but for the last; only answered moves are counted.",
            *facts.note_duration(seconds, SECONDS),
        ],
    )


class Traffic:
    """Counts a tab's questions to our server, so that a drag can begin when the new seed has been drawn everywhere."""

    QUIET_MS = 700  # the pad and the ends of the sliders ask a little later than the rest

    def __init__(self, tab: Any) -> None:
        self.tab = tab
        self.begun = self.ended = 0
        tab.on("request", lambda request: self._count(request, 1, 0))
        for ending in ("requestfinished", "requestfailed"):
            tab.on(ending, lambda request: self._count(request, 0, 1))

    def _count(self, request: Any, begun: int, ended: int) -> None:
        if request.url.endswith("/playground/run"):
            self.begun += begun
            self.ended += ended

    def wait_quiet(self) -> None:
        """Wait until nothing has been asked for a while; at most half a minute."""
        before = -1
        for _ in range(40):
            if self.begun == self.ended == before:
                return
            before = self.begun
            self.tab.wait_for_timeout(self.QUIET_MS)
        raise RuntimeError("The page goes on asking without a pause.")


def _open_ours(tab: Any, page: Page) -> None:
    tab.goto(page.url)
    tab.wait_for_selector(OUR_SLIDER, timeout=60_000)
    tab.wait_for_selector("#pg-explore-picture[data-drawn]", timeout=60_000)


def _open_peer(tab: Any, page: Page) -> None:
    tab.add_init_script(f"({WATCH_PEER})()")
    tab.goto(page.url)
    tab.wait_for_selector(PEER_SLIDER, timeout=60_000)
    tab.wait_for_selector("img", timeout=60_000)


def _drag_ours(tab: Any, traffic: Traffic, seed: int, direction: int) -> None:
    choose_seed(tab, traffic, OUR_SEED, seed)
    before = _canvas(tab)
    drag_thumb(tab, tab.locator(OUR_SLIDER).nth(direction))
    tab.wait_for_timeout(100)
    if _canvas(tab) == before:
        raise RuntimeError(f"Dragging slider {direction} of seed {seed} did not change the picture.")


def _drag_peer(tab: Any, seed: int, direction: int) -> list[float]:
    set_peer(tab, seed, direction)
    tab.evaluate("() => { __peerTimings.length = 0; }")
    drag_thumb(tab, tab.locator(PEER_SLIDER).first)
    for _ in range(20):  # let what is under way arrive
        done = tab.evaluate("() => __peerTimings.length")
        tab.wait_for_timeout(150)
        if done and tab.evaluate("() => __peerTimings.length") == done:
            break
    return tab.evaluate("() => [...__peerTimings]")


def choose_seed(tab: Any, traffic: Traffic, box: str, seed: int) -> None:
    """Type a seed into our box and wait until it has been drawn everywhere."""
    tab.bring_to_front()
    field = tab.locator(box)
    field.fill(str(seed))
    field.press("Enter")
    field.press("Tab")
    traffic.wait_quiet()


def set_peer(tab: Any, seed: int, direction: int) -> None:
    """Type seed and direction into the peer's boxes."""
    tab.bring_to_front()
    for label, value in (("Seed", seed), ("Direction", direction)):
        tab.get_by_label(label, exact=True).first.fill(str(value))


def drag_thumb(tab: Any, slider: Any) -> None:
    """Press at the thumb, move to the right and half the way back."""
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    low, high, value = (float(slider.evaluate(f"(input) => input.{name}")) for name in ("min", "max", "value"))
    thumb = 16  # its centre walks a thumb's width less than the track
    x = box["x"] + thumb / 2 + (box["width"] - thumb) * (value - low) / (high - low)
    y = box["y"] + box["height"] / 2
    reach = box["x"] + box["width"] - thumb - x
    tab.mouse.move(x, y)
    tab.mouse.down()
    for i in range(1, MOVES + 1):
        share = min(i / (MOVES / 2), 1.5 - i / MOVES)
        tab.mouse.move(x + reach * share * 0.95, y)
        tab.wait_for_timeout(MOVE_MS)
    tab.mouse.up()


def _canvas(tab: Any) -> str:
    return tab.evaluate("() => document.querySelector('#pg-explore-picture').toDataURL()")


def _frame_ms(tab: Any) -> float:
    """The display's frame, measured: the median of 30."""
    script = """() => new Promise((resolve) => {
      const times = [];
      const step = (now) => { times.push(now); times.length > 31 ? resolve(times) : requestAnimationFrame(step); };
      requestAnimationFrame(step);
    })"""
    times = tab.evaluate(script)
    steps = sorted(b - a for a, b in itertools.pairwise(times))
    return steps[len(steps) // 2]
