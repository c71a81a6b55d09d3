"""Short texts as pictures: a row of bytes, so that what is drawn, cached, compared and sent of images serves texts too.

A text is ASCII without the character 0, which fills the row up to its width.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from playground.formats.texts import texts_of_bytes


def pictures_of(texts: Sequence[str], width: int) -> Tensor:
    """Texts to pictures (n, 1, 1, width) float32, byte / 255; longer texts are cut, other characters become "?"."""
    rows = b"".join(text.encode("ascii", "replace")[:width].ljust(width, b"\0") for text in texts)
    codes = torch.frombuffer(bytearray(rows), dtype=torch.uint8) if rows else torch.zeros(0, dtype=torch.uint8)
    return (codes.float() / 255).view(len(texts), 1, 1, width)


def texts_of(pictures: Tensor) -> list[str]:
    """Pictures (n, 1, 1, width) in [0, 1] back to texts."""
    return texts_of_bytes((pictures * 255).round().to(torch.uint8).cpu().numpy())
