"""Who has which jobs on the way: a job beyond its limit waits its turn, or is refused."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playground.errors import Busy
from playground.protocol.events import Progress
from playground.ui.limits import read_count


@dataclass(frozen=True)
class Visitor:
    """Who asks: a browser's tab or a program, behind an address."""

    address: str
    session: str

    @property
    def name(self) -> str:
        """One name for both."""
        return f"{self.address} {self.session}"


@dataclass(frozen=True)
class JobLimits:
    """How many jobs of one kind the whole page has."""

    many: str  # such jobs, in words
    at_once: int = 64  # so many run side by side
    waiting: int = 0  # so many more wait for their turn
    full: str = "As many of these jobs as there are places for run or wait already; try again in a moment."


@dataclass(eq=False)
class Place:
    """One job that runs or waits."""

    job: str
    limits: JobLimits
    visitor: Visitor


class Places:
    """All jobs of one page; belongs to one event loop."""

    def __init__(self) -> None:
        self.taken: list[Place] = []  # in order of arrival
        self.most = read_count("PLAYGROUND_JOBS", 64)
        self.most_of_an_address = read_count("PLAYGROUND_ADDRESS_JOBS", 48)  # a whole class may sit behind one
        self.most_of_a_session = read_count("PLAYGROUND_SESSION_JOBS", 4)  # of one kind
        self._changed = asyncio.Event()

    @contextmanager
    def take(self, job: str, limits: JobLimits, visitor: Visitor) -> Iterator[Place]:
        """A place for a job; Busy when there is none."""
        self._refuse_beyond_limits(job, limits, visitor)
        place = Place(job, limits, visitor)
        self.taken.append(place)
        try:
            yield place
        finally:
            self.taken.remove(place)
            self._changed.set()
            self._changed = asyncio.Event()

    async def wait(self, place: Place) -> AsyncIterator[Progress]:
        """Tell how many are before it, until it is this one's turn."""
        told = 0
        while True:
            changed = self._changed  # as of now: it may change while the visitor reads
            ahead = self._ahead(place)
            if not ahead:
                return
            if ahead != told:
                told = ahead
                yield Progress(0, None, f"Waiting for a free place, {ahead} before this one")
            await changed.wait()

    def _ahead(self, place: Place) -> int:
        """How many must end before this one's turn."""
        same = [one for one in self.taken if one.job == place.job]
        return max(0, same.index(place) + 1 - place.limits.at_once)

    def _refuse_beyond_limits(self, job: str, limits: JobLimits, visitor: Visitor) -> None:
        same = [one for one in self.taken if one.job == job]
        if sum(one.visitor == visitor for one in same) >= self.most_of_a_session:
            most = self.most_of_a_session
            raise Busy(f"A visitor may have {most} {limits.many} at once and this one has; stop one first.")
        if sum(one.visitor.address == visitor.address for one in self.taken) >= self.most_of_an_address:
            raise Busy(f"{self.most_of_an_address} jobs of this address run or wait already; try again in a moment.")
        if len(self.taken) >= self.most:
            raise Busy(f"{self.most} jobs run or wait already; try again in a moment.")
        if len(same) >= limits.at_once + limits.waiting:
            raise Busy(limits.full)
