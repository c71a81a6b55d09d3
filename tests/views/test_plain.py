"""Pictures of replies, read back: the levels that were drawn, in whatever colours."""

import numpy as np
import pytest

from playground.errors import BadRequest
from playground.views.exports import encode_png
from playground.views.plain import data_url, read_pixels


@pytest.mark.parametrize("kind", ["image", "sound"])
def test_the_levels_of_a_picture_are_read_as_they_were_drawn(kind: str) -> None:
    for levels in (np.arange(256, dtype=np.uint8).reshape(8, 32), np.array([[7, 0], [0, 201]], np.uint8)):
        picture = data_url("image/png", encode_png(levels, {}, kind=kind))
        assert np.array_equal(read_pixels(picture), levels)


def test_the_levels_of_a_roll_are_silent_held_or_struck() -> None:
    roll = np.array([[0, 153, 255], [255, 0, 153]], np.uint8)
    assert np.array_equal(read_pixels(data_url("image/png", encode_png(roll, {}, kind="roll"))), roll)


def test_what_is_no_png_file_is_refused() -> None:
    with pytest.raises(BadRequest, match="must be a PNG file, as replies hold it"):
        read_pixels("AAAA")
