"""The text data sets: what is kept of the packages, what is left out, and how it is cut for training. Nothing is fetched."""

import pytest

from playground.datasets.chat import build as chat
from playground.datasets.chat.build import Chat
from playground.datasets.sentences import build as sentences
from playground.datasets.shakespeare import build as shakespeare
from playground.datasets.shared.tokens import tokenizer_of, windows
from playground.datasets.shared.wordnet import glosses_of
from playground.datasets.storage import load_texts, save_texts
from playground.formats.unfit_texts import is_unfit


def conversation(*messages: tuple[str, str]) -> dict:
    """One of the package's, each message a group of its own."""
    return {"messages": [[{"sender": sender, "text": text, "timestamp": "2018"}] for sender, text in messages]}


def test_messages_of_one_person_become_one_turn_and_nothing_tells_who_spoke():
    turns = chat.read_turns(
        conversation(("a", "Hi"), ("a", "you  there?"), ("b", "yes"), ("a", "good\n"), ("b", "\x07ok"))
    )
    assert turns == ["Hi\nyou there?", "yes", "good", "ok"]


def test_conversations_of_one_or_three_people_or_few_turns_are_left_out():
    assert chat.read_turns(conversation(("a", "1"), ("b", "2"), ("a", "3"))) is None
    assert chat.read_turns(conversation(("a", "1"), ("b", "2"), ("c", "3"), ("a", "4"))) is None
    assert chat.read_turns(conversation(*[("a", "hello")] * 5)) is None


@pytest.mark.parametrize(
    "text",
    [
        "call 801-555-0199",
        "mail me: jo@mail",
        "see www.x",
        "my name is Jo",
        "http://a.b",
        "oh shit",
        "what the FUCK",
        "my full name's Jo",
    ],
)
def test_a_conversation_with_an_unfit_message_is_left_out_as_a_whole(text):
    assert is_unfit(text)
    assert chat.read_turns(conversation(("a", "1"), ("b", text), ("a", "3"), ("b", "4"), ("a", "5"))) is None


@pytest.mark.parametrize(
    "text", ["I passed the class", "it is 12:30 on 5/2", "hello Assisi", "the grass is nice", "1,000,000"]
)
def test_plain_messages_are_kept(text):
    assert not is_unfit(text)


def test_examples_are_what_stands_between_quotation_marks_of_a_gloss():
    text = '  1 licence | "no"\n00001 29 v | breathe; "I can breathe"; "he breathes"\n00002 29 v | respire only\n'
    assert sentences.read_examples(glosses_of(text.splitlines())) == [["I can breathe", "he breathes"]]


def test_sentences_are_small_letters_of_three_to_sixteen_words():
    assert sentences.tidy("I  CAN'T believe it!") == "i can't believe it!"
    assert sentences.tidy("too short") is None
    assert sentences.tidy(" ".join(["word"] * 17)) is None
    assert sentences.tidy("caf\u00e9 in the sun") is None


def test_stray_bytes_become_apostrophes_and_blank_ends_go():
    assert shakespeare.clean(b"\xef\xbb\xbfI\xc2\xbfll go  \r\n\tthen\n\n") == "I'll go\n  then\n"


def test_texts_are_stored_and_read_back(tmp_path):
    parts = {"train": ["one", "zwei \u00e4"], "test": []}
    save_texts(tmp_path / "x.npz", parts)
    assert load_texts(tmp_path / "x.npz") == parts


def test_conversations_are_tokens_with_a_turn_token_before_every_turn(tmp_path, monkeypatch):
    monkeypatch.setenv("PLAYGROUND_DATA", str(tmp_path))
    data = Chat({"train": [["hi you", "hello", "so", "yes"]] * 3})
    monkeypatch.setattr(chat, "VOCABULARY", 270)
    (tokens, *_) = data.tokens("train")
    assert tokens[:2] == [0, 1] and tokens.count(1) == 4 and tokens.count(0) == 1
    assert data.tokenizer.decode(tokens) == "hi youhellosoyes"


def test_windows_overlap_and_lose_no_token_but_the_last():
    rows = windows([[0, 1, 2, 3], [4, 5, 6]], 3, 2)
    assert rows.tolist() == [[0, 1, 2], [2, 3, 4], [4, 5, 6]]


def test_a_tokenizer_is_trained_once_and_what_looks_special_stays_text(tmp_path, monkeypatch):
    monkeypatch.setenv("PLAYGROUND_DATA", str(tmp_path))
    first = tokenizer_of("x", ["some text, some more text"], 270)
    again = tokenizer_of("x", ["never looked at"], 270)
    assert first.encode("some text") == again.encode("some text")
    typed = "<|turn|> \U0001f600 \u05e9\u05dc\u05d5\u05dd"
    assert 1 not in first.encode(typed) and first.decode(first.encode(typed)) == typed
    assert first.encode_template("<|turn|>") == [1]
