"""The Audio tab's Invert panel: a file, the microphone or a MIDI file becomes a latent, is heard, corrected and moved."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from playground.benchmarks.processes import Page
from tests.browser.test_look import violations
from tests.browser.visits import PHONE, WIDE, audio_link, pixels, slow_jobs, visit, wait_change, wait_drawn
from tests.server import patient
from tests.tiny_music import midi_notes
from tests.tiny_notes import tone

PITCH = 57  # A3, of the file and of what the microphone hears
PANEL = "#pg-panel-audio-invert"
ORIGINAL, REBUILT, STORY = "#pg-invert-original-sound", "#pg-invert-rebuilt-sound", f"{PANEL} .pg-invert-story"
FILE = f"{PANEL} input[type=file]"
SLIDER = f"{PANEL} .pg-sliders input[type=range]"
REFUSED = "Failed to load resource: the server responded with a status of 400 (Bad Request)"


@pytest.fixture(scope="module")
def note(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A note of 1.5 s after 0.2 s of silence, at 48 kHz in stereo."""
    wave = np.concatenate([np.zeros(9600), 0.5 * tone(PITCH, 1.5, 48_000)])
    path = tmp_path_factory.mktemp("sounds") / "note.wav"
    soundfile.write(path, np.stack([wave, wave], axis=1), 48_000)
    return path


@pytest.fixture(scope="module")
def browser_arguments(note: Path) -> tuple[str, ...]:
    """The microphone hears the note again and again, and nobody is asked for it."""
    fake = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
    return (*fake, f"--use-file-for-fake-audio-capture={note}")


@pytest.fixture(scope="module")
def checkpoints(tiny_audio: Path) -> Path:
    return tiny_audio


def address(page: Page, model: str) -> str:
    return audio_link(page, "invert", {"model": model})


@pytest.fixture()
def tab(browser: Any, page: Page, expected: list[str]) -> Iterator[Any]:
    with visit(browser, address(page, "audio/notes-vae"), WIDE, expected=expected) as tab:
        yield tab


def wait_found(tab: Any) -> None:
    """Until the latent is there and its sliders can be moved."""
    tab.wait_for_function(
        f"() => !document.querySelector('{PANEL} .pg-area-sliders').inert", timeout=1000 * patient(30)
    )


def play_label(tab: Any, which: str) -> Any:
    return tab.get_by_role("button", name=f"Play: {which}")


def test_a_sound_file_is_told_encoded_heard_and_its_latent_moved(tab: Any, note: Path) -> None:
    assert tab.locator(f"{PANEL} .pg-area-sliders").evaluate("(card) => card.inert")
    tab.set_input_files(FILE, note)
    wait_found(tab)
    wait_drawn(tab, ORIGINAL)
    told = tab.inner_text(STORY)
    for part in ("mixed to mono", "resampled from 48 to 16 kHz", f"Pitch {PITCH} (MIDI) was heard"):
        assert part in told
    numbers = tab.inner_text(f"{PANEL} .pg-invert-numbers")
    assert re.search(r"Log-mel error\s+[\d.]+ dB", numbers) and "Spectral convergence" in numbers
    before = pixels(tab, REBUILT)
    slider = tab.locator(SLIDER).first
    slider.focus()
    for _ in range(20):
        tab.keyboard.press("ArrowRight")
    wait_change(tab, REBUILT, before)
    tab.get_by_text("the sliders have moved on").wait_for()
    for which in ("original", "model's version"):
        control = play_label(tab, which)
        assert control.inner_text() == "Play"
        control.click()
        assert control.inner_text() == "Stop"
        control.get_by_text("Play").wait_for()  # a second later it is over


def test_the_note_behind_a_cover_of_more_than_is_sent_is_found(tab: Any, tmp_path: Path) -> None:
    song = tmp_path / "song.mp3"
    soundfile.write(song, tone(PITCH, 1.5, 48_000), 48_000)
    cover = 4_300_000
    tag = b"ID3\x03\0\0" + bytes(cover >> 7 * place & 0x7F for place in (3, 2, 1, 0)) + b"\xff" * cover
    song.write_bytes(tag + song.read_bytes())
    tab.set_input_files(FILE, song)
    wait_found(tab)
    told = tab.inner_text(STORY)
    assert "song.mp3 has 4.3 MB; what follows its cover was taken" in told
    assert f"Pitch {PITCH} (MIDI) was heard" in told


def test_a_wrong_pitch_is_corrected_and_the_latent_found_again(tab: Any, note: Path) -> None:
    tab.set_input_files(FILE, note)
    wait_found(tab)
    before = pixels(tab, REBUILT)
    tab.locator(PANEL).get_by_role("button", name="Octave down").click()
    tab.wait_for_function("(s) => document.querySelector(s).textContent.includes('Taken as A2')", arg=STORY)
    wait_change(tab, REBUILT, before)
    pitch = tab.locator(f"{PANEL} .pg-invert-pitch input[type=range]")
    assert pitch.get_attribute("aria-valuetext") == "A2, MIDI 45"


def test_the_microphone_is_recorded_and_its_note_found(tab: Any) -> None:
    record = tab.locator(PANEL).get_by_role("button", name="Record")
    record.click()
    stop = tab.locator(f"{PANEL} .pg-area-source").get_by_role("button", name="Stop")
    stop.wait_for()
    tab.wait_for_function(f"() => document.querySelector('{PANEL} meter').value > 0.1")
    tab.wait_for_function(
        f"() => Number.parseFloat(document.querySelector('{PANEL} .pg-record-words').textContent) >= 2"
    )
    stop.click()
    wait_found(tab)
    assert f"Pitch {PITCH} (MIDI) was heard" in tab.inner_text(STORY)
    assert tab.locator(f"{PANEL} .pg-invert-side").first.get_by_text("your recording").count() == 1
    assert record.inner_text() == "Record"


@pytest.mark.parametrize(
    ("reason", "words"),
    [("NotAllowedError", "The microphone was not allowed."), ("NotFoundError", "No microphone was found.")],
)
def test_a_refused_or_missing_microphone_is_told_in_words(tab: Any, reason: str, words: str) -> None:
    tab.evaluate(
        "(name) => (navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('', name); })", reason
    )
    tab.locator(PANEL).get_by_role("button", name="Record").click()
    problem = tab.locator(f"{PANEL} .pg-area-source .pg-problem")
    problem.wait_for()
    assert words in problem.inner_text() and "choose a file" in problem.inner_text()
    assert tab.locator(PANEL).get_by_role("button", name="Record").is_enabled()


def test_leaving_the_panel_ends_a_recording(tab: Any) -> None:
    tab.locator(PANEL).get_by_role("button", name="Record").click()
    tab.wait_for_function(f"() => document.querySelector('{PANEL} meter').value > 0")
    tab.click("#pg-tab-audio-explore")
    tab.click("#pg-tab-audio-invert")
    assert tab.locator(PANEL).get_by_role("button", name="Record").count() == 1
    assert tab.locator(f"{PANEL} .pg-area-sliders").evaluate("(card) => card.inert")


def test_a_text_file_named_wav_is_refused_in_one_sentence(tab: Any, tmp_path: Path, expected: list[str]) -> None:
    expected.append(REFUSED)
    (tmp_path / "words.wav").write_text("this is no sound")
    tab.set_input_files(FILE, tmp_path / "words.wav")
    problem = tab.locator(f"{PANEL} .pg-problem:visible")
    problem.wait_for()
    assert "not a WAV, FLAC, OGG or MP3 file" in problem.inner_text()


def test_the_gan_searches_with_progress_and_a_stopped_search_keeps_what_it_found(
    browser: Any, page: Page, note: Path
) -> None:
    with visit(browser, address(page, "audio/notes-gan"), WIDE) as tab:
        with slow_jobs(tab):  # every slice of the search, slow enough to be stopped
            tab.set_input_files(FILE, note)
            tab.wait_for_function(
                f"() => document.querySelector('{PANEL} progress').value > 0", timeout=1000 * patient(30)
            )
            tab.get_by_role("button", name="Stop and keep this").click()
        wait_found(tab)
        step = re.search(r"Step (\d+) of 200", tab.inner_text(STORY))
        assert step and int(step[1]) < 200


def test_a_found_latent_opens_in_explore_and_stays_in_the_address(tab: Any, browser: Any, note: Path) -> None:
    tab.click("#pg-tab-audio-explore")  # it stands at a seed already
    wait_drawn(tab, "#pg-audio-spectrogram")
    tab.click("#pg-tab-audio-invert")
    tab.set_input_files(FILE, note)
    wait_found(tab)
    tab.get_by_role("button", name="Open in Explore").click()
    tab.get_by_text("own latent").first.wait_for()
    assert tab.locator("#pg-panel-audio-explore").is_visible()
    tab.click("#pg-tab-audio-invert")
    tab.wait_for_timeout(300)  # the address is written soon after a change
    link = tab.url
    with visit(browser, link, WIDE) as other:
        wait_found(other)
        wait_drawn(other, REBUILT)


def test_a_midi_file_becomes_a_melody_that_is_encoded_and_heard(browser: Any, page: Page, tmp_path: Path) -> None:
    (tmp_path / "tune.mid").write_bytes(midi_notes([60, 62, 64, 65, 67, 69, 71, 72]))
    with visit(browser, address(page, "audio/melodies-vae"), WIDE) as tab:
        tab.set_input_files(FILE, tmp_path / "tune.mid")
        wait_found(tab)
        assert "The highest line of 8 notes" in tab.inner_text(STORY)
        assert re.search(r"Steps kept\s+\d+ %", tab.inner_text(f"{PANEL} .pg-invert-numbers"))
        assert tab.locator(f"{PANEL} .pg-invert-pitch").is_hidden()
        before = pixels(tab, ORIGINAL)
        play_label(tab, "original").click()
        wait_change(tab, ORIGINAL, before)
        tab.locator(PANEL).get_by_role("button", name="A real tune").click()
        tab.wait_for_function(
            "(s) => document.querySelector(s).getAttribute('aria-label').includes('a real tune')", arg=ORIGINAL
        )


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_axe_finds_no_serious_violation(browser: Any, page: Page, size: dict[str, int], note: Path) -> None:
    with visit(browser, address(page, "audio/notes-vae"), size) as tab:
        tab.set_input_files(FILE, note)
        wait_found(tab)
        assert violations(tab) == []
