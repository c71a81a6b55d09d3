"""Uploaded picture files of any subject: their pixels upright, in colour, and no larger than the models can use."""

import io
import warnings

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from playground.errors import BadRequest, TooLarge
from playground.formats.digit_pictures import centre_digit, grey_of
from playground.formats.picture_containers import PNG, count_scans, needed_chunks
from playground.formats.pictures import from_frames
from playground.protocol.output import OutputSpec

KINDS = {PNG: "PNG", b"\xff\xd8\xff": "JPEG", b"RIFF": "WEBP"}
HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")  # of ISO 23008-12
MAX_PIXELS = 16_000_000  # decoded at full size: at most 250 MB for a moment
MAX_REDUCED_PIXELS = 50_000_000  # of a JPEG in one pass, which is decoded at an eighth to a half of its size
MAX_SCANS = 100  # of a JPEG: cameras and browsers write about 10
MAX_SIDE = 1024  # of the pixels given back
ORIENTATION = 0x0112  # the EXIF tag
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}  # what makes a picture of that orientation upright


def read_upload(content: bytes | memoryview, output: OutputSpec) -> tuple[Tensor, str]:
    """An uploaded file as a picture (1, C, H, W) of that output, and one sentence on what was done.

    With one channel it becomes ink in the manner of MNIST, with three a photograph of the whole middle.
    """
    pixels = decode_picture(content)
    if output.channels == 3:
        return fit_photograph(pixels, output.height, output.width)
    return centre_digit(grey_of(pixels), output.height, output.width)


def fit_photograph(pixels: NDArray[np.uint8], height: int, width: int) -> tuple[Tensor, str]:
    """Pixels (H, W, 3 or 4), laid on white, as (1, 3, height, width): the largest middle part of that shape, resized."""
    picture = Image.fromarray(pixels)
    if picture.mode == "RGBA":
        picture = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture).convert("RGB")
    scale = min(picture.width / width, picture.height / height)
    left, top = (picture.width - scale * width) / 2, (picture.height - scale * height) / 2
    box = (left, top, left + scale * width, top + scale * height)
    small = picture.resize((width, height), Image.Resampling.LANCZOS, box=box)
    return from_frames(small.tobytes(), 1, height, width, 3), f"Cropped to its middle and scaled to {width} x {height}."


def decode_picture(content: bytes | memoryview) -> NDArray[np.uint8]:
    """A PNG, JPEG or WEBP file as pixels (H, W, 3), or (H, W, 4) where it has transparency; at most 1024 on the longer side.

    Upright as its EXIF orientation says; 16-bit greys as 8 bits. Size and format are read from the header before any pixel is
    decoded. Raises BadRequest when it is no such file or damaged, TooLarge beyond 16 million pixels, 50 of a JPEG in one pass,
    or 100 passes.
    """
    content = bytes(content)
    kind = _kind(content)
    scans = count_scans(content, MAX_SCANS) if kind == "JPEG" else 0
    if scans > MAX_SCANS:
        raise TooLarge(f"A JPEG picture may have at most {MAX_SCANS} scans, this one has more: save it again.")
    limit = MAX_PIXELS
    try:
        if kind == "PNG":
            content = needed_chunks(content)
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore"
            )  # of damaged EXIF, which is not needed, and of sizes, which are checked here
            with Image.open(io.BytesIO(content), formats=[kind]) as image:
                width, height = image.size
                if scans == 1 and not image.info.get("progressive"):
                    limit = MAX_REDUCED_PIXELS
                if width * height > limit:
                    raise TooLarge(
                        f"A {kind} picture may have at most {limit:,} pixels, this one has {width} x {height}: shrink it first."
                    )
                return _pixels(image)
    except Image.DecompressionBombError as error:
        raise TooLarge(
            f"A {kind} picture may have at most {limit:,} pixels, this one has far more: shrink it first."
        ) from error
    except (OSError, SyntaxError, ValueError) as error:
        raise BadRequest(
            f"The upload is a damaged {kind} picture and cannot be read: save it again or choose another."
        ) from error


def _kind(content: bytes) -> str:
    for magic, kind in KINDS.items():
        if content.startswith(magic) and (kind != "WEBP" or content[8:12] == b"WEBP"):
            return kind
    if content[4:8] == b"ftyp" and content[8:12] in HEIC_BRANDS:
        raise BadRequest("The upload is a HEIC picture, and only PNG, JPEG and WEBP are read: save it as a JPEG first.")
    raise BadRequest("The upload is not a PNG, JPEG or WEBP picture: choose another file.")


def _pixels(image: Image.Image) -> NDArray[np.uint8]:
    image.draft(None, (MAX_SIDE, MAX_SIDE))
    turn = UPRIGHT.get(_orientation(image))
    image.load()
    if image.mode.startswith("I"):  # 16 bits
        image = Image.fromarray((np.asarray(image, np.float32) / 257 + 0.5).clip(0, 255).astype(np.uint8))
    if "A" in image.mode or "a" in image.mode or "transparency" in image.info:
        image = image.convert("RGBA")
    elif image.mode != "L":
        image = image.convert("RGB")
    image.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.BOX, reducing_gap=None)
    if turn is not None:
        image = image.transpose(turn)
    pixels = np.asarray(image if image.mode == "RGBA" else image.convert("RGB"))
    return pixels[..., :3] if pixels.shape[2] == 4 and pixels[..., 3].min() == 255 else pixels


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(ORIENTATION, 1))
    except Exception:  # whatever damaged EXIF makes its reader raise: the picture itself may be whole
        return 1
