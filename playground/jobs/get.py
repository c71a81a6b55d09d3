"""Get: bring a pretrained checkpoint by a process of its own. Stopping it leaves neither a process nor a half-made file.

Events: Progress with the words of each line that the process prints, then Result {"model"}.
"""

import asyncio
import os
import signal
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playground.errors import BadRequest, PlaygroundError
from playground.jobs.ask import AskOne
from playground.protocol.events import Events, Progress, Result
from playground.protocol.work_folder import remove_leftovers

POLITE_S = 0.5  # for the process to end by itself, before it is killed


@dataclass(frozen=True)
class GetRequest:
    """Which checkpoint is brought, into which folder of checkpoints, by which command."""

    model: str
    root: Path
    command: tuple[str, ...]

    @classmethod
    def read(
        cls, request: dict[str, Any], offered: Collection[str], root: Path, command: Sequence[str]
    ) -> "GetRequest":
        """From {"model"}, one of those that are offered; BadRequest for any other."""
        model = request.get("model")
        if type(model) is not str:
            raise BadRequest(f"'model' must name a checkpoint, such as {', '.join(offered)}.")
        if model not in offered:
            raise BadRequest(f"'{model[:80]}' needs no download: only {', '.join(offered)} is too large to ship.")
        return cls(model, root, (*command, "--checkpoints", str(root), "get", model, "--watched"))


async def get(ask: AskOne, request: GetRequest) -> Events:
    """Progress in words while it comes; PlaygroundError with the last line of a process that fails."""
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), asyncio.subprocess.PIPE)
    # In a session of its own, so that whatever it starts can be ended with it. It ends by itself when its input is closed, as
    # it is when this process is killed.
    process = await asyncio.create_subprocess_exec(*request.command, start_new_session=True, **pipes)
    assert process.stdin is not None and process.stdout is not None and process.stderr is not None
    complaints = asyncio.ensure_future(process.stderr.read())
    lines = 0
    try:
        async for line in process.stdout:
            if words := line.decode("utf-8", "replace").strip():
                lines += 1
                yield Progress(lines, None, words)
        if await process.wait() != 0:
            last = (await complaints).decode("utf-8", "replace").strip().splitlines()[-1:]
            raise PlaygroundError((last or ["It could not be brought."])[0][:300])
        yield Result({"model": request.model})
    finally:
        # In a task of its own: whoever cancels this job need not wait, and the ending is not cancelled with it.
        await asyncio.shield(asyncio.ensure_future(_end(process, complaints, request)))


async def _end(process: asyncio.subprocess.Process, complaints: "asyncio.Future[bytes]", request: GetRequest) -> None:
    """End the process with all that it started, and remove what it left."""
    if process.returncode is None:
        assert process.stdin is not None
        process.stdin.close()
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(process.wait(), POLITE_S)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    await asyncio.gather(process.wait(), complaints)
    await asyncio.to_thread(remove_leftovers, request.root / request.model, process.pid)
