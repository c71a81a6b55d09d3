"""The shipped Boltzmann machines answer today as they did on the day this was written: same seeds, same samples."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from playground.checkpoint import find_checkpoint, load_model
from playground.operations import generate
from playground.protocol.request import Item
from playground.protocol.wire import unpack

ROOT = Path(__file__).resolve().parents[2] / "checkpoints"
REQUEST = {"seed": 3, "count": 3}
TEXTS = {
    "text/names-rbm": ["lil", "ranee", "shenorlin"],
    "text/topics-rbm": [
        "organization terrorist group political government control party military",
        "particular way purpose appearance natural existing different thing",
        "common number people similar male different color person",
    ],
}
INK_BY_ROW = [  # pixels above half, of three digits; no pixel is within 2 of 255 levels of half
    [0, 0, 0, 0, 0, 0, 0, 7, 10, 16, 16, 13, 9, 5, 5, 6, 5, 5, 6, 6, 6, 6, 5, 5, 4, 3, 0, 0],
    [0, 0, 0, 0, 0, 3, 5, 5, 6, 6, 5, 5, 6, 5, 8, 11, 10, 8, 6, 4, 4, 3, 3, 3, 2, 0, 0, 0],
    [0, 0, 0, 0, 0, 4, 6, 8, 6, 5, 5, 6, 6, 7, 6, 5, 5, 6, 6, 6, 4, 5, 6, 8, 5, 0, 0, 0],
]


def sampled(model_id: str) -> Any:
    model = load_model(find_checkpoint(ROOT, model_id))
    (reply,) = generate.run_decoding(model, [Item(model_id, "sample", REQUEST, b"")], generate.PLANS["sample"])
    assert isinstance(reply, bytes)
    return unpack(reply)


@pytest.mark.parametrize("model_id", TEXTS)
def test_texts_are_as_they_were(model_id: str) -> None:
    assert sampled(model_id)[0]["texts"] == TEXTS[model_id]


def test_digits_are_as_they_were() -> None:
    _, body = sampled("image/digits-rbm")
    ink = np.frombuffer(body, np.uint8).reshape(3, 28, 28) > 127
    assert ink.sum(2).tolist() == INK_BY_ROW
