"""Seconds shared out among the parts of the script: each gets its share of what is left, and leaves what it does not need."""

import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

CLOSING_S = 5.0  # kept back for the closing list and the end of the process
GUESSED_S = 2.0  # what a part's first check is taken to need
RECENT = 4  # checks: the first ones of a part import and load what later ones find there


class Budget:
    """When a part must end, and whether one more of its checks fits before that.

    seconds: of the whole; spent_s: how many of them are gone already; shares: of each part, in the order of importance, which
    is that of the run. A check is taken to need as long as the longest of the last few of its part.
    """

    def __init__(
        self,
        seconds: float,
        shares: Mapping[str, float],
        spent_s: float = 0.0,
        clock: Callable[[], float] = time.monotonic,
    ):
        self.clock = clock
        self.ends_s = clock() + seconds - spent_s - CLOSING_S
        self.shares = dict(shares)
        self.part_ends_s = self.ends_s
        self.needed_s = deque([GUESSED_S], RECENT)

    def begin(self, part: str) -> float:
        """Start a part; returns the seconds that it has."""
        left_s = max(0.0, self.ends_s - self.clock())
        has_s = left_s * self.shares[part] / sum(self.shares.values())
        del self.shares[part]
        self.part_ends_s = self.clock() + has_s
        self.needed_s = deque([GUESSED_S], RECENT)
        return has_s

    def fits(self) -> bool:
        """Whether there is time for one more check of this part."""
        return self.clock() + max(self.needed_s) <= self.part_ends_s

    @contextmanager
    def measured(self) -> Iterator[None]:
        """Around a check: how long it takes is what the next ones are taken to need."""
        started_s = self.clock()
        try:
            yield
        finally:
            self.needed_s.append(self.clock() - started_s)
