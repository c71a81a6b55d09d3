"""What a comparison is asked for, checked: models of one data set, how many samples, seed, settings."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from playground.errors import BadRequest, UnknownModel
from playground.protocol import fields
from playground.protocol.words import Words

FEWEST_MODELS, MOST_MODELS = 2, 4


@dataclass(frozen=True)
class CompareRequest:
    """A checked request."""

    models: list[dict[str, Any]]  # cards
    n: int
    seed: int
    settings: dict[str, dict[str, Any]]  # model id -> its settings
    words: Words  # of the data set

    @property
    def dataset(self) -> str:
        """What all models were trained on."""
        return self.models[0]["dataset"]

    @property
    def made(self) -> dict[str, Any]:
        """What made the result, as plain JSON: it goes into every exported file."""
        return {
            "operation": "compare",
            "models": [card["id"] for card in self.models],
            "n": self.n,
            "seed": self.seed,
            "settings": self.settings,
        }

    @classmethod
    def read(
        cls, request: dict[str, Any], cards: Sequence[dict[str, Any]], words_of: Callable[[str], Words]
    ) -> "CompareRequest":
        """From {"models", "n"?, "seed"?, "settings"?}; BadRequest (UnknownModel) in one sentence.

        cards: of all models there are; words_of: how the items of a data set are spoken of, by its name.
        """
        chosen = _choose(request.get("models"), cards)
        words = words_of(chosen[0].get("dataset", ""))
        n = fields.whole(request, "n", words.fewest_samples, words.most_samples, 500)
        seed = fields.whole(request, "seed", 0, fields.MAX_SEED, 7)
        settings = request.get("settings") or {}
        if type(settings) is not dict or not all(type(own) is dict for own in settings.values()):
            raise BadRequest("settings must map a model's id to an object of its settings; send {} for the defaults.")
        strangers = [str(model)[:60] for model in settings if model not in request["models"]]
        if strangers:
            raise BadRequest(f"settings are for compared models only, got some for {strangers[0]!r}; remove them.")
        full = {card["id"]: _measured_defaults(card) | settings.get(card["id"], {}) for card in chosen}
        return cls(chosen, n, seed, {model: own for model, own in full.items() if own}, words)


def _choose(models: Any, cards: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The cards of the models that are asked for."""
    by_id = {card["id"]: card for card in cards}
    fewest = 1 if type(models) is list and _is_alone(models, by_id) else FEWEST_MODELS
    if type(models) is not list or not fewest <= len(models) <= MOST_MODELS:
        got = len(models) if type(models) is list else type(models).__name__
        raise BadRequest(
            f"Compare needs a list of {FEWEST_MODELS} to {MOST_MODELS} models, got {got}; choose that many."
        )
    for model in models:
        if type(model) is not str or model not in by_id:
            offered = ", ".join(card["id"] for card in cards if not card["problems"]) or "none, as none can be used"
            raise UnknownModel(f"No model is called {str(model)[:60]!r}: choose among {offered}.")
        if by_id[model]["problems"]:
            raise BadRequest(f"{model} cannot be compared: {by_id[model]['problems'][0]}")
        if models.count(model) > 1:
            raise BadRequest(f"Each model can be compared once, got {model} {models.count(model)} times; remove one.")
    chosen = [by_id[model] for model in models]
    datasets = {card.get("dataset", "") for card in chosen}
    if len(datasets) > 1:
        raise BadRequest(
            f"Models can be compared on one data set, got models of {' and '.join(sorted(datasets))}; choose models of one."
        )
    return chosen


def _measured_defaults(card: dict[str, Any]) -> dict[str, Any]:
    """Those of a model's settings that have another default where samples are measured."""
    return {one["name"]: one["measured"] for one in card.get("settings", []) if one.get("measured") is not None}


def _is_alone(models: list[Any], by_id: dict[str, dict[str, Any]]) -> bool:
    """Whether it is the only model of its data set that works: then it is compared with real data alone."""
    card = by_id.get(models[0]) if len(models) == 1 and type(models[0]) is str else None
    if card is None or "dataset" not in card:
        return False
    return sum(other.get("dataset") == card["dataset"] and not other["problems"] for other in by_id.values()) == 1
