"""MIDI uploads that are no music: one clear sentence in bounded time and memory, and the page goes on."""

import time
from collections.abc import Iterator

import pytest

from playground.benchmarks.processes import Page, rss_mb
from playground.serving import unpack
from tests.server import VAE, Caller, assert_refused, copy_checkpoints, patient, running_page
from tests.tiny_music import midi_file, midi_notes, save_tiny_music

MELODIES, CHORALES = "audio/melodies-vae", "audio/chorales-rbm"
NOTE_ON, NOTE_OFF = b"\x90\x3c\x50", b"\x80\x3c\x00"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """A page of its own, with models of music."""
    root = copy_checkpoints(tmp_path_factory.mktemp("music"), (VAE.split("/")[1],))
    save_tiny_music(root)
    with running_page(root) as page:
        yield page


def many_notes(count: int) -> bytes:
    """So many notes in three bytes each, as small as MIDI can be: each event ends a note and begins the next."""
    return midi_file([(0, NOTE_ON)] + [(1, b"\x3c\x50")] * count)


def endless_number() -> bytes:
    """A track whose first number never ends."""
    return midi_file([(0, b"\xff" * 2000)])


@pytest.mark.parametrize(
    ("content", "status", "words"),
    [
        (b"", 400, "not a MIDI file"),
        (b"hello, I am a text called song.mid", 400, "not a MIDI file"),
        (b"RIFF" + bytes(100), 400, "not a MIDI file"),
        (b"MThd", 400, "not a MIDI file"),
        (midi_file([]), 400, "no notes"),
        (midi_notes((60, 62), channel=9), 400, "no notes (percussion does not count)"),
        (midi_notes((60, 62))[:22], 400, "damaged before its first note"),
        (endless_number(), 400, "damaged before its first note"),
        (midi_file([(0xFFFFFFF, NOTE_ON), (0xFFFFFFF, NOTE_OFF)], division=1), 400, "no notes"),
        (many_notes(30_000), 413, "20,000 notes"),
        (many_notes(300_000), 413, "20,000 notes"),
        (many_notes(400_000), 413, "1,048,576 bytes"),
        (many_notes(1_000_000), 413, "1,048,576 bytes"),
        (many_notes(1_500_000), 413, "4194304 bytes"),
    ],
    ids=[
        "empty",
        "text",
        "riff",
        "stub",
        "silent",
        "drums",
        "cut",
        "endless",
        "far",
        "30k",
        "300k",
        "400k",
        "1M",
        "1.5M",
    ],
)
def test_what_is_no_music_is_refused_in_time_and_memory(
    caller: Caller, content: bytes, status: int, words: str
) -> None:
    worker = caller.page.worker_pid()
    before_mb, started_s = rss_mb(worker), time.monotonic()
    assert_refused(caller.run(MELODIES, "read_midi", {}, content), status, words=words)
    assert time.monotonic() - started_s < patient(2.0)
    assert caller.page.worker_pid() == worker and rss_mb(worker) - before_mb < 40


def test_damage_after_some_notes_leaves_those(caller: Caller) -> None:
    good = midi_notes((60, 62, 64, 65))
    answer = caller.run(CHORALES, "read_midi", {}, good[:-12])
    assert answer.status_code == 200, answer.text
    header, body = unpack(answer.content)
    assert header["note"].endswith("The file is damaged, and what follows the damage was left out.")
    assert header["notes"] >= 3 and len(body) == 2 * header["steps"]


def test_a_note_that_is_never_released_ends_with_its_track(caller: Caller) -> None:
    answer = caller.run(CHORALES, "read_midi", {}, midi_file([(0, NOTE_ON), (1920, b"\xff\x01\x00")]))
    assert answer.status_code == 200, answer.text
    assert unpack(answer.content)[0]["notes"] == 1


def test_a_melody_is_played_from_a_file_and_read_back(caller: Caller) -> None:
    answer = caller.run(MELODIES, "encode", {}, midi_notes((60, 64, 67, 72)))
    assert answer.status_code == 200, answer.text
    header, body = unpack(answer.content)
    assert len(header["z"]) == 4 and len(body) == 2 * 44 * 32
    assert_refused(caller.run(MELODIES, "encode", {}, b"no music"), 400, words="not a MIDI file")
    assert_refused(caller.run(MELODIES, "encode", {"raw": True}, bytes(99)), 400, words="1408 bytes")
