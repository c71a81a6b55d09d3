"""Uploads that are no good pictures: refused in one sentence, decoded at most up to the limit, in the model process."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from playground.benchmarks.processes import rss_mb
from tests.server import VAE, Caller, assert_refused


def picture(kind: str = "PNG", width: int = 60, height: int = 80, **options: object) -> bytes:
    """A file with a dark stroke on light paper."""
    pixels = np.full((height, width), 240, np.uint8)
    pixels[height // 5 : -height // 5 or None, width // 3 : width // 2] = 20
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, kind, **options)
    return file.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A small PNG file that says it has width x height pixels, and has them: all zeros."""
    rows = zlib.compressobj(9)
    row = b"\0" + b"\0" * ((width + 7) // 8)
    data = b"".join(rows.compress(row) for _ in range(height)) + rows.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def chunk(kind: bytes, data: bytes) -> bytes:
    """One PNG chunk."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def with_text_bomb() -> bytes:
    """A good PNG with a compressed text of 64 MB in it."""
    text = b"Comment\0\0" + zlib.compress(b"a" * (64 << 20), 9)
    good = picture()
    end = good.index(b"IDAT") - 4
    return good[:end] + chunk(b"zTXt", text) + good[end:]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_good_pictures_are_encoded(caller: Caller, kind: str) -> None:
    answer = caller.run(VAE, "encode", {}, picture(kind))
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "needed"),
        (b"hello, I am a text", "not a PNG"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not a PNG"),
        (b"%PDF-1.7\n", "not a PNG"),
        (picture("GIF"), "not a PNG"),
        (picture("BMP"), "not a PNG"),
        (picture("TIFF"), "not a PNG"),
        (picture("JPEG")[:-200], "damaged"),
        (picture("JPEG")[:30], "damaged"),
        (picture("PNG")[:60], "damaged"),
        (picture("PNG")[:20], "damaged"),
        (picture("WEBP")[:40], "damaged"),
        (b"\x89PNG\r\n\x1a\n" + b"\xff" * 500, "PNG"),
        (bytes(1000), "not a PNG"),
        (with_text_bomb(), "damaged"),
    ],
    ids=lambda value: repr(value[:12]) if isinstance(value, bytes) else value,
)
def test_what_is_no_readable_picture_is_refused(caller: Caller, content: bytes, words: str) -> None:
    assert_refused(caller.run(VAE, "encode", {}, content), 400, words=words)


@pytest.mark.parametrize("size", [(10_000, 1_000), (1_000, 10_000), (10_000, 10_000), (60_000, 60_000), (2**31 - 1, 1)])
def test_a_picture_of_too_many_pixels_is_refused_before_it_is_decoded(caller: Caller, size: tuple[int, int]) -> None:
    content = bomb(*size) if size[0] * size[1] <= 10**8 else bomb(8, 8)
    content = content[:16] + struct.pack(">II", *size) + content[24:29] + b"" + _crc(content, size) + content[33:]
    worker = caller.page.worker_pid()
    before_mb = rss_mb(worker)
    assert_refused(caller.run(VAE, "encode", {}, content), 413, words="pixels")
    assert caller.page.worker_pid() == worker
    assert rss_mb(worker) - before_mb < 30


def _crc(content: bytes, size: tuple[int, int]) -> bytes:
    return struct.pack(">I", zlib.crc32(b"IHDR" + struct.pack(">II", *size) + content[24:29]))


@pytest.mark.parametrize("size", [(10_000, 20), (20, 10_000), (1, 1), (2, 2), (10_000, 399)])
def test_odd_sizes_below_the_limit_end_in_a_picture_or_a_sentence(caller: Caller, size: tuple[int, int]) -> None:
    answer = caller.run(VAE, "encode", {}, picture("PNG", *size))
    if answer.status_code != 200:
        assert_refused(answer, 400)


def test_a_picture_of_one_shade_is_refused(caller: Caller) -> None:
    file = io.BytesIO()
    Image.new("RGBA", (50, 50), (0, 0, 0, 0)).save(file, "PNG")
    assert_refused(caller.run(VAE, "encode", {}, file.getvalue()), 400, words="one shade")


def test_an_upload_beyond_four_mebibytes_is_refused(caller: Caller) -> None:
    assert_refused(caller.run(VAE, "encode", {}, bytes(4 << 20)), 413, words="bytes")


def test_a_raw_picture_of_the_wrong_length_is_refused(caller: Caller) -> None:
    assert_refused(caller.run(VAE, "encode", {"raw": True}, bytes(783)), 400, words="784")
