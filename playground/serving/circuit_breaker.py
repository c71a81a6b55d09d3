"""When a dead worker is started again: soon at first, then later, then only now and then as a probe.

A death is fast when the worker was up for less than `stable_s`. Fast deaths in a row double the delay; at `limit` of
them the circuit opens: nothing is accepted until a probe, one start every `probe_s`, comes up healthy. Then one more
fast death opens it again, and `stable_s` of life forgives everything.
"""

from collections.abc import Callable


class CircuitBreaker:
    """Counts one worker's fast deaths and says how long to wait before its next start."""

    def __init__(
        self,
        clock: Callable[[], float],
        *,
        limit: int = 5,
        stable_s: float = 10.0,
        first_delay_s: float = 0.05,
        longest_delay_s: float = 5.0,
        probe_s: float = 10.0,
    ) -> None:
        self._clock = clock
        self.limit = limit
        self.stable_s = stable_s
        self.first_delay_s = first_delay_s
        self.longest_delay_s = longest_delay_s
        self.probe_s = probe_s
        self._up_since_s: float | None = None
        self._fast_deaths = 0
        self.is_open = False

    @property
    def state(self) -> str:
        """ "closed" (normal) or "open" (too many fast deaths; only probes are started)."""
        return "open" if self.is_open else "closed"

    @property
    def up_s(self) -> float:
        """Seconds since the worker came up; 0 when it is down."""
        return 0.0 if self._up_since_s is None else self._clock() - self._up_since_s

    def came_up(self) -> None:
        """A worker is up and has passed its health check."""
        self._up_since_s = self._clock()
        if self.is_open:
            self.is_open = False
            self._fast_deaths = self.limit - 1

    def died(self) -> float:
        """A worker died or did not come up; returns the seconds to wait before the next start."""
        if self.up_s >= self.stable_s:
            self._fast_deaths = 0
        else:
            self._fast_deaths += 1
        self._up_since_s = None
        if self._fast_deaths >= self.limit:
            self.is_open = True
            return self.probe_s
        return min(self.longest_delay_s, self.first_delay_s * 2.0 ** max(0, self._fast_deaths - 1))
