"""Explore with models of chorales: composed, stopped, harmonised, exported, and the Gibbs chain watched. Tiny models."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import mido
import numpy as np
import pytest

from playground.benchmarks.processes import Page
from playground.datasets.shared.music_reference import load_music_reference
from tests.browser.test_look import violations
from tests.browser.visits import PHONE, WIDE, audio_link, pixels, slow_jobs, visit
from tests.read_back import read_settings
from tests.server import patient

RBM, TRANSFORMER = "audio/chorales-rbm", "audio/chorales-transformer"
PANEL = "#pg-panel-audio-explore"
CAPTION = f"{PANEL} .pg-area-music .pg-caption"
ROLL = f"{PANEL} .pg-chorale-roll"
TICKS_A_STEP = 240  # eighths of 480 ticks a quarter


@pytest.fixture(scope="module")
def checkpoints(tiny_audio: Path) -> Path:
    return tiny_audio


def address(page: Page, model: str, **chorale: Any) -> str:
    return audio_link(page, "explore", {"model": model, "chorale": chorale})


@pytest.fixture()
def tab(browser: Any, page: Page, expected: list[str]) -> Iterator[Any]:
    """A visitor whose model has written its first piece of two bars."""
    with visit(browser, address(page, RBM, bars=2), WIDE, expected=expected) as tab:
        wait_written(tab)
        yield tab


def wait_written(tab: Any, words: str = "") -> None:
    """Until the piece is there and scored, and its caption says these words."""
    tab.wait_for_function(
        "([s, words]) => [words, 'nats a frame'].every((part) => document.querySelector(s).textContent.includes(part))",
        arg=[CAPTION, words],
        timeout=1000 * patient(30),
    )


def save(tab: Any, name: str) -> bytes:
    with tab.expect_download() as download:
        tab.locator(PANEL).get_by_role("button", name=name, exact=True).click()
    return Path(download.value.path()).read_bytes()


def notes_of_midi(content: bytes) -> set[tuple[int, int, int]]:
    """(pitch, first step, steps) of every note, read by mido."""
    now, begun, notes = 0, {}, set()
    for message in mido.merge_tracks(mido.MidiFile(file=io.BytesIO(content)).tracks):
        now += message.time
        if message.type == "note_on" and message.velocity:
            begun[message.note] = now
        elif message.type in ("note_on", "note_off"):
            start = begun.pop(message.note)
            notes.add((message.note, start // TICKS_A_STEP, (now - start) // TICKS_A_STEP))
    return notes


def notes_of_line(line: Any) -> set[tuple[int, int, int]]:
    """The same of a soprano line: p struck, -p held on, 0 rest."""
    starts = [step for step, note in enumerate(line) if note > 0]
    ends = [next((t for t in range(s + 1, len(line)) if line[t] >= 0), len(line)) for s in starts]
    return {(int(line[s]), s, end - s) for s, end in zip(starts, ends, strict=True)}


def test_a_piece_is_written_by_itself_and_dice_write_another(tab: Any) -> None:
    before = pixels(tab, ROLL)
    assert "2 bars" in tab.inner_text(CAPTION)
    tab.locator(PANEL).get_by_role("button", name="Dice").click()
    tab.wait_for_function("([s, b]) => document.querySelector(s).toDataURL() !== b", arg=[ROLL, before])
    wait_written(tab)


def test_dice_settings_soprano_and_harmonise_are_taken_back_one_by_one(tab: Any) -> None:
    panel = tab.locator(PANEL)
    undo = panel.get_by_role("button", name="Undo")
    assert undo.is_disabled()
    first = pixels(tab, ROLL)
    panel.get_by_role("button", name="Dice").click()
    tab.wait_for_function("([s, b]) => document.querySelector(s).toDataURL() !== b", arg=[ROLL, first])
    wait_written(tab)
    thrown, seed = pixels(tab, ROLL), panel.get_by_role("textbox", name="Seed").input_value()
    temperature = panel.locator(".pg-settings-place input[type=range]").first
    usual = temperature.input_value()
    temperature.press("Home")
    grid = tab.locator(".pg-soprano-grid")
    before = grid.get_attribute("aria-label")
    grid.press("End")
    grid.press("Enter")
    assert grid.get_attribute("aria-label").split(".")[0] != before.split(".")[0]
    panel.get_by_role("button", name="Harmonise").click()
    wait_written(tab, "under a soprano")

    undo.click()  # the piece before, as it was
    wait_written(tab, f"seed {seed}")
    assert pixels(tab, ROLL) == thrown
    undo.click()
    assert grid.get_attribute("aria-label").split(".")[0] == before.split(".")[0]
    assert temperature.input_value() != usual
    tab.keyboard.press("Control+z")
    assert temperature.input_value() == usual
    undo.click()
    wait_written(tab, "seed 7")
    assert pixels(tab, ROLL) == first and panel.get_by_role("textbox", name="Seed").input_value() == "7"
    assert undo.is_disabled()


def test_dice_write_another_harmony_of_a_line_that_was_harmonised(browser: Any, page: Page) -> None:
    with visit(browser, address(page, RBM, mode="harmonise"), WIDE) as tab:
        wait_written(tab, "under a soprano")
        before = tab.inner_text(CAPTION)
        tab.locator(PANEL).get_by_role("button", name="Dice").click()
        tab.wait_for_function("([s, b]) => document.querySelector(s).textContent !== b", arg=[CAPTION, before])
        seed = tab.locator(PANEL).get_by_role("textbox", name="Seed").input_value()
        wait_written(tab, "under a soprano")
        assert f"seed {seed}" in tab.inner_text(CAPTION)


@pytest.mark.parametrize("model", [RBM, TRANSFORMER])
def test_a_picked_line_is_harmonised_and_the_midi_file_has_it_note_for_note(
    browser: Any, page: Page, model: str
) -> None:
    with visit(browser, address(page, model, bars=1), WIDE) as tab:
        wait_written(tab)
        picker = tab.locator(".pg-harmonise-source").get_by_label("Melody")
        name = picker.locator("option").nth(1).get_attribute("value")
        picker.select_option(name)
        tab.get_by_role("button", name="Harmonise").click()
        wait_written(tab, "under a soprano")
        notes = notes_of_midi(save(tab, "MIDI"))
    soprano = notes_of_line(load_music_reference("chorales").lines[name])
    assert soprano <= notes and len(notes) > len(soprano)
    for pitch, start, steps in soprano:
        for step in range(start, start + steps):
            assert max(p for p, s, n in notes if s <= step < s + n) == pitch


def test_every_export_carries_what_made_it(tab: Any) -> None:
    for name in ("WAV", "MIDI", "PNG", "npz"):
        settings = read_settings(save(tab, name))
        assert settings["model"] == RBM and settings["request"]["seed"] == 7 and settings["request"]["of"] == "compose"
    with np.load(io.BytesIO(save(tab, "npz"))) as arrays:
        assert arrays["frames"].shape == (1, 46, 16)


def test_a_line_is_written_by_mouse_and_by_keys_and_kept_in_the_address(browser: Any, page: Page) -> None:
    with visit(browser, address(page, RBM, bars=1, line="own"), WIDE) as tab:
        wait_written(tab)
        grid = tab.locator(".pg-soprano-grid")
        grid.scroll_into_view_if_needed()
        box = grid.bounding_box()
        # 64 steps of eight bars, 25 rows from A5 down: the third step, G4, then to the right
        cell = {"x": box["x"] + 2.5 * box["width"] / 64, "y": box["y"] + 14.5 * box["height"] / 25}
        tab.mouse.move(**cell)
        tab.mouse.down()
        tab.mouse.move(cell["x"] + 2 * box["width"] / 64, cell["y"], steps=4)
        tab.mouse.up()
        for key in ("ArrowRight", "ArrowUp", "ArrowUp", "Enter", "Shift+ArrowRight"):
            tab.keyboard.press(key)
        assert "A4 for 2 eighths here" in grid.get_attribute("aria-label")
        tab.get_by_role("button", name="Harmonise").click()
        wait_written(tab, "under a soprano")
        wanted = {(67, 2, 3), (69, 5, 2)}
        assert wanted <= notes_of_midi(save(tab, "MIDI"))
        link = tab.url
    with visit(browser, link, WIDE) as tab:
        wait_written(tab, "under a soprano")  # it is harmonised again as the address says
        assert wanted <= notes_of_midi(save(tab, "MIDI"))
        tab.locator(".pg-soprano-grid").focus()
        for key in ("ArrowRight", "ArrowRight", "Delete"):
            tab.keyboard.press(key)
        assert "1 notes in 8 bars" in tab.locator(".pg-soprano-grid").get_attribute("aria-label")


def test_stop_keeps_the_bars_that_are_there_and_go_on_writes_the_rest(tab: Any) -> None:
    bars = tab.get_by_label("Bars", exact=True)
    bars.fill("6")
    bars.press("Tab")
    with slow_jobs(tab):  # slow enough to be stopped
        tab.get_by_role("button", name="Compose", exact=True).click()
        tab.wait_for_function(f"() => document.querySelector('{PANEL} progress').value >= 1")
        tab.locator(f"{PANEL} .pg-area-compose").get_by_role("button", name="Stop").click()
        wait_written(tab)
    done = tab.locator(f"{PANEL} .pg-area-compose").get_by_text("Stopped after").inner_text()
    assert "of 6 bars" in done and "6 bars" not in tab.inner_text(CAPTION)
    tab.get_by_role("button", name="Go on").click()
    wait_written(tab, "6 bars")


def test_harmonise_tells_of_its_progress_in_its_own_card(tab: Any) -> None:
    card, compose = tab.locator(f"{PANEL} .pg-area-harmonise"), tab.locator(f"{PANEL} .pg-area-compose")
    before = compose.inner_text()
    assert not card.locator("progress").is_visible()
    with slow_jobs(tab):
        tab.get_by_role("button", name="Harmonise").click()
        card.get_by_text("Writing bar 2 of").wait_for()
        card.get_by_role("button", name="Stop").click()
        card.get_by_text("Stopped after").wait_for()
    assert compose.inner_text() == before
    card.get_by_role("button", name="Go on").click()
    card.get_by_text("bars written.").wait_for()
    assert "under a soprano" in tab.inner_text(CAPTION)


def test_playing_starts_and_stops_and_nothing_plays_by_itself(tab: Any) -> None:
    play = tab.locator(f"{PANEL} .pg-stage-controls button").first
    assert play.inner_text() == "Play"
    still = pixels(tab, ROLL)
    play.click()
    tab.wait_for_function("([s, b]) => document.querySelector(s).toDataURL() !== b", arg=[ROLL, still])
    assert play.inner_text() == "Stop"
    play.click()
    assert play.inner_text() == "Play"
    assert pixels(tab, ROLL) == still


def test_the_gibbs_chain_is_a_film_whose_states_can_be_heard_and_kept(tab: Any) -> None:
    film = tab.locator(f"{PANEL} .pg-area-gibbs")
    film.get_by_role("button", name="Run the chain").click()
    tab.wait_for_function(f"() => document.querySelector('{PANEL} .pg-area-gibbs output').textContent.includes('/ 48')")
    film.get_by_role("button", name="Step", exact=True).click()
    before = pixels(tab, ".pg-film-canvas")
    film.get_by_role("button", name="Step", exact=True).click()
    assert pixels(tab, ".pg-film-canvas") != before
    film.get_by_role("button", name="Hear this state").click()
    stop = tab.locator(f"{PANEL} .pg-stage-controls button").first
    assert stop.inner_text() == "Stop"
    stop.click()
    film.get_by_role("button", name="Keep this state above").click()
    wait_written(tab, "of a Gibbs chain")
    assert notes_of_midi(save(tab, "MIDI"))


def test_the_transformer_has_no_chain_to_watch(browser: Any, page: Page) -> None:
    with visit(browser, address(page, TRANSFORMER, bars=1), WIDE) as tab:
        wait_written(tab)
        assert tab.locator(f"{PANEL} .pg-area-gibbs").is_hidden()


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_axe_finds_no_serious_violation(browser: Any, page: Page, size: dict[str, int]) -> None:
    with visit(browser, address(page, RBM, bars=1), size) as tab:
        wait_written(tab)
        assert violations(tab) == []
