"""The comparison as a queued, named endpoint: the page's panel and other programs call the same one.

job = Client("http://127.0.0.1:7860").submit(["image/digits-vae", "image/digits-gan"], 500, 7, api_name="/compare")
for event in job: ...                                # progress events, then the result; job.cancel() stops it
"""

import logging
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

import gradio as gr

from playground.errors import PlaygroundError
from playground.serving import Item
from playground.ui.compare import compare
from playground.ui.compare_plan import check_request
from playground.ui.service import Service

log = logging.getLogger(__name__)
AT_ONCE = 2  # comparisons that run side by side; more wait in the queue
DESCRIPTION = (
    "Compare 2 to 4 models of one data set with real data on n samples (100 to 1000; chorales 50 to 300) of one seed: every "
    "number with the band of a perfect sampler, figures, samples, nearest training items. Sends progress events, then the result."
)


def add_compare(service: Service) -> None:
    """Define the endpoint inside the current gr.Blocks."""

    async def run(item: Item, session: str) -> bytes:
        return await service.ask(item, session=session)

    async def compare_models(
        models: list[str], n: int = 500, seed: int = 7, settings: dict | None = None, theme: str = "light"
    ) -> AsyncIterator[dict[str, Any]]:
        try:
            plan = check_request(await service.list_models(), models, n, seed, settings, theme)
            async with aclosing(compare(run, plan)) as events:  # type: ignore[type-var]  # compare is a generator
                async for event in events:
                    yield event
        except PlaygroundError as error:
            raise gr.Error(str(error), print_exception=False) from error
        except Exception as error:
            log.exception("A comparison failed")
            raise gr.Error("The comparison met an internal error; the log has the details.") from error

    gr.api(compare_models, api_name="compare", api_description=DESCRIPTION, concurrency_limit=AT_ONCE)
