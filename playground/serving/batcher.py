"""The bounded queue: fair between sessions, newest wins within a view, equal items leave together.

Synchronous: it starts no process and never sleeps, so tests need neither.
Batching never waits: a free worker takes what is there, and what has gathered meanwhile makes the batch.
"""

from collections.abc import Callable, Iterator

from playground.errors import Busy
from playground.protocol.request import Pending


class Batcher:
    """Pending requests, one line per session; sessions take turns."""

    def __init__(self, queue_size: int, per_session: int, *, queue_bytes: int = 1 << 27) -> None:
        """The most requests in all, of one session, and the most bytes of content in all; each at least 1."""
        if min(queue_size, per_session, queue_bytes) < 1:
            got = f"{queue_size}, {per_session} and {queue_bytes}"
            raise ValueError(f"queue_size, per_session and queue_bytes must be at least 1, got {got}")
        self.queue_size = queue_size
        self.per_session = per_session
        self.queue_bytes = queue_bytes
        self._lines: dict[str, list[Pending]] = {}  # the order of the sessions is the order of their turns
        self._views: dict[tuple[str, str], Pending] = {}
        self._length = 0
        self._bytes = 0

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[Pending]:
        for line in self._lines.values():
            yield from line

    @property
    def sessions(self) -> int:
        """How many sessions have something pending."""
        return len(self._lines)

    def add(self, pending: Pending) -> Pending | None:
        """Queue a request; returns the older one of its view, whose place it took. Busy: there is no room."""
        view = (pending.session, pending.view)
        older = self._views.get(view) if pending.view else None
        if older is not None:
            # In the old one's place: a visitor who never stops moving must not lose the turn with every move.
            line = self._lines[pending.session]
            line[line.index(older)] = pending
            self._views[view] = pending
            self._bytes += len(pending.message) - len(older.message)
            return older
        line = self._lines.get(pending.session, [])
        if len(line) >= self.per_session:
            raise Busy(
                f"A session may have {self.per_session} requests waiting and this one has; wait for an answer first."
            )
        if self._length >= self.queue_size:
            raise Busy(f"The queue holds {self.queue_size} requests and is full; try again in a moment.")
        if self._bytes + len(pending.message) > self.queue_bytes:
            raise Busy(f"The queue holds {self.queue_bytes} bytes and is full; try again in a moment.")
        self._lines.setdefault(pending.session, line).append(pending)
        self._length += 1
        self._bytes += len(pending.message)
        if pending.view:
            self._views[view] = pending
        return None

    def remove(self, pending: Pending) -> bool:
        """Drop a request that is still queued; False when it is not."""
        line = self._lines.get(pending.session, [])
        if pending not in line:
            return False
        line.remove(pending)
        self._length -= 1
        self._bytes -= len(pending.message)
        if not line:
            del self._lines[pending.session]
        if self._views.get((pending.session, pending.view)) is pending:
            del self._views[(pending.session, pending.view)]
        return True

    def take(self, cap_of: Callable[[Pending], int]) -> list[Pending]:
        """Remove and return the next batch: the request whose turn it is and others of its key, up to its cap.

        The other requests are taken one per session and round, so a long line of one session cannot fill the batch
        while others wait. Empty when nothing is pending.
        """
        if not self._lines:
            return []
        session, line = next(iter(self._lines.items()))
        first = line[0]
        cap = max(1, cap_of(first))
        self._lines[session] = self._lines.pop(session)  # its next turn comes after everyone else's
        batch = [first]
        self.remove(first)
        matching = (
            [[mate for mate in line if mate.key == first.key] for line in self._lines.values()] if cap > 1 else []
        )
        while len(batch) < cap and any(matching):
            for mates in matching:
                if mates and len(batch) < cap:
                    mate = mates.pop(0)
                    self.remove(mate)
                    batch.append(mate)
        return batch

    def clear(self) -> list[Pending]:
        """Remove and return everything."""
        everything = list(self)
        self._lines.clear()
        self._views.clear()
        self._length = self._bytes = 0
        return everything
