"""LocalEngine: runs a worker class in model processes on this machine, one per device, and outlives all of them.

    engine = LocalEngine("playground.operations.worker:Worker", options={"root": "checkpoints"})
    await engine.start()
    message = await engine.submit(Item("image/digits-vae", "sample", {"seed": 7, "start": 0, "count": 16}), session="a")
    await engine.close()

All methods belong to the event loop that `start` ran in.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from playground.errors import WorkerLost
from playground.protocol.request import Item
from playground.serving.batcher import Batcher
from playground.serving.circuit_breaker import CircuitBreaker
from playground.serving.poison_filter import PoisonFilter
from playground.serving.process import ChildSettings
from playground.serving.scheduler import RequestScheduler
from playground.serving.supervisor import Timeouts, WorkerSupervisor

WAITING_PER_SESSION = 32  # requests


class LocalEngine:
    """Bounded queue, zero-wait batches, deadlines, restarts; one child process per device."""

    def __init__(
        self,
        worker: str,
        *,
        options: dict[str, Any] | None = None,
        devices: Sequence[str] | None = None,
        queue_size: int = 256,
        timeouts: Timeouts | None = None,
        circuit: dict[str, Any] | None = None,
    ) -> None:
        """worker: "module:Class", see worker.py; options: plain JSON values for its constructor.

        devices: one process for each, None = what the worker's `devices()` lists, else ["cpu"].
        queue_size: most waiting requests. circuit: changes to the defaults of circuit_breaker.CircuitBreaker.
        """
        self._settings = ChildSettings(worker, options or {})
        self._devices = None if devices is None else list(devices)
        self._queue_size = queue_size
        self._timeouts = timeouts or Timeouts()
        self._circuit_settings = circuit or {}
        self._scheduler: RequestScheduler | None = None
        self._supervisors: list[WorkerSupervisor] = []
        self._state_changed = asyncio.Event()
        self._closing = False

    async def start(self) -> None:
        """Begin to start the workers and return at once; requests may be submitted and wait. Twice is as once."""
        if self._scheduler is not None:
            return
        poison_filter = PoisonFilter(asyncio.get_running_loop().time)
        self._scheduler = RequestScheduler(Batcher(self._queue_size, WAITING_PER_SESSION), poison_filter)
        # "auto": the first child says which devices there are, since this process must not import what would know.
        for device in self._devices or ["auto"]:
            self._add_slot(self._scheduler, device)

    async def wait_ready(self, timeout_s: float = 120.0) -> None:
        """Wait until a worker is ready; WorkerLost when none is after the timeout, or too many have died."""
        loop = asyncio.get_running_loop()
        end_s = loop.time() + timeout_s
        while not any(supervisor.ready for supervisor in self._supervisors):
            if self._scheduler is None or self._scheduler.closed_because:
                raise WorkerLost(
                    self._scheduler.closed_because if self._scheduler else "The engine has not been started."
                )
            self._state_changed.clear()
            try:
                await asyncio.wait_for(self._state_changed.wait(), end_s - loop.time())
            except asyncio.TimeoutError:
                raise WorkerLost(f"No model process was ready after {timeout_s:g} s.") from None

    async def submit(self, item: Item, *, session: str = "", view: str = "", deadline_s: float = 10.0) -> bytes:
        """The worker's answer to one item.

        session: who asks; sessions take turns. view: a newer item of the same session and view replaces this one while
        it waits; "" = never. deadline_s: seconds from now, waiting included, in (0, 3600].

        Raises Busy (queue full), Superseded, Expired, WorkerLost, BadRequest (also for content that has killed two
        workers), TooLarge, or the error that the worker returned for this item. Cancelling drops an item that waits.
        """
        if self._scheduler is None:
            raise WorkerLost("The engine has not been started.")
        pending = self._scheduler.admit(item, session, view, deadline_s)
        assert pending.future is not None
        for supervisor in self._supervisors:
            supervisor.wake.set()
        try:
            return await pending.future
        except asyncio.CancelledError:
            self._scheduler.leave(pending)
            if not pending.future.cancelled():
                pending.future.exception()  # it ended in the same moment; asyncio would log that nobody looked
            raise

    async def converse(
        self,
        item: Item,
        advance: Callable[[bytes], Item | None],
        *,
        session: str = "",
        deadline_s: float = 10.0,
    ) -> None:
        """Ask item after item: ``advance`` gets each answer and makes the next question of it, None to end.

        The next question is in the queue before the worker takes its next batch, so that several conversations keep sharing
        batches, and each takes its turn with everybody else at every step. A question that a dying worker took with it is asked
        once more. Cancelling ends the conversation. Raises what ``submit`` raises; deadline_s is of each question.
        """
        asked: Item | None = item
        lost = False
        while asked is not None:
            try:
                answer = await self.submit(asked, session=session, deadline_s=deadline_s)
            except WorkerLost:
                if lost or self._closing:
                    raise
                lost = True
                continue
            lost = False
            asked = advance(answer)

    def health(self) -> dict[str, Any]:
        """live: the engine looks after its workers; ready: at least one answers. Then workers, queue and counters."""
        scheduler = self._scheduler
        if scheduler is None:
            return {"live": False, "ready": False, "workers": [], "queue": {}, "counters": {}, "quarantined": 0}
        return {
            "live": not self._closing and all(supervisor.live for supervisor in self._supervisors),
            "ready": not self._closing and any(supervisor.ready for supervisor in self._supervisors),
            "workers": [supervisor.health() for supervisor in self._supervisors],
            "queue": {
                "length": len(scheduler.batcher),
                "size": scheduler.batcher.queue_size,
                "sessions": scheduler.batcher.sessions,
                "open": scheduler.open,
            },
            "counters": dict(scheduler.counters),
            "quarantined": scheduler.poison_filter.refused,
        }

    async def close(self, grace_s: float = 5.0) -> None:
        """Refuse new requests, let the open ones finish for up to grace_s, end the rest and every process."""
        if self._scheduler is None:
            return
        self._closing = True
        self._scheduler.closed_because = "The playground is shutting down."
        try:
            await asyncio.wait_for(self._scheduler.drained.wait(), grace_s)
        except asyncio.TimeoutError:
            pass
        finally:
            self._scheduler.fail_queued(WorkerLost(self._scheduler.closed_because))
            await asyncio.gather(*(supervisor.close() for supervisor in self._supervisors))

    def _add_slot(self, scheduler: RequestScheduler, device: str) -> None:
        circuit = CircuitBreaker(asyncio.get_running_loop().time, **self._circuit_settings)
        supervisor = WorkerSupervisor(device, scheduler, circuit, self._settings, self._timeouts, self._on_change)
        self._supervisors.append(supervisor)

    def _on_change(self, supervisor: WorkerSupervisor) -> None:
        scheduler = self._scheduler
        assert scheduler is not None
        self._state_changed.set()
        if self._closing:
            return
        if self._devices is None and supervisor.child is not None:
            self._devices = supervisor.child.hello["devices"]
            for device in self._devices[1:]:
                self._add_slot(scheduler, device)
        if all(supervisor.circuit.is_open for supervisor in self._supervisors):
            scheduler.closed_because = (
                "The model process keeps failing and is tried again only now and then; "
                f"the last failure was: {supervisor.last_death}"
            )
            scheduler.fail_queued(WorkerLost(scheduler.closed_because))
        else:
            scheduler.closed_because = ""
