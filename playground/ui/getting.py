"""Bringing a pretrained checkpoint from the page: what there is to bring, and a stream of progress while it comes.

GET  /playground/pretrained   [{"id", "name", "megabytes", "license", "there"}]
POST /playground/get          {"model"}: JSON lines of kind "progress" (with "words"), then one of kind "end" or "error"
The work is that of ``python -m playground get`` in a process of its own; closing the connection ends it, and nothing is left.
"""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from playground.checkpoint import default_root
from playground.errors import BadRequest, Busy
from playground.pretrained import PRETRAINED
from playground.serving import parse_object
from playground.ui.routes import SAFE, answer_json, guard, read_body
from playground.ui.service import Service


def checkpoints_root() -> Path:
    """Where app.py has its checkpoints."""
    return Path(os.environ.get("PLAYGROUND_CHECKPOINTS", default_root()))


class Getter:
    """Brings one checkpoint at a time."""

    def __init__(self, service: Service, command: list[str] | None = None) -> None:
        """command: what is run in place of ``python -m playground``, for tests."""
        self.service = service
        self.command = command or [sys.executable, "-m", "playground"]
        self.busy = False

    def list_all(self) -> list[dict]:
        """What there is to bring, and whether it is there already."""
        root = checkpoints_root()
        return [
            {
                "id": name,
                "name": one.name,
                "megabytes": one.megabytes,
                "license": one.license,
                "there": (root / name / "config.json").exists(),
            }
            for name, one in PRETRAINED.items()
        ]

    async def bring(self, model: str) -> AsyncIterator[dict]:
        """Progress in words, then the end; closing the iterator stops the work."""
        if model not in PRETRAINED:
            raise BadRequest(f"'{model[:80]}' needs no download: only {', '.join(PRETRAINED)} is too large to ship.")
        if self.busy:
            raise Busy("A checkpoint is being brought already; wait until it is there.")
        self.busy = True
        process, complaints = None, None
        try:
            process = await asyncio.create_subprocess_exec(
                *self.command,
                "--checkpoints",
                str(checkpoints_root()),
                "get",
                model,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
            )
            assert process.stdout is not None and process.stderr is not None
            complaints = asyncio.ensure_future(process.stderr.read())
            async for line in process.stdout:
                yield {"kind": "progress", "words": line.decode("utf-8", "replace").strip()}
            if await process.wait() == 0:
                self.service.forget_cards()
                yield {"kind": "end"}
            else:
                last = (await complaints).decode("utf-8", "replace").strip().splitlines()[-1:]
                yield {"kind": "error", "error": (last or ["It could not be brought."])[0][:300]}
        finally:
            self.busy = False
            if process is not None and complaints is not None:
                if process.returncode is None:
                    process.terminate()
                await asyncio.gather(process.wait(), complaints)


def build_routes(service: Service) -> list[Route]:
    """Both routes, for `launch(app_kwargs={"routes": ...})`."""
    getter = Getter(service)

    async def pretrained(request: Request) -> Response:
        return answer_json(getter.list_all())

    async def get(request: Request) -> Response:
        service.per_address.take(request.client.host if request.client else "")
        body, _ = await read_body(request)
        model = parse_object(body).get("model")
        if not isinstance(model, str):
            raise BadRequest("'model' must name a checkpoint, such as text/smollm2.")
        lines = getter.bring(model)
        first = await anext(lines)

        async def told() -> AsyncIterator[str]:
            try:
                yield json.dumps(first) + "\n"
                async for line in lines:
                    yield json.dumps(line) + "\n"
            finally:
                await lines.aclose()  # type: ignore[attr-defined]

        return StreamingResponse(told(), media_type="application/x-ndjson", headers=SAFE)

    return [
        Route("/playground/pretrained", guard(pretrained), methods=["GET"]),
        Route("/playground/get", guard(get), methods=["POST"]),
    ]
