"""Texts as rows of bytes, the form in which they travel as pictures of one row: ASCII, filled up with zeros."""

import numpy as np
from numpy.typing import NDArray


def texts_of_bytes(rows: NDArray[np.uint8]) -> list[str]:
    """The texts of rows (n, ..., width) uint8."""
    return [row.tobytes().rstrip(b"\0").decode("ascii", "replace") for row in rows]
