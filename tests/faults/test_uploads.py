"""Uploads that are no good pictures: refused in one sentence, decoded at most up to the limit, in the model process."""

import io
import struct
import time
import zlib

import numpy as np
import pytest
from PIL import Image

from playground.benchmarks.processes import rss_mb
from playground.datasets.digits.reference import load_reference
from playground.serving import unpack
from tests.formats.photographs import photographed, without_digit
from tests.server import VAE, Caller, assert_refused, patient


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


def no_digit(kind: str) -> bytes:
    """A file with something else in it."""
    file = io.BytesIO()
    Image.fromarray((without_digit(kind).clip(0, 1) * 255).astype(np.uint8)).save(file, "PNG")
    return file.getvalue()


def repeated_scan(times: int) -> bytes:
    """A progressive JPEG of twelve million pixels that goes over them again and again."""
    file = io.BytesIO()
    Image.new("L", (4000, 3000), 200).save(file, "JPEG", progressive=True)
    passes = file.getvalue()
    return passes[:-2] + passes[passes.rindex(b"\xff\xda") : -2] * times + b"\xff\xd9"


@pytest.mark.parametrize("times", [100, 1000])
def test_a_jpeg_of_more_than_a_hundred_scans_is_refused_at_once(caller: Caller, times: int) -> None:
    content, started_s = repeated_scan(times)[: (4 << 20) - 4096], time.monotonic()
    assert_refused(caller.run(VAE, "encode", {}, content), 413, words="at most 100 scans")
    assert time.monotonic() - started_s < patient(1.0)


def test_a_text_of_64_megabytes_in_a_picture_is_never_unpacked(caller: Caller) -> None:
    worker = caller.page.worker_pid()
    before_mb = rss_mb(worker)
    answer = caller.run(VAE, "encode", {}, with_text_bomb())
    assert answer.status_code == 200, answer.text
    assert rss_mb(worker) - before_mb < 30


@pytest.mark.parametrize("kind", ["soft shadow", "darkly ruled", "thin frame"])
def test_a_photographed_digit_lies_on_its_side_and_is_encoded_upright(caller: Caller, kind: str) -> None:
    """The camera's orientation 6: what it stored is to be turned clockwise."""
    digit = load_reference().pictures[3]
    stored, exif = np.rot90((photographed(kind, digit, 0).clip(0, 1) * 255).astype(np.uint8)), Image.Exif()
    exif[0x0112] = 6
    file = io.BytesIO()
    Image.fromarray(stored).save(file, "JPEG", quality=90, exif=exif)
    answer = caller.run(VAE, "encode", {}, file.getvalue())
    assert answer.status_code == 200, answer.text
    header, body = unpack(answer.content)
    target, rebuilt = np.frombuffer(body[: 2 * 784], np.uint8).reshape(2, 28, 28)
    assert np.corrcoef(target.ravel(), digit.ravel())[0, 1] > 0.85
    assert np.corrcoef(rebuilt.ravel(), digit.ravel())[0, 1] > 0.85
    assert header["note"].startswith("Cropped to the ink"), header


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
        (no_digit("empty frame"), "No digit was found in the picture: it shows only a frame"),
        (no_digit("clouds"), "No digit was found in the picture: it shows only soft patches"),
        (picture("JPEG")[:-200], "damaged"),
        (picture("JPEG")[:30], "damaged"),
        (picture("PNG")[:60], "damaged"),
        (picture("PNG")[:20], "damaged PNG"),
        (picture("WEBP")[:40], "damaged"),
        (b"\x89PNG\r\n\x1a\n" + b"\xff" * 500, "PNG"),
        (bytes(1000), "not a PNG"),
    ],
    ids=lambda value: repr(value[:12]) if isinstance(value, bytes) else value,
)
def test_what_is_no_readable_picture_is_refused(caller: Caller, content: bytes, words: str) -> None:
    assert_refused(caller.run(VAE, "encode", {}, content), 400, words=words)


@pytest.mark.parametrize("size", [(10_000, 2_000), (2_000, 10_000), (10_000, 10_000), (60_000, 60_000), (2**31 - 1, 1)])
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
