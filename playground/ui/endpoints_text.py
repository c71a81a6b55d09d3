"""The endpoints of texts: written on, answered, read token by token, steered, there and back. See endpoints.py for their form."""

from collections.abc import Awaitable, Callable
from typing import Any

from playground.protocol.events import Events, Partial, Result

Answer = Callable[..., Awaitable[dict[str, Any]]]  # (model, operation, request) -> plain JSON
Job = Callable[..., Awaitable[Events]]  # (name, request) -> its events


def text_endpoints(answer: Answer, job: Job) -> list[Callable[..., Awaitable[dict]]]:
    """The endpoints; the arguments ask a model, leaving out what is None, and raise the errors of errors.py."""

    async def follow(model: str, request: dict[str, Any]) -> dict[str, Any]:
        told: dict[str, Any] = {}
        tokens: list[dict[str, Any]] = []
        async for event in await job("write", request | {"model": model}):
            if isinstance(event, Result):
                told |= {"why": event.data["why"], "seconds": event.data["seconds"]}
            elif isinstance(event, Partial):
                tokens += event.data.get("tokens", [])
                told |= {name: value for name, value in event.data.items() if name != "tokens"}
        return {"text": "".join(token["text"] for token in tokens), "tokens": tokens, **told}

    async def write(
        model: str,
        prompt: str,
        seed: int = 0,
        max_tokens: int = 100,
        settings: dict | None = None,
        steer: list[dict] | None = None,
        alternatives: int = 0,
    ) -> dict:
        """A text continued: "text", "tokens" with their probabilities, and why it ended.

        steer: up to three of {"name"} or {"plus": [...], "minus": [...]}, each with "strength" and "layer".
        """
        asked = {"seed": seed, "max_tokens": max_tokens, "settings": settings, "steer": steer}
        return await follow(model, {"prompt": prompt, "alternatives": alternatives, **asked})

    async def chat(
        model: str,
        turns: list[str],
        system: str = "",
        seed: int = 0,
        max_tokens: int = 100,
        settings: dict | None = None,
        steer: list[dict] | None = None,
    ) -> dict:
        """The model's answer to a conversation: turns alternate between you and the model, and the last one is yours."""
        asked = {"seed": seed, "max_tokens": max_tokens, "settings": settings, "steer": steer}
        return await follow(model, {"chat": {"system": system, "turns": turns}, **asked})

    async def surprise(model: str, text: str, alternatives: int = 0) -> dict:
        """How surprised a language model is at each token of a text, in nats, and its perplexity."""
        return await answer(model, "surprise", {"text": text, "alternatives": alternatives})

    async def steer_reading(model: str, steer: dict, texts: list[str]) -> dict:
        """How far texts lie along a direction: -1 as its minus examples, 1 as its plus examples."""
        return await answer(model, "steer_reading", {"steer": steer, "texts": texts})

    async def rebuild(model: str, text: str, settings: dict | None = None) -> dict:
        """A typed sentence or name to its latent "z" and back to a "text", with the edits between the two."""
        return await answer(model, "rebuild", {"text": text, "settings": settings})

    async def topics(model: str) -> dict:
        """The topics of a topic model by their top words."""
        return await answer(model, "topics", {})

    async def read_topics(model: str, text: str) -> dict:
        """The strongest topics of a typed text."""
        return await answer(model, "read_topics", {"text": text})

    return [write, chat, surprise, steer_reading, rebuild, topics, read_topics]
