"""What a request may have: bytes, nesting, number sizes, and how many a second."""

import math
import os
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from playground.errors import BadRequest, Busy

JSON_BYTES = 64 << 10
DEEPEST = 12
LARGEST_WHOLE = 1 << 53  # beyond this a JSON number is no longer exact in a browser
LONGEST_NAME = 100  # characters of a model, operation, session or view


def check_plain(value: Any, depth: int = 0) -> None:
    """BadRequest for JSON that is nested too deeply or has whole numbers beyond 2^53."""
    if depth > DEEPEST:
        raise BadRequest(f"The JSON may be nested {DEEPEST} deep, this goes deeper; send a flatter object.")
    if type(value) is int and abs(value) > LARGEST_WHOLE:
        raise BadRequest("Whole numbers may go up to 2^53, got a larger one; send a smaller number.")
    if type(value) is dict:
        for inner in value.values():
            check_plain(inner, depth + 1)
    elif type(value) is list:
        for inner in value:
            check_plain(inner, depth + 1)


def check_name(value: Any, name: str) -> str:
    """A text of at most 100 characters; BadRequest names the field."""
    if type(value) is not str or len(value) > LONGEST_NAME:
        got = f"{len(value)} characters" if type(value) is str else type(value).__name__
        raise BadRequest(f"'{name}' must be a text of at most {LONGEST_NAME} characters, got {got}; change it.")
    return value


def read_rate(variable: str, default_per_s: float) -> float:
    """Requests a second from an environment variable, else the default; BadRequest when it is no positive number."""
    text = os.environ.get(variable, "")
    if not text:
        return default_per_s
    try:
        rate_per_s = float(text)
    except ValueError:
        rate_per_s = math.nan
    if not 0 < rate_per_s < math.inf:
        raise BadRequest(f"{variable} must be a positive number of requests a second, got {text[:40]!r}; change it.")
    return rate_per_s


def read_count(variable: str, default: int) -> int:
    """A whole number from 1 from an environment variable, else the default; BadRequest when it is none."""
    text = os.environ.get(variable, "")
    if text and not (text.isdecimal() and len(text) < 10 and int(text) > 0):
        raise BadRequest(f"{variable} must be a whole number from 1, got {text[:40]!r}; change it.")
    return int(text) if text else default


class TokenBuckets:
    """Who may ask how often: each name has a bucket that fills at a rate and is emptied by asking."""

    def __init__(
        self,
        rate_per_s: float,
        burst: float | None = None,
        *,
        names: int = 10_000,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """rate_per_s: lasting rate; burst: how many may come at once (by default two seconds of it).

        names: how many names are remembered.
        """
        self.rate_per_s = rate_per_s
        self.burst = 2 * rate_per_s if burst is None else burst
        self.names = names
        self._clock = clock
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()  # name -> (tokens, when)

    def take(self, name: str) -> None:
        """Take one token; Busy when there is none."""
        now_s = self._clock()
        tokens, then_s = self._levels.pop(name, (self.burst, now_s))
        tokens = min(self.burst, tokens + (now_s - then_s) * self.rate_per_s)
        self._levels[name] = (tokens - 1 if tokens >= 1 else tokens, now_s)
        if len(self._levels) > self.names:
            self._levels.popitem(last=False)
        if tokens < 1:
            raise Busy(f"At most {self.rate_per_s:g} requests a second are answered; slow down a little.")
