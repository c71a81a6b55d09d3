"""Frames as one picture: nothing is lost, blurred or out of place."""

import numpy as np
import pytest

from playground.errors import BadRequest
from playground.views.sprites import EMPTY, draw_grid, read_frames, upscale

FRAMES = np.arange(3 * 2 * 4, dtype=np.uint8).reshape(3, 2, 4)


def test_frames_come_back_from_their_bytes_and_what_follows_is_left() -> None:
    read = read_frames(FRAMES.tobytes() + b"rest", count=3, height=2, width=4)
    assert np.array_equal(read, FRAMES)


def test_too_few_bytes_are_named() -> None:
    with pytest.raises(BadRequest, match="3 frames of 2 x 4 need 24 bytes.*got 10"):
        read_frames(bytes(10), count=3, height=2, width=4)


def test_a_strip_has_every_frame_side_by_side() -> None:
    strip = draw_grid(FRAMES, columns=3)
    assert strip.shape == (2, 12)
    assert np.array_equal(strip[:, 4:8], FRAMES[1])


def test_a_grid_fills_rows_and_leaves_the_last_places_grey() -> None:
    grid = draw_grid(FRAMES, columns=2)
    assert grid.shape == (4, 8)
    assert np.array_equal(grid[2:, :4], FRAMES[2])
    assert set(grid[2:, 4:].ravel()) == {EMPTY}


def test_upscaling_repeats_pixels_and_invents_none() -> None:
    large = np.stack([upscale(frame, 3) for frame in FRAMES])
    assert large.shape == (3, 6, 12)
    assert np.array_equal(large[:, ::3, ::3], FRAMES)
    assert set(np.unique(large)) == set(np.unique(FRAMES))
