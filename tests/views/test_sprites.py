"""Frames as one picture: nothing is lost, blurred or out of place."""

import numpy as np
import pytest

from playground.errors import BadRequest
from playground.views.sprites import draw_grid, draw_strip, read_frames, upscale

FRAMES = np.arange(3 * 2 * 4, dtype=np.uint8).reshape(3, 2, 4)


def test_frames_come_back_from_their_bytes_and_what_follows_is_left() -> None:
    read = read_frames(FRAMES.tobytes() + b"rest", count=3, height=2, width=4)
    assert np.array_equal(read, FRAMES)


def test_too_few_bytes_are_named() -> None:
    with pytest.raises(BadRequest, match="3 frames of 2 x 4 need 24 bytes.*got 10"):
        read_frames(bytes(10), count=3, height=2, width=4)


def test_a_strip_has_every_frame_side_by_side() -> None:
    strip = draw_strip(FRAMES)
    assert strip.shape == (2, 12)
    assert np.array_equal(strip[:, 4:8], FRAMES[1])


def test_a_grid_fills_rows_and_marks_the_gap() -> None:
    grid = draw_grid(FRAMES, columns=2, gap=1, gap_value=77)
    assert grid.shape == (5, 9)
    assert np.array_equal(grid[3:, :4], FRAMES[2])
    assert set(grid[2]) == {77}


def test_upscaling_repeats_pixels_and_invents_none() -> None:
    large = np.stack([upscale(frame, 3) for frame in FRAMES])
    assert large.shape == (3, 6, 12)
    assert np.array_equal(large[:, ::3, ::3], FRAMES)
    assert set(np.unique(large)) == set(np.unique(FRAMES))
