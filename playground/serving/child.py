"""The model process: `python -m playground.serving.child module:Class JSON-options`, started by the engine only.

It reads framed messages from an inherited socket, runs them in its main thread and answers on the same socket. A second
thread waits on the socket the whole time and ends the process at once when the other side is gone, even while an
operation runs: the process never outlives its parent.

JSON-options: {"socket": file descriptor, "device": "auto" or a name, "worker": {...}}
"""

import importlib
import json
import os
import queue
import socket
import sys
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from typing import Any

from playground import errors
from playground.errors import OperationFailed, PlaygroundError
from playground.protocol.request import Item
from playground.protocol.wire import FrameReader, frame, pack, unpack
from playground.serving.worker import Worker

LONGEST_SENTENCE = 2000  # characters; a whole batch of errors must fit a message header


def main(arguments: Sequence[str]) -> int:
    """Serve until the socket closes. Returns 1 when the worker cannot be built, after telling the engine why."""
    target, options = arguments[0], json.loads(arguments[1])
    connection = socket.socket(fileno=options["socket"])
    connection.set_inheritable(False)  # a process that a worker starts must not keep this socket open
    inbox: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(connection, inbox), daemon=True).start()
    try:
        worker, hello = _build(target, options)
    except Exception as error:
        traceback.print_exc()
        connection.sendall(frame(pack({"kind": "failed", **describe_error(error)})))
        return 1
    connection.sendall(frame(pack(hello)))
    while True:
        header, body = unpack(inbox.get())
        if header["kind"] == "health":
            connection.sendall(frame(_check_health(worker)))
        else:
            connection.sendall(run_batch(worker, header["sizes"], body))


def run_batch(worker: Worker, sizes: Sequence[int], body: memoryview) -> bytes:
    """Run the packed items that lie one after another in `body`; the framed reply has a result or error for each."""
    started_s = time.monotonic()
    items: list[Item] = []
    for size in sizes:
        items.append(Item.from_message(body[:size]))
        body = body[size:]
    try:
        cap = int(worker.batch_cap(items[0]))
        results = worker.run(items)
        if len(results) != len(items):
            raise _Breach(f"The worker returned {len(results)} results for {len(items)} items.")
        return _frame_results(results, cap, time.monotonic() - started_s)
    except Exception as error:  # also a reply beyond the message limit
        return _frame_results([error] * len(items), 1, time.monotonic() - started_s)


def _frame_results(results: Sequence[bytes | Exception], cap: int, seconds: float) -> bytes:
    described, parts = [], []
    logged: set[int] = set()
    for result in results:
        if isinstance(result, Exception):
            described.append(describe_error(result))
            if id(result) not in logged and not isinstance(result, PlaygroundError):
                traceback.print_exception(result)
            logged.add(id(result))
        elif isinstance(result, bytes):
            described.append({"bytes": len(result)})
            parts.append(result)
        else:
            raise _Breach(f"The worker returned a {type(result).__name__} where bytes or an exception must be.")
    return frame(pack({"kind": "results", "results": described, "cap": cap, "seconds": seconds}, b"".join(parts)))


def describe_error(error: Exception) -> dict[str, str]:
    """An error as the caller gets it: our own with their message, any other as a plain sentence."""
    if isinstance(error, PlaygroundError):
        # A worker may have subclasses of its own; the engine's side knows those of errors.py.
        name = next(kind.__name__ for kind in type(error).__mro__ if vars(errors).get(kind.__name__) is kind)
        return {"error": name, "message": str(error)[:LONGEST_SENTENCE]}
    if isinstance(error, _Breach):
        message = f"{error} This is a fault in the playground, not in the request."
    elif _is_out_of_memory(error):
        message = "The model process had too little memory for this request; ask for less at once."
    else:
        message = "The model met an internal error on this request; the server's log has it. Try other settings."
    return {"error": OperationFailed.__name__, "message": message}


class _Breach(Exception):
    """The worker broke its contract."""


def _build(target: str, options: dict[str, Any]) -> tuple[Worker, dict[str, Any]]:
    module, _, name = target.partition(":")
    worker_class = getattr(importlib.import_module(module), name)
    list_devices: Callable[[], list[str]] = getattr(worker_class, "devices", lambda: ["cpu"])
    device = options["device"]
    devices = list_devices() if device == "auto" else [device]
    worker = worker_class(devices[0], **options["worker"])
    worker.health()
    return worker, {"kind": "hello", "device": devices[0], "devices": devices, "pid": os.getpid()}


def _check_health(worker: Worker) -> bytes:
    try:
        return pack({"kind": "health", "health": worker.health()})
    except Exception as error:
        traceback.print_exc()
        return pack({"kind": "failed", **describe_error(error)})


def _is_out_of_memory(error: Exception) -> bool:
    # torch raises its own OutOfMemoryError on CUDA and a bare RuntimeError on the CPU; this file must not import torch.
    known = isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError"
    return known or "can't allocate memory" in str(error)


def _read(connection: socket.socket, inbox: "queue.SimpleQueue[bytes]") -> None:
    reader = FrameReader()
    try:
        while data := connection.recv(1 << 18):
            for message in reader.feed(data):
                inbox.put(message)
    finally:
        os._exit(0)


if __name__ == "__main__":
    status = 1
    try:
        status = main(sys.argv[1:])
    except ConnectionError:
        pass  # the parent is gone; nobody is left to be told
    except BaseException:
        traceback.print_exc()
    finally:
        # Not sys.exit: threads that a worker left behind must not keep a dead process and its socket open.
        os._exit(status)
