"""A checkpoint that cannot be served is listed with its reason, and everything else serves."""

import pytest

from tests.faults.broken import BREAKAGES
from tests.server import RBM, VAE, Caller, assert_refused


def test_every_broken_checkpoint_is_listed_and_good_ones_are_healthy(caller: Caller) -> None:
    answer = caller.http.get("/playground/models")
    assert answer.status_code == 200, answer.text
    cards = {card["id"]: card for card in answer.json()}
    assert cards.keys() == {VAE, RBM, *(f"image/broken-{name}" for name in BREAKAGES)}
    assert cards[VAE]["problems"] == cards[RBM]["problems"] == []


@pytest.mark.parametrize("name", BREAKAGES)
def test_a_broken_checkpoint_is_listed_with_its_reason_and_refused(caller: Caller, name: str) -> None:
    cards = {card["id"]: card for card in caller.http.get("/playground/models").json()}
    card = cards[f"image/broken-{name}"]
    words = BREAKAGES[name][1]
    assert len(card["problems"]) == 1 and words in card["problems"][0], card["problems"]
    answer = caller.run(f"image/broken-{name}", "sample", {"seed": 1, "count": 1})
    assert assert_refused(answer, 422, words=words) == card["problems"][0]
