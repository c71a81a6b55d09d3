"""How much a worker makes in a second: pictures, notes, texts and tokens, in batches as a full queue brings them."""

import time

from playground.operations.worker import Worker
from playground.protocol.request import Item
from tests.gpu.agreement import answer
from tests.gpu.questions import REQUESTS, Card
from tests.gpu.writing import write_out

AT_ONCE = 64  # pictures or texts of one request
WRITERS = 8
MEASURED_S = 0.5


def speed_of(card: Card, worker: Worker) -> tuple[str, float] | None:
    """What a model makes, and how many of it in a second; None for models without a request for many."""
    model_id, operations = card["id"], card["operations"]
    if "write" in operations:
        items = [Item(model_id, "write", {**REQUESTS["write"](card, seed), "steer": []}) for seed in range(WRITERS)]
        return "tokens", _rate(lambda: sum(len(tokens) for _, tokens in write_out(worker, items)))
    if "sound" in operations:
        item = Item(model_id, "sound", {"latents": [{"seed": seed} for seed in range(16)], "pitches": [60]})
        return "notes", _rate(lambda: 16 * len(answer(worker, [item])))
    if "sample" in operations:
        name = {"text": "texts", "topics": "texts", "roll": "rolls", "points": "points"}.get(
            card["output"]["kind"], "images"
        )
        return name, _rate(lambda: AT_ONCE * len(answer(worker, [Item(model_id, "sample", {"count": AT_ONCE})])))
    if "compose" in operations:
        return "bars", _rate(lambda: len(answer(worker, [Item(model_id, "compose", {"seed": 1, "bars": 1})])))
    return None


def _rate(make) -> float:
    """Things a second; ``make`` makes some and says how many, once to warm up and then for a while."""
    make()
    made, started_s = 0, time.perf_counter()
    while time.perf_counter() - started_s < MEASURED_S:
        made += make()
    return made / (time.perf_counter() - started_s)
