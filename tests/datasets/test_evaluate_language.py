"""The language models' numbers: what an indifferent model costs is known, and so are copies of training."""

import math
from pathlib import Path

import pytest
import torch

from playground.datasets.chat.build import Chat
from playground.datasets.chat.evaluations import evaluate_conversations
from playground.datasets.evaluation import Subject
from playground.datasets.shakespeare.build import Shakespeare
from playground.datasets.shakespeare.build_reference import reference_texts
from playground.datasets.shakespeare.evaluations import evaluate_works
from playground.datasets.shared import language_evaluations
from playground.datasets.shared.language_evaluations import evaluate_copies
from playground.formats.tokenizer import TextTokenizer
from playground.models.causal_lm import CausalLM, CausalLMConfig

VERSE = "\n\n".join(
    f"SPEAKER {number}.\nWhat light through yonder window breaks, and {number} more did follow the king to war;\n"
    f"So {number * 7} times the bell was heard in all the sleeping town of late, and no man rose."
    for number in range(60)
)
TURNS = ["hey how are you", "good and you?", "fine thanks, what are you doing now", "homework, the boring kind"]


def subject_of(data, texts: list[str], **more) -> Subject:
    """An untrained model whose every token is equally likely, with the data set's tokenizer."""
    tokenizer = TextTokenizer.train(texts, 300)
    data.__dict__["tokenizer"] = tokenizer
    model = CausalLM(CausalLMConfig(vocabulary=300, width=16, layers=1, heads=2, context=32, **more)).eval()
    model.adopt(data)
    torch.nn.init.zeros_(model.body.get_input_embeddings().weight)  # tied with the output: all logits are 0
    return Subject(model, data, Path(), lambda words: None)


@pytest.fixture
def verse() -> Subject:
    return subject_of(Shakespeare({"train": [VERSE], "valid": [VERSE.upper()], "test": [VERSE.swapcase()]}), [VERSE])


@pytest.fixture
def talk() -> Subject:
    data = Chat({"train": [TURNS] * 4, "valid": [TURNS[::-1]] * 4, "test": [TURNS[1:], TURNS[::-1]]})
    return subject_of(data, TURNS, chat=1)


def test_works_of_an_indifferent_model_cost_its_tokens(verse):
    with torch.inference_mode():
        metrics = evaluate_works(verse)
    work = verse.data.works["test"][0]
    expected = len(verse.model.tokenizer.encode(work)) * math.log(300) / len(work)
    assert metrics["nll-exact-shakespeare-test1"]["value"] == pytest.approx(expected, rel=1e-5)
    assert 0 < metrics["nll-kneser-ney6-shakespeare-test1"]["value"] < expected
    assert 0 < metrics["nll-ppmd6-shakespeare-test1"]["value"] < expected


def test_conversations_of_an_indifferent_model_have_its_vocabulary_as_perplexity(talk):
    with torch.inference_mode():
        metrics = evaluate_conversations(talk)
    assert metrics["perplexity-exact-chat-test2"]["value"] == pytest.approx(300, rel=1e-5)
    baseline = metrics["perplexity-kneser-ney5-chat-test2"]["value"]
    assert baseline < 30
    assert metrics["perplexity-exact-chat-test2"]["baseline"] == baseline
    characters = sum(len(turn) + 1 for turns in talk.data.dialogues["test"] for turn in turns)
    tokens = sum(len(one) - 1 for one in talk.data.tokens("test"))
    expected = tokens * math.log(300) / characters
    assert metrics["nll-exact-chat-test2"]["value"] == pytest.approx(expected, rel=1e-5)


def test_samples_that_recite_training_are_found(verse, monkeypatch):
    monkeypatch.setattr(language_evaluations, "SAMPLES", 4)
    line = "So 7 times the bell was heard in all the sleeping town of late, and no man rose."
    texts = [line, line.upper(), "nothing of it is known", "the bell was heard in all the land"]
    monkeypatch.setattr(language_evaluations, "sample_texts", lambda subject, count: texts[:count])
    metrics = evaluate_copies(verse, reference_texts)
    assert metrics["copied-8words-4x512characters"]["value"] == 0.5
    # The held-out text is the training text in capitals.
    assert metrics["copied-8words-4x512characters"]["floor"] == 1.0
    assert metrics["longest-copy-4x512characters"]["value"] == pytest.approx((18 + 18 + 1 + 7) / 4)
    assert 0.4 < metrics["distinct-2-4x512characters"]["value"] < 1


def test_samples_are_always_the_same(talk, monkeypatch):
    with torch.inference_mode():
        first, again = (language_evaluations.sample_texts(talk, 3) for _ in range(2))
    assert first == again
    assert len(first) == 3
