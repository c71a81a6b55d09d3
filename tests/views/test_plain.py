"""Pictures of replies, read back: the levels that were drawn, in whatever colours."""

from typing import Any

import numpy as np
import pytest

from playground.errors import BadRequest
from playground.views.exports import encode_png
from playground.views.plain import data_url, read_pixels, read_points, split_strip


@pytest.mark.parametrize("kind", ["image", "sound"])
def test_the_levels_of_a_picture_are_read_as_they_were_drawn(kind: str) -> None:
    for levels in (np.arange(256, dtype=np.uint8).reshape(8, 32), np.array([[7, 0], [0, 201]], np.uint8)):
        picture = data_url("image/png", encode_png(levels, {}, kind=kind))
        assert np.array_equal(read_pixels(picture), levels)


def test_the_levels_of_a_roll_are_silent_held_or_struck() -> None:
    roll = np.array([[0, 153, 255], [255, 0, 153]], np.uint8)
    assert np.array_equal(read_pixels(data_url("image/png", encode_png(roll, {}, kind="roll"))), roll)


def test_the_colours_of_a_picture_are_read_and_split_into_its_frames() -> None:
    frames = np.arange(2 * 4 * 3 * 3, dtype=np.uint8).reshape(2, 4, 3, 3)
    strip = data_url("image/png", encode_png(np.concatenate(list(frames), axis=1), {}))
    assert split_strip(read_pixels(strip, 3), 2, 4, 3) == frames.tobytes()


@pytest.mark.parametrize("points", [[], [1, 2], [[1], [1, 2]], [["a", "b"]], "1,2", [[0, 0]] * 65])
def test_points_are_lists_of_as_many_numbers_each(points: Any) -> None:
    assert read_points([[0.5, -1]]).tolist() == [[0.5, -1]]
    with pytest.raises(BadRequest, match="points must be 1 to 64 lists of as many numbers each, got"):
        read_points(points)


def test_what_is_no_png_file_is_refused() -> None:
    with pytest.raises(BadRequest, match="must be a PNG file, as replies hold it"):
        read_pixels("AAAA")
