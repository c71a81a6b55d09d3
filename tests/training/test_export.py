"""Numbers as cards and tables show them."""

import pytest

from playground.datasets.evaluation import entry
from playground.training.export import number_cells


@pytest.mark.parametrize(
    ("number", "cells"),
    [
        (entry(0.51234, "share", "higher", "", floor=0.9), ["0.5123 share", "0.9", "–", "higher"]),
        (entry(3.7, "per 100", "lower", "", floor=0.31, two_sided=True, baseline=3.3), ["3.7 per 100", "0.31", "3.3", "closest"]),
        (entry(84.98, "nats", "lower", "", baseline=205.79), ["84.98 nats", "–", "205.8", "lower"]),
        (entry(0.9242, "share", "higher", "", floor=0.9688, spread=0.00134), ["0.9242 ± 0.0013 share", "0.9688", "–", "higher"]),
    ],
)  # fmt: skip
def test_a_number_stands_with_its_spread_floor_and_baseline_and_says_whether_both_sides_are_wrong(number, cells):
    assert number_cells(number) == cells


def test_an_entry_always_says_whether_it_is_two_sided():
    assert entry(1.0, "nats", "lower", "")["two_sided"] is False


def test_numbers_written_before_two_sides_were_told_are_shown_too():
    assert number_cells({"value": 1.0, "floor": None, "unit": "nats", "better": "lower"})[-1] == "lower"
