"""Which contents have killed workers: suspected after one death, refused for some minutes after the second.

A death strikes everything in its batch, since nobody can say which item did it. A suspect runs alone from then on:
an innocent one answers and is cleared, and the culprit's second strike is its own.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass
class Record:
    """What is known of one content: its strikes and when they are forgotten."""

    strikes: int
    until_s: float


class PoisonFilter:
    """A bounded memory of content digests and their strikes."""

    def __init__(
        self, clock: Callable[[], float], *, strikes: int = 2, hold_s: float = 300.0, size: int = 1024
    ) -> None:
        self._clock = clock
        self.strikes = strikes
        self.hold_s = hold_s
        self.size = size
        self._records: dict[bytes, Record] = {}

    def __len__(self) -> int:
        return len(self._records)

    @property
    def refused(self) -> int:
        """How many contents are refused now."""
        return sum(self.is_refused(digest) for digest in list(self._records))

    def strike(self, digests: Iterable[bytes]) -> None:
        """A worker died with these contents; equal ones of one batch count once."""
        for digest in dict.fromkeys(digests):
            record = self._current(digest)
            strikes = 1 if record is None else record.strikes + 1
            self._records.pop(digest, None)  # so that the newest stand last
            self._records[digest] = Record(strikes, self._clock() + self.hold_s)
        while len(self._records) > self.size:
            del self._records[next(iter(self._records))]

    def clear(self, digest: bytes) -> None:
        """This content was answered: it kills nothing."""
        self._records.pop(digest, None)

    def is_suspect(self, digest: bytes) -> bool:
        """Whether this content was part of a death and has not answered since."""
        return self._current(digest) is not None

    def is_refused(self, digest: bytes) -> bool:
        """Whether this content has killed so often that it is not run."""
        record = self._current(digest)
        return record is not None and record.strikes >= self.strikes

    def _current(self, digest: bytes) -> Record | None:
        record = self._records.get(digest)
        if record is not None and record.until_s <= self._clock():
            del self._records[digest]
            return None
        return record
