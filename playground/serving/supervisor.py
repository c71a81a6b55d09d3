"""One device's place in the engine: keeps a model process alive there and feeds it batches."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playground.errors import OperationFailed, WorkerLost
from playground.protocol.wire import pack
from playground.serving.circuit_breaker import CircuitBreaker
from playground.serving.process import ChildLost, ChildProcess, ChildSettings
from playground.serving.scheduler import RequestScheduler

log = logging.getLogger(__name__)
HEALTH = pack({"kind": "health"})


@dataclass(frozen=True)
class Timeouts:
    """How long a supervisor waits for what, in seconds."""

    start_s: float = 120.0  # from starting a process to its hello
    least_run_s: float = 0.8  # a batch started shortly before a deadline gets this long before its worker is killed
    idle_check_s: float = 30.0  # idle for so long: ask the worker for its health
    health_s: float = 10.0  # for the answer to that
    standby_after_s: float | None = None  # ready for so long: start a second process to take over at once; None = never


class WorkerSupervisor:
    """Starts, feeds, kills and restarts the model process of one device."""

    def __init__(
        self,
        device: str,
        scheduler: RequestScheduler,
        circuit: CircuitBreaker,
        settings: ChildSettings,
        timeouts: Timeouts,
        changed: Callable[["WorkerSupervisor"], None],
    ) -> None:
        """changed: called after every change of state."""
        self.device = device
        self.circuit = circuit
        self.state = "starting"  # starting, ready, busy, waiting (for its restart), stopped
        self.restarts = 0
        self.last_death = ""
        self.child: ChildProcess | None = None
        self.wake = asyncio.Event()  # set when there may be work, or the process is lost
        self._scheduler = scheduler
        self._settings = settings
        self._timeouts = timeouts
        self._changed = changed
        self._started_s = 0.0  # when the running batch was started
        self._kill_timer: asyncio.TimerHandle | None = None
        self._standby: asyncio.Task[ChildProcess] | None = None
        self._standby_timer: asyncio.TimerHandle | None = None
        self._task = asyncio.get_running_loop().create_task(self._tend())

    @property
    def ready(self) -> bool:
        """Whether a live worker is here, busy or not."""
        return self.state in ("ready", "busy")

    @property
    def live(self) -> bool:
        """Whether the supervisor still looks after its device."""
        return not self._task.done()

    def health(self) -> dict[str, Any]:
        """State, process id and history, plain values."""
        busy = self.state == "busy"
        return {
            "device": self.device,
            "state": self.state,
            "pid": None if self.child is None else self.child.pid,
            "up_s": round(self.circuit.up_s, 3),
            "running_s": round(asyncio.get_running_loop().time() - self._started_s, 3) if busy else 0.0,
            "restarts": self.restarts,
            "circuit": self.circuit.state,
            "last_death": self.last_death,
            "standby": self._standby is not None and self._standby.done(),
        }

    async def close(self) -> None:
        """End the process at once; nothing is left of it afterwards."""
        self._task.cancel()
        await asyncio.wait([self._task])
        await self._drop_standby()
        if self.child is not None:  # the task was cancelled while it was itself stopping the process
            await self.child.stop()
            self.child = None
        self._move_to("stopped")

    async def _tend(self) -> None:
        while True:
            try:
                await self._live_once()
            except (ChildLost, OSError) as error:
                self.last_death = str(error)
            except Exception:
                log.exception("The supervisor of %s failed; it starts over.", self.device)
                self.last_death = "The engine met an internal error; the server's log has it."
            delay_s = self.circuit.died()
            log.warning("Worker on %s: %s Next start in %.2f s.", self.device, self.last_death, delay_s)
            self._move_to("waiting")
            await asyncio.sleep(delay_s)
            self.restarts += 1

    async def _live_once(self) -> None:
        """One process from its start to its death, which is always an exception."""
        self._move_to("starting")
        child = await self._next_child()
        self.child = child
        child.on_lost = self.wake
        self.circuit.came_up()
        self.device = child.hello["device"]  # "auto" has become a name
        self._move_to("ready")
        self._plan_standby()
        try:
            while True:
                await self._serve_one(child)
                # Who waited for these answers goes first: a question that follows at once can still be in the next batch.
                await asyncio.sleep(0)
        except ChildLost as error:
            await child.stop()
            raise ChildLost(f"{error} (exit status {child.process.returncode})") from error
        finally:
            await child.stop()
            self.child = None
            if self._standby_timer is not None:
                self._standby_timer.cancel()

    async def _next_child(self) -> ChildProcess:
        """The standby, waited for if it is being built; else a fresh process."""
        standby, self._standby = self._standby, None
        if standby is not None:
            try:
                child = await standby
            except (ChildLost, OSError):
                pass  # the fresh one will say what is wrong
            else:
                if not child.lost:
                    return child
                await child.stop()
        return await ChildProcess.start(self._settings, self.device, self._timeouts.start_s)

    def _plan_standby(self) -> None:
        # Not at once: building a worker takes seconds of processor time, which the first visitors need themselves.
        if self._timeouts.standby_after_s is not None and self._standby is None:
            loop = asyncio.get_running_loop()
            self._standby_timer = loop.call_later(self._timeouts.standby_after_s, self._start_standby)

    def _start_standby(self) -> None:
        starting = ChildProcess.start(self._settings, self.device, self._timeouts.start_s)
        self._standby = asyncio.get_running_loop().create_task(starting)
        self._standby.add_done_callback(_look_at_error)

    async def _drop_standby(self) -> None:
        standby, self._standby = self._standby, None
        if standby is None:
            return
        standby.cancel()
        await asyncio.wait([standby])
        if not standby.cancelled() and standby.exception() is None:
            await standby.result().stop()

    async def _serve_one(self, child: ChildProcess) -> None:
        if child.lost:
            raise ChildLost(child.reason)
        batch = self._scheduler.take(self._on_overdue)
        if not batch:
            self.wake.clear()
            await self._idle(child)
            return
        self._started_s = asyncio.get_running_loop().time()
        self.state = "busy"
        try:
            sizes = [len(pending.message) for pending in batch]
            request = pack({"kind": "run", "sizes": sizes}, b"".join(pending.message for pending in batch))
            header, body = await child.exchange(request)
            if header.get("kind") != "results":
                child.kill("The model process sent an answer of the wrong kind.")
                raise ChildLost(child.reason)
            self._scheduler.answer(batch, header, body)
        except ChildLost as error:
            self._scheduler.fail(batch, WorkerLost(f"{error} It is started again; try once more."), struck=True)
            raise
        except Exception:
            self._scheduler.fail(batch, OperationFailed("The engine met an internal error; the server's log has it."))
            raise
        finally:
            # Nothing is open any more unless this task was cancelled.
            self._scheduler.fail(batch, WorkerLost("The playground is shutting down."))
            if self._kill_timer is not None:
                self._kill_timer.cancel()
                self._kill_timer = None
            self.state = "ready"

    async def _idle(self, child: ChildProcess) -> None:
        """Sleep until there is work; after a long time without, check that the worker still works."""
        loop = asyncio.get_running_loop()
        began_s = loop.time()
        timer = loop.call_later(self._timeouts.idle_check_s, self.wake.set)
        try:
            await self.wake.wait()
        finally:
            timer.cancel()
        if child.lost or len(self._scheduler.batcher) or loop.time() - began_s < self._timeouts.idle_check_s:
            return
        try:
            header, _ = await asyncio.wait_for(child.exchange(HEALTH), self._timeouts.health_s)
        except asyncio.TimeoutError:
            child.kill("The idle model process did not answer a health check.")
            return
        if header.get("kind") != "health":
            child.kill(f"The model process failed its health check: {header.get('message', '')}")

    def _on_overdue(self) -> None:
        """A deadline of the running batch has passed: kill, but give a batch that has only just begun a moment."""
        if self._kill_timer is None and self.state == "busy":
            loop = asyncio.get_running_loop()
            at_s = max(loop.time(), self._started_s + self._timeouts.least_run_s)
            self._kill_timer = loop.call_at(at_s, self._kill_late)

    def _kill_late(self) -> None:
        if self.child is not None:
            self.child.kill("The model process was stopped because a request ran past its deadline.")

    def _move_to(self, state: str) -> None:
        self.state = state
        self._changed(self)


def _look_at_error(task: "asyncio.Task[ChildProcess]") -> None:
    # A standby that cannot be built is no event: the next start tells. Unlooked at, asyncio would log it.
    if not task.cancelled():
        task.exception()
