"""The effects of short texts: how long, of what words and letters, what is said and asked."""

import re
from collections.abc import Sequence

import numpy as np

from playground.datasets.effects import Effect, Effects, Measures

VOWELS = frozenset("aeiou")
THINGS = re.compile(r"\b(?:the|a|an|of)\b")
SPEAKER = re.compile(r"\b(?:i|i'm|i've|i'll|i'd|me|my|mine|we|us|our)\b")

EFFECTS = {
    "length": Effect("shorter", "longer", 0.5),
    "word length": Effect("shorter words", "longer words", 0.3),
    "vowels": Effect("fewer vowels", "more vowels", 0.02),
    "question": Effect("says", "asks", 0.2),
    "speaker": Effect("without I and we", "of I and we", 0.2),
    "things": Effect("less of the, a and of", "more of the, a and of", 0.03),
    "first letter": Effect("begins earlier in the alphabet", "begins later in the alphabet", 1),
    "last letter": Effect("ends in a consonant", "ends in a vowel", 0.2),
}


def text_effects() -> Effects:
    """Those of texts."""
    return Effects(EFFECTS, measure_texts)


def measure_texts(texts: Sequence[str]) -> Measures:
    """Every effect (n,): lengths in characters (of words 0 where there is one alone), letters by their place in the
    alphabet, the others shares or 0 and 1.
    """
    found = [_measure(text.lower()) for text in texts]
    return {name: np.array([one[name] for one in found]) for name in EFFECTS}


def _measure(text: str) -> dict[str, float]:
    letters = [one for one in text if "a" <= one <= "z"]
    words = text.split()
    count = max(len(letters), 1)
    return {
        "length": float(len(text)),
        "word length": count / len(words) if len(words) > 1 else 0.0,
        "vowels": sum(one in VOWELS for one in letters) / count,
        "question": float("?" in text),
        "speaker": float(SPEAKER.search(text) is not None),
        "things": len(THINGS.findall(text)) / max(len(words), 1),
        "first letter": float(ord(letters[0]) - ord("a")) if letters else 0.0,
        "last letter": float(bool(letters) and letters[-1] in VOWELS),
    }
