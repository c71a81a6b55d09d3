"""The scheduler where requests are admitted, queued, handed to workers and ended: each one exactly once.

It belongs to one event loop and knows nothing of processes. Nothing waits or polls: deadlines are the loop's timers.
"""

import asyncio
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from playground import errors
from playground.errors import BadRequest, Expired, OperationFailed, PlaygroundError, Superseded, TooLarge, WorkerLost
from playground.protocol.request import Item, Pending
from playground.serving.batcher import Batcher
from playground.serving.poison_filter import PoisonFilter

LONGEST_DEADLINE_S = 3600.0
ITEM_BYTES = 8 << 20  # most of one request
KINDS_REMEMBERED = 1024
ERRORS = {
    name: kind for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, PlaygroundError)
}


@dataclass(frozen=True)
class Known:
    """What earlier batches of a kind have taught."""

    cap: int = 1  # before the first answer: alone
    fastest_s: float = 0.0


class RequestScheduler:
    """All open requests of one engine."""

    def __init__(self, batcher: Batcher, poison_filter: PoisonFilter) -> None:
        self.batcher = batcher
        self.poison_filter = poison_filter
        self.closed_because = ""  # the sentence with which everything is refused, when it is
        endings = ("done", "failed", "busy", "expired", "superseded", "lost", "quarantined", "cancelled")
        self.counters: dict[str, int] = dict.fromkeys(("submitted", *endings), 0)
        self.open = 0
        self.drained = asyncio.Event()
        self.drained.set()
        self._known: dict[tuple[str, str], Known] = {}

    def admit(self, item: Item, session: str, view: str, deadline_s: float) -> Pending:
        """Queue an item, or refuse it: BadRequest, TooLarge, Busy or WorkerLost. Its future brings the end."""
        if not (math.isfinite(deadline_s) and 0 < deadline_s <= LONGEST_DEADLINE_S):
            raise BadRequest(f"deadline_s must be in (0, {LONGEST_DEADLINE_S:g}] seconds, got {deadline_s}; change it.")
        message = item.to_message()
        if len(message) > ITEM_BYTES:
            raise TooLarge(f"A request may have {ITEM_BYTES} bytes, got {len(message)}; send less.")
        loop = asyncio.get_running_loop()
        now_s = loop.time()
        pending = Pending(item, session, view, now_s, now_s + deadline_s, message, loop.create_future())
        self._count("submitted")
        if self.closed_because:
            self._count("lost")
            raise WorkerLost(self.closed_because)
        if len(self.poison_filter):
            if self.poison_filter.is_refused(pending.digest):
                self._count("quarantined")
                raise self._refusal()
            pending.alone = self.poison_filter.is_suspect(pending.digest)
        try:
            older = self.batcher.add(pending)
        except errors.Busy:
            self._count("busy")
            raise
        self.open += 1
        self.drained.clear()
        pending.timer = loop.call_at(pending.deadline_s, self._on_deadline, pending)
        if older is not None:
            self._end(older, "superseded", Superseded("A newer request of the same view took this one's place."))
        return pending

    def take(self, overdue: Callable[[], None]) -> list[Pending]:
        """The next batch to run, empty when there is none; `overdue` is called if a deadline passes while it runs."""
        while batch := self.batcher.take(self._cap_of):
            now_s = asyncio.get_running_loop().time()
            runnable = []
            for pending in batch:
                left_s, fastest_s = pending.deadline_s - now_s, self._known.get(pending.kind, Known()).fastest_s
                if left_s > fastest_s:
                    pending.overdue = overdue
                    runnable.append(pending)
                else:
                    # It cannot be done in time, and starting it would end in killing a healthy worker.
                    self._end(pending, "expired", Expired(_queued_too_long(pending, now_s)))
            if runnable:
                return runnable
        return []

    def answer(self, batch: Sequence[Pending], header: dict[str, Any], body: memoryview) -> None:
        """End a batch with the worker's reply."""
        results = header["results"]
        if len(results) != len(batch):
            self.fail(batch, OperationFailed(f"The worker sent {len(results)} results for {len(batch)} items."))
            return
        self._learn(batch[0].kind, Known(header["cap"], header["seconds"]))
        for pending, result in zip(batch, results, strict=True):
            if len(self.poison_filter):
                self.poison_filter.clear(pending.digest)
            if "error" in result:
                self._end(pending, "failed", ERRORS.get(result["error"], OperationFailed)(result["message"]))
            else:
                self._end(pending, "done", bytes(body[: result["bytes"]]))
                body = body[result["bytes"] :]
        self._release(batch)

    def fail(self, batch: Sequence[Pending], error: PlaygroundError, *, struck: bool = False) -> None:
        """End what is still open of a batch with an error; struck: its worker died, so its contents are suspect."""
        for pending in batch:
            self._end(pending, "lost" if isinstance(error, WorkerLost) else "failed", type(error)(str(error)))
        self._release(batch)
        if struck:
            self.poison_filter.strike(pending.digest for pending in batch)
            self._mark_suspects()

    def fail_queued(self, error: PlaygroundError) -> None:
        """End everything that waits in the queue."""
        self.fail(self.batcher.clear(), error)

    def leave(self, pending: Pending) -> None:
        """The visitor is gone: a queued item is dropped; a running one runs on, still under its deadline."""
        self.batcher.remove(pending)
        self._end(pending, "cancelled", None)

    def _cap_of(self, pending: Pending) -> int:
        return self._known.get(pending.kind, Known()).cap

    def _learn(self, kind: tuple[str, str], seen: Known) -> None:
        before = self._known.pop(kind, seen)
        self._known[kind] = Known(seen.cap, min(before.fastest_s, seen.fastest_s))
        if len(self._known) > KINDS_REMEMBERED:
            del self._known[next(iter(self._known))]

    def _on_deadline(self, pending: Pending) -> None:
        now_s = asyncio.get_running_loop().time()
        if self.batcher.remove(pending):
            self._end(pending, "expired", Expired(_queued_too_long(pending, now_s)))
        elif pending.overdue is not None:
            allowed_s = pending.deadline_s - pending.arrived_s
            self._end(pending, "expired", Expired(f"The model did not answer within {allowed_s:g} s; ask for less."))
            pending.overdue()

    def _mark_suspects(self) -> None:
        """Equal contents may wait in the queue already."""
        for pending in list(self.batcher):
            if self.poison_filter.is_refused(pending.digest):
                self.batcher.remove(pending)
                self._end(pending, "quarantined", self._refusal())
            elif self.poison_filter.is_suspect(pending.digest):
                pending.alone = True

    def _refusal(self) -> BadRequest:
        minutes = self.poison_filter.hold_s / 60
        return BadRequest(
            f"This exact request stopped the model process {self.poison_filter.strikes} times, "
            f"so it is refused for {minutes:g} minutes; change it and try again."
        )

    def _release(self, batch: Sequence[Pending]) -> None:
        """The batch runs no more."""
        for pending in batch:
            pending.overdue = None
            if pending.timer is not None:
                pending.timer.cancel()

    def _end(self, pending: Pending, ending: str, outcome: bytes | PlaygroundError | None) -> None:
        if pending.ended:
            return
        pending.ended = True
        self._count(ending)
        self.open -= 1
        if self.open == 0:
            self.drained.set()
        if pending.timer is not None and pending.overdue is None:
            pending.timer.cancel()  # a running item keeps it, whoever is gone: the worker may hang
        if pending.future is None or pending.future.done():
            return
        if isinstance(outcome, bytes):
            pending.future.set_result(outcome)
        elif outcome is not None:
            pending.future.set_exception(outcome)

    def _count(self, name: str) -> None:
        self.counters[name] += 1


def _queued_too_long(pending: Pending, now_s: float) -> str:
    waited_s = now_s - pending.arrived_s
    return f"The request waited {waited_s:.1f} s and could not be started in time; the page is busy, try again."
