"""Visitors of the benchmarks ask as the page does: by its own constants, in its own steps."""

import asyncio

import pytest

from playground.benchmarks.page_constants import MissingConstant, page_constant
from playground.benchmarks.visitors import OurVisitor, Tally


class RecordingVisitor(OurVisitor):
    """Answers itself at a fixed pace, and writes down what it asked."""

    def __init__(self, pace_ms: float, frame_bytes: int) -> None:
        super().__init__(0, 0, Tally(), pace_ms)
        self.frame_bytes = frame_bytes
        self.asked: list[tuple[int, float]] = []

    async def _ask(self, line: tuple[int, int], frames: int, limit: float) -> int:
        self.asked.append((frames, limit))
        return self.frame_bytes


def asked_of(pace_ms: float, frame_bytes: int = 28 * 28) -> list[tuple[int, float]]:
    visitor = RecordingVisitor(pace_ms, frame_bytes)
    visitor.line = (7, 0)
    asyncio.run(visitor._ask_line((7, 0), 0.0))
    assert visitor.arrived
    return visitor.asked


def test_the_constants_are_those_of_the_scripts():
    assert page_constant("FRAME_COUNTS") == [33, 17, 9, 5, 3]
    assert page_constant("REFINE_MS") == 700 and page_constant("FIRST_ANSWER_MS") == 120
    assert page_constant("REFINE_BYTES") == 160_000 and page_constant("GUESSED_FLOPS_PER_MS") == 2e7


def test_a_constant_that_no_script_defines_is_named():
    with pytest.raises(MissingConstant, match="The page must define REFINE_HOURS once, it does so 0 times"):
        page_constant("REFINE_HOURS")


def test_a_fast_model_is_asked_for_the_finest_sweep_at_once():
    assert asked_of(pace_ms=3) == [(33, 3.0)]


def test_a_slower_model_is_asked_for_the_frames_between_those_that_are_there():
    assert asked_of(pace_ms=10) == [(9, 3.0), (8, 3.0 - 3.0 / 8), (16, 3.0 - 3.0 / 16)]


def test_refining_ends_where_it_would_take_too_long_or_be_too_heavy():
    assert [frames for frames, _ in asked_of(pace_ms=50)] == [3, 2, 4, 8]  # 16 more would take 800 ms
    assert [frames for frames, _ in asked_of(pace_ms=10, frame_bytes=128 * 64)] == [9, 8]  # 33 frames have 270 KB
