"""The tokenizers of the text data sets, trained once on the training part, and their tokens in rows for training."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from playground.datasets.storage import cache_folder

if TYPE_CHECKING:
    from torch import Tensor

    from playground.formats.tokenizer import TextTokenizer


def tokenizer_of(dataset: str, texts: Sequence[str], vocabulary: int) -> "TextTokenizer":
    """The tokenizer of a data set from the cache; the first call trains it on the training ``texts``."""
    from playground.formats.tokenizer import TextTokenizer

    path = cache_folder() / f"{dataset}-tokenizer-{vocabulary}.json"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        TextTokenizer.train(texts, vocabulary).save(path)
    return TextTokenizer.from_file(path)


def windows(documents: Sequence[Sequence[int]], length: int, stride: int) -> "Tensor":
    """Documents joined and cut into overlapping windows (n, length) int64, ``stride`` tokens apart."""
    import torch

    stream = torch.tensor([token for document in documents for token in document])
    return stream.unfold(0, length, stride).contiguous()
