"""Statistics of texts: counted by hand, and copies as an exhaustive search finds them."""

import numpy as np

from playground.metrics.text_statistics import Copies, Run, WordRanks, copied_share, distinct

GENERATOR = np.random.default_rng(0)


def exhaustive(text, documents) -> int:
    """The length of the longest common run."""
    return max(
        (
            size
            for document in documents
            for i in range(len(text))
            for j in range(len(document))
            for size in range(1, min(len(text) - i, len(document) - j) + 1)
            if text[i : i + size] == document[j : j + size]
        ),
        default=0,
    )


def test_distinct_ngrams_are_counted_over_all_texts():
    texts = ["a b a b".split(), "a b c".split(), ["d"], []]
    assert distinct(texts, 1) == 4 / 8
    assert distinct(texts, 2) == 3 / 5
    assert distinct(texts, 5) == 0.0


def test_words_have_ranks_and_strange_ones_come_last():
    ranks = WordRanks("the cat the dog the dog".split())
    assert ranks.of(["the dog cat axolotl".split()]).tolist() == [1, 2, 3, 4]


def test_the_longest_runs_are_those_of_an_exhaustive_search():
    documents = [[str(word) for word in GENERATOR.integers(0, 4, size)] for size in (9, 1, 0, 14, 5)]
    copies = Copies(documents)
    texts = [[str(word) for word in GENERATOR.integers(0, 5, size)] for size in (0, 1, 3, 8, 12, 12, 20)] * 3
    runs = copies.longest(texts)
    for text, run in zip(texts, runs):
        assert run.length == exhaustive(text, documents)
        found = documents[run.document][run.document_start : run.document_start + run.length]
        assert text[run.start : run.start + run.length] == found
        assert len(found) == run.length  # a run stays inside one document


def test_a_copy_is_told_with_its_place():
    copies = Copies([list("abcde"), list("xyzab"), list("cdezz")])
    runs = copies.longest([list("qqyzab"), list("deab"), list("qq"), list("abcdezz")])
    assert runs == [Run(2, 4, 1, 1), Run(0, 2, 0, 3), Run(0, 0, 0, 0), Run(0, 5, 0, 0)]
    assert copied_share(runs, 4) == 0.5
    assert copied_share([], 4) == 0.0
