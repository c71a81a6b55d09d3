"""Kneser-Ney models: they sum to one, agree with the recursion written out, and learn a source's entropy."""

from collections import Counter

import numpy as np
import pytest

from playground.metrics.ngram import KneserNey, TextNgrams, find_discounts

GENERATOR = np.random.default_rng(0)
DOCUMENTS = [GENERATOR.integers(0, 5, size) ** 2 // 4 for size in (40, 1, 90, 0)]  # over 0, 1, 2, 4: 3 never comes


def written_out(documents, symbols: int, order: int, before: tuple, symbol: int) -> float:
    """The recursion with one discount, by dictionaries."""
    grams: Counter = Counter()
    for document in documents:
        padded = (None,) * (order - 1) + tuple(int(one) for one in document)
        grams.update(padded[i : i + order] for i in range(len(document)))
    by_length = {order: grams}
    for length in range(order - 1, 0, -1):
        by_length[length] = Counter(gram[1:] for gram in by_length[length + 1])

    def p(context: tuple) -> float:
        length = len(context) + 1
        counts = by_length[length]
        once, twice = (sum(count == i for count in counts.values()) for i in (1, 2))
        discount = once / (once + 2 * twice) if once and twice else 0.5
        following: dict[int, int] = {}
        for gram, count in counts.items():
            if gram[:-1] == context:
                following[gram[-1]] = count
        shorter = p(context[1:]) if context else 1 / symbols
        total = sum(following.values())
        if not total:
            return shorter
        return max(following.get(symbol, 0) - discount, 0) / total + discount * len(following) / total * shorter

    padded = (None,) * (order - 1) + before
    return p(padded[len(padded) - order + 1 :] if order > 1 else ())


@pytest.mark.parametrize("order", [1, 2, 3, 4])
@pytest.mark.parametrize("modified", [True, False])
def test_what_may_follow_sums_to_one(order, modified):
    model = KneserNey(DOCUMENTS, 5, order, modified=modified)
    for before in ([], [0], [4, 1], [3, 3, 3], [2, 0, 0, 1, 4]):
        p = model.distribution(before)
        assert p.min() > 0
        assert p.sum() == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize("order", [1, 2, 3])
def test_it_is_the_recursion_of_the_papers(order):
    model = KneserNey(DOCUMENTS, 5, order, modified=False)
    for before in ((), (0,), (4, 1), (3, 3), (1, 1, 0, 0)):
        expected = [written_out(DOCUMENTS, 5, order, before, symbol) for symbol in range(5)]
        np.testing.assert_allclose(model.distribution(before), expected, rtol=1e-12)


def test_nats_are_those_of_the_distribution():
    model = KneserNey(DOCUMENTS, 5, 3)
    text = [1, 0, 4, 4, 3, 0]
    expected = [-np.log(model.distribution(text[:i])[text[i]]) for i in range(len(text))]
    np.testing.assert_allclose(model.nats(text), expected, rtol=1e-12)
    assert len(model.nats([])) == 0


def test_modified_discounts_are_those_of_chen_and_goodman():
    counts = np.repeat([1, 2, 3, 4, 9], [60, 20, 10, 6, 5])
    one = 60 / 100
    expected = [0, 1 - 2 * one * 20 / 60, 2 - 3 * one * 10 / 20, 3 - 4 * one * 6 / 10]
    np.testing.assert_allclose(find_discounts(counts), expected)
    np.testing.assert_allclose(find_discounts(counts, modified=False), [0, one, one, one])
    np.testing.assert_allclose(find_discounts(np.array([7, 8])), [0, 0.5, 0.5, 0.5])


def test_a_long_text_of_a_markov_source_costs_its_entropy():
    rows = GENERATOR.dirichlet(np.ones(6), size=6)
    text = [0]
    for u in GENERATOR.random(40_000):
        text.append(int(np.searchsorted(np.cumsum(rows[text[-1]]), u).clip(0, 5)))
    train, test = text[:30_000], text[30_000:]
    truth = -np.mean([np.log(rows[a, b]) for a, b in zip(test, test[1:])])
    assert KneserNey([train], 6, 2).nats(test)[1:].mean() == pytest.approx(truth, abs=0.005)
    assert KneserNey([train], 6, 5).nats(test)[1:].mean() < truth + 0.08


def test_what_cannot_be_counted_is_refused():
    with pytest.raises(ValueError, match="below 2"):
        KneserNey(DOCUMENTS, 5000, 6)
    with pytest.raises(ValueError, match="at least one symbol"):
        KneserNey([[]], 5, 2)
    with pytest.raises(ValueError, match="0 to 4"):
        KneserNey([[5]], 5, 2)


def test_texts_are_read_as_words_with_an_end_and_unseen_words_are_the_dearest():
    texts = [["the", "cat", "sits"], ["the", "dog", "sits"], ["the", "cat", "runs"]]
    ngrams = TextNgrams(texts, 2)
    numbers = [[2, 3, 4, 0], [2, 5, 4, 0], [2, 3, 6, 0]]
    direct = KneserNey(numbers, 7, 2)
    assert ngrams.nats(texts) == pytest.approx(np.concatenate([direct.nats(one) for one in numbers]).mean())
    assert (
        ngrams.nats([["the", "cat", "sits"]])
        < ngrams.nats([["sits", "the", "cat"]])
        < ngrams.nats([["xyzzy", "plugh", "frob"]])
    )
    assert ngrams.nats([[]]) == pytest.approx(direct.nats([0])[0])  # an end alone


def test_a_bigram_model_of_one_text_has_the_nats_that_are_counted_by_hand():
    # One document "a b a b": bigrams (start a) 1, (a b) 2, (b a) 1, (b end) 1. With one discount d a unigram counts the symbols
    # before it: a 2 (start, b), b 1, end 1, of 4; each has n1 / (n1 + 2 n2) as discount.
    ngrams = TextNgrams([["a", "b", "a", "b"]], 2)
    d2 = 3 / (3 + 2 * 1)  # three bigrams once, one twice
    d1 = 2 / (2 + 2 * 1)  # two unigrams counted once, one twice
    below = {"a": (2 - d1) / 4, "b": (1 - d1) / 4, "end": (1 - d1) / 4}
    left = 3 * d1 / 4 / 4  # shared by four symbols, the unseen one among them
    unigram = {name: p + left for name, p in below.items()}
    p = [
        (1 - d2) + d2 * unigram["a"],
        (2 - d2) / 2 + d2 / 2 * unigram["b"],
        (1 - d2) / 2 + d2 * unigram["a"],
        (2 - d2) / 2 + d2 / 2 * unigram["b"],
        (1 - d2) / 2 + d2 * unigram["end"],
    ]
    assert ngrams.nats([["a", "b", "a", "b"]]) == pytest.approx(-np.log(p).mean())


def test_no_text_has_no_nats():
    with pytest.raises(ValueError, match="at least one text"):
        TextNgrams([["a"]], 2).nats([])
