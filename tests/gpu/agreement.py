"""Whether two devices answer alike: replies taken apart, compared within tolerances, and the first difference in words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.operations.worker import Worker
from playground.protocol.request import Item
from playground.protocol.wire import unpack
from tests.gpu.questions import Card, Question

LEVELS = 2  # of 255, that a pixel, a band or a letter's byte may differ by
NUMBERS = 0.02  # root mean square of a difference, of that of the numbers
WAVE = 0.1  # the same of a sound: the vocoder turns one level of a spectrogram into a little more
DRAWN_SHARE = 0.8  # of answers that hang on draws: a number near a border falls on its other side now and then
UNTIMED = {"seconds", "embed_seconds"}  # header fields that no two runs share
BATCHED = {"sample", "decode", "sweep", "pad", "interpolate", "corners", "sound", "write"}
TOLERANCES = {
    "image, sound": f"every answer: bytes within {LEVELS} of 255",
    "numbers (latents, features, nats)": f"every answer: difference at most {NUMBERS:.0%} (root mean square)",
    "waves": f"every answer: difference at most {WAVE:.0%} (root mean square)",
    "roll, text, chains of Boltzmann machines": f"{DRAWN_SHARE:.0%} of the answers the same: they hang on draws",
    "written text": "the same tokens, or the gap of the logits where they first differ",
}


@dataclass
class Result:
    """What came of one question: how many of its answers agree, and the first that does not, in words."""

    model: str
    question: str
    agreeing: int
    asked: int
    wanted: int
    difference: str = ""

    @property
    def passed(self) -> bool:
        """Whether enough answers agree."""
        return self.agreeing >= self.wanted


def answer(worker: Worker, items: Sequence[Item]) -> list[bytes]:
    """The worker's answers to items of one batch; raises the first error among them."""
    answers = []
    for one in worker.run(list(items)):
        if isinstance(one, Exception):
            raise one
        answers.append(one)
    return answers


def compare_devices(card: Card, question: Question, host: Worker, device: Worker) -> list[Result]:
    """One question on both devices, and where items may share a batch, five together beside each alone on the device."""
    alone = [answer(device, [item])[0] for item in question.items]
    expected = [answer(host, [item])[0] for item in question.items]
    results = [compare_answers(card, question.operation, expected, alone, "the device as the CPU")]
    if question.operation in BATCHED:
        together = answer(device, question.items)
        results.append(compare_answers(card, question.operation, alone, together, "five in a batch as alone"))
    return results


def compare_answers(card: Card, operation: str, one: Sequence[bytes], other: Sequence[bytes], how: str) -> Result:
    """Answers to the same items, pair by pair."""
    differences = [difference(operation, a, b) for a, b in zip(one, other, strict=True)]
    wanted = round(DRAWN_SHARE * len(differences)) if hangs_on_draws(card, operation) else len(differences)
    first = next((words for words in differences if words), "")
    return Result(card["id"], f"{operation}: {how}", differences.count(""), len(differences), wanted, first)


def hangs_on_draws(card: Card, operation: str) -> bool:
    """Whether an answer is drawn by comparing random numbers with computed ones, so that rounding can turn a draw."""
    drawn = card["output"]["kind"] in ("roll", "text", "topics") or card["latent"]["prior"] == "hidden units"
    return drawn and operation not in ("surprise", "steer_reading", "topics", "read_topics")


def difference(operation: str, a: bytes, b: bytes) -> str:
    """The first difference beyond tolerance of two replies, in words; "" where there is none."""
    (header, body), (other_header, other_body) = unpack(a), unpack(b)
    words = _header_difference(header, other_header)
    if words or len(body) != len(other_body):
        return words or f"{len(body)} bytes beside {len(other_body)}"
    for (name, check), part, other in zip(
        PARTS, split_body(operation, header, body), split_body(operation, header, other_body), strict=True
    ):
        words = check(part, other)
        if words:
            return f"{name}: {words}"
    return ""


def split_body(operation: str, header: dict[str, Any], body: memoryview) -> tuple[NDArray, NDArray, NDArray]:
    """A reply's body as frames (uint8), sound (int16) and numbers (float32), in the order in which they lie there."""
    frames = header.get("frames", 0) * header.get("height", 0) * header.get("width", 0) * header.get("channels", 1)
    frames = (
        0 if header.get("kind") == "points" else min(frames, len(body))
    )  # points are numbers, texts lie in the header
    samples = 2 * header.get("count", 0) * header["samples"] if "samples" in header else 0
    parts = bytes(body[:frames]), bytes(body[frames : frames + samples]), bytes(body[frames + samples :])
    return np.frombuffer(parts[0], np.uint8), np.frombuffer(parts[1], "<i2"), np.frombuffer(parts[2], "<f4")


def _levels(a: NDArray, b: NDArray) -> str:
    apart = np.abs(a.astype(int) - b.astype(int))
    return (
        f"{(apart > LEVELS).sum()} of {a.size} bytes differ, by up to {apart.max()}" if (apart > LEVELS).any() else ""
    )


def _within(tolerance: float) -> Callable[[NDArray, NDArray], str]:
    def check(a: NDArray, b: NDArray) -> str:
        a, b = a.astype(np.float64), b.astype(np.float64)
        apart, size = (float(np.sqrt(np.mean(x * x))) if x.size else 0.0 for x in (a - b, a))
        return f"differ by {apart:.3g}, of {size:.3g}" if apart > tolerance * size + 1e-6 else ""

    return check


PARTS = (("frames", _levels), ("sound", _within(WAVE)), ("numbers", _within(NUMBERS)))


def _header_difference(a: Any, b: Any, name: str = "header") -> str:
    """As ``difference``, of two JSON values: lists of numbers are compared as one."""
    if isinstance(a, dict) and isinstance(b, dict) and a.keys() == b.keys():
        found = (_header_difference(a[key], b[key], f"{name}.{key}") for key in a if key not in UNTIMED)
        return next(filter(None, found), "")
    if _numbers(a) and _numbers(b) and len(a) == len(b):
        return "" if not (words := _within(NUMBERS)(np.array(a), np.array(b))) else f"{name}: {words}"
    if isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        found = (_header_difference(x, y, f"{name}[{i}]") for i, (x, y) in enumerate(zip(a, b)))
        return next(filter(None, found), "")
    if isinstance(a, float) and isinstance(b, float):
        return _header_difference([a], [b], name)
    return "" if a == b else f"{name}: {str(a)[:60]!r} beside {str(b)[:60]!r}"


def _numbers(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(type(one) in (int, float) for one in value)
