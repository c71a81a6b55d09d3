"""Bringing a pretrained checkpoint from the page: what there is to bring, and a stream of progress while it comes.

GET  /playground/pretrained   [{"id", "name", "megabytes", "license", "there"}]
POST /playground/get          {"model"}: JSON lines of kind "progress" (with "words"), then one of kind "end" or "error"
The work is that of ``python -m playground get`` in a process of its own; closing the connection ends it, and nothing is left.
"""

import asyncio
import sys
from collections.abc import AsyncGenerator

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from playground.checkpoint import served_root
from playground.errors import BadRequest, Busy
from playground.pretrained import PRETRAINED
from playground.serving import parse_object
from playground.ui.routes import answer_json, answer_lines, guard, read_body
from playground.ui.service import Service


class Getter:
    """Brings one checkpoint at a time."""

    def __init__(self, service: Service, command: list[str] | None = None) -> None:
        """command: what is run in place of ``python -m playground``, for tests."""
        self.service = service
        self.command = command or [sys.executable, "-m", "playground"]
        self.busy = False

    def list_all(self) -> list[dict]:
        """What there is to bring, and whether it is there already."""
        root = served_root()
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

    async def bring(self, model: str) -> AsyncGenerator[dict, None]:
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
                str(served_root()),
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
        return answer_lines(await anext(lines), lines)

    return [
        Route("/playground/pretrained", guard(pretrained), methods=["GET"]),
        Route("/playground/get", guard(get), methods=["POST"]),
    ]
