"""Uploads: what is accepted, how it is made to look like a training digit, and what is refused before it costs anything."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from playground.errors import BadRequest, TooLarge
from playground.formats.pictures import read_upload, to_frames
from playground.nets.contract import DIGITS


def file_of(array: np.ndarray, kind: str = "PNG") -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(array).save(buffer, kind)
    return buffer.getvalue()


def stroke(side: int = 200) -> np.ndarray:
    paper = np.full((side, side), 255, np.uint8)
    paper[40:160, 20:40] = 0  # a vertical bar, far off centre
    return paper


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_dark_ink_on_paper_becomes_centred_light_ink_on_black(kind):
    picture, note = read_upload(file_of(stroke(), kind), DIGITS)
    ink = picture[0, 0].numpy()
    assert picture.shape == (1, 1, 28, 28) and "after turning dark ink" in note
    rows, columns = np.where(ink > 0.5)
    assert rows.max() - rows.min() + 1 == 20  # the training digits' box
    assert abs(rows.mean() - 13.5) < 1 and abs(columns.mean() - 13.5) < 1


def test_light_ink_on_black_is_kept_and_transparency_counts_as_paper():
    _, note = read_upload(file_of(255 - stroke()), DIGITS)
    assert "dark ink" not in note
    clear = np.zeros((100, 100, 4), np.uint8)
    clear[20:80, 45:55, 3] = 255  # black, opaque
    picture, _ = read_upload(file_of(clear), DIGITS)
    assert 0.02 < picture.mean() < 0.3


def test_a_picture_of_one_shade_is_refused():
    with pytest.raises(BadRequest, match="The picture is all one shade"):
        read_upload(file_of(np.full((50, 50), 255, np.uint8)), DIGITS)


@pytest.mark.parametrize("content", [b"", b"hello, I am text", b"GIF89a" + bytes(100), b"<svg xmlns='x'/>"])
def test_what_is_not_a_picture_of_the_three_kinds_is_refused(content):
    with pytest.raises(BadRequest, match="not a PNG, JPEG or WEBP picture"):
        read_upload(content, DIGITS)


def test_truncated_pictures_are_refused():
    noise = np.random.default_rng(0).integers(0, 255, (64, 64), np.uint8)
    for kind in ("PNG", "JPEG", "WEBP"):
        content = file_of(noise, kind)
        with pytest.raises(BadRequest, match="(damaged|not a PNG)"):
            read_upload(content[: len(content) // 2], DIGITS)


def bomb(width: int, height: int) -> bytes:
    """A PNG whose header promises more pixels than it has data for; nothing of it may be decoded."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(("width", "height"), [(10_000, 10_000), (10_000, 500), (65_000, 65_000), (1_000_000, 5)])
def test_pictures_beyond_four_million_pixels_are_refused_from_their_header(width, height):
    with pytest.raises((TooLarge, BadRequest), match="(at most 4,000,000 pixels|damaged)"):
        read_upload(bomb(width, height), DIGITS)


def test_a_wide_thin_stroke_still_fits():
    wide = np.full((4, 2000), 255, np.uint8)
    wide[2, :] = 0
    picture, _ = read_upload(file_of(wide), DIGITS)
    assert picture.max() > 0


def test_frames_round_to_the_nearest_level():
    import torch

    assert to_frames(torch.tensor([0.0, 0.5, 1.0, 1.5, -1.0]).view(1, 1, 1, -1)) == bytes([0, 128, 255, 255, 0])
