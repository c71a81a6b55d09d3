"""Short sentences of 3 to 16 words in small letters, and their rows of tokens: tokens, the end token, then padding.

A sentence has letters, digits and plain punctuation on one line, so that a word is one word.
"""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from playground.formats.unfit_texts import is_unfit

if TYPE_CHECKING:
    from playground.formats.tokenizer import TextTokenizer

FEWEST_WORDS, MOST_WORDS = 3, 16
LETTERS = 96  # most characters of a sentence that a model writes
VOCABULARY = 2048
LENGTH = 25  # tokens of a row, the end token included; longer sentences are not trained on
PADDING, END = 0, 1  # the two special tokens; padding also stands before the first token
PLAIN = re.compile(r"[a-z0-9 .,;:?!'()%$&/-]+")
PIECE = re.compile(r"[a-z]+(?:'[a-z]+)*|[0-9]+|[^a-z0-9 ]")


def tidy(line: str) -> str | None:
    """A sentence in small letters with single blanks, or None when it is not to be kept."""
    text = " ".join(line.lower().replace("`", "'").split())
    words = sum(piece[0].isalnum() for piece in PIECE.findall(text))
    fit = FEWEST_WORDS <= words <= MOST_WORDS and PLAIN.fullmatch(text) and not is_unfit(text)
    return text if fit else None


def rows_of(tokenizer: "TextTokenizer", texts: Sequence[str]) -> NDArray[np.int64]:
    """Texts to tokens (n, 25), each ended and padded; longer ones are cut before their end token."""
    rows = [[*tokens[: LENGTH - 1], END] for tokens in tokenizer.encode_all(texts)]
    padded = [row + [PADDING] * (LENGTH - len(row)) for row in rows]
    return np.array(padded, np.int64).reshape(-1, LENGTH)
