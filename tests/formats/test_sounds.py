"""Uploaded sounds: what is accepted, how it becomes like a training note, what is refused before it costs anything."""

import io
import struct

import numpy as np
import pytest
import soundfile

from playground.errors import BadRequest, TooLarge
from playground.formats import sounds
from playground.formats.pitch import hear_pitch
from playground.formats.sounds import read_file, read_recording, resample
from tests.tiny_notes import tone


def file_of(wave: np.ndarray, rate_hz: int, kind: str = "WAV", subtype: str | None = None) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, wave, rate_hz, format=kind, subtype=subtype)
    return file.getvalue()


def with_silence(wave: np.ndarray, before_s: float, rate_hz: int) -> np.ndarray:
    return np.concatenate([np.zeros(round(before_s * rate_hz)), wave])


@pytest.mark.parametrize(
    ("kind", "subtype", "rate_hz"),
    [
        ("WAV", "PCM_16", 44100),
        ("WAV", "PCM_24", 96000),
        ("WAV", "FLOAT", 192000),
        ("WAV", "PCM_U8", 8000),
        ("WAV", "PCM_16", 47999),
        ("FLAC", None, 48000),
        ("OGG", "VORBIS", 44100),
        ("OGG", "OPUS", 48000),
        ("MP3", None, 32000),
    ],
)
def test_every_accepted_kind_becomes_one_second_at_16_khz_from_its_onset(kind, subtype, rate_hz):
    wave = with_silence(tone(64, 2.0, rate_hz), 0.3, rate_hz)
    sound = read_file(file_of(wave, rate_hz, kind, subtype))
    assert sound.wave.shape == (16000,) and sound.wave.dtype == np.float32
    assert np.abs(sound.wave).max() == pytest.approx(0.95, abs=1e-4)
    assert np.abs(sound.wave[:400]).max() > 0.3  # the silence is gone
    assert abs(sound.wave[-1]) < 1e-3  # a note that goes on is let go softly
    heard = hear_pitch(sound.wave)
    assert heard is not None and heard == pytest.approx(64, abs=0.1)
    assert "Of 2.3 s the first loud second was taken" in sound.note and sound.note.endswith(".")


def test_channels_are_averaged_and_a_short_note_is_filled_with_silence():
    wave = tone(60, 0.4, 16000)
    sound = read_file(file_of(np.stack([wave, np.zeros_like(wave)], axis=1), 16000, "WAV", "FLOAT"))
    assert np.allclose(sound.wave[:6400], wave * (0.95 / np.abs(wave).max()), atol=0.01)
    assert not sound.wave[6500:].any()


def stereo(left: np.ndarray, right: np.ndarray) -> bytes:
    return file_of(np.stack([left, right], axis=1), 16000, "WAV", "FLOAT")


@pytest.mark.parametrize("turned", [-1.0, -0.95, -0.5])
@pytest.mark.parametrize("offset", [0.0, 0.2])
def test_of_channels_that_cancel_each_other_the_loudest_is_taken(turned, offset):
    wave = 0.5 * tone(60, 0.8)
    hiss = np.random.default_rng(0).normal(scale=1e-3, size=(2, len(wave)))
    sound = read_file(stereo(turned * wave + hiss[0] + offset, wave + hiss[1] + offset))
    assert np.corrcoef(sound.wave[: len(wave)], wave)[0, 1] > 0.999  # the right channel, which is the louder
    assert sound.note.startswith("One channel taken, because the channels cancel each other")
    heard = hear_pitch(sound.wave)
    assert heard is not None and heard == pytest.approx(60, abs=0.05)


def test_channels_that_do_not_cancel_each_other_are_mixed_and_one_channel_is_not():
    low, high = tone(48, 0.8), tone(67, 0.8)
    for right in (low, high, np.zeros_like(low), -0.2 * low):
        assert read_file(stereo(low, right)).note.startswith("Mixed to mono")
    eight = np.zeros((16000, 8))
    eight[:, 3] = tone(60)
    assert read_file(file_of(eight, 16000)).note.startswith("Mixed to mono")
    assert read_file(file_of(low, 16000)).note == "Brought to the loudness of the training notes."


@pytest.mark.parametrize("settling_s", [0.02, 0.1, 0.3, 1.0])
@pytest.mark.parametrize("height", [0.5, -0.7])
def test_the_note_is_found_behind_a_microphones_settling(settling_s, height):
    rate_hz = 44_100
    time = np.arange(2 * rate_hz) / rate_hz
    drift = height * np.exp(-time / settling_s) + np.random.default_rng(0).normal(scale=2e-4, size=len(time))
    note = np.concatenate([np.zeros(rate_hz), 0.3 * tone(60, 1.0, rate_hz)])
    sound = read_file(file_of(drift + note, rate_hz))
    assert "from 0.99 s on" in sound.note
    clean = read_file(file_of(note, rate_hz)).wave
    assert np.corrcoef(sound.wave, clean)[0, 1] > 0.995
    assert ("freed from a slow drift" in sound.note) == (settling_s == 1.0)


@pytest.mark.parametrize("pitch", [24, 36, 60, 96])
def test_a_note_without_drift_is_left_as_it_is(pitch):
    for seconds in (0.1, 0.5, 1.0):
        wave = tone(pitch, seconds)
        sound = read_file(file_of(wave + 0.2, 16000, "WAV", "FLOAT"))
        assert "drift" not in sound.note
        expected = (wave - wave.mean()) / np.abs(wave - wave.mean()).max() * 0.95
        assert np.abs(sound.wave[: len(wave)] - expected).max() < 1e-3


def test_a_recording_is_read_as_16_bit_samples_at_16_khz():
    wave = with_silence(tone(57, 0.5), 0.25, 16000)
    sound = read_recording((wave * 20000).astype("<i2").tobytes())
    heard = hear_pitch(sound.wave)
    assert heard is not None and round(heard) == 57
    with pytest.raises(BadRequest, match="two bytes a sample, got 3 bytes"):
        read_recording(b"abc")
    with pytest.raises(BadRequest, match="A sound is needed"):
        read_recording(b"")


def test_of_a_long_file_the_first_loud_second_within_a_minute_is_taken():
    rate_hz = 8000
    wave = with_silence(tone(70, 90.0, rate_hz, harmonics=3), 20.0, rate_hz)
    sound = read_file(file_of(wave, rate_hz, "FLAC"))
    heard = hear_pitch(sound.wave)
    assert heard is not None and round(heard) == 70
    assert "Of 110.0 s the first loud second was taken, from 19.99 s on" in sound.note
    late = with_silence(tone(70, 1.0, rate_hz), 61.0, rate_hz)
    with pytest.raises(BadRequest, match="The first 60 s of the sound are silent"):
        read_file(file_of(late, rate_hz, "FLAC"))


@pytest.mark.parametrize(
    ("wave", "message"),
    [
        (np.zeros(16000), "The sound is silent"),
        (np.full(16000, 0.5), "The sound is silent"),
        (tone(60, 0.01), "Only 10 ms of sound can be heard: a note needs at least 50 ms."),
        (with_silence(tone(60, 0.01), 1.0, 16000), "Only 20 ms of sound can be heard"),
        (np.where(np.arange(16000) == 5000, np.nan, tone(60)), "values that are no numbers"),
        (np.where(np.arange(16000) == 5000, np.inf, tone(60)), "values that are no numbers"),
        (np.zeros(0), "damaged sound file"),
    ],
    ids=["silence", "constant", "10 ms", "10 ms after silence", "nan", "inf", "empty"],
)
def test_what_holds_no_note_is_refused_in_one_sentence(wave, message):
    with pytest.raises(BadRequest, match=message) as refusal:
        read_file(file_of(wave, 16000, "WAV", "FLOAT"))
    assert str(refusal.value).endswith(".")


def test_loudness_does_not_matter_even_at_the_ends_of_floating_point():
    for scale in (1e-3, 1.0, 1e38):
        sound = read_file(file_of(tone(60) * scale, 16000, "WAV", "FLOAT"))
        assert np.abs(sound.wave).max() == pytest.approx(0.95, abs=1e-4)


@pytest.mark.parametrize(
    "content",
    [b"", b"hello, I am a text named .wav", b"RIFF" + bytes(60), b"\x89PNG\r\n\x1a\n" + bytes(60), b"FORM....AIFF"],
)
def test_what_is_no_sound_of_the_accepted_kinds_never_reaches_a_decoder(content):
    with pytest.raises(BadRequest, match="not a WAV, FLAC, OGG or MP3 file"):
        read_file(content)


@pytest.mark.parametrize("kind", ["WAV", "FLAC", "OGG", "MP3"])
def test_a_truncated_file_is_trimmed_or_refused(kind):
    content = file_of(tone(60, 2.0, 44100), 44100, kind)
    for length in (20, 60, len(content) // 3, len(content) - 100):
        try:
            sound = read_file(content[:length])
        except BadRequest as error:
            assert str(error).endswith(".") and ("damaged" in str(error) or "Only" in str(error)), error
        else:
            assert sound.wave.shape == (16000,)


def test_channels_and_rates_beyond_the_limits_are_refused_from_the_header(monkeypatch):
    def never(file):
        raise AssertionError("decoded")

    monkeypatch.setattr(sounds, "_read_mono", never)
    with pytest.raises(TooLarge, match="at most 8 channels, this one has 9"):
        read_file(file_of(np.zeros((100, 9)), 8000))
    content = file_of(tone(60), 16000)
    for rate_hz in (1, 3999, 192_001, 2**31 - 1):
        with pytest.raises(TooLarge, match="4,000 to 192,000 samples a second, this one has"):
            read_file(content[:24] + struct.pack("<I", rate_hz) + content[28:])


def test_eight_channels_at_192_khz_are_read_up_to_a_bounded_number_of_values(monkeypatch):
    monkeypatch.setattr(sounds, "MAX_VALUES", 8 * 192_000)
    wave = np.tile(with_silence(tone(60, 0.4, 192_000), 0.9, 192_000)[:, None], (1, 8))
    sound = read_file(file_of(wave, 192_000, "FLAC"))  # 1.3 s, of which one is read
    assert np.abs(sound.wave[:1700]).max() > 0.5 and not sound.wave[2000:].any()


@pytest.mark.parametrize("rate_hz", [4001, 22050, 44100, 47999, 191_999])
def test_resampling_keeps_pitch_and_level_at_any_rate(rate_hz):
    wave = np.sin(2 * np.pi * 440 * np.arange(rate_hz) / rate_hz)
    resampled = resample(wave, rate_hz)
    expected = np.sin(2 * np.pi * 440 * np.arange(16000) / 16000)
    assert len(resampled) == pytest.approx(16000, abs=2)
    assert np.abs(resampled[500:15000] - expected[500:15000]).max() < 0.06  # 0.02 cents off, after a second


@pytest.mark.parametrize("pitch", [24, 31.3, 45, 60, 69.4, 81, 96])
def test_the_pitch_of_a_note_is_heard_to_a_sixth_of_a_semitone(pitch):
    heard = hear_pitch(tone(pitch))
    assert heard is not None and heard == pytest.approx(pitch, abs=0.16)


def test_a_missing_fundamental_is_heard_all_the_same():
    time = np.arange(16000) / 16000
    wave = sum(np.sin(2 * np.pi * 110 * k * time) for k in (2, 3, 4, 5))
    heard = hear_pitch(np.asarray(wave))
    assert heard is not None and heard == pytest.approx(45, abs=0.05)


def test_noise_and_silence_have_no_pitch():
    assert hear_pitch(np.random.default_rng(0).normal(size=16000)) is None
    assert hear_pitch(np.zeros(16000)) is None
    assert hear_pitch(np.zeros(10)) is None
