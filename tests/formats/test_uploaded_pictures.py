"""Picture files of any subject: read as browsers read them, upright and in colour, within limits that hold before decoding."""

import io
import struct
import subprocess
import sys
import zlib

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from playground.errors import BadRequest, PlaygroundError, TooLarge
from playground.formats.picture_containers import count_scans, needed_chunks
from playground.formats.uploaded_pictures import MAX_SIDE, decode_picture, read_upload
from playground.protocol.output import OutputSpec

ORIENTATION = 0x0112
UPRIGHT = {  # how a camera that writes this orientation has stored a picture
    1: lambda stored: stored,
    2: lambda stored: stored[:, ::-1],
    3: lambda stored: stored[::-1, ::-1],
    4: lambda stored: stored[::-1],
    5: lambda stored: stored.swapaxes(0, 1),
    6: lambda stored: np.rot90(stored, -1),
    7: lambda stored: stored[::-1, ::-1].swapaxes(0, 1),
    8: lambda stored: np.rot90(stored),
}


def scene(height: int = 60, width: int = 80) -> np.ndarray:
    """Smooth colours, different in every corner: (height, width, 3)."""
    down, across = np.mgrid[:height, :width] / np.array([height, width]).reshape(2, 1, 1)
    return (np.stack([down, across, 0.5 + 0.5 * down * across], axis=2) * 255).astype(np.uint8)


def file_of(array: np.ndarray, kind: str = "PNG", **options: object) -> bytes:
    file = io.BytesIO()
    Image.fromarray(array).save(file, kind, **options)
    return file.getvalue()


def chunk(name: bytes, data: bytes, check: int | None = None) -> bytes:
    """A PNG chunk, whose check sum may be wrong."""
    return (
        struct.pack(">I", len(data))
        + name
        + data
        + struct.pack(">I", zlib.crc32(name + data) if check is None else check)
    )


def with_chunk(png: bytes, extra: bytes) -> bytes:
    """Before the first data."""
    at = png.index(b"IDAT") - 4
    return png[:at] + extra + png[at:]


def close(one: np.ndarray, other: np.ndarray) -> bool:
    return one.shape == other.shape and np.abs(one.astype(int) - other.astype(int)).mean() < 3


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_stands_upright_as_its_exif_says(kind, orientation):
    stored, exif = scene(), Image.Exif()
    exif[ORIENTATION] = orientation
    exif[0x010F] = "A camera"
    pixels = decode_picture(file_of(stored, kind, exif=exif))
    assert pixels.dtype == np.uint8 and close(pixels, UPRIGHT[orientation](stored))


def test_damaged_exif_costs_no_more_than_the_orientation():
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif[0x010F] = "A camera of a long name"
    good = file_of(scene(), "JPEG", exif=exif)
    at = good.index(b"Exif\0\0") + 6
    size = struct.unpack_from(">H", good, at - 8)[0]
    read = []
    for place in range(at, at + size - 8):
        pixels = decode_picture(good[:place] + b"\xff" + good[place + 1 :])
        read.append(pixels.shape)
        assert close(pixels, UPRIGHT[6](scene())) or close(pixels, scene())
    assert (60, 80, 3) in read and (80, 60, 3) in read


@pytest.mark.parametrize("name", [b"tEXt", b"tIME", b"iCCP", b"gAMA", b"pHYs", b"eXIf", b"tRNS", b"caBX"])
def test_a_wrong_check_sum_of_what_a_picture_does_not_need_is_passed_over(name):
    content = with_chunk(file_of(scene()), chunk(name, b"Comment\0hello", check=12345))
    assert np.array_equal(decode_picture(content), scene())


def test_a_wrong_check_sum_of_what_a_picture_needs_is_damage():
    content = file_of(scene())
    at = content.index(b"IDAT")
    for place in (content.index(b"IHDR") + 18, at + 8):
        spoiled = content[:place] + bytes([content[place] ^ 0x55]) + content[place + 1 :]
        with pytest.raises(
            BadRequest, match="^The upload is a damaged PNG picture and cannot be read: save it again or choose"
        ):
            decode_picture(spoiled)


def test_texts_in_a_png_are_never_unpacked():
    text = b"Comment\0\0" + zlib.compress(b"a" * (64 << 20), 9)
    content = with_chunk(file_of(scene()), chunk(b"zTXt", text))
    assert np.array_equal(decode_picture(content), scene())
    assert len(needed_chunks(content)) < len(content) - len(text)


def test_sixteen_bits_of_grey_become_eight():
    grey = np.linspace(0, 65535, 60 * 80).reshape(60, 80).astype(np.uint16)
    pixels = decode_picture(file_of(grey))
    assert np.abs(pixels.astype(float) - (grey / 257)[..., None]).max() <= 0.5 + 1e-3


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_mode_of_png_is_read_in_colour_and_with_its_transparency(mode):
    opaque = Image.fromarray(scene())
    if mode == "I;16":
        picture = Image.fromarray(np.full((60, 80), 40_000, np.uint16))
    elif mode.endswith("A"):
        opaque.putalpha(Image.fromarray(scene()[..., 0]))
        picture = opaque.convert(mode)
    else:
        picture = opaque.convert(mode)
    file = io.BytesIO()
    picture.save(file, "PNG")
    pixels = decode_picture(file.getvalue())
    assert pixels.shape == (60, 80, 4 if mode.endswith("A") else 3)
    if mode in ("RGB", "P", "RGBA"):
        assert close(pixels[..., :3][10:], scene()[10:]) or mode == "P"


def test_a_palette_with_a_clear_colour_and_an_opaque_channel():
    palette = Image.fromarray(np.tile(np.arange(4, dtype=np.uint8), (8, 2)), "P")
    palette.putpalette([255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 9, 9])
    file = io.BytesIO()
    palette.save(file, "PNG", transparency=1)
    pixels = decode_picture(file.getvalue())
    assert pixels[0, :4, 3].tolist() == [255, 0, 255, 255] and pixels[0, 2].tolist() == [0, 0, 255, 255]
    opaque = np.dstack([scene(), np.full((60, 80), 255, np.uint8)])
    assert np.array_equal(decode_picture(file_of(opaque)), scene())


@pytest.mark.parametrize(
    "content", [b"", b"hello, I am text", b"GIF89a" + bytes(100), b"<svg xmlns='x'/>", b"RIFF....WAVE" + bytes(99)]
)
def test_what_is_no_picture_of_the_three_kinds_is_refused(content):
    with pytest.raises(BadRequest, match="^The upload is not a PNG, JPEG or WEBP picture: choose another file.$"):
        decode_picture(content)


@pytest.mark.parametrize("brand", [b"heic", b"hevc", b"mif1"])
def test_a_picture_of_a_telephone_in_heic_is_told_by_its_name(brand):
    with pytest.raises(
        BadRequest, match="^The upload is a HEIC picture, and only PNG, JPEG and WEBP are read: save it"
    ):
        decode_picture(b"\0\0\0\x18ftyp" + brand + bytes(100))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_truncated_pictures_are_damaged(kind):
    content = file_of(np.random.default_rng(0).integers(0, 255, (64, 64, 3), np.uint8), kind)
    for length in (20, 40, len(content) // 2, len(content) - 400):
        with pytest.raises(BadRequest, match=f"^The upload is a damaged {kind} picture and cannot be read"):
            decode_picture(content[:length])


def bomb(width: int, height: int) -> bytes:
    """A PNG whose header promises more pixels than it has data for; nothing of it may be decoded."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(("width", "height"), [(10_000, 1_601), (10_000, 10_000), (65_000, 65_000), (2_000_000_000, 9)])
def test_pictures_of_too_many_pixels_are_refused_from_their_header(width, height):
    with pytest.raises(
        TooLarge, match="^A PNG picture may have at most 16,000,000 pixels, this one has .*: shrink it first.$"
    ):
        decode_picture(bomb(width, height))


def sized(jpeg: bytes, width: int, height: int) -> bytes:
    """A JPEG that says it has another size."""
    at = max(jpeg.find(b"\xff\xc0"), jpeg.find(b"\xff\xc2")) + 5
    return jpeg[:at] + struct.pack(">HH", height, width) + jpeg[at + 4 :]


def test_a_jpeg_in_one_pass_may_have_fifty_million_pixels_and_others_sixteen():
    plain, passes = file_of(scene(), "JPEG"), file_of(scene(), "JPEG", progressive=True)
    assert count_scans(plain, 100) == 1 and count_scans(passes, 100) == 10
    with pytest.raises(
        TooLarge, match="^A JPEG picture may have at most 50,000,000 pixels, this one has 10000 x 5001: shrink"
    ):
        decode_picture(sized(plain, 10_000, 5_001))
    first = passes.index(b"\xff\xda")
    second = passes.index(b"\xff\xda", first + 2)
    for content in (passes, passes[:second] + b"\xff\xd9"):  # one pass of a progressive file is kept as a whole too
        with pytest.raises(
            TooLarge, match="^A JPEG picture may have at most 16,000,000 pixels, this one has 4001 x 4000: shrink"
        ):
            decode_picture(sized(content, 4_001, 4_000))


def test_a_webp_may_have_sixteen_million_pixels():
    content = bytearray(file_of(scene(), "WEBP"))
    at = content.index(b"\x9d\x01\x2a") + 3  # width and height follow the start code of VP8
    content[at : at + 4] = struct.pack("<HH", 5000, 4000)
    with pytest.raises(
        TooLarge,
        match="^A WEBP picture may have at most 16,000,000 pixels, this one has 5000 x 4000: shrink it first.$",
    ):
        decode_picture(bytes(content))


PEAK = """
import sys
from PIL import Image
from playground.formats.uploaded_pictures import decode_picture
def peak_mb():
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM")) / 1024
content = open(sys.argv[1], "rb").read()
decode_picture(open(sys.argv[2], "rb").read())
before = peak_mb()
print(*decode_picture(content).shape, peak_mb() - before)
"""


@pytest.mark.parametrize(
    ("kind", "size", "options", "most_mb"),
    [
        ("JPEG", (3024, 4032), {"quality": 90}, 60),
        ("JPEG", (6000, 8000), {"quality": 70}, 60),
        ("JPEG", (3024, 4032), {"quality": 80, "progressive": True}, 90),
        ("PNG", (3024, 4032), {}, 110),
        ("WEBP", (3024, 4032), {"quality": 50, "method": 0}, 260),
    ],
    ids=["12 MP", "48 MP", "12 MP progressive", "12 MP png", "12 MP webp"],
)
def test_a_photograph_of_many_pixels_is_read_small_and_in_bounded_memory(tmp_path, kind, size, options, most_mb):
    small = scene(size[0] // 8, size[1] // 8)
    content = file_of(np.repeat(np.repeat(small, 8, axis=0), 8, axis=1), kind, **options)
    assert len(content) < 4 << 20
    for name, data in (("large", content), ("small", file_of(scene(), kind))):
        (tmp_path / name).write_bytes(data)
    told = subprocess.run(
        [sys.executable, "-c", PEAK, tmp_path / "large", tmp_path / "small"], capture_output=True, text=True, check=True
    ).stdout.split()
    height, width, channels, taken_mb = map(float, told)
    assert (height, width, channels) == (MAX_SIDE * size[0] // size[1], MAX_SIDE, 3)
    assert taken_mb < most_mb
    pixels = decode_picture(content).astype(int)
    corners = scene().astype(int)
    for row, column in ((0, 0), (0, -1), (-1, 0), (-1, -1)):
        assert np.abs(pixels[row, column] - corners[row, column]).max() < 16


def test_the_scans_of_a_jpeg_are_counted_before_it_is_decoded():
    passes = file_of(scene(), "JPEG", progressive=True)
    last = passes[passes.rindex(b"\xff\xda") : -2]
    most = passes[:-2] + last * 90 + b"\xff\xd9"
    assert count_scans(most, 100) == 100 and decode_picture(most).shape == (60, 80, 3)
    for more in (91, 5_000):
        with pytest.raises(
            TooLarge, match="^A JPEG picture may have at most 100 scans, this one has more: save it again.$"
        ):
            decode_picture(passes[:-2] + last * more + b"\xff\xd9")


def test_markers_in_segments_are_no_scans_and_markers_without_length_hide_none():
    plain = file_of(scene(), "JPEG")
    comment = b"\xff\xfe" + struct.pack(">H", 2 + 3 * 200) + b"\xff\xda\x00" * 200
    assert count_scans(plain[:2] + comment + plain[2:], 100) == 1
    assert count_scans(b"\xff\xd8\xff\x02\xff\xff" + b"\xff\xda\x00\x02" * 50, 100) == 50
    assert count_scans(b"\xff\xd8" + b"\xff\xff\xff\xda\x00\x02\xff\x00\xff\xd0" * 3 + b"\xff\xd9\xff\xda", 100) == 3


def test_a_photograph_for_a_model_of_colours_is_the_middle_of_the_upload_on_white():
    picture, note = read_upload(file_of(scene(40, 100)), OutputSpec("image", 16, 16, channels=3))
    assert picture.shape == (1, 3, 16, 16) and note == "Cropped to its middle and scaled to 16 x 16."
    across = torch.linspace(0.3, 0.7, 16)
    assert (picture[0, 1] - across).abs().max() < 0.05 and (
        picture[0, 0].T - torch.linspace(0, 1, 16)
    ).abs().max() < 0.05
    clear = np.dstack([np.zeros((40, 40, 3), np.uint8), np.zeros((40, 40), np.uint8)])
    clear[10:30, 10:30, 3] = 255
    picture, _ = read_upload(file_of(clear), OutputSpec("image", 8, 8, channels=3))
    assert picture[0, :, 0, 0].tolist() == [1, 1, 1] and picture[0, :, 4, 4].tolist() == [0, 0, 0]


GOOD = [
    file_of(scene(), "PNG"),
    file_of(scene(), "JPEG"),
    file_of(scene(), "JPEG", progressive=True),
    file_of(scene(), "WEBP"),
]


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(GOOD), st.floats(0, 1), st.binary(min_size=1, max_size=12), st.booleans())
def test_any_damage_ends_in_a_picture_or_one_sentence(content, place, noise, inserted):
    at = int(place * len(content))
    content = content[:at] + noise + content[at + (0 if inserted else len(noise)) :]
    try:
        pixels = decode_picture(content)
    except PlaygroundError as error:
        assert str(error).endswith(".") and "\n" not in str(error)
    else:
        assert pixels.dtype == np.uint8 and pixels.ndim == 3 and max(pixels.shape[:2]) <= MAX_SIDE


@settings(max_examples=200, deadline=None)
@given(st.sampled_from([b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"RIFF\x10\0\0\0WEBP"]), st.binary(max_size=300))
def test_any_bytes_behind_a_known_beginning_are_refused(magic, rest):
    with pytest.raises(PlaygroundError, match=r"\.$"):
        decode_picture(magic + rest)
