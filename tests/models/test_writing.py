"""Writing: a text is the same alone, among others, in slices, from what is remembered and read anew."""

import pytest
import torch
from torch.nn import functional as F

from playground.models.writing import PrefixCache, Text, TextGenerator, visible_from
from playground.nets.sampling import SamplingParams, changed_probabilities, draw, noise
from tests.tiny_text import make_language_model

MODEL = make_language_model("text/chat-transformer")
PROMPTS = ("hello how", "i am fine", "O gentle night, give me", "x", "we will go to the market")
SETTINGS = (
    SamplingParams(0.0),
    SamplingParams(0.9, 0, 0.9),
    SamplingParams(1.3),
    SamplingParams(0.7, 5),
    SamplingParams(1.0, 20, 0.8),
)


def text(i: int, count: int = 24, written: tuple[int, ...] = (), **more) -> Text:
    return Text(MODEL.prompt_tokens(PROMPTS[i]), list(written), 10 + i, SETTINGS[i], frozenset(), count, **more)


def tokens(progress) -> list[int]:
    return [step.token for step in progress.steps]


def by_hand(one: Text) -> list[int]:
    """The same without any memory: the whole text is read for every token."""
    known, new = list(one.tokens), []
    for place in range(len(one.written), len(one.written) + one.count):
        visible = known[visible_from(len(known), MODEL.context) :]
        odds = changed_probabilities(MODEL.logits(torch.tensor([visible]))[:, -1], [one.odds])
        new.append(int(draw(odds, [noise(one.seed, place)])))
        known.append(new[-1])
    return new


def test_a_text_is_what_the_model_says_token_by_token():
    for i in range(len(PROMPTS)):
        assert tokens(TextGenerator(MODEL).write([text(i)])[0]) == by_hand(text(i))


def test_texts_are_the_same_alone_and_among_others_greedy_and_sampled():
    alone = [tokens(TextGenerator(MODEL).write([text(i)])[0]) for i in range(5)]
    among = [tokens(one) for one in TextGenerator(MODEL).write([text(i) for i in (3, 1, 4, 0, 2)])]
    assert [among[(3, 1, 4, 0, 2).index(i)] for i in range(5)] == alone


def test_slices_and_branches_are_the_same_text():
    writer = TextGenerator(MODEL)
    whole = tokens(writer.write([text(1)])[0])
    parts: list[int] = []
    while len(parts) < 24:
        parts += tokens(writer.write([text(1, min(5, 24 - len(parts)), tuple(parts)), text(2, 3)])[0])
    assert parts == whole
    branch = (*whole[:10], (whole[10] + 1) % MODEL.tokenizer.size)
    assert tokens(writer.write([text(1, 6, branch)])[0]) == tokens(TextGenerator(MODEL).write([text(1, 6, branch)])[0])


def test_beyond_its_window_a_text_is_read_anew_from_half_of_it():
    whole: list[int] = []
    writer = TextGenerator(MODEL)
    while len(whole) < 150:
        whole += tokens(writer.write([text(2, 150 - len(whole), tuple(whole))])[0])
    assert whole == by_hand(text(2, 150))


@pytest.mark.parametrize(("length", "start"), [(1, 0), (96, 0), (97, 48), (144, 48), (145, 96), (300, 240)])
def test_the_window_moves_by_halves(length, start):
    assert visible_from(length, 96) == start


def test_a_stop_token_ends_a_text_and_nothing_comes_after():
    whole = tokens(TextGenerator(MODEL).write([text(2)])[0])
    stop = whole[6]
    one = Text(MODEL.prompt_tokens(PROMPTS[2]), [], 12, SETTINGS[2], frozenset({stop}), 24)
    (progress,) = TextGenerator(MODEL).write([one])
    assert progress.stopped and tokens(progress) == whole[: whole.index(stop) + 1]


def test_without_time_every_text_still_gets_a_token():
    done = TextGenerator(MODEL).write([text(0), text(1)], seconds=0.0)
    assert [len(one.steps) for one in done] == [1, 1]


def test_a_long_prompt_is_read_a_piece_at_a_time(monkeypatch):
    monkeypatch.setattr("playground.models.writing.READ_AT_ONCE", 16)
    prompt = MODEL.tokenizer.encode("we will go to the market tomorrow " * 6)[:90]
    one = Text(prompt, [], 1, SamplingParams(0.0), frozenset(), 4)
    expected = tokens(TextGenerator(MODEL).write([one])[0])
    writer, left = TextGenerator(MODEL), []
    while not (progress := writer.write([one], seconds=0.0)[0]).steps:
        left.append(progress.unread)
    assert left == [73, 57, 41, 25, 9] and tokens(progress) == expected[:1]


def test_steering_moves_the_stream_from_the_last_token_of_the_prompt_on():
    vector = torch.randn(16, generator=torch.Generator().manual_seed(1))
    plain, moved = text(1), text(1, steering={1: vector}, steering_key="k")
    writer = TextGenerator(MODEL)
    both = writer.write([plain, moved])
    assert tokens(both[0]) == tokens(TextGenerator(MODEL).write([plain])[0]) == by_hand(plain)
    assert tokens(both[1]) == tokens(TextGenerator(MODEL).write([moved])[0])
    # Behind the last of two layers only the norm and the output follow, so that the first token can be had by hand.
    stream = MODEL.residuals(plain.prompt)[1, -1] + vector
    logits = F.linear(MODEL.body.model.norm(stream), MODEL.body.lm_head.weight)
    assert torch.allclose(both[1].steps[0].logits, logits, atol=1e-4)


def test_a_memory_of_steered_tokens_is_not_taken_for_plain_ones():
    vector = 3 * torch.ones(16)
    writer = TextGenerator(MODEL)
    first = tokens(writer.write([text(1, 8, steering={0: vector}, steering_key="k")])[0])
    again = tokens(writer.write([text(1, 6, tuple(first))])[0])
    assert again == tokens(TextGenerator(MODEL).write([text(1, 6, tuple(first))])[0])


def test_the_shelf_forgets_what_was_used_least_lately():
    writer = TextGenerator(MODEL)
    writer.shelf = PrefixCache(most_bytes=40_000)
    for i in range(5):
        writer.write([text(i)])
    assert 0 < writer.shelf._bytes <= 40_000
    assert sorted(writer.shelf._lengths.elements()) == sorted(kept.length for kept in writer.shelf._kept.values())
    assert tokens(writer.write([text(0)])[0]) == by_hand(text(0))
