"""Language models on both devices: the same tokens, or where they first differ and how far apart the logits are there."""

from collections.abc import Sequence

from playground.operations.worker import Worker
from playground.protocol.request import Item
from playground.protocol.wire import unpack
from tests.gpu.agreement import Result, answer
from tests.gpu.questions import Card, Question

LOGIT_GAP = 1e-2  # the most that rounding moves a logit by; a larger gap is a fault


def compare_writing(card: Card, question: Question, host: Worker, device: Worker) -> list[Result]:
    """Five texts: on the device alone beside the CPU, and in one batch beside alone."""
    expected = [write_out(host, [item])[0] for item in question.items]
    alone = [write_out(device, [item])[0] for item in question.items]
    together = write_out(device, question.items)
    pairs = (("the device as the CPU", expected, alone), ("five in a batch as alone", alone, together))
    return [_compare(card["id"], how, question, one, other, host, device) for how, one, other in pairs]


def write_out(worker: Worker, items: Sequence[Item]) -> list[tuple[list[int], list[int]]]:
    """Context and new tokens of each text, all asked together slice after slice until every one has ended."""
    texts: list[tuple[list[int], list[int]]] = [([], []) for _ in items]
    open_ = list(range(len(items)))
    while open_:
        asked = [Item(items[i].model, "write", {**items[i].request, "tokens": texts[i][1]}) for i in open_]
        ended = []
        for i, message in zip(open_, answer(worker, asked), strict=True):
            header, _ = unpack(message)
            texts[i] = (header["context"], texts[i][1] + [token["id"] for token in header["tokens"]])
            if header["end"] is not None:
                ended.append(i)
        open_ = [i for i in open_ if i not in ended]
    return texts


def _compare(
    model_id: str,
    how: str,
    question: Question,
    expected: list[tuple[list[int], list[int]]],
    other: list[tuple[list[int], list[int]]],
    host: Worker,
    device: Worker,
) -> Result:
    excused, words = 0, ""
    for (context, tokens), (_, others) in zip(expected, other, strict=True):
        if tokens == others:
            excused += 1
            continue
        place = next(
            (i for i, pair in enumerate(zip(tokens, others)) if pair[0] != pair[1]), min(len(tokens), len(others))
        )
        gap = logit_gap(host, device, model_id, [*context, *tokens[:place]])
        words = words or f"token {place} of {len(tokens)} differs; there the logits are {gap:.2g} apart at most"
        excused += gap <= LOGIT_GAP
    return Result(model_id, f"write: {how}", excused, len(expected), len(expected), words)


def logit_gap(host: Worker, device: Worker, model_id: str, tokens: Sequence[int]) -> float:
    """The largest difference between the devices' logits of the token after ``tokens``."""
    read = [*tokens, tokens[-1]]  # logits are of every token but the first, so that one more is needed
    own, other = (worker.load(model_id).token_logits(read)[-1].cpu() for worker in (host, device))
    return float((own - other).abs().max())
