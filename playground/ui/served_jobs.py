"""The jobs that the page serves: how a request becomes one, and how many run at once."""

import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from playground.checkpoint import served_root
from playground.datasets import compared_words
from playground.jobs.ask import Ask
from playground.jobs.compare import compare
from playground.jobs.compare_request import CompareRequest
from playground.jobs.compose import ComposeRequest, compose
from playground.jobs.get import GetRequest, get
from playground.jobs.invert import InvertRequest, invert
from playground.jobs.write import WriteRequest, write
from playground.pretrained import PRETRAINED
from playground.protocol import fields
from playground.protocol.events import Events, Result
from playground.ui.places import JobLimits
from playground.ui.service import Service
from playground.views.canvas import THEMES
from playground.views.report import report

COMMAND = (sys.executable, "-m", "playground")


@dataclass(frozen=True)
class ServedJob:
    """One job of the page."""

    open: Callable[[Service, Ask, dict[str, Any], bytes], Awaitable[Events]]  # raises BadRequest; begins nothing
    limits: JobLimits
    takes_body: bool = False


async def open_compare(service: Service, ask: Ask, request: dict[str, Any], body: bytes) -> Events:
    """The comparison, drawn in a "theme"."""
    theme = fields.choice(request, "theme", tuple(THEMES), "light")
    asked = CompareRequest.read(request, await service.list_models(), compared_words)
    return report(compare(ask, asked), asked.words, theme)


async def open_invert(service: Service, ask: Ask, request: dict[str, Any], body: bytes) -> Events:
    """The search for the latent of the file in the body."""
    return invert(ask, InvertRequest.read(request, body))


async def open_compose(service: Service, ask: Ask, request: dict[str, Any], body: bytes) -> Events:
    """The chorale, from the roll in the body on."""
    return compose(ask, ComposeRequest.read(request, body))


async def open_write(service: Service, ask: Ask, request: dict[str, Any], body: bytes) -> Events:
    """The text."""
    return write(ask, WriteRequest.read(request))


async def open_get(service: Service, ask: Ask, request: dict[str, Any], body: bytes) -> Events:
    """The checkpoint, after which the list of models is made anew."""
    return _forgetting(service, get(ask, GetRequest.read(request, tuple(PRETRAINED), served_root(), COMMAND)))


async def _forgetting(service: Service, events: Events) -> Events:
    try:
        async for event in events:
            if isinstance(event, Result):
                service.forget_cards()
            yield event
    finally:
        await events.aclose()


BEING_BROUGHT = "A checkpoint is being brought already; wait until it is there."
SERVED: dict[str, ServedJob] = {
    "compare": ServedJob(open_compare, JobLimits("comparisons", at_once=2, waiting=62)),
    "invert": ServedJob(open_invert, JobLimits("searches"), takes_body=True),
    "compose": ServedJob(open_compose, JobLimits("pieces composed"), takes_body=True),
    "write": ServedJob(open_write, JobLimits("texts written")),
    "get": ServedJob(open_get, JobLimits("checkpoints brought", at_once=1, full=BEING_BROUGHT)),
}


def list_pretrained() -> list[dict[str, Any]]:
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
