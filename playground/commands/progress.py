"""A job run to its end, with its progress on standard error."""

import sys
from collections.abc import Callable
from contextlib import aclosing

from playground.protocol.events import Events, Partial, Progress, Result

BAR = 30  # characters


async def run_to_end(events: Events, on_partial: Callable[[Partial], None] = lambda part: None) -> Result:
    """The result of a job. A terminal shows a bar that grows, anything else a line every tenth."""
    told = -1
    async with aclosing(events):
        async for event in events:
            if isinstance(event, Progress) and event.total:
                told = _show(event, event.total, told)
            elif isinstance(event, Result):
                if told >= 0 and sys.stderr.isatty():
                    print(file=sys.stderr)
                return event
            elif isinstance(event, Partial):
                on_partial(event)
    raise AssertionError("a job ends with its result or raises")


def _show(event: Progress, total: int, told: int) -> int:
    """Show progress; returns the last tenth that was printed."""
    share = event.done / total
    filled = round(BAR * share)
    line = f"[{'#' * filled}{'.' * (BAR - filled)}] {share:4.0%} {event.words}"
    if sys.stderr.isatty():
        print(f"\r{line[:100]:100}", end="", file=sys.stderr, flush=True)
    elif int(10 * share) > told:
        print(line, file=sys.stderr, flush=True)
    return max(told, int(10 * share))
