"""Short words as symbols, one a place: 0 is nothing (after the end of the word), 1 to 26 are a to z."""

import numpy as np

LETTERS = 12  # most letters of a word
SYMBOLS = 27
BEFORE_A = ord("a") - 1  # byte of a letter = its symbol + this


def symbols_of(names: list[str]) -> np.ndarray:
    """Names of a to z as int64 symbols (n, 12): 1..26, then 0 to the end."""
    padded = "".join(name.ljust(LETTERS, chr(BEFORE_A)) for name in names)
    return (np.frombuffer(padded.encode("ascii"), np.uint8).astype(np.int64) - BEFORE_A).reshape(len(names), LETTERS)
