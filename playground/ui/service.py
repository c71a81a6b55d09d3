"""What every route and endpoint asks: checks names, shares replies, sets deadlines, then asks the engine."""

import hashlib
import json
import time
from collections.abc import Callable
from typing import Any, Protocol

from playground.errors import BadRequest, PlaygroundError, UnknownModel
from playground.serving import Item, unpack
from playground.ui.cache import ReplyCache
from playground.ui.limits import TokenBuckets, check_name, check_plain, read_rate
from playground.ui.places import Places

DEADLINES_S = {"models": 90.0, "measure": 120.0, "features": 60.0, "invert": 30.0, "chain": 20.0}
# The first composition of a process may have to import the transformers library, which takes ten seconds and more.
DEADLINES_S |= {"compose": 45.0, "score": 45.0, "render": 30.0}
DEADLINES_S |= dict.fromkeys(("write", "surprise", "steer_reading", "rebuild"), 45.0)
DEADLINE_S = 15.0
NOT_SHARED = {"invert", "measure"}  # one visitor's own long work: large requests that nobody repeats
CARDS_S = 10.0  # how old the list of models may be


class Engine(Protocol):
    """What the page needs of an engine."""

    async def submit(self, item: Item, *, session: str = "", view: str = "", deadline_s: float = 10.0) -> bytes: ...

    async def converse(
        self,
        item: Item,
        advance: Callable[[bytes], Item | None],
        *,
        session: str = "",
        deadline_s: float = 10.0,
    ) -> None: ...

    async def health(self) -> dict[str, Any]: ...


class Service:
    """One engine with its visitors."""

    def __init__(
        self,
        engine: Engine,
        *,
        cache: ReplyCache | None = None,
        per_session: TokenBuckets | None = None,
        per_address: TokenBuckets | None = None,
    ) -> None:
        self.engine = engine
        self.cache = cache or ReplyCache()
        self.per_session = per_session or TokenBuckets(rate_per_s=read_rate("PLAYGROUND_SESSION_RATE", 40))
        # A whole class may sit behind one address.
        self.per_address = per_address or TokenBuckets(rate_per_s=read_rate("PLAYGROUND_ADDRESS_RATE", 2000))
        self.places = Places()
        self._cards: tuple[float, list[dict[str, Any]]] = (-CARDS_S, [])

    async def ask(self, item: Item, *, session: str = "", view: str = "") -> bytes:
        """The packed reply to an item; any of the errors in errors.py."""
        self.check(item)
        deadline_s = DEADLINES_S.get(item.operation, DEADLINE_S)

        async def compute() -> bytes:
            try:
                return await self.engine.submit(item, session=session, view=view, deadline_s=deadline_s)
            except UnknownModel as error:
                raise await self._offer_models(item.model, error) from error

        if item.operation in NOT_SHARED:
            return await compute()
        return await self.cache.get(key_of(item), compute)

    async def converse(self, item: Item, advance: Callable[[bytes], Item | None], *, session: str) -> None:
        """Ask item after item, as the engine does: ``advance`` makes the next of each reply."""
        self.check(item)
        deadline_s = DEADLINES_S.get(item.operation, DEADLINE_S)
        await self.engine.converse(item, advance, session=session, deadline_s=deadline_s)

    def check(self, item: Item) -> None:
        """BadRequest for an item whose names or JSON no worker should see."""
        check_name(item.model, "model")
        check_name(item.operation, "operation")
        check_plain(item.request)

    async def list_models(self) -> list[dict[str, Any]]:
        """Every model's card; asked of the worker, at most once in ten seconds."""
        made_s, cards = self._cards
        if time.monotonic() - made_s < CARDS_S:
            return cards
        # The age is part of the key, so that visitors who come together share one question and later ones ask anew.
        key = f"models {int(time.monotonic() / CARDS_S)}".encode()
        reply = await self.cache.get(key, self._ask_models)
        cards = unpack(reply)[0]["models"]
        self._cards = (time.monotonic(), cards)
        return cards

    def forget_cards(self) -> None:
        """The checkpoints have changed: ask for them anew."""
        self._cards = (-CARDS_S, [])

    async def _offer_models(self, name: str, error: UnknownModel) -> UnknownModel:
        """The error of an unknown model, naming those that the page offers: neither broken ones nor a classifier."""
        try:
            cards = await self.list_models()
        except PlaygroundError:
            return error
        offered = ", ".join(card["id"] for card in cards if not card["problems"]) or "none, as none can be used"
        return UnknownModel(f"No model is called {name!r}: choose one of {offered}.")

    async def _ask_models(self) -> bytes:
        return await self.engine.submit(Item("", "models", {}), session="page", deadline_s=DEADLINES_S["models"])

    async def health(self) -> dict[str, Any]:
        """The engine's health without process ids, with the models known so far and the shared cache."""
        health = await self.engine.health()
        shown = ("device", "state", "up_s", "restarts", "circuit")
        cards = self._cards[1]
        return {
            "live": health["live"],
            "ready": health["ready"],
            "workers": [{name: worker.get(name) for name in shown} for worker in health["workers"]],
            "queue": health["queue"],
            "counters": health.get("counters", {}),
            "models": {card["id"]: not card["problems"] for card in cards},
            "cache": {
                "bytes": self.cache.bytes,
                "hits": self.cache.hits,
                "misses": self.cache.misses,
                "joined": self.cache.joined,
            },
        }


def key_of(item: Item) -> bytes:
    """Equal for equal questions, whatever the order of their fields."""
    try:
        text = json.dumps([item.model, item.operation, item.request], sort_keys=True, allow_nan=False)
    except ValueError as error:
        raise BadRequest(f"A request needs finite numbers, and packing it failed with: {error}.") from error
    return hashlib.blake2b(text.encode("ascii") + b"\0" + item.body, digest_size=20).digest()
