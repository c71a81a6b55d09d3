"""The comparison as a named endpoint whose events come as they are made.

job = Client("http://127.0.0.1:7860").submit(["image/digits-vae", "image/digits-gan"], 500, 7, api_name="/compare")
for event in job: ...                                # progress events, then the result; job.cancel() stops it
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from typing import Any

from playground.protocol.events import Events, Partial, to_json

Job = Callable[..., Awaitable[Events]]  # (name, request, body) -> its events


def compare_endpoint(job: Job) -> Callable[..., AsyncIterator[dict]]:
    """The endpoint; ``job`` starts a job, leaving out what is None, and raises the errors of errors.py."""

    async def compare(
        models: list[str], n: int = 500, seed: int = 7, settings: dict | None = None, theme: str = "light"
    ) -> AsyncIterator[dict[str, Any]]:
        """Compare 2 to 4 models of one data set with real data on n samples (100 to 1000; chorales 50 to 300) of one seed.

        Every number comes with the band of a perfect sampler; figures, samples, nearest training items. Sends progress events,
        then the result.
        """
        request = {"models": models, "n": n, "seed": seed, "settings": settings, "theme": theme}
        async with aclosing(await job("compare", request)) as events:
            async for event in events:
                yield {"kind": "result", **event.data} if isinstance(event, Partial) else to_json(event)

    return compare
