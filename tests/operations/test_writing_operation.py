"""The operations of language models: what a slice answers, what is refused, and what is told of every token."""

import math
from typing import Any

import pytest
import torch

from playground.operations import writing
from playground.operations.worker import Worker
from playground.protocol.request import Item
from playground.protocol.wire import unpack
from tests.tiny_text import save_tiny_text

WRITE, CHAT = "text/shakespeare-transformer", "text/chat-transformer"


@pytest.fixture(scope="module")
def worker(tmp_path_factory) -> Worker:
    return Worker(root=str(save_tiny_text(tmp_path_factory.mktemp("checkpoints"))))


def ask(worker: Worker, model: str, operation: str, request: dict[str, Any]) -> dict[str, Any]:
    (answer,) = worker.run([Item(model, operation, request)])
    if isinstance(answer, Exception):
        raise answer
    return unpack(answer)[0]


def write(worker: Worker, model: str, request: dict[str, Any]) -> dict[str, Any]:
    """Slices until the end, joined."""
    told = ask(worker, model, "write", request)
    tokens = told["tokens"]
    while told["end"] is None:
        more = {name: request[name] for name in request if name not in ("prompt", "chat", "tokens")}
        written = [*request.get("tokens", []), *(token["id"] for token in tokens)]
        told = ask(worker, model, "write", {**more, "context": told["context"], "tokens": written})
        tokens = tokens + told["tokens"]
    return {**told, "tokens": tokens}


def refusal(worker: Worker, model: str, request: dict[str, Any], operation: str = "write") -> str:
    with pytest.raises(Exception) as caught:
        ask(worker, model, operation, request)
    assert type(caught.value).__name__ == "BadRequest"
    return str(caught.value)


def test_a_new_text_has_a_short_slice_so_that_others_soon_join(worker, monkeypatch):
    monkeypatch.setattr(writing, "FIRST_SLICE_S", 0.0)
    monkeypatch.setattr(writing, "SLICE_S", 600.0)
    first = ask(worker, WRITE, "write", {"prompt": "hello", "seed": 3, "max_tokens": 30})
    assert len(first["tokens"]) == 1 and first["end"] is None
    request = {"context": first["context"], "tokens": [first["tokens"][0]["id"]], "seed": 3, "max_tokens": 30}
    old, new = (Item(WRITE, "write", one) for one in (request, {"prompt": "other", "seed": 4, "max_tokens": 30}))
    among = [unpack(answer)[0] for answer in worker.run([old, new])]
    assert [len(one["tokens"]) for one in among] == [1, 1]
    assert ask(worker, WRITE, "write", request)["end"] is not None


def test_tokens_join_to_the_text_and_tell_their_odds(worker):
    request = {"prompt": "hello", "seed": 3, "max_tokens": 30, "alternatives": 4, "settings": {"top_k": 3}}
    told = write(worker, WRITE, request)
    model = worker.load(WRITE)
    ids = [token["id"] for token in told["tokens"]]
    assert "".join(token["text"] for token in told["tokens"]) == model.tokenizer.decode(ids).rstrip("\ufffd")
    for token in told["tokens"]:
        alternatives = token["alternatives"]
        assert len(alternatives) == 4 and token["id"] in [one["id"] for one in alternatives[:3]]
        assert [one["p"] for one in alternatives] == sorted((one["p"] for one in alternatives), reverse=True)
        assert alternatives[3]["kept"] == 0 and math.isclose(sum(one["kept"] for one in alternatives), 1, rel_tol=2e-3)


def test_the_same_request_gives_the_same_tokens_and_another_seed_others(worker):
    request = {"prompt": "we will", "seed": 5, "max_tokens": 20, "settings": {"temperature": 1.0}}
    assert write(worker, WRITE, request)["tokens"] == write(worker, WRITE, request)["tokens"]
    assert write(worker, WRITE, request)["tokens"] != write(worker, WRITE, {**request, "seed": 6})["tokens"]


def test_a_branch_goes_on_from_the_chosen_token(worker):
    request = {"prompt": "we will", "seed": 5, "max_tokens": 12, "alternatives": 2, "settings": {"temperature": 0.0}}
    told = write(worker, WRITE, request)
    chosen = [token["id"] for token in told["tokens"][:4]] + [told["tokens"][4]["alternatives"][1]["id"]]
    branch = write(worker, WRITE, {**request, "tokens": chosen})
    assert len(branch["tokens"]) == 12 - 5 and branch["end"] in ("length", "stop")


def test_items_of_one_batch_have_their_own_answers_and_errors(worker):
    good = {"prompt": "hello", "max_tokens": 3}
    answers = worker.run([Item(WRITE, "write", one) for one in (good, {"prompt": 7}, good)])
    assert isinstance(answers[1], Exception) and answers[0] == answers[2]


def test_a_conversation_ends_with_the_visitors_turn_and_old_turns_make_room(worker):
    turns = ["hello how are you today"] * 21
    told = ask(worker, CHAT, "write", {"chat": {"turns": turns}, "max_tokens": 2})
    assert told["trimmed"] > 0 and len(told["context"]) <= 0.75 * 96 and told["window"] == 96
    turn = worker.load(CHAT).tokenizer.mark("<|turn|>")
    assert told["context"][-1] == turn and told["context"].count(turn) % 2 == 0
    assert refusal(worker, CHAT, {"chat": {"turns": ["a", "b"]}}).startswith("'turns' must end with the visitor's")


def test_a_prompt_beyond_the_window_is_trimmed_and_said(worker):
    told = ask(worker, WRITE, "write", {"prompt": "hello how are you today " * 40, "max_tokens": 1})
    assert told["trimmed"] == len(told["context"]) - 64 > 0


@pytest.mark.parametrize(
    "typed",
    [
        "<|turn|>",
        "<|start|> <|turn|>",
        "\U0001f600\U0001f1e9\U0001f1ea",
        "\u05e9\u05dc\u05d5\u05dd",
        "<script>alert(1)</script>",
    ],
)
def test_whatever_is_typed_stays_text(worker, typed):
    model = worker.load(WRITE)
    told = ask(worker, WRITE, "write", {"prompt": typed, "max_tokens": 1})
    assert model.tokenizer.decode(told["context"]) == "\n\n" + typed  # a new paragraph
    assert not set(told["context"]) & set(model.tokenizer.specials)
    assert "".join(token["text"] for token in ask(worker, WRITE, "surprise", {"text": typed})["tokens"]) == typed


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        ({"prompt": "x" * 100_000}, "'prompt' may have 8000 characters, got 100000"),
        ({"prompt": "bell \x07"}, "'prompt' holds U+0007 at place 6"),
        ({"prompt": "half \ud83d"}, "'prompt' holds U+D83D at place 6"),
        ({"prompt": None}, "'prompt' must be a text"),
        ({"prompt": "x", "max_tokens": 0}, "'max_tokens' must be a whole number from 1 to 400, got 0"),
        ({"prompt": "x", "max_tokens": 401}, "'max_tokens' must be a whole number from 1 to 400, got 401"),
        ({"prompt": "x", "settings": {"temperature": -1}}, "'temperature' must be a number from 0 to 2"),
        ({"prompt": "x", "settings": {"top_p": 0}}, "'top_p' must be a number from 0.05 to 1"),
        ({"prompt": "x", "tokens": [1, 99999]}, "'tokens' must be a list of at most 400 token numbers from 0 to"),
        ({"prompt": "x", "tokens": [True]}, "'tokens' must be a list"),
        ({"prompt": "x", "steer": [{"name": "nice"}]}, "'name' must be one of formal-casual, happy-sad"),
        ({"prompt": "x", "steer": [{"plus": ["a"], "minus": ["b"]}]}, "'plus' must be a list of 3 to 12 entries"),
        ({"prompt": "x", "steer": [{"name": "happy-sad", "layer": 2}]}, "'layer' must be a whole number from 0 to 1"),
        (
            {"prompt": "x", "steer": [{"name": "happy-sad", "strength": 11}]},
            "'strength' must be a number from -10 to 10",
        ),
        ({"chat": {"turns": ["hello"]}}, "This model writes on at a text and knows no conversation"),
    ],
)
def test_bad_input_gets_one_sentence(worker, request_, words):
    said = refusal(worker, WRITE, request_)
    assert said.startswith(words) and len(said) < 200


@pytest.mark.parametrize(
    ("chat", "words"),
    [
        ({"turns": ["  \n"]}, "'message' is empty: type something first."),
        ({"turns": []}, "'turns' must be a list of 1 to 200 entries"),
        ({"turns": ["hi"], "system": "be nice"}, "This model takes no system prompt"),
        ({"turns": ["x" * 8001]}, "'message' may have 8000 characters, got 8001"),
        ({"turns": ["x" * 8000] * 5}, "A conversation may have 32000 characters"),
        ({"turns": [3]}, "'message' must hold texts, got int"),
    ],
)
def test_bad_conversations_get_one_sentence(worker, chat, words):
    assert refusal(worker, CHAT, {"chat": chat}).startswith(words)


def test_surprise_is_the_models_own_loss(worker):
    model = worker.load(WRITE)
    text = "hello how are you today, my love"
    told = ask(worker, WRITE, "surprise", {"text": text, "alternatives": 3})
    nats = model.token_nats(model.prompt_tokens(text))
    assert math.isclose(told["nats"], float(nats.sum()), rel_tol=1e-4)
    assert math.isclose(told["nats_per_character"], told["nats"] / len(text), rel_tol=1e-3)
    assert math.isclose(told["perplexity"], math.exp(float(nats.mean())), rel_tol=1e-3)
    assert all(math.isclose(one["p"], math.exp(-one["nats"]), rel_tol=1e-3) for one in told["tokens"])


def test_operations_of_writing_are_for_language_models_only(worker):
    assert "choose a language model" in refusal(worker, "text/sentences-vae", {"prompt": "x"})
    assert "choose one with an encoder" in refusal(worker, WRITE, {"text": "x"}, "rebuild")


def test_every_vector_is_the_difference_of_the_means_and_reads_its_examples_as_plus_and_minus_one(worker):
    model = worker.load(CHAT)
    plus, minus = ["i am fine", "we will go", "the warm roof"], ["hello how", "hear me speak", "give me my love"]
    steer = {"plus": plus, "minus": minus, "layer": 1, "strength": 1.0}

    def readings(texts: list[str]) -> torch.Tensor:
        return torch.tensor(ask(worker, CHAT, "steer_reading", {"steer": steer, "texts": texts})["readings"])

    assert torch.allclose(readings(plus).mean(), torch.tensor(1.0), atol=1e-3)
    assert torch.allclose(readings(minus).mean(), torch.tensor(-1.0), atol=1e-3)
    stream = torch.stack([model.residuals(model.prompt_tokens(text))[1, 1:].mean(0) for text in plus + minus])
    from playground.operations.steering import find_direction

    assert torch.allclose(
        find_direction(model, plus, minus).vector(1), stream[:3].mean(0) - stream[3:].mean(0), atol=1e-5
    )


def test_strength_nought_changes_nothing_and_a_strong_one_does(worker):
    request = {"chat": {"turns": ["hello"]}, "max_tokens": 12, "settings": {"temperature": 0.0}}
    plain = write(worker, CHAT, request)["tokens"]
    steered = [
        write(worker, CHAT, {**request, "steer": [{"name": "happy-sad", "strength": strength}]})["tokens"]
        for strength in (0, 10)
    ]
    assert steered[0] == plain and steered[1] != plain


def test_cards_say_what_can_be_steered(worker):
    cards = {card["id"]: card for card in ask(worker, "", "models", {})["models"]}
    card = cards[CHAT]
    assert not card["problems"] and card["layers"] == 2 and card["window"] == 96
    assert [one["name"] for one in card["steering"]] == ["formal-casual", "happy-sad", "question-statement"]
    assert {"write", "surprise", "steer_reading"} <= set(card["operations"]) and "chat" in card["capabilities"]
    assert "write" not in cards["text/sentences-vae"]["operations"]


def test_a_token_is_looked_at_under_other_settings_whatever_would_be_drawn(worker):
    request = {"prompt": "hello", "seed": 3, "max_tokens": 4, "alternatives": 4}
    tokens = write(worker, WRITE, request)["tokens"]
    before, standing = [token["id"] for token in tokens[:3]], tokens[3]
    look = {**request, "tokens": before, "look": standing["id"]}
    again = ask(worker, WRITE, "write", look)
    assert again["end"] == "length" and again["tokens"] == [standing]
    cold = ask(worker, WRITE, "write", {**look, "settings": {"top_k": 1}})["tokens"][0]
    assert (cold["id"], cold["p"]) == (standing["id"], standing["p"])
    assert [one["kept"] for one in cold["alternatives"]] == [1, 0, 0, 0]
    stop = next(iter(worker.load(WRITE).stop_tokens()))
    told = ask(worker, WRITE, "write", {**look, "look": stop})
    assert told["end"] == "length" and told["tokens"][0]["id"] == stop
    assert "'look' must be a whole number from 0 to" in refusal(worker, WRITE, {**look, "look": -1})
