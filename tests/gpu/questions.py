"""What a model is asked on both devices: every operation of its card that computes with its weights, from five seeds.

Operations that take seconds on a CPU are asked from one seed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playground.protocol.request import Item
from playground.protocol.wire import unpack

SEEDS = range(11, 16)
SLOW = {"encode", "invert", "render", "features"}
SENTENCES = ("The king is dead.", "I saw you come.", "We dance all night.", "What news of war?", "My lord, be kind.")
WRITTEN_TOKENS = 24
Card = dict[str, Any]
Ask = Callable[[Item], bytes]


@dataclass(frozen=True)
class Question:
    """One operation of a model, asked from several seeds."""

    operation: str
    items: list[Item]


def questions_of(card: Card, ask: Ask, instrument: str | None) -> list[Question]:
    """Questions to the model of a card.

    ask: answers what the model itself has to make first, where an operation takes an upload; instrument: the model that
    plays rolls, None for no such question.
    """
    asked = {name: make for name, make in REQUESTS.items() if name in card["operations"]}
    if not card["latent"]["size"]:
        asked = {name: make for name, make in asked.items() if name not in OF_LATENTS}
    questions = [
        Question(name, [Item(card["id"], name, make(card, seed)) for seed in seeds_of(name)])
        for name, make in asked.items()
    ]
    for name in uploading_operations(card, instrument):
        questions.append(Question(name, [_upload(card, name, seed, ask, instrument) for seed in seeds_of(name)]))
    return questions


def seeds_of(operation: str) -> range:
    """From which seeds an operation is asked."""
    return SEEDS[:1] if operation in SLOW else SEEDS


def uploading_operations(card: Card, instrument: str | None) -> list[str]:
    """The operations of a card on what a visitor brings."""
    if card["output"]["kind"] in ("text", "topics"):
        return ["rebuild"] if "encode" in card["capabilities"] and "topics" not in card["capabilities"] else []
    return sorted({"encode", "invert", "render" if instrument else ""} & {*card["operations"]})


def _upload(card: Card, name: str, seed: int, ask: Ask, instrument: str | None) -> Item:
    if "sound" in card["operations"]:
        header, body = unpack(ask(Item(card["id"], "sound", {"latents": [{"seed": seed}], "pitches": [60]})))
        request, made = {"prepared": True}, bytes(body[header["height"] * header["width"] :])
    elif "decode" in card["operations"]:
        header, body = unpack(ask(Item(card["id"], "decode", {"latents": [{"seed": seed}]})))
        request, made = {"raw": True}, bytes(body)
    else:
        header, body = unpack(ask(Item(card["id"], "compose", {"seed": seed, "bars": 1})))
        request, made = {}, bytes(body)
    if name == "render":
        request = {"instrument": {"model": instrument, "latent": {"seed": seed}}}
    elif name == "rebuild":
        request, made = {"text": header["texts"][0]}, b""
    elif name == "invert":
        request = request | {"steps": 3}
    return Item(card["id"], name, request, made)


def _slider(card: Card) -> str:
    return "direction" if card["latent"]["directions"] else "dimension"


def _chain(card: Card, seed: int) -> dict[str, Any]:
    start = {"seed": seed, "bars": 1} if card["output"]["kind"] == "roll" else {"latent": {"seed": seed}}
    return {**start, "frames": 4, **({"every": 2} if "clamp" in card["capabilities"] else {})}


def _corners(card: Card, seed: int) -> dict[str, Any]:
    return {"corners": [{"seed": seed, "index": i} for i in range(4)], "side": 3}


def _write(card: Card, seed: int) -> dict[str, Any]:
    text = SENTENCES[seed % len(SENTENCES)]
    begins = {"chat": {"turns": [text]}} if "chat" in card["capabilities"] else {"prompt": text}
    return {**begins, "seed": seed, "max_tokens": WRITTEN_TOKENS, "steer": [{**_steering(card), "strength": 1.0}]}


def _steering(card: Card) -> dict[str, Any]:
    return {"name": card["steering"][0]["name"]}


OF_LATENTS = {"sweep", "pad", "interpolate", "corners", "latents"}
REQUESTS: dict[str, Callable[[Card, int], dict[str, Any]]] = {
    "sample": lambda card, seed: {"seed": seed, "start": 0, "count": 2},
    "decode": lambda card, seed: (
        {"latents": [{"seed": seed}, {"seed": seed, "raw": {"0": 1.5}}]}
        if card["latent"]["size"]
        else {"latents": [{"seed": seed}]}
    ),
    "sweep": lambda card, seed: {"latent": {"seed": seed}, _slider(card): 0, "frames": 3},
    "pad": lambda card, seed: {"latent": {"seed": seed}, _slider(card) + "s": [0, 1], "side": 3},
    "interpolate": lambda card, seed: {"a": {"seed": seed}, "b": {"seed": seed + 1}, "frames": 3},
    "corners": _corners,
    "latents": lambda card, seed: {"of": "sample", "request": {"seed": seed, "count": 2}},
    "chain": _chain,
    "sound": lambda card, seed: {"latents": [{"seed": seed}], "pitches": [48, 67]},
    "compose": lambda card, seed: {"seed": seed, "bars": 1},
    "features": lambda card, seed: {"seed": seed, "start": 0, "count": 2},
    "write": _write,
    "surprise": lambda card, seed: {"text": SENTENCES[seed % len(SENTENCES)]},
    "steer_reading": lambda card, seed: {"steer": _steering(card), "texts": [SENTENCES[seed % len(SENTENCES)]]},
    "topics": lambda card, seed: {"words": 3},
    "read_topics": lambda card, seed: {"text": "a river, a bird and the water of the sea"},
}
