"""The small real references of the text data sets that ship with the repository, so that Compare needs no data build.

reference.npz of each: the training texts (to find what is copied), held-out texts as long as a model's samples, the embedding
"lsa-64" fitted on the training texts (metrics/lsa.py), and what perfect samplers score. Derived from the data sets: see
their build.py for the licences.
"""

import lzma
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from playground.datasets.metric_suite import Bands
from playground.datasets.storage import reference_path
from playground.metrics.lsa import Embedding

if TYPE_CHECKING:
    from playground.formats.tokenizer import TextTokenizer

LETTERS, TOKENS = 512, 160  # of a language model's sample, whichever ends first
END = "\x1e"  # between stored texts (ASCII's record separator)


@dataclass(frozen=True)
class TextReference:
    """training: texts as they are learnt from; real: held-out texts as long as samples."""

    training: list[str]
    real: list[str]
    embedding: Embedding
    bands: Bands


def dialogue_text(turns: Sequence[str]) -> str:
    """A conversation as samples show it: a line with a dash for every turn."""
    return "\n".join("- " + turn.replace("\n", " ") for turn in turns if turn)


def cut(tokenizer: "TextTokenizer", text: str) -> str:
    """The beginning of a text that is as long as a language model's sample."""
    return tokenizer.decode(tokenizer.encode(text[: 2 * LETTERS])[:TOKENS])[:LETTERS]


def fitting_texts(training: Sequence[str]) -> Iterator[str]:
    """Training texts in pieces no longer than a sample, at a place where a word ends: what the embedding is fitted on."""
    for text in training:
        while len(text) > LETTERS:
            end = text.rfind(" ", 0, LETTERS) + 1 or LETTERS
            yield text[:end]
            text = text[end:]
        yield text


def load_text_reference(name: str) -> TextReference:
    """The shipped reference of "sentences", "names", "shakespeare" or "chat"."""
    with np.load(reference_path(name), allow_pickle=False) as file:
        arrays = dict(file)
    training, real, terms = (_unpack(arrays[part]) for part in ("training", "real", "terms"))
    embedding = Embedding(terms, arrays["weights"].astype(np.float32), arrays["vectors"].astype(np.float32))
    return TextReference(training, real, embedding, Bands.of(arrays))


def save_text_reference(name: str, reference: TextReference) -> Path:
    """Write a reference; returns its path."""
    path, embedding = reference_path(name), reference.embedding
    np.savez_compressed(
        path,
        training=_pack(reference.training),
        real=_pack(reference.real),
        terms=_pack(embedding.terms),
        weights=embedding.weights,
        vectors=embedding.vectors.astype(np.float16),
        **reference.bands.arrays(),
    )
    return path


def _pack(texts: Sequence[str]) -> NDArray[np.uint8]:
    """Texts as xz bytes: a third less than what the archive's own compression needs."""
    return np.frombuffer(lzma.compress(END.join(texts).encode(), preset=9 | lzma.PRESET_EXTREME), np.uint8)


def _unpack(content: NDArray[np.uint8]) -> list[str]:
    return lzma.decompress(content.tobytes()).decode().split(END)
