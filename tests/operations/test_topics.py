"""The operations of a topic model: what its units stand for, and which of them a typed text has."""

from types import SimpleNamespace

import pytest
import torch

from playground.errors import BadRequest
from playground.models.categorical_rbm import CategoricalRBM, CategoricalRBMConfig
from playground.models.replicated_softmax import ReplicatedSoftmax, ReplicatedSoftmaxConfig
from playground.operations.describe import operations_of
from playground.operations.topics import run_read_topics, run_topics
from playground.protocol.request import Item
from playground.protocol.wire import unpack

VOCABULARY = ["boat", "sea", "sail", "tree", "leaf", "forest"]


def sea_and_forest() -> ReplicatedSoftmax:
    """Unit 0 is the sea, unit 1 the forest."""
    model = ReplicatedSoftmax(ReplicatedSoftmaxConfig(hidden=2, words=6, chains=2)).eval().requires_grad_(False)
    model.adopt(SimpleNamespace(vocabulary=VOCABULARY))
    model.weight.copy_(torch.tensor([[2.0, -2.0]] * 3 + [[-2.0, 2.0]] * 3))
    model.visible_centre.fill_(1 / 6)
    return model


def ask(run, **request) -> dict:
    with torch.inference_mode():
        return unpack(run(sea_and_forest(), Item("text/topics-rbm", "", request)))[0]


def test_every_hidden_unit_has_its_words():
    topics = ask(run_topics, words=3)["topics"]
    assert [topic["topic"] for topic in topics] == [0, 1]
    assert [set(topic["words"]) for topic in topics] == [set(VOCABULARY[:3]), set(VOCABULARY[3:])]
    assert all(rise > 0 for topic in topics for rise in topic["rises"])


def test_a_text_switches_on_its_topic():
    reply = ask(run_read_topics, text="The BOAT set sail, and sail it did <b>on the xyzzy</b>")
    assert reply["known"] == ["boat", "sail", "sail"]
    assert reply["unknown"] == 2  # "set" and "xyzzy": the others are function words or too short
    assert reply["topics"][0]["topic"] == 0 and reply["topics"][0]["p"] > 0.99 and reply["topics"][1]["p"] < 0.01
    assert reply["z"] == pytest.approx([reply["topics"][0]["p"], reply["topics"][1]["p"]])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (None, "'text' must be a text"),
        ("", "'text' is empty"),
        ("x" * 9000, "may have 8000 characters"),
        ("of the", "None of these words"),
        ("\u05e9\u05dc\u05d5\u05dd \U0001f600", "None of these words"),
        ("a\x00b", "U\\+0000"),
    ],
)
def test_texts_without_a_known_word_are_refused(text, told):
    with pytest.raises(BadRequest, match=told):
        ask(run_read_topics, text=text)


def test_numbers_of_words_out_of_range_and_other_models_are_refused():
    with pytest.raises(BadRequest, match="'words' must be a whole number from 1 to 30"):
        ask(run_topics, words=31)
    other = CategoricalRBM(CategoricalRBMConfig(hidden=2, chains=2))
    with pytest.raises(BadRequest, match="has no topics"):
        run_topics(other, Item("text/names-rbm", "topics", {}))


def test_the_card_offers_the_operations():
    assert {"topics", "read_topics", "decode", "interpolate"} <= operations_of(sea_and_forest(), "topics")
