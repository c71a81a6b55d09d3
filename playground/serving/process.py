"""The engine's end of one model process: start it, exchange messages, kill it, reap it."""

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playground.errors import BadRequest
from playground.protocol.wire import FrameReader, frame, unpack

PROJECT = Path(__file__).resolve().parents[2]
SECRET_MARKS = ("TOKEN", "SECRET", "PASSWORD", "KEY")
THREAD_SETTINGS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")


class ChildLost(Exception):
    """The process is gone, was killed, or broke the message format; the message says which."""


@dataclass(frozen=True)
class ChildSettings:
    """What every child of an engine is started with."""

    worker: str  # "module:Class"
    options: dict[str, Any] = field(default_factory=dict)  # for the class, plain JSON values


class ChildProcess(asyncio.Protocol):
    """One running child. At most one exchange is under way at a time."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self.process = process
        self.hello: dict[str, Any] = {}
        self.reason = ""  # why it was lost, once it is
        self.on_lost: asyncio.Event | None = None  # set as well when the process is lost
        self._reader = FrameReader()
        self._transport: asyncio.Transport | None = None
        self._answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()  # the first is the hello

    @classmethod
    async def start(cls, settings: ChildSettings, device: str, timeout_s: float) -> "ChildProcess":
        """Start a child and wait until its worker is built and healthy; ChildLost says why it is not."""
        loop = asyncio.get_running_loop()
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                child = cls(_spawn(settings, device, theirs.fileno()))
        except BaseException:
            ours.close()
            raise
        try:
            ours.setblocking(False)
            await loop.create_connection(lambda: child, sock=ours)
            header, _ = await asyncio.wait_for(child._receive(), timeout_s)
            if header.get("kind") != "hello":
                raise ChildLost(header.get("message", "The worker did not say hello."))
            child.hello = header
        except asyncio.TimeoutError:
            await child.stop()
            raise ChildLost(f"The worker was not ready after {timeout_s:g} s.") from None
        except BaseException:
            if child._transport is None:
                ours.close()
            await child.stop()
            raise
        return child

    @property
    def lost(self) -> bool:
        """Whether the process can no longer answer."""
        return bool(self.reason)

    @property
    def pid(self) -> int:
        """The process id."""
        return self.process.pid

    async def exchange(self, message: bytes) -> tuple[dict[str, Any], memoryview]:
        """Send one message and wait for its answer; ChildLost when the process goes away first."""
        if self._transport is None or self.lost:
            raise ChildLost(self.reason)
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(frame(message))
        return await self._receive()

    def kill(self, reason: str) -> None:
        """End the process and all it started; who waits for an answer gets ChildLost at once."""
        self._lose(reason)
        if self.process.poll() is None:
            # Its own session, so its own group: what a worker has started dies with it.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
        if self._transport is not None:
            self._transport.abort()

    async def stop(self, grace_s: float = 1.0) -> None:
        """Close the socket, at which the child exits by itself; kill it after the grace; leave no zombie."""
        self._lose("The model process was stopped.")
        if self._transport is not None:
            self._transport.abort()
        if not await self._reap(grace_s):
            self.kill("The model process was stopped.")
            await self._reap(5.0)

    async def _reap(self, patience_s: float) -> bool:
        """Collect the exit status, looking more and more rarely."""
        delay_s = 0.001
        while self.process.poll() is None:
            if patience_s <= 0:
                return False
            await asyncio.sleep(delay_s)
            patience_s -= delay_s
            delay_s = min(0.05, 2 * delay_s)
        return True

    async def _receive(self) -> tuple[dict[str, Any], memoryview]:
        try:
            return unpack(await self._answer)
        except BadRequest as error:
            self.kill(f"The model process sent something unreadable: {error}")
            raise ChildLost(self.reason) from error

    def _lose(self, reason: str) -> None:
        if not self.lost:
            self.reason = reason
        if not self._answer.done():
            self._answer.set_exception(ChildLost(self.reason))
        if self.on_lost is not None:
            self.on_lost.set()

    # asyncio.Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        try:
            messages = self._reader.feed(data)
        except BadRequest as error:
            self.kill(f"The model process sent something unreadable: {error}")
            return
        for message in messages:
            if self._answer.done():
                self.kill("The model process sent an answer that nobody asked for.")
                return
            self._answer.set_result(message)

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self._lose("The model process ended by itself.")


def child_environment(environment: dict[str, str]) -> dict[str, str]:
    """The child's environment: nothing that looks like a secret, our modules found first, threads counted, large memory pages."""
    kept = {name: value for name, value in environment.items() if not any(m in name.upper() for m in SECRET_MARKS)}
    kept["PYTHONPATH"] = os.pathsep.join(filter(None, (str(PROJECT), environment.get("PYTHONPATH"))))
    if "OMP_NUM_THREADS" not in kept:
        kept.update(dict.fromkeys(THREAD_SETTINGS, str(max(1, usable_processors() - 1))))
    # Weights in large pages of memory: a model that is read whole for every token writes a fifth faster.
    kept.setdefault("THP_MEM_ALLOC_ENABLE", "1")
    return kept


def usable_processors() -> int:
    """How many processors this process may use, where the system tells, else how many there are."""
    count = getattr(os, "sched_getaffinity", None)  # Linux only
    return len(count(0)) if count is not None else os.cpu_count() or 1


def _spawn(settings: ChildSettings, device: str, descriptor: int) -> "subprocess.Popen[bytes]":
    options = {
        "socket": descriptor,
        "device": device,
        "worker": settings.options,
    }
    # Not multiprocessing: its spawn imports the page's main module again, which costs seconds. The child has a session
    # of its own, so that Ctrl-C in a terminal reaches only the parent, which then drains; its prints go to the log.
    return subprocess.Popen(
        [sys.executable, "-m", "playground.serving.child", settings.worker, json.dumps(options)],
        stdin=subprocess.DEVNULL,
        stdout=2,
        pass_fds=(descriptor,),
        env=child_environment(dict(os.environ)),
        start_new_session=True,
    )
