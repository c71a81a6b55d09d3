"""The data sets of names and of glosses: symbols, bags and what is left out. Nothing is fetched."""

import math

import numpy as np
import pytest

from playground.datasets.names.build import Names
from playground.datasets.names.evaluations import Bigrams, place_rates
from playground.datasets.shared.wordnet import glosses_of
from playground.datasets.topics.build import Topics, plain_glosses
from playground.datasets.topics.evaluations import count_matrix, unigram_perplexity, unigram_rates
from playground.formats.content_words import words_of
from playground.formats.letters import symbols_of


def test_names_are_symbols_from_1_to_26_and_nothing_to_the_end():
    rows = symbols_of(["ab", "z" * 12])
    assert rows.shape == (2, 12) and rows.dtype == np.int64
    assert rows[0].tolist() == [1, 2, *[0] * 10] and rows[1].tolist() == [26] * 12
    symbols, labels = Names({"train": ["ab", "cd", "e"]}).training_tensors()
    assert symbols.shape == (3, 12) and labels.tolist() == [0, 0, 0]


def test_bigrams_count_starts_and_ends():
    bigrams = Bigrams(["ab"])
    assert bigrams.nats[0, 1] == pytest.approx(-math.log(2 / 28))  # start to a: one seen and one added, of 27 + 1
    assert bigrams.nats_a_letter(["ab"]) == pytest.approx(-math.log(2 / 28))
    assert bigrams.nats_a_letter(["ba"]) > bigrams.nats_a_letter(["ab"])


def test_rates_of_places_add_up_to_one():
    rates = place_rates(Names({"train": ["ab", "ac"]}))
    assert rates.sum(1).tolist() == pytest.approx([1.0] * 12)
    assert rates[0].argmax() == 1 and rates[5].argmax() == 0


def test_glosses_lose_their_examples_and_repetitions_and_those_that_swear():
    lines = [
        "  1 licence | none",
        '001 x | A small boat; "they sailed it"',
        "002 x | a small boat",
        "003 x | bullshit and the like",
    ]
    assert plain_glosses(glosses_of(lines)) == ["a small boat"]


def test_function_words_are_left_out():
    assert words_of("The boat, and a TREE that is on it (x2)") == ["boat", "tree"]


def topics() -> Topics:
    return Topics(
        {"train": ["boat sea sail", "boat sea tree", "boat sea", "sail boat sea"], "test": ["tree sea boat odd"]}
    )


def test_documents_are_bags_of_the_training_vocabulary_and_none_comes_twice():
    data = topics()
    assert data.vocabulary == ["boat", "sea", "sail", "tree"]
    assert data.documents == {"train": [[0, 1, 2], [0, 1, 3]], "test": []}  # the test's bag is in training already
    documents, _ = data.training_tensors()
    assert documents.shape == (2, 32) and documents[0, :4].tolist() == [1, 2, 3, 0]


def test_the_unigram_has_one_added_to_every_count():
    data = topics()
    assert unigram_rates(data).tolist() == pytest.approx([0.3, 0.3, 0.2, 0.2])
    expected = math.exp(-(4 * math.log(0.3) + 2 * math.log(0.2)) / 6)
    assert unigram_perplexity(data, "train") == pytest.approx(expected)


def test_counts_for_lda_are_those_of_the_documents():
    pytest.importorskip("scipy")
    assert count_matrix(topics(), "train").toarray().tolist() == [[1, 1, 1, 0], [1, 1, 0, 1]]
