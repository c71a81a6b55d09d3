"""One visitor drags a timbre slider in headless Chromium: milliseconds from the input event to the start of a new sound.

Ours measures itself (static/core/timings.js): "inputToSound" from the event's time stamp until a sound nearer to the new place
has been started (a mix of places asked ahead), "exactSound" from the end of the gesture until the sound of just that place has.
The peer is watched by the same clock: from the newest input event until its player starts. Each drag is on a seed that nobody
has asked for before.
"""

from typing import Any

from playground.benchmarks import facts
from playground.benchmarks.browser import open_browser
from playground.benchmarks.processes import Page
from playground.benchmarks.slider import DIRECTIONS, PEER_SLIDER, SIZE, Traffic, choose_seed, drag_thumb, set_peer

ROUNDS = 10
SECONDS = 60.0  # of the whole benchmark; only sets how many rounds a trial has
WAIT_MS = 120_000
SETTLE_MS = 2500  # for what is under way to arrive and be heard
PANEL = "#pg-panel-audio-explore"
OUR_SLIDER = f"{PANEL} .pg-sliders input[type=range]"
OUR_SEED = f"{PANEL} .pg-seed input"

WATCH_PEER = """
() => {
  const times = (window.__peerTimings = []);
  let newest = null;
  document.addEventListener("input", (event) => { if (event.target.type === "range") newest = event.timeStamp; }, true);
  const heard = () => {
    if (newest !== null) times.push(performance.now() - newest);
    newest = null;
  };
  for (const [kind, name] of [[HTMLMediaElement, "play"], [AudioBufferSourceNode, "start"]]) {
    const asBefore = kind.prototype[name];
    kind.prototype[name] = function (...given) { heard(); return asBefore.apply(this, given); };
  }
}
"""


def drag(ours: Page, peer: Page, seconds: float) -> dict[str, Any]:
    """{"ours", "peer", "ratio_p50", "notes"} of both pages dragged in turns."""
    rounds = max(2, round(ROUNDS * seconds / SECONDS))
    with open_browser() as browser:
        our_tab, peer_tab = (browser.new_context(viewport=SIZE).new_page() for _ in range(2))
        for tab in (our_tab, peer_tab):
            tab.set_default_timeout(WAIT_MS)
        traffic = Traffic(our_tab)
        _open_ours(our_tab, ours)
        peer_tab.add_init_script(f"({WATCH_PEER})()")
        peer_tab.goto(peer.url)
        peer_tab.wait_for_selector(PEER_SLIDER)
        for i in range(rounds):
            facts.report(f"notes: browser round {i + 1} of {rounds}")
            _drag_ours(our_tab, traffic, 5000 + i, i % DIRECTIONS)
            _drag_peer(peer_tab, 5000 + i, i % DIRECTIONS)
            if i == 0:  # the first round warms both up
                our_tab.evaluate("() => Object.values(__playgroundTimings).forEach((list) => (list.length = 0))")
                peer_tab.evaluate("() => { __peerTimings.length = 0; }")
        timings = our_tab.evaluate("() => __playgroundTimings")
        theirs = peer_tab.evaluate("() => __peerTimings")
    moved, exact = timings.get("inputToSound", []), timings.get("exactSound", [])
    described = facts.describe_times(moved, "move_to_sound")
    peers = facts.describe_times(theirs, "move_to_sound")
    return {
        "ours": described | facts.describe_times(exact, "exact_sound"),
        "peer": peers,
        "ratio_p50": peers["move_to_sound_p50_ms"] / described["move_to_sound_p50_ms"],
        "notes": [
            f"In the browser: {rounds - 1} drags of each page. Our moves sound as a mix of places asked ahead, the exact sound "
            "follows the gesture's end (exact_sound); the peer plays what has arrived, and drops the moves between."
        ],
    }


def _open_ours(tab: Any, page: Page) -> None:
    tab.goto(page.url)
    tab.locator("[data-modality=audio].pg-tab").first.click()
    tab.wait_for_selector(OUR_SLIDER)
    tab.wait_for_selector("#pg-audio-spectrogram[data-drawn]")


def _drag_ours(tab: Any, traffic: Traffic, seed: int, direction: int) -> None:
    choose_seed(tab, traffic, OUR_SEED, seed)
    drag_thumb(tab, tab.locator(OUR_SLIDER).nth(direction))
    tab.wait_for_timeout(SETTLE_MS)


def _drag_peer(tab: Any, seed: int, direction: int) -> None:
    set_peer(tab, seed, direction)
    drag_thumb(tab, tab.locator(PEER_SLIDER).first)
    tab.wait_for_timeout(SETTLE_MS)
