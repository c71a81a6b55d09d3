"""Ink told from paper: levels, morphology against plain loops, and straight lines taken out where nothing crosses them."""

import numpy as np
import pytest

from playground.formats.ink import AllOneShade, ink_in_even_light, ink_in_uneven_light, split_level, spread
from playground.formats.ruled_lines import without_rules


def test_two_groups_of_levels_are_split_between_them():
    rng = np.random.default_rng(0)
    values = np.concatenate([rng.normal(0.2, 0.03, 500), rng.normal(0.8, 0.05, 4000)])
    assert 0.3 < split_level(values) < 0.65


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 8, 11])
@pytest.mark.parametrize("choose", [np.maximum, np.minimum])
def test_every_pixel_gets_the_extreme_of_its_square(size, choose):
    values = np.random.default_rng(0).random((9, 12))
    padded = np.pad(values, (size // 2, size - 1 - size // 2), mode="symmetric")
    expected = [[choose.reduce(padded[y : y + size, x : x + size], axis=None) for x in range(12)] for y in range(9)]
    assert np.array_equal(spread(values, size, choose), expected)


@pytest.mark.parametrize("dark", [True, False])
def test_a_stroke_under_a_ramp_of_light_is_found_and_the_ramp_is_not(dark):
    grey = np.tile(np.linspace(0.9, 0.45, 200, dtype=np.float32), (200, 1))
    grey[60:140, 90:102] *= 0.3
    grey = grey if dark else 1 - grey
    assert not ink_in_even_light(grey).even
    ink = ink_in_uneven_light(grey)
    assert ink.dark == dark
    found = ink.level > 0.5
    assert found[62:138, 92:100].all() and found.sum() < 1.2 * 80 * 12


def test_paper_alone_has_no_ink():
    ramp = np.tile(np.linspace(0.9, 0.6, 150, dtype=np.float32), (100, 1))
    for grey in (np.full((100, 150), 0.7, np.float32), ramp):
        with pytest.raises(AllOneShade):
            ink_in_uneven_light(grey)


@pytest.mark.parametrize("slant", [0.0, 0.03, -0.08])
@pytest.mark.parametrize("upright", [False, True])
def test_lines_go_and_what_crosses_them_stays(slant, upright):
    down, across = np.mgrid[:200, :160]
    rules = np.abs((down + slant * across + 12) % 25 - 12) < 1
    stroke = np.abs(across - 60 - 0.2 * down) < 5
    stroke &= (down > 30) & (down < 170)
    mask, expected = (rules | stroke, stroke) if not upright else ((rules | stroke).T, stroke.T)
    cleaned = without_rules(mask)
    assert cleaned is not None
    assert (cleaned & expected).sum() > 0.95 * expected.sum()
    assert (cleaned & ~expected).sum() < 0.15 * (mask & ~expected).sum()
    assert without_rules(expected) is None
