"""The engine with its worker on a device: killed and started again; and a worker that may keep few models in memory."""

import asyncio
import os
import signal
import time
from collections.abc import Sequence
from pathlib import Path

import torch

from playground.operations.worker import Worker
from playground.protocol.request import Item
from playground.serving import LocalEngine
from tests.gpu.agreement import Result, answer

WORKER = "playground.operations.worker:Worker"
READY_S = 120.0


def kill_and_restart(root: Path, device: str, item: Item) -> tuple[Result, float]:
    """SIGKILL to the model process: the next question has the answer of before. And the seconds until it came."""
    return asyncio.run(_kill_and_restart(root, device, item))


async def _kill_and_restart(root: Path, device: str, item: Item) -> tuple[Result, float]:
    engine = LocalEngine(WORKER, options={"root": str(root)}, devices=[device])
    await engine.start()
    try:
        await engine.wait_ready(READY_S)
        before = await engine.submit(item, deadline_s=READY_S)
        first = engine.health()["workers"][0]["pid"]
        os.kill(first, signal.SIGKILL)
        killed_s = time.monotonic()
        while engine.health()["workers"][0]["pid"] == first:
            await asyncio.sleep(0.01)
        after = await engine.submit(item, deadline_s=READY_S)
        seconds = time.monotonic() - killed_s
        worker = engine.health()["workers"][0]
        same = before == after and worker["restarts"] == 1 and worker["device"] == device
        words = "" if same else f"{len(before)} bytes before, {len(after)} after; worker {worker}"
        return Result(item.model, "killed with SIGKILL, answers as before", int(same), 1, 1, words), seconds
    finally:
        await engine.close()


def keep_few_models(root: Path, device: str, model_ids: Sequence[str]) -> Result:
    """A worker whose memory holds one model: others are dropped and loaded again, and answer as before."""
    worker = Worker(device, root=str(root), memory_mib=0)
    items = [Item(model_id, "sample", {"seed": 5, "count": 2}) for model_id in model_ids]
    first = [answer(worker, [item])[0] for item in items]
    kept = list(worker.loaded)
    used = torch.cuda.memory_allocated() if device.startswith("cuda") else 0
    again = [answer(worker, [item])[0] for item in items]
    grown = (torch.cuda.memory_allocated() if device.startswith("cuda") else 0) - used
    good = kept == [model_ids[-1]] and first == again and grown <= 1 << 20
    words = "" if good else f"kept {kept}; same answers: {first == again}; {grown} bytes more after a second round"
    return Result(" ".join(model_ids), "dropped and loaded again", int(good), 1, 1, words)
