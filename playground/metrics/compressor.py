"""What a general compressor needs for a text when it has read another before: a baseline for language models.

Bits of both together minus bits of the first. PPMd (Shkarin 2002, "PPM: one step to practicality") is the strongest of the old
text compressors; it comes with the package pyppmd, which only the evaluation needs.
"""

import importlib
import math

PPMD_ORDER = 6
PPMD_MEMORY = 256 << 20  # enough to forget nothing


def ppmd_nats(training: bytes, text: bytes) -> float:
    """Nats a byte of ``text`` after ``training`` by PPMd of order 6; ModuleNotFoundError without pyppmd."""
    pyppmd = importlib.import_module("pyppmd")

    def size(content: bytes) -> int:
        return len(pyppmd.compress(content, max_order=PPMD_ORDER, mem_size=PPMD_MEMORY))

    return (size(training + text) - size(training)) * 8 * math.log(2) / len(text)
