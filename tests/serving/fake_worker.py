"""A worker without models, whose operations do what a real one should survive."""

import os
import signal
import time
from pathlib import Path
from typing import Any

from playground.errors import BadRequest
from playground.serving import Item, pack


class StrangeRequest(BadRequest):
    """An error class that the engine's side has never heard of."""


ERRORS = {
    "ours": StrangeRequest("Send an even number."),
    "other": KeyError("secret detail"),
    "memory": MemoryError(),
}


class FakeWorker:
    """Operations are methods that answer one item; `run` counts its batches."""

    def __init__(self, device: str, *, cap: int = 4, broken_while: str = "", ill_after: int = 1000) -> None:
        if broken_while and Path(broken_while).exists():
            os._exit(5)
        self.device = device
        self.cap = cap
        self.health_left = ill_after
        self.batches = 0

    def health(self) -> dict[str, Any]:
        self.health_left -= 1
        if self.health_left < 0:
            raise RuntimeError("no forward pass")
        return {"device": self.device}

    def batch_cap(self, item: Item) -> int:
        return self.cap

    def run(self, items: list[Item]) -> Any:
        self.batches += 1
        self.size = len(items)
        if items[0].operation == "wrong_count":
            return [b""] * (len(items) + 1)
        if items[0].operation == "wrong_type":
            return [None] * len(items)
        if items[0].operation == "raise_all":
            raise ValueError("secret detail")
        return [self.answer(item) for item in items]

    def answer(self, item: Item) -> bytes | Exception:
        request = item.request
        if item.operation == "sleep":
            time.sleep(request["seconds"])
        elif item.operation == "hang":
            while True:
                pass
        elif item.operation == "crash":
            os.kill(os.getpid(), signal.SIGKILL)
        elif item.operation == "crash_if" and request["crash"]:
            os._exit(3)
        elif item.operation == "raise":
            return ERRORS[request["kind"]]
        elif item.operation == "environment":
            return pack({"environment": dict(os.environ)})
        elif item.operation == "print":
            print("a line from the worker")
        header = {"echo": request, "model": item.model, "size": self.size, "batch": self.batches, "pid": os.getpid()}
        return pack({**header, "device": self.device}, item.body)


class TwoDeviceWorker(FakeWorker):
    """Claims two devices."""

    @staticmethod
    def devices() -> list[str]:
        return ["fake:0", "fake:1"]


class UnbuildableWorker:
    """Cannot be built."""

    def __init__(self, device: str) -> None:
        raise ValueError(f"no checkpoints for {device}")
