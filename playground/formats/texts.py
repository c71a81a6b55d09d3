"""Texts as rows of bytes, the form in which Compare sends and keeps them: ASCII, filled up with zeros."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def bytes_of_texts(texts: Sequence[str], width: int) -> NDArray[np.uint8]:
    """Rows (n, width) of texts; longer ones are cut, and characters beyond ASCII become "?"."""
    rows = b"".join(text.encode("ascii", "replace")[:width].ljust(width, b"\0") for text in texts)
    return np.frombuffer(rows, np.uint8).reshape(len(texts), width)


def texts_of_bytes(rows: NDArray[np.uint8]) -> list[str]:
    """The texts of rows (n, ..., width)."""
    return [row.tobytes().rstrip(b"\0").decode("ascii", "replace") for row in rows]
