"""Frames: uint8 values from tensors and back."""

import pytest
import torch

from playground.errors import BadRequest
from playground.formats.pictures import from_frames, to_frames


def test_frames_round_to_the_nearest_level_and_come_back():
    levels = torch.tensor([0.0, 0.5, 1.0, 1.5, -1.0, 0.25]).view(1, 1, 2, 3)
    frames = to_frames(levels)
    assert frames == bytes([0, 128, 255, 255, 0, 64])
    assert torch.equal(from_frames(frames, 1, 2, 3) * 255, torch.tensor([[[[0.0, 128, 255], [255, 0, 64]]]]))


def test_frames_of_the_wrong_length_are_refused():
    with pytest.raises(BadRequest, match="must hold 2 pictures of 28 x 28 bytes .1568 bytes., got 1567 bytes"):
        from_frames(bytes(1567), 2, 28, 28)
