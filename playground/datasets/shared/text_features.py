"""How the texts of each data set are read when they are measured: as words or letters, as terms, as what can be copied.

Letter case and punctuation do not count when a copy is looked for.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from playground.metrics.words import treebank_words

PLAIN = re.compile(r"[^\W_]+(?:'[^\W\d_]+)*")
BEGIN, STOP = "^", "$"  # around a name, so that a name inside another is no copy
Mark = tuple[str, int, int]  # a symbol, and where it begins and ends in the text


@dataclass(frozen=True)
class Reading:
    """Functions of a text."""

    words: Callable[[str], list[str]]  # what n-grams are made of
    terms: Callable[[str], list[str]]  # what the embedding counts
    marks: Callable[[str], list[Mark]]  # what a copied run is made of
    ranked: Callable[[str], list[str]]  # what is rare or common
    size: Callable[[str], int]  # for the histogram


def plain_words(text: str) -> list[str]:
    """The words of a text in small letters, without punctuation."""
    return [word.lower() for word in PLAIN.findall(text)]


def word_marks(text: str) -> list[Mark]:
    """``plain_words`` with their places."""
    return [(found[0].lower(), *found.span()) for found in PLAIN.finditer(text)]


def word_terms(text: str) -> list[str]:
    """Words, and pairs of neighbours, so that order counts a little."""
    words = plain_words(text)
    return [*words, *(f"{a} {b}" for a, b in zip(words, words[1:]))]


def letter_marks(name: str) -> list[Mark]:
    """Letters with their places, between a beginning and an end."""
    places = [(letter, i, i + 1) for i, letter in enumerate(name)]
    return [(BEGIN, 0, 0), *places, (STOP, len(name), len(name))]


def letter_groups(name: str, sizes: tuple[int, ...]) -> list[str]:
    """Groups of neighbouring letters of these sizes, the beginning and the end among them."""
    bounded = BEGIN + name + STOP
    return [bounded[i : i + n] for n in sizes for i in range(len(bounded) - n + 1)]


def lines_of(text: str) -> int:
    """How many lines are not empty."""
    return sum(bool(line.strip()) for line in text.split("\n"))


def language(size: Callable[[str], int]) -> Reading:
    """How texts of words are read; ``size`` is that of a text."""
    return Reading(treebank_words, word_terms, word_marks, plain_words, size)


LINES = language(lines_of)
SENTENCE = language(lambda text: len(treebank_words(text)))
NAME = Reading(
    list,
    lambda name: letter_groups(name, (1, 2, 3)),
    letter_marks,
    lambda name: letter_groups(name, (2,)),
    len,
)
