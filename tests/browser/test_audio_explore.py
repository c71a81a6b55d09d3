"""Explore on the Audio tab in a real browser: keys played in several ways, a timbre changed under them, a melody. Tiny models."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from playground.benchmarks.processes import Page
from playground.views.palette import palette_of
from tests.browser.test_look import MOST_SHIFT, violations
from tests.browser.visits import PHONE, WIDE, audio_link, drag, pixels, visit, wait_change, wait_drawn
from tests.read_back import read_settings
from tests.server import patient

VAE, GAN, MELODIES = "audio/notes-vae", "audio/notes-gan", "audio/melodies-vae"
PANEL = "#pg-panel-audio-explore"
SPECTROGRAM, ROLL = "#pg-audio-spectrogram", "#pg-audio-roll"
SLIDER = f"{PANEL} .pg-sliders input[type=range]"
# Notes every source that is started and what it plays, and listens to what reaches the loudspeakers.
LISTEN = """
  window.started = [];
  window.loudest = 0;
  const start = AudioBufferSourceNode.prototype.start;
  AudioBufferSourceNode.prototype.start = function (when = 0, offset = 0, ...rest) {
    let sum = 0;
    for (const value of this.buffer.getChannelData(0)) sum = (31 * sum + Math.round(32767 * value)) | 0;
    started.push({ sum, offset, speed: this.playbackRate.value });
    return start.call(this, when, offset, ...rest);
  };
  const connect = AudioNode.prototype.connect;
  AudioNode.prototype.connect = function (to, ...rest) {
    if (to === this.context.destination) {
      const ear = this.context.createAnalyser();
      connect.call(this, ear);
      const values = new Float32Array(ear.fftSize);
      setInterval(() => {
        ear.getFloatTimeDomainData(values);
        for (const value of values) loudest = Math.max(loudest, Math.abs(value));
      }, 20);
    }
    return connect.call(this, to, ...rest);
  };
"""


@pytest.fixture(scope="module")
def checkpoints(tiny_audio: Path) -> Path:
    return tiny_audio


def address(page: Page, query: str = "", **explore: Any) -> str:
    return audio_link(page, "explore", explore, query)


@pytest.fixture()
def tab(browser: Any, page: Page) -> Iterator[Any]:
    """A visitor of the VAE of notes, whose first spectrogram is drawn, with an ear at the loudspeakers."""
    with visit(browser, address(page, model=VAE), WIDE, script=LISTEN) as tab:
        wait_drawn(tab, SPECTROGRAM)
        yield tab


@pytest.fixture()
def tune(browser: Any, page: Page) -> Iterator[Any]:
    """A visitor of the VAE of melodies, to be played by the piano, whose first roll is drawn."""
    with visit(browser, address(page, model=MELODIES, instrument="piano", tempo=200), WIDE, script=LISTEN) as tab:
        wait_drawn(tab, ROLL)
        yield tab


def key(tab: Any, name: str) -> Any:
    return tab.locator(f"{PANEL} .pg-key[aria-label='{name}']")


def wait_started(tab: Any, count: int) -> list[dict]:
    """Until so many sources have been started; all of them."""
    tab.wait_for_function("(count) => started.length >= count", arg=count)
    return tab.evaluate("() => started")


def timings(tab: Any, kind: str) -> list[float]:
    return tab.evaluate("(kind) => __playgroundTimings[kind] ?? []", kind)


def test_nothing_sounds_before_the_visitor_does_something(tab: Any) -> None:
    tab.wait_for_timeout(1000)
    assert tab.evaluate("() => started") == []
    assert tab.get_by_role("button", name="Play", exact=True).is_enabled()


def test_a_computer_key_plays_its_pitch_and_is_shown_pressed(tab: Any) -> None:
    tab.keyboard.down("d")
    wait_started(tab, 1)
    assert key(tab, "E3").get_attribute("aria-pressed") == "true"
    tab.keyboard.up("d")
    assert key(tab, "E3").get_attribute("aria-pressed") == "false"
    tab.wait_for_function("() => document.querySelector('#pg-audio-spectrogram').ariaLabel.includes('E3')")
    tab.keyboard.press("d")
    assert wait_started(tab, 2)[-1]["speed"] == 1, "its own pitch had come, and a neighbour's was played slower"
    assert len(timings(tab, "keyToSound")) == 2
    tab.wait_for_function("() => loudest > 0.01")
    assert tab.evaluate("() => loudest") <= 0.9


def test_the_pad_shows_the_pitch_that_was_played_last(tab: Any) -> None:
    sheet = f"{PANEL} .pg-pad-sheet"
    tab.locator(sheet).scroll_into_view_if_needed()
    wait_drawn(tab, sheet)
    tab.wait_for_timeout(500)  # the pictures of the pitch it opens with have come
    before = pixels(tab, sheet)
    tab.keyboard.press("d")
    wait_change(tab, sheet, before)


def test_letters_do_not_play_while_they_are_text_or_switched_off(tab: Any) -> None:
    tab.locator(f"{PANEL} .pg-seed input").focus()
    tab.keyboard.press("d")
    tab.get_by_label("Computer keys").uncheck()
    tab.keyboard.press("f")
    tab.wait_for_timeout(300)
    assert tab.evaluate("() => started") == []


def test_the_octave_is_shifted_by_letter_and_button(tab: Any) -> None:
    tab.keyboard.press("x")
    assert key(tab, "C4").is_visible() and key(tab, "C3").count() == 0
    tab.get_by_role("button", name="One octave lower").click()
    assert key(tab, "C3").is_visible()


def test_a_glissando_by_mouse_plays_key_after_key(tab: Any) -> None:
    first, last = (key(tab, name).bounding_box() for name in ("C3", "G3"))
    y = first["y"] + first["height"] - 12
    tab.mouse.move(first["x"] + 8, y)
    tab.mouse.down()
    wait_started(tab, 1)
    for i in range(1, 21):
        tab.mouse.move(first["x"] + 8 + (last["x"] - first["x"]) * i / 20, y)
        tab.wait_for_timeout(15)
    assert key(tab, "G3").get_attribute("aria-pressed") == "true"
    assert key(tab, "C3").get_attribute("aria-pressed") == "false"
    tab.mouse.up()
    assert tab.locator(f"{PANEL} .pg-key[aria-pressed=true]").count() == 0
    wait_started(tab, 5)  # white keys only: the pointer runs below the black ones


def test_arrows_walk_the_keys_and_enter_plays_one(tab: Any) -> None:
    key(tab, "C3").focus()
    for _ in range(2):
        tab.keyboard.press("ArrowRight")
    assert tab.evaluate("() => document.activeElement.ariaLabel") == "D3"
    tab.keyboard.down("Enter")
    assert key(tab, "D3").get_attribute("aria-pressed") == "true"
    wait_started(tab, 1)
    tab.keyboard.up("Enter")
    assert key(tab, "D3").get_attribute("aria-pressed") == "false"


def test_two_fingers_play_two_keys(browser: Any, page: Page) -> None:
    with visit(browser, address(page, model=VAE), PHONE, script=LISTEN, has_touch=True, is_mobile=True) as tab:
        wait_drawn(tab, SPECTROGRAM)
        key(tab, "C3").scroll_into_view_if_needed()
        boxes = [key(tab, name).bounding_box() for name in ("C3", "G3")]
        fingers = [{"x": box["x"] + 10, "y": box["y"] + box["height"] - 10, "id": i} for i, box in enumerate(boxes)]
        touch = tab.context.new_cdp_session(tab)
        touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": fingers})
        wait_started(tab, 2)
        pressed = tab.locator(f"{PANEL} .pg-key[aria-pressed=true]")
        assert pressed.evaluate_all("(keys) => keys.map((key) => key.ariaLabel)") == ["C3", "G3"]
        touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        tab.wait_for_function("(s) => !document.querySelector(s)", arg=f"{PANEL} .pg-key[aria-pressed=true]")


def test_a_slider_changes_the_instrument_under_a_held_key(tab: Any) -> None:
    tab.keyboard.down("a")
    wait_started(tab, 1)
    tab.wait_for_timeout(1000 * patient(0.5))
    before = tab.evaluate("() => started.splice(0).map(({ sum }) => sum)")
    seen = drag(tab, SLIDER, 0.5, 0.95, watched=SPECTROGRAM)
    wait_started(tab, 1)
    tab.wait_for_function("() => __playgroundTimings.exactSound?.length")
    heard = {one["sum"] for one in tab.evaluate("() => started")}
    assert len(heard) >= 2 and heard - set(before)
    assert all(one["speed"] == pytest.approx(1) for one in tab.evaluate("() => started"))
    assert len(set(seen)) >= 3, "the spectrogram did not follow"
    assert timings(tab, "inputToSound")
    tab.keyboard.up("a")


def test_moves_are_heard_without_a_key_unless_the_visitor_wants_silence(tab: Any) -> None:
    slider = tab.locator(SLIDER).first
    slider.focus()
    tab.keyboard.press("ArrowRight")
    wait_started(tab, 1)
    tab.get_by_label("Hear moves").uncheck()
    tab.wait_for_timeout(1000 * patient(0.3))
    count = len(tab.evaluate("() => started"))
    shown = pixels(tab, "#pg-audio-wave")
    slider.focus()
    for _ in range(10):
        tab.keyboard.press("ArrowRight")
    tab.wait_for_function("(b) => document.querySelector('#pg-audio-wave').toDataURL() !== b", arg=shown)
    assert len(tab.evaluate("() => started")) == count


def test_each_model_is_found_again_where_it_was_left(tab: Any) -> None:
    slider = tab.locator(SLIDER).first
    slider.focus()
    for _ in range(5):
        tab.keyboard.press("ArrowRight")
    value = slider.input_value()
    pick(tab, MELODIES)
    wait_drawn(tab, ROLL)
    pick(tab, GAN)
    assert tab.locator(SLIDER).first.input_value() == "0"
    pick(tab, VAE)
    assert tab.locator(SLIDER).first.input_value() == value
    tab.wait_for_timeout(300)
    tab.reload()
    wait_drawn(tab, SPECTROGRAM)
    assert tab.locator(SLIDER).first.input_value() == value


def pick(tab: Any, model: str) -> None:
    tab.locator(f"{PANEL} .pg-models input[value='{model}']").check(force=True)


def test_the_saved_sound_carries_what_made_it(tab: Any) -> None:
    with tab.expect_download() as download:
        tab.locator(PANEL).get_by_role("button", name="WAV", exact=True).first.click()
    settings = read_settings(Path(download.value.path()).read_bytes())
    assert settings["model"] == VAE and settings["request"]["pitches"] == [60]
    assert settings["request"]["latents"] == [{"seed": 7, "index": 0}]


@pytest.mark.parametrize("kind", ["sound", "roll"])
def test_exported_pictures_have_the_colours_of_the_page(tab: Any, kind: str) -> None:
    colours = tab.evaluate(
        """async (kind) => {
          const { paletteOf } = await import(document.querySelector("link[href$='core/palette.js']").href);
          return [...paletteOf(kind)].map((word) => [word & 255, (word >> 8) & 255, (word >> 16) & 255]);
        }""",
        kind,
    )
    exported = palette_of(kind)
    assert exported is not None and exported.tolist() == colours


def test_the_roll_follows_a_slider_and_changes_while_it_plays(tune: Any) -> None:
    tune.locator(SLIDER).first.hover()
    tune.wait_for_timeout(1000 * patient(0.5))
    before = pixels(tune, ROLL)
    seen = drag(tune, SLIDER, 0.5, 0.02, watched=ROLL)
    assert len({before, *seen}) >= 3, "the roll did not follow"
    assert timings(tune, "inputToPaint")
    assert tune.evaluate("() => started") == [], "a melody must not begin by itself"
    tune.get_by_role("button", name="Play", exact=True).click()
    wait_started(tune, 3)
    assert set(drag(tune, SLIDER, 0.02, 0.98, watched=ROLL)) - set(seen)
    tune.get_by_role("button", name="Stop").click()
    tune.wait_for_timeout(400)
    count = len(tune.evaluate("() => started"))
    tune.wait_for_timeout(600)
    assert len(tune.evaluate("() => started")) == count


def test_a_melody_is_played_by_the_visitors_timbre(browser: Any, page: Page) -> None:
    url = address(page, model=MELODIES, instrument="timbre", tempo=200)
    with visit(browser, url, WIDE, script=LISTEN) as tab:
        asked: list[str] = []
        tab.on("request", lambda request: asked.append(request.post_data or ""))
        wait_drawn(tab, ROLL)
        tab.get_by_role("button", name="Play", exact=True).click()
        wait_started(tab, 2)
        assert any('"operation":"sound"' in text for text in asked)


@pytest.mark.parametrize("model", [VAE, MELODIES])
@pytest.mark.parametrize(("size", "theme"), [(WIDE, "light"), (WIDE, "dark"), (PHONE, "light")])
def test_axe_finds_no_serious_violation_and_nothing_jumps(
    browser: Any, page: Page, model: str, size: dict[str, int], theme: str
) -> None:
    query = "?__theme=dark" if theme == "dark" else ""
    with visit(browser, address(page, query, model=model), size) as tab:
        wait_drawn(tab, SPECTROGRAM if model == VAE else ROLL)
        tab.wait_for_timeout(1000 * patient(0.7))
        assert violations(tab) == []
        assert tab.evaluate("() => layoutShift") < MOST_SHIFT
