"""Connected parts of masks against a plain flood fill."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.formats.components import connected_parts


def flooded(mask: np.ndarray, diagonal: bool) -> list[set[tuple[int, int]]]:
    """The parts of a mask, in the order of their first pixels."""
    left, parts = set(map(tuple, np.argwhere(mask).tolist())), []
    steps = [(y, x) for y in (-1, 0, 1) for x in (-1, 0, 1) if diagonal or not (y and x)]
    for start in map(tuple, np.argwhere(mask).tolist()):
        if start not in left:
            continue
        part, border = set(), [start]
        left.discard(start)
        while border:
            y, x = border.pop()
            part.add((y, x))
            near = {(y + down, x + across) for down, across in steps} & left
            left -= near
            border += near
        parts.append(part)
    return parts


@settings(max_examples=150, deadline=None)
@given(
    st.integers(0, 9),
    st.integers(1, 12),
    st.integers(0, 2**32 - 1),
    st.sampled_from([0.1, 0.4, 0.6, 0.9]),
    st.booleans(),
)
def test_parts_are_those_of_a_flood_fill(height, width, seed, share, diagonal):
    mask = np.random.default_rng(seed).random((height, width)) < share
    found, expected = connected_parts(mask, diagonal=diagonal), flooded(mask, diagonal)
    assert len(found.areas) == len(expected)
    for number, part in enumerate(expected):
        assert set(map(tuple, np.argwhere(found.labels == number).tolist())) == part
        rows, columns = zip(*part, strict=True)
        assert found.areas[number] == len(part)
        assert found.boxes[number].tolist() == [min(rows), max(rows) + 1, min(columns), max(columns) + 1]
    assert np.array_equal(found.labels >= 0, mask)


@pytest.mark.parametrize("diagonal", [True, False])
def test_a_spiral_is_one_part(diagonal):
    mask = np.zeros((41, 41), bool)
    y = x = 20
    for turn in range(1, 39):
        down, across = ((0, 1), (1, 0), (0, -1), (-1, 0))[turn % 4]
        for _ in range(turn // 2 * 2):
            mask[y, x] = True
            y, x = min(40, max(0, y + down)), min(40, max(0, x + across))
    assert len(connected_parts(mask, diagonal=diagonal).areas) == 1
