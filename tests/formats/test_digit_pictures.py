"""Real test digits, photographed: each comes back alone, upright, as the training digits lie; other things get a sentence."""

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from playground.datasets.digits.reference import load_reference
from playground.errors import BadRequest
from playground.formats.digit_pictures import centre_digit, grey_of
from playground.formats.uploaded_pictures import read_upload
from playground.protocol.output import OutputSpec
from tests.formats.photographs import HEIGHT, WIDTH, blank, drawn, inked, jpeg, photographed, without_digit

DIGITS = load_reference().pictures[:40]
TURNED = "turning dark ink on light paper into light on dark"


def pixels(picture) -> np.ndarray:
    assert picture.shape == (1, 1, 28, 28)
    return picture[0, 0].numpy()


def centre(grey):
    return centre_digit(grey, 28, 28)


def likeness(one: np.ndarray, other: np.ndarray) -> float:
    """The correlation of two pictures; one may lie a pixel beside the other, as their centres are rounded."""
    shifts = [(down, across) for down in (-1, 0, 1) for across in (-1, 0, 1)]
    moved = [np.roll(one, shift, (0, 1)).ravel() for shift in shifts]
    return max(float(np.corrcoef(each, other.ravel())[0, 1]) for each in moved)


def test_a_training_digit_comes_back_as_it_is_in_either_polarity():
    for digit in DIGITS:
        for grey in (digit / 255, 1 - digit / 255):
            picture, _ = centre(grey.astype(np.float32))
            assert np.abs(pixels(picture) - digit / 255).mean() < 0.002


def test_a_digit_that_was_cut_out_tightly_comes_back():
    for digit in DIGITS:
        rows, columns = np.flatnonzero(digit.max(1) > 30), np.flatnonzero(digit.max(0) > 30)
        cut = digit[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        picture, _ = centre((1 - cut / 255).astype(np.float32))
        assert likeness(pixels(picture), digit) > 0.9


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("even light", TURNED),
        ("soft shadow", f"{TURNED} and evening out the light"),
        ("hard shadow", f"{TURNED} and evening out the light"),
        ("round shadow", "evening out the light"),
        ("dim", TURNED),
        ("pencil", TURNED),
        ("chalk", "digits were"),
        ("ruled", TURNED),
        ("darkly ruled", "leaving out ruled lines"),
        ("darkly squared", "leaving out ruled lines"),
        ("thin frame", f"{TURNED} and leaving out a frame"),
        ("frame in a shadow", "leaving out a frame"),
        ("ringed", "leaving out a frame"),
        ("specks", f"{TURNED} and leaving out small specks"),
        ("dark table", "leaving out a frame"),
    ],
)
def test_a_photographed_digit_comes_back_alone(kind, told):
    for seed, digit in enumerate(DIGITS[:12]):
        picture, note = centre(photographed(kind, digit, seed))
        assert likeness(pixels(picture), digit) > (0.7 if kind == "darkly squared" else 0.85), (kind, seed)
        assert note.startswith("Cropped to the ink, ") and told in note and note.endswith("."), note
        assert (TURNED in note) == (kind != "chalk")


def test_thin_lines_become_as_wide_as_those_of_training_digits():
    seven = np.full((800, 600), 0.95, np.float32)
    seven[140:150, 150:450] = 0.2  # 10 pixels wide in a digit of 500: a third of a pixel in the box
    for row in range(140, 650):
        seven[row, round(445 - 0.39 * (row - 140)) - 5 : round(445 - 0.39 * (row - 140)) + 5] = 0.2
    picture, note = centre(jpeg(seven))
    ink = pixels(picture)
    assert "its thin lines thickened" in note
    assert ink.max() > 0.99 and 30 < ink.sum() < 80  # of the training digits 1 % have less than 35 in all
    rows, columns = np.nonzero(ink > 0.5)
    assert rows.max() - rows.min() >= 18  # upright: the bar on top, the foot below on the left
    assert ink[rows.min() : rows.min() + 3].sum() > 4 * ink[rows.max() - 2 : rows.max() + 1].sum() / 2
    assert columns[rows == rows.max()].mean() < 14 < columns[rows == rows.min() + 3].mean()


@pytest.mark.parametrize(
    ("kind", "what"),
    [
        ("empty page in a shadow", ""),
        ("empty ruled page", ""),
        ("empty frame", "it shows only a frame; crop it to one digit on plain paper."),
        ("disc", "it shows a solid patch"),
        ("half dark", "it shows a solid patch"),
        ("clouds", "it shows only soft patches"),
        ("noise", "it shows many marks"),
        ("line", ""),
        ("speck", "it shows only specks"),
        ("net", "it shows more loops than a digit has"),
    ],
)
def test_what_shows_no_digit_is_told_in_one_sentence(kind, what):
    with pytest.raises(
        BadRequest, match=f"^(No digit was found in the picture: |The picture is all one shade).*{what}"
    ) as refusal:
        centre(without_digit(kind).astype(np.float32))
    assert str(refusal.value).endswith(".") and "\n" not in str(refusal.value)


def test_two_digits_are_not_taken_for_one():
    rng = np.random.default_rng(0)
    wide = np.tile(blank(rng), (1, 2))
    both = inked(inked(wide, DIGITS[0], left=40), DIGITS[1], left=310)
    with pytest.raises(
        BadRequest, match="No digit was found in the picture: it shows several marks apart from each other"
    ):
        centre(jpeg(both))


@pytest.mark.parametrize("colour", [(0, 0, 0), (255, 255, 255), (200, 30, 30), (255, 240, 60)])
def test_one_colour_on_nothing_is_read_by_its_opacity(colour):
    for digit in DIGITS[:8]:
        glyph = drawn(digit)
        file = io.BytesIO()
        painted = np.full((*glyph.shape, 4), (*colour, 0), np.uint8)
        painted[..., 3] = 10 + 220 * glyph
        Image.fromarray(painted).save(file, "PNG")
        picture, note = read_upload(file.getvalue(), OutputSpec("image", 28, 28))
        assert likeness(pixels(picture), digit) > 0.85
        assert TURNED not in note and note.endswith("centred by mass, as the training digits were.")


def test_many_colours_on_nothing_are_read_on_the_ground_that_shows_them():
    for digit in DIGITS[:8]:
        glyph = drawn(digit)[..., None]
        shade = np.linspace(0.0, 1.0, len(glyph))[None, :, None]
        for dark, light in (
            (np.array([0, 0, 0]), np.array([60, 60, 120])),
            (np.array([200, 255, 255]), np.array([255, 200, 255])),
        ):
            colours = (dark + shade * (light - dark)) * np.ones_like(glyph)
            painted = np.concatenate([colours, 255 * glyph], axis=2).astype(np.uint8)
            assert likeness(pixels(centre(grey_of(painted))[0]), digit) > 0.8


@pytest.mark.parametrize(
    ("ink", "paper"),
    [((25, 50, 200), (255, 255, 255)), ((255, 235, 40), (255, 255, 255)), ((51, 168, 77), (230, 107, 153))],
    ids=["blue", "yellow", "as light as its paper"],
)
def test_coloured_ink_stands_out(ink, paper):
    for digit in DIGITS[:8]:
        cover = np.pad(drawn(digit), 40)[..., None]
        coloured = (np.array(paper) * (1 - cover) + np.array(ink) * cover).astype(np.uint8)
        assert likeness(pixels(centre(grey_of(coloured))[0]), digit) > 0.85


@pytest.mark.parametrize("shape", [(1, 1), (2, 2), (1, 900), (900, 1), (3, 700), (64, 64), (HEIGHT, WIDTH)])
def test_one_shade_is_refused_at_any_size(shape):
    for shade in (0.0, 0.4, 1.0):
        with pytest.raises(
            BadRequest, match="^The picture is all one shade: draw or upload a digit that stands out from its"
        ):
            centre(np.full(shape, shade, np.float32))


@settings(max_examples=150, deadline=None)
@given(
    st.integers(1, 90),
    st.integers(1, 90),
    st.integers(0, 2**32 - 1),
    st.sampled_from([0.0, 0.5, 0.9, 0.99]),
    st.integers(1, 9),
)
def test_any_picture_ends_in_a_digit_or_one_sentence(height, width, seed, empty, coarse):
    rng = np.random.default_rng(seed)
    grey = np.where(rng.random((height, width)) < empty, 1.0, rng.random((height, width))).astype(np.float32)
    grey = np.kron(grey, np.ones((coarse, coarse), np.float32))
    try:
        picture, note = centre(grey)
    except BadRequest as error:
        assert str(error).endswith(".") and "\n" not in str(error)
    else:
        ink = pixels(picture)
        assert ink.min() >= 0 and 0.3 < ink.max() <= 1 and note.endswith(".")
