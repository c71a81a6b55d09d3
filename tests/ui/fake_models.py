"""A `run` for the panels' tests: answers sampling and measuring from numpy, and can fail on purpose."""

import asyncio
from collections.abc import Sequence
from typing import Any

import numpy as np

from playground.serving import Item, pack, unpack

FEATURES = 4
FACTS = {"kind": "image", "height": 28, "width": 28, "channels": 1}


def card(model: str, problems: list[str] | None = None) -> dict[str, Any]:
    """A model's card, as far as a comparison reads it."""
    name = model.split("/")[-1].upper()
    return {"id": model, "name": name, "dataset": "digits", "problems": problems or [], "output": FACTS}


class FakeModels:
    """`fail`: errors to raise, in order, before answering; `notes`: say of the pictures what is said of notes.

    `seconds`, `embed_seconds`: what sampling, and embedding, claim to take per sample.
    """

    def __init__(
        self, *, seconds: float = 0.001, embed_seconds: float = 0.0, fail: Sequence[Exception] = (), notes: bool = False
    ) -> None:
        self.notes = notes
        self.asked: list[tuple[Item, str]] = []
        self.seconds, self.embed_seconds = seconds, embed_seconds
        self.fail = list(fail)
        self.open = self.most_open = 0

    async def __call__(self, item: Item) -> bytes:
        """As a job asks."""
        return await self.run(item, "")

    async def run(self, item: Item, session: str) -> bytes:
        self.asked.append((item, session))
        self.open += 1
        self.most_open = max(self.most_open, self.open)
        try:
            await asyncio.sleep(0)
        finally:
            self.open -= 1
        if self.fail:
            raise self.fail.pop(0)
        answers = {"measure": measure, "nearest": nearest, "latents": latents, "listen": listen}
        reply = answers.get(item.operation, self._pictures)(item)
        return say_of_notes(item, reply) if self.notes else reply

    def _pictures(self, item: Item) -> bytes:
        count = item.request.get("count") or item.request.get("frames") or item.request.get("side", 4) ** 2
        seed = item.request.get("seed", 0) + item.request.get("start", 0)
        frames = np.random.default_rng(seed).integers(0, 256, (count, 28, 28), dtype=np.uint8)
        header = {"frames": count, **FACTS, "features": FEATURES, "predictions": [3] * count}
        header |= {
            "seconds": count * self.seconds,
            "embed_seconds": count * self.embed_seconds,
            "flops_per_sample": 1e6,
        }
        return pack(header, frames.tobytes() + np.ones((count, FEATURES), np.float32).tobytes())


def measure(item: Item) -> bytes:
    """Refuses a body of the wrong size, as the real one does."""
    n = item.request["n"]
    assert len(item.body) == n * (4 * FEATURES + 1)
    metric = {"value": 0.5, "floor": 0.9, "band": [0.85, 0.95], "better": "higher", "unit": "share", "help": "Help."}
    return pack(
        {
            "metrics": {f"precision-{n}-net": metric, f"coverage-{n}-net": metric | {"value": 0.9}},
            "histogram": [n / 10] * 10,
            "real_histogram": [n / 10] * 10,
            "pairwise": {"edges": [0, 1, 2], "density": [0.5, 0.5], "real_density": [0.4, 0.6]},
            "embedding": [[0, 0], [1, 1]],
            "real_embedding": [[0, 0], [1, 0]],
        }
    )


def nearest(item: Item) -> bytes:
    """The items themselves, at distance 0.2."""
    count = item.request["count"]
    assert len(item.body) == count * 784
    return pack({"frames": count, **FACTS, "distances": [0.2] * count, "indices": [0] * count}, item.body)


def listen(item: Item) -> bytes:
    """Takes 30 ms a note."""
    return pack({"seconds": 0.03 * len(item.request["pitches"])})


def say_of_notes(item: Item, reply: bytes) -> bytes:
    """A reply with what the operations on notes say beside the pictures."""
    header, body = unpack(reply)
    if item.operation == "features":
        header["pitches"] = [60] * header["frames"]
    elif item.operation == "nearest":
        header["names"] = ["Oboe"] * header["frames"]
    elif item.operation == "measure":
        octaves = {"title": "Octave", "labels": ["C3", "C4"], "shares": [0.5, 0.5], "real_shares": [0.4, 0.6]}
        header |= {"title": "Instrument family", "labels": list("abcdefghij"), "histograms": [octaves]}
    return pack(header, bytes(body))


def latents(item: Item) -> bytes:
    """Frame i of a walk is (i, i, i)."""
    count = item.request["request"]["frames"]
    return pack({"count": count, "size": 3}, np.arange(count, dtype=np.float32).repeat(3).tobytes())
