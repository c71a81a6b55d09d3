"""Interpolate on the Audio tab in a real browser: steps heard one by one and in a row, the pad, melodies, files. Tiny models."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import mido
import numpy as np
import pytest
import soundfile

from playground.benchmarks.processes import Page
from playground.formats.spectrogram import RATE_HZ
from tests.browser.test_audio_explore import LISTEN, wait_started
from tests.browser.test_look import MOST_SHIFT, violations
from tests.browser.visits import PHONE, WIDE, audio_link, pixels, visit, wait_change
from tests.read_back import read_settings
from tests.server import patient
from tests.tiny_notes import tone

VAE, MELODIES = "audio/notes-vae", "audio/melodies-vae"
PANEL = "#pg-panel-audio-interpolate"
STEP, PAD = f"{PANEL} .pg-step", f"{PANEL} .pg-corner-pad"
A, B = f"{PANEL} .pg-end-0", f"{PANEL} .pg-end-1"
READY_MS = 1000 * patient(30)
# Writes down every step that is shown as being heard, and that the morph's mark was seen.
WATCH = (
    LISTEN
    + """
  window.marked = [];
  new MutationObserver((changes) => {
    for (const { target, attributeName } of changes) {
      if (attributeName === "data-playing" && target.dataset.playing) marked.push(target.getAttribute("aria-label"));
      if (attributeName === "hidden" && !target.hidden && target.className === "pg-morph-mark") marked.push("morph");
    }
  }).observe(document, { subtree: true, attributes: true, attributeFilter: ["data-playing", "hidden"] });
"""
)


@pytest.fixture(scope="module")
def checkpoints(tiny_audio: Path) -> Path:
    return tiny_audio


def address(page: Page, query: str = "", **walk: Any) -> str:
    return audio_link(page, "interpolate", walk, query)


@pytest.fixture()
def tab(browser: Any, page: Page) -> Iterator[Any]:
    """A visitor between two notes of the VAE whose nine sounds are here, with an ear at the loudspeakers."""
    with visit(browser, address(page, model=VAE), WIDE, script=WATCH) as tab:
        wait_words(tab, "All 9 sounds ready")
        yield tab


@pytest.fixture()
def tune(browser: Any, page: Page) -> Iterator[Any]:
    """A visitor between two melodies, quick ones."""
    with visit(browser, address(page, model=MELODIES, tempo=180), WIDE, script=WATCH) as tab:
        wait_drawn_steps(tab)
        yield tab


def wait_words(tab: Any, words: str) -> None:
    tab.wait_for_function(
        "([s, words]) => document.querySelector(s)?.textContent.includes(words)", arg=[PANEL, words], timeout=READY_MS
    )


def wait_drawn_steps(tab: Any) -> None:
    tab.wait_for_function("(s) => document.querySelectorAll(s).length === 9", arg=f"{STEP} canvas[data-drawn]")


def wait_marked(tab: Any, words: str) -> None:
    """Until a step whose name ends in these words has been shown as being heard."""
    tab.wait_for_function("(words) => marked.some((name) => name.endsWith(words))", arg=words, timeout=READY_MS)


def sums(tab: Any) -> list[int]:
    """What was played, one number a sound."""
    return [one["sum"] for one in tab.evaluate("() => started")]


def save(tab: Any, name: str) -> bytes:
    with tab.expect_download() as download:
        tab.locator(PANEL).get_by_role("button", name=name, exact=True).click()
    return Path(download.value.path()).read_bytes()


def test_a_step_is_heard_by_click_by_its_number_and_by_arrow_keys(tab: Any) -> None:
    tab.wait_for_timeout(500)
    assert tab.evaluate("() => started") == []  # nothing plays by itself
    tab.locator(STEP).nth(2).click()
    wait_started(tab, 1)
    wait_marked(tab, "Hear step 3 of 9: 25 % of the way from A to B")
    tab.keyboard.press("9")
    wait_started(tab, 2)
    wait_marked(tab, "Hear step 9 of 9: B, the end")
    tab.keyboard.press("Home")
    tab.keyboard.press("Enter")
    wait_started(tab, 3)
    wait_marked(tab, "Hear step 1 of 9: A, the start")
    assert len(set(sums(tab))) == 3
    tab.wait_for_selector(f"{STEP}[data-playing]", state="detached")
    assert tab.evaluate("() => loudest") <= 0.9


def test_all_steps_are_heard_in_a_row_and_stopped(tab: Any) -> None:
    tab.get_by_role("button", name="Play all").click()
    wait_started(tab, 9)
    wait_marked(tab, "38 % of the way from A to B")
    assert len(set(sums(tab))) == 9
    tab.wait_for_selector(f"{STEP}[data-playing]", state="detached")
    tab.get_by_role("button", name="Play all").click()
    tab.get_by_role("button", name="Stop").click()
    assert tab.locator(f"{STEP}[data-playing]").count() == 0


def test_the_morph_is_one_sound_longer_than_a_note(tab: Any) -> None:
    tab.get_by_role("button", name="Hear the morph").click()
    wait_started(tab, 1)
    wait_marked(tab, "morph")
    wait_marked(tab, "50 % of the way from A to B")
    tab.wait_for_selector(f"{PANEL} .pg-morph-mark", state="hidden")


def test_the_files_carry_the_walk_and_what_made_it(tab: Any) -> None:
    wav = save(tab, "WAV")
    for content in (wav, save(tab, "PNG"), save(tab, "NumPy .npz")):
        settings = read_settings(content)
        assert settings["model"] == VAE and settings["operation"] == "interpolate"
        assert settings["request"]["frames"] == 9 and settings["request"]["a"] == {"seed": 7, "index": 0}
    assert len(wav) > 2 * 32_000  # more than two seconds: a morph, not a note
    with np.load(io.BytesIO(save(tab, "NumPy .npz"))) as arrays:
        assert arrays["frames"].shape == (9, 128, 64)
        assert arrays["latents"].shape[0] == 9


def test_pitch_seed_and_picked_samples_change_the_walk_and_the_address_brings_it_back(tab: Any) -> None:
    before = pixels(tab, f"{B} canvas")
    field = tab.locator(f"{B} .pg-seed input")
    field.fill("4242")
    field.press("Tab")
    wait_change(tab, f"{B} canvas", before)
    tab.locator(A).get_by_role("button", name="Pick").click()
    tab.locator(f"{A} .pg-sample:enabled").nth(3).click()
    wait_started(tab, 1)  # it is heard when it is picked
    tab.get_by_role("slider", name="Pitch").fill("72")
    assert tab.get_by_role("slider", name="Pitch").get_attribute("aria-valuetext") == "C5, MIDI 72"
    tab.wait_for_selector(f"{PANEL} .pg-area-walk[aria-busy=false]")
    wait_words(tab, "All 9 sounds ready")
    tab.wait_for_timeout(500)  # the address is written shortly after
    ends = [pixels(tab, f"{end} .pg-end-head canvas") for end in (A, B)]
    tab.reload()
    wait_words(tab, "All 9 sounds ready")
    assert [pixels(tab, f"{end} .pg-end-head canvas") for end in (A, B)] == ends
    assert "sample 3" in tab.inner_text(A) and "seed 4242" in tab.inner_text(B)


def test_a_sound_of_ones_own_stays_when_the_model_changes_and_is_found_in_the_other(tab: Any, tmp_path: Path) -> None:
    soundfile.write(tmp_path / "note.wav", 0.5 * tone(57), RATE_HZ)
    end, before = tab.locator(B), pixels(tab, f"{B} .pg-end-head canvas")
    end.get_by_role("button", name="Own", exact=True).click()
    tab.set_input_files(f"{B} input[type=file]", tmp_path / "note.wav")
    end.get_by_text("from note.wav").wait_for()
    wait_change(tab, f"{B} .pg-end-head canvas", before)
    given, rebuilt = (f"{B} .pg-found figure:nth-child({place}) canvas" for place in (1, 2))
    was = [pixels(tab, canvas) for canvas in (given, rebuilt)]
    model = tab.locator(PANEL).get_by_label("Model", exact=True)
    model.select_option("audio/notes-gan")
    end.get_by_text("Searching for the latent").wait_for()
    wait_change(tab, rebuilt, was[1])
    end.get_by_text("from note.wav").wait_for(timeout=READY_MS)
    assert pixels(tab, given) == was[0]
    model.select_option(MELODIES)  # a note is no tune
    end.get_by_text("seed 23").wait_for()
    model.select_option(VAE)
    end.get_by_text("from note.wav").wait_for()
    assert pixels(tab, given) == was[0]


def test_the_pad_is_played_while_it_is_pressed_and_by_keys(browser: Any, page: Page) -> None:
    with visit(browser, address(page, model=VAE, mode="corners"), WIDE, script=WATCH) as tab:
        wait_words(tab, "All 49 timbres ready")
        tab.locator(PAD).scroll_into_view_if_needed()
        box = tab.locator(PAD).bounding_box()
        corners = [(box["x"] + share * box["width"], box["y"] + share * box["height"]) for share in (0.05, 0.95)]
        tab.mouse.move(*corners[0])
        tab.wait_for_timeout(300)
        assert tab.evaluate("() => started") == []  # hovering is silent
        tab.mouse.down()
        tab.mouse.move(*corners[1], steps=14)
        tab.mouse.up()
        played = wait_started(tab, 5)
        assert len({one["sum"] for one in played}) >= 5
        assert "100 % of the way to the right, 100 % of the way down" in tab.inner_text(PANEL)
        tab.locator(PAD).press("Home")
        wait_started(tab, len(played) + 1)
        tab.locator(PAD).press(" ")
        wait_started(tab, len(played) + 2)
        last = sums(tab)
        assert last[-1] == last[-2] == last[0]  # the same corner as where the pointer began
        assert tab.evaluate("() => loudest") <= 0.9
        content = save(tab, "WAV of this timbre")
        assert read_settings(content)["frame"] == 0 and 32_000 < len(content) < 34_000  # one second of one timbre


def test_steps_between_melodies_are_heard_and_become_midi(tune: Any) -> None:
    tune.locator(STEP).nth(4).click()
    wait_started(tune, 2)
    wait_marked(tune, "50 % of the way from A to B")
    content = save(tune, "MIDI")
    notes = [m for m in mido.MidiFile(file=io.BytesIO(content)) if m.type == "note_on" and m.velocity]
    assert len(notes) > 9
    settings = read_settings(content)
    assert settings["model"] == MELODIES and settings["tempo_bpm"] == 180
    assert read_settings(save(tune, "WAV"))["tempo_bpm"] == 180


def test_all_melodies_are_played_as_one_piece(tune: Any) -> None:
    tune.get_by_role("button", name="Play all").click()
    wait_marked(tune, "25 % of the way from A to B")
    tune.click("#pg-tab-audio-explore")  # leaving the panel ends it
    tune.wait_for_timeout(500)
    count = len(sums(tune))
    tune.wait_for_timeout(1500)
    assert len(sums(tune)) == count


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("walk", [{"model": VAE}, {"model": VAE, "mode": "corners"}, {"model": MELODIES}], ids=str)
def test_axe_finds_no_serious_violation(browser: Any, page: Page, walk: dict[str, Any], theme: str) -> None:
    with visit(browser, address(page, f"?__theme={theme}", **walk), WIDE, color_scheme=theme) as tab:
        tab.wait_for_selector(f"{PANEL} .pg-end-1 canvas[data-drawn]")
        assert violations(tab) == []


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("walk", [{"model": VAE}, {"model": VAE, "mode": "corners"}, {"model": MELODIES}], ids=str)
def test_nothing_moves_while_results_arrive(
    browser: Any, page: Page, walk: dict[str, Any], size: dict[str, int]
) -> None:
    with visit(browser, address(page, **walk), size) as tab:
        tab.wait_for_selector(f"{PANEL} .pg-end-1 canvas[data-drawn]")
        tab.wait_for_timeout(500)
        assert tab.evaluate("() => window.layoutShift") < MOST_SHIFT
