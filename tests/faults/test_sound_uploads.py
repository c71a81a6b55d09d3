"""Uploads that are no good notes: one clear sentence or a sensible trim, in bounded memory and time, in the model process."""

import io
import struct
import time
from collections.abc import Iterator

import numpy as np
import pytest
import soundfile

from playground.benchmarks.processes import Page, rss_mb
from playground.serving import unpack
from tests.server import VAE, Caller, assert_refused, copy_checkpoints, patient, running_page
from tests.tiny_notes import save_tiny_notes, tone

NOTES_VAE, NOTES_GAN = "audio/notes-vae", "audio/notes-gan"
REPLY = 2 * (128 * 64 + 2 * 16000)  # two pictures and two sounds


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """A page of its own, with notes models."""
    root = copy_checkpoints(tmp_path_factory.mktemp("notes"), (VAE.split("/")[1],))
    save_tiny_notes(root)
    with running_page(root) as page:
        yield page


def sound(
    kind: str = "WAV", rate_hz: int = 16000, channels: int = 1, seconds: float = 1.0, subtype: str | None = None
) -> bytes:
    """A file with a note in it."""
    wave = np.tile(tone(60, seconds, rate_hz, harmonics=4)[:, None], (1, channels))
    file = io.BytesIO()
    soundfile.write(file, wave, rate_hz, format=kind, subtype=subtype)
    return file.getvalue()


def quiet(seconds: float, rate_hz: int, channels: int = 1, kind: str = "FLAC") -> bytes:
    """A file of silence, which is small however long it is."""
    file = io.BytesIO()
    with soundfile.SoundFile(file, "w", rate_hz, channels, format=kind) as written:
        for _ in range(round(seconds)):  # the encoder of OGG breaks down on many samples at once
            written.write(np.zeros((rate_hz, channels), np.int16))
    return file.getvalue()


def spoiled() -> bytes:
    """Floating-point samples with a NaN among them."""
    wave = tone(60)
    wave[4000] = np.nan
    file = io.BytesIO()
    soundfile.write(file, wave, 16000, format="WAV", subtype="FLOAT")
    return file.getvalue()


def told_to_have(rate_hz: int) -> bytes:
    """A WAV file whose header gives another sample rate."""
    content = sound()
    return content[:24] + struct.pack("<I", rate_hz) + content[28:]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (sound("WAV"), "brought to the loudness"),
        (sound("WAV", 192_000, 8, 0.6), "resampled from 192 to 16 kHz"),
        (sound("FLAC", 48_000), "resampled from 48 to 16 kHz"),
        (sound("OGG", 44_100), "resampled from 44.1 to 16 kHz"),
        (sound("MP3", 44_100, 2, 3.0), "the first loud second was taken"),
        (sound("WAV", 44_100, 2, 2.0)[:150_000], "brought to the loudness"),
        (sound("MP3", 44_100, 2, 3.0)[:9000], "brought to the loudness"),
    ],
    ids=["wav", "192 kHz 8 channels", "flac", "ogg", "mp3", "truncated wav", "truncated mp3"],
)
def test_good_and_cut_off_sounds_are_encoded(caller: Caller, content: bytes, words: str) -> None:
    answer = caller.run(NOTES_VAE, "encode", {}, content)
    assert answer.status_code == 200, answer.text
    header, body = unpack(answer.content)
    assert words.lower() in header["note"].lower() and header["pitch"] == 60 and len(body) == REPLY


@pytest.mark.parametrize(
    ("content", "status", "words"),
    [
        (b"", 400, "A sound is needed"),
        (b"hello, I am a text named .wav", 400, "not a WAV, FLAC, OGG or MP3 file"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), 400, "not a WAV"),
        (b"RIFF\x10\x00\x00\x00WAVE" + b"\xff" * 300, 400, "damaged"),
        (b"ID3" + bytes(1000), 400, "not a WAV"),
        (b"ID3\x03\0\0\0\x7f\x7f\x7f" + bytes(10**6), 400, "1,000,010 bytes of the sound file hold its cover"),
        (b"OggS" + b"\xff" * 1000, 400, "damaged"),
        (sound("FLAC")[:2000], 400, "damaged"),
        (sound("WAV")[:44], 400, "damaged"),
        (quiet(1, 16000), 400, "silent"),
        (sound(seconds=0.01), 400, "Only 10 ms"),
        (spoiled(), 400, "no numbers"),
        (sound(channels=9, seconds=0.2), 413, "at most 8 channels"),
        (told_to_have(384_000), 413, "192,000 samples a second"),
        (told_to_have(1), 413, "4,000"),
        (told_to_have(2**31 - 1), 413, "192,000"),
    ],
    ids=lambda value: repr(value[:8]) if isinstance(value, bytes) else str(value),
)
def test_what_is_no_readable_note_is_refused(caller: Caller, content: bytes, status: int, words: str) -> None:
    assert_refused(caller.run(NOTES_VAE, "encode", {}, content), status, words=words)
    assert_refused(caller.run(NOTES_GAN, "invert", {"steps": 1}, content), status, words=words)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (quiet(600, 8000), "first 60 s"),
        (quiet(65, 192_000, 8), "silent"),  # 100 million values in a hundred kilobytes
        (quiet(1200, 16_000, 1, "OGG"), "first 60 s"),
    ],
    ids=["10 minutes", "8 channels of 192 kHz", "20 minutes"],
)
def test_a_very_long_file_is_read_in_bounded_memory_and_time(caller: Caller, content: bytes, words: str) -> None:
    worker = caller.page.worker_pid()
    assert_refused(caller.run(NOTES_VAE, "encode", {}, quiet(5, 192_000)), 400)  # so much is used once and kept
    before_mb, started_s = rss_mb(worker), time.monotonic()
    assert_refused(caller.run(NOTES_VAE, "encode", {}, content), 400, words=words)
    assert time.monotonic() - started_s < patient(4)
    assert caller.page.worker_pid() == worker
    assert rss_mb(worker) - before_mb < 60


def test_of_ten_minutes_of_music_the_first_loud_second_is_taken(caller: Caller) -> None:
    file = io.BytesIO()
    soundfile.write(file, np.tile(tone(60, 2.0, 8000, harmonics=1), 300), 8000, format="MP3")
    answer = caller.run(NOTES_VAE, "encode", {}, file.getvalue())
    assert answer.status_code == 200, answer.text
    assert "the first loud second was taken" in unpack(answer.content)[0]["note"]


def test_an_upload_beyond_four_mebibytes_is_refused(caller: Caller) -> None:
    assert_refused(caller.run(NOTES_VAE, "encode", {}, b"RIFF" + bytes(4 << 20)), 413, words="bytes")


@pytest.mark.parametrize(
    ("request_", "body", "words"),
    [
        ({"pcm": True}, b"", "A sound is needed"),
        ({"pcm": True}, b"abc", "two bytes a sample"),
        ({"pcm": True}, bytes(32000), "silent"),
        ({"pcm": True}, b"\x00\x40" * 300, "Only 19 ms"),
        ({"prepared": True}, bytes(31998), "A prepared note has 16000 samples"),
        ({"pcm": True, "pitch": 12}, bytes(32000), "24 to 96"),
        ({"pcm": True, "pitch": "C4"}, bytes(32000), "24 to 96"),
    ],
)
def test_a_bad_recording_is_refused(caller: Caller, request_: dict, body: bytes, words: str) -> None:
    answer = caller.run(NOTES_VAE, "encode", request_, body)
    if words == "24 to 96":  # the sound is looked at first, and silent
        assert_refused(answer, 400)
    else:
        assert_refused(answer, 400, words=words)


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        ({"latents": [{}] * 17}, "1 to 16 entries"),
        ({"latents": [{}] * 8, "pitches": [60, 62, 64]}, "may ask for 16 notes"),
        ({"latents": [{}], "pitches": [1e9]}, "24 to 96"),
        ({"latents": [{}], "pitches": []}, "1 to 16 entries"),
        ({"latents": [{"z": [1e99] * 4}]}, "-100 to 100"),
        ({"latents": "all"}, "must be a list"),
    ],
)
def test_a_bad_wish_for_sound_is_refused(caller: Caller, request_: dict, words: str) -> None:
    assert_refused(caller.run(NOTES_VAE, "sound", request_), 400, words=words)


def test_extreme_latents_still_sound_safely(caller: Caller) -> None:
    request = {"latents": [{"z": [100.0, -100.0, 100.0, -100.0]}, {"z": [0.0] * 4}], "pitches": [24, 96]}
    answer = caller.run(NOTES_VAE, "sound", request)
    assert answer.status_code == 200, answer.text
    header, body = unpack(answer.content)
    wave = np.frombuffer(body[4 * 128 * 64 :], "<i2").reshape(4, 16000)
    assert header["count"] == 4 and np.abs(wave).max() <= 0.9 * 32767 + 1
    assert not wave[:, [0, -1]].any()


def test_listening_to_frames_of_the_wrong_length_is_refused(caller: Caller) -> None:
    assert_refused(caller.run("", "listen", {"pitches": [60]}, bytes(100)), 400, words="128 x 64")
    assert_refused(caller.run("", "listen", {"pitches": [60] * 17}, bytes(100)), 400, words="1 to 16 entries")


def test_a_model_of_pictures_is_asked_for_sound_in_vain(caller: Caller) -> None:
    assert_refused(caller.run(VAE, "sound", {"latents": [{}]}), 400, words="makes no notes")
    assert_refused(caller.run(VAE, "encode", {}, sound()), 400, words="not a PNG, JPEG or WEBP")
