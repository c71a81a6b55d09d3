"""Exported files: pictures survive, and the request that made them comes back out."""

import io
import wave

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from playground.formats.scores import Note, write_midi
from playground.formats.wav_files import encode_wav, to_text
from playground.views.exports import MAX_SIDE_PIXELS, encode_gif, encode_npz, encode_png, fit_scale
from playground.views.palette import HELD, SILENT, STRUCK
from tests.read_back import read_settings

FRAMES = np.random.default_rng(0).integers(0, 256, (5, 28, 28), dtype=np.uint8)
SETTINGS = {"model": "image/digits-vae", "operation": "interpolate", "request": {"a": {"seed": 7}, "note": "ü–✓" * 300}}


@pytest.mark.parametrize(
    "content",
    [
        encode_png(FRAMES[0], SETTINGS, scale=4),
        encode_gif(FRAMES, SETTINGS, scale=2),
        encode_npz(FRAMES, SETTINGS),
        encode_wav(np.arange(9, dtype=np.int16), 16000, SETTINGS),
        write_midi([Note(0, 1, 60)], 4, 4, 100.0, to_text(SETTINGS)),
    ],
    ids=["png", "gif", "npz", "wav", "mid"],
)
def test_settings_come_back_out_of_the_file(content: bytes) -> None:
    assert read_settings(content) == SETTINGS


@settings(max_examples=20, deadline=None)
@given(
    st.dictionaries(st.text(), st.one_of(st.text(), st.integers(), st.floats(allow_nan=False, allow_infinity=False)))
)
def test_any_settings_come_back_out_of_a_png(anything: dict) -> None:
    assert read_settings(encode_png(FRAMES[0], anything)) == anything


def test_a_png_has_the_exact_pixels_enlarged() -> None:
    picture = np.asarray(Image.open(io.BytesIO(encode_png(FRAMES[0], {}, scale=3))))
    assert np.array_equal(picture[::3, ::3], FRAMES[0])


def test_rolls_and_spectrograms_have_the_colours_of_the_page_and_digits_none() -> None:
    levels = np.array([[0, 100, 255]], np.uint8)
    roll, digit = (Image.open(io.BytesIO(encode_png(levels, {}, kind=kind))) for kind in ("roll", "image"))
    assert np.asarray(roll.convert("RGB")).tolist() == [[list(SILENT), list(HELD), list(STRUCK)]]
    assert digit.mode == "L"
    with Image.open(io.BytesIO(encode_gif(levels[None], {}, kind="roll"))) as gif:
        assert np.asarray(gif.convert("RGB")).tolist() == [[list(SILENT), list(HELD), list(STRUCK)]]
    spectrogram = np.asarray(Image.open(io.BytesIO(encode_png(levels, {}, kind="sound"))).convert("RGB"))
    light = spectrogram @ [0.2126, 0.7152, 0.0722]
    assert light[0, 0] < 10 < light[0, 1] < 200 < light[0, 2]


def test_a_gif_runs_there_and_back_for_ever() -> None:
    with Image.open(io.BytesIO(encode_gif(FRAMES, {}, frame_ms=100))) as gif:
        assert getattr(gif, "n_frames", 1) == 8
        assert gif.info["loop"] == 0
        assert gif.info["duration"] == 100
        gif.seek(7)
        assert np.array_equal(np.asarray(gif.convert("L")), FRAMES[1])


def test_an_npz_opens_without_pickle_and_has_the_latents() -> None:
    latents = np.ones((2, 3))
    with np.load(io.BytesIO(encode_npz(FRAMES, SETTINGS, latents=latents)), allow_pickle=False) as arrays:
        assert np.array_equal(arrays["frames"], FRAMES)
        assert arrays["latents"].dtype == np.float32
        assert np.array_equal(arrays["latents"], latents)


def test_a_wide_strip_is_enlarged_less() -> None:
    assert fit_scale(28 * 64, 28, 20) == MAX_SIDE_PIXELS // (28 * 64)


def test_a_wav_file_is_read_by_the_standard_library_whatever_the_length_of_its_settings() -> None:
    samples = np.arange(-500, 501, dtype=np.int16)
    for text in ("", "a", "ab"):
        content = encode_wav(samples, 16000, {"text": text})
        assert len(content) % 2 == 0 and int.from_bytes(content[4:8], "little") == len(content) - 8
        with wave.open(io.BytesIO(content)) as file:
            assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (16000, 1, 2)
            assert np.array_equal(np.frombuffer(file.readframes(2000), np.int16), samples)
