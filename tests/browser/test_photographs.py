"""Photographs of a telephone in the browser: made smaller before they travel, upright, and refused in one sentence."""

import base64
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from playground.benchmarks.processes import Page
from playground.protocol.wire import unpack
from tests.browser.visits import WIDE, link, pixels, visit, wait_change, wait_drawn
from tests.server import patient

PANEL, ORIGINAL = "#pg-panel-image-invert", "#pg-invert-original-picture"
FILE, PROBLEM = f"{PANEL} input[type=file]", f"{PANEL} .pg-area-source .pg-problem"
STATE = {"page": {"modality": "image", "panel": "invert"}, "image.invert": {"model": "image/digits-vae"}}
SIDES = (3000, 4000)  # twelve megapixels, as a telephone is held upright
MOST_BYTES = 4 << 20
ORIENTATION = 0x0112
STORED = {1: None, 3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}


@pytest.fixture(scope="module")
def seven() -> Image.Image:
    """A seven in ink on grainy paper, upright: so fine a grain makes a large file."""
    picture = Image.new("L", SIDES, 225)
    ImageDraw.Draw(picture).line([(800, 1000), (2200, 1000), (1300, 3100)], fill=40, width=220, joint="curve")
    grain = np.random.default_rng(0).normal(0, 9, picture.size[::-1]).astype(np.float32)
    return Image.fromarray((np.asarray(picture, np.float32) + grain).clip(0, 255).astype(np.uint8))


def save_photograph(upright: Image.Image, orientation: int, path: Path) -> Path:
    """As a camera stores it that was held this way: turned, with the turn in its EXIF."""
    turn = STORED[orientation]
    stored = upright if turn is None else upright.transpose(turn)
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    stored.save(path, "JPEG", quality=92, exif=exif)
    return path


def shown(tab: Any) -> np.ndarray:
    """The large canvas of what was given, in grey."""
    png = base64.b64decode(pixels(tab, ORIGINAL).partition(",")[2])
    return np.asarray(Image.open(io.BytesIO(png)).convert("L").resize((28, 28), Image.Resampling.BOX), np.float32)


def test_photographs_of_twelve_megapixels_travel_small_and_stand_upright(
    browser: Any, page: Page, seven: Image.Image, tmp_path: Path
) -> None:
    small, other = tmp_path / "small.png", tmp_path / "other.png"
    upright = seven.resize((300, 400), Image.Resampling.BOX)
    upright.save(small)
    upright.transpose(Image.Transpose.ROTATE_90).save(other)
    sent: list[bytes] = []
    with visit(browser, link(page, STATE), WIDE) as tab:
        tab.on("request", lambda request: sent.append(request.post_data_buffer or b""))
        tab.set_input_files(FILE, small)
        wait_drawn(tab, ORIGINAL)
        expected = shown(tab)
        for orientation in STORED:
            photograph = save_photograph(seven, orientation, tmp_path / f"{orientation}.jpg")
            assert photograph.stat().st_size > MOST_BYTES
            sent.clear()
            give(tab, photograph)
            travelled = [body for body in map(picture_in, sent) if body]
            assert travelled and max(map(len, sent)) < MOST_BYTES
            with Image.open(io.BytesIO(travelled[0])) as picture:
                assert picture.size == (1200, 1600), "upright, at most 1600 pixels a side"
            assert np.abs(shown(tab) - expected).mean() < 12, f"orientation {orientation}"
            give(tab, other)  # so that the next one's coming shows


def give(tab: Any, file: Path) -> None:
    """Choose a file, and wait until the page shows it."""
    before = pixels(tab, ORIGINAL)
    tab.set_input_files(FILE, file)
    wait_change(tab, ORIGINAL, before)


def picture_in(message: bytes) -> bytes:
    """The JPEG file in a packed message; empty where it has none."""
    try:
        _, body = unpack(message)
    except Exception:  # a message of another kind
        return b""
    return bytes(body) if bytes(body[:2]) == b"\xff\xd8" else b""


HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"


def test_what_cannot_be_used_is_refused_in_one_sentence(
    browser: Any, page: Page, expected: list[str], tmp_path: Path
) -> None:
    expected += [
        "Failed to load resource: the server responded with a status of 400 (Bad Request)",
        "Failed to load resource: the server responded with a status of 413 (Request Entity Too Large)",
        "Failed to load resource: the server responded with a status of 413 (Content Too Large)",
    ]
    large = Image.new("L", (5000, 4000), 220)
    large.save(tmp_path / "progressive.jpg", "JPEG", progressive=True)
    large.save(tmp_path / "large.png", "PNG")
    (tmp_path / "small.heic").write_bytes(HEIC + bytes(1000))
    (tmp_path / "large.heic").write_bytes(HEIC + bytes(5 << 20))
    (tmp_path / "empty.png").write_bytes(b"")
    told = {
        "small.heic": "The upload is a HEIC picture, and only PNG, JPEG and WEBP are read: save it as a JPEG first.",
        "large.heic": "A picture file may have up to 4 MB, and large.heic has 5.0 MB and cannot be read to be made smaller: "
        "choose another.",
        "progressive.jpg": "A JPEG picture may have at most 16,000,000 pixels, this one has 5000 x 4000: shrink it first.",
        "large.png": "A PNG picture may have at most 16,000,000 pixels, this one has 5000 x 4000: shrink it first.",
        "empty.png": "empty.png is empty: choose another file.",
    }
    with visit(browser, link(page, STATE), WIDE, expected=expected) as tab:
        for name, sentence in told.items():
            tab.set_input_files(FILE, tmp_path / name)
            tab.wait_for_function(
                "([place, words]) => document.querySelector(place).innerText.includes(words)",
                arg=[PANEL, sentence],
                timeout=20_000 * patient(1),
            )
