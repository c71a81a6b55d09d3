"""A request: what is asked of a model (Item), and one visitor's wait for the answer (Pending)."""

import asyncio
import hashlib
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from playground.errors import BadRequest
from playground.protocol.wire import pack, unpack


@dataclass(frozen=True)
class Item:
    """One question to one model; it carries everything the answer depends on."""

    model: str
    operation: str
    request: dict[str, Any]  # plain JSON values
    body: bytes = b""

    def to_message(self) -> bytes:
        """The item as one packed message; BadRequest or TooLarge when the request is not finite JSON below 1 MiB."""
        header = {"model": self.model, "operation": self.operation, "request": self.request}
        return pack(header, self.body)

    @classmethod
    def from_message(cls, message: bytes | memoryview) -> "Item":
        """The item inside a packed message; BadRequest names a missing field or one of the wrong kind."""
        header, body = unpack(message)
        for name in ("model", "operation"):
            value = header.get(name)
            if type(value) is not str:
                raise BadRequest(f"An item needs a text {name!r}, got {type(value).__name__}; send a string.")
        request = header.get("request")
        if type(request) is not dict:
            raise BadRequest(f"An item needs an object 'request', got {type(request).__name__}; send {{...}}.")
        return cls(header["model"], header["operation"], request, bytes(body))


@dataclass(eq=False)
class Pending:
    """One submitted item on its way: first queued, then perhaps running, and ended exactly once."""

    item: Item
    session: str
    view: str  # "" = not one of a series, so that nothing newer replaces it
    arrived_s: float  # by the engine's monotonic clock, as is deadline_s
    deadline_s: float
    message: bytes = b""
    future: "asyncio.Future[bytes] | None" = None
    timer: asyncio.TimerHandle | None = None
    alone: bool = False  # its content was in a batch that killed a worker: it runs without batch mates
    overdue: Callable[[], None] | None = None  # set while it runs: tells who runs it that the deadline has passed
    ended: bool = False
    _unique: object = field(default_factory=object)

    @property
    def key(self) -> Hashable:
        """Pending items with equal keys may share a batch."""
        if self.alone:
            return self._unique
        return self.kind

    @property
    def kind(self) -> tuple[str, str]:
        """What a worker's batches have in common, and its cap depends on."""
        return (self.item.model, self.item.operation)

    @cached_property
    def digest(self) -> bytes:
        """A hash of the whole content; computed only once a worker has died, since it costs a pass over the body."""
        return hashlib.blake2b(self.message, digest_size=16).digest()
