"""The small real references of the text data sets that ship with the repository, so that Compare needs no data build.

<name>-reference.npz: the training texts (to find what is copied), held-out texts as long as a model's samples, the embedding
"lsa-64" fitted on the training texts (metrics/lsa.py), and what perfect samplers score. Derived from the data sets: see
data/sentences.py, names.py, shakespeare.py and chat.py for their licences.
"""

import lzma
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from playground.metrics.lsa import Embedding

if TYPE_CHECKING:
    from playground.datasets.chat.build import Chat
    from playground.datasets.names.build import Names
    from playground.datasets.sentences.build import Sentences
    from playground.datasets.shakespeare.build import Shakespeare
    from playground.formats.tokenizer import TextTokenizer

LETTERS, TOKENS = 512, 160  # of a language model's sample, whichever ends first
SHORT_TEXTS = 4000  # held-out sentences that are kept
END = "\x1e"  # between stored texts (ASCII's record separator)


@dataclass(frozen=True)
class TextReference:
    """training: texts as they are learnt from; real: held-out texts as long as samples.

    Bands as in ``data.reference.Reference``.
    """

    training: list[str]
    real: list[str]
    embedding: Embedding
    band_sizes: NDArray[np.int64]
    band_names: list[str]
    bands: NDArray[np.float32]


def dialogue_text(turns: Sequence[str]) -> str:
    """A conversation as samples show it: a line with a dash for every turn."""
    return "\n".join("- " + turn.replace("\n", " ") for turn in turns if turn)


def shakespeare_texts(data: "Shakespeare") -> tuple[list[str], list[str]]:
    """Training works, and what follows upon blank lines of the held-out works, without overlap.

    Perfect samplers share their six works with what they stand against, because so few cannot be divided: their bands are narrow.
    """
    real = []
    for work in (*data.documents("valid"), *data.documents("test")):
        start = 0
        while (start := work.find("\n\n", start)) >= 0:
            start += 2
            if len(work) - start < LETTERS:
                break
            piece = cut(data.tokenizer, work[start:])
            real.append(piece)
            start += len(piece)
    return data.documents("train"), real


def chat_texts(data: "Chat") -> tuple[list[str], list[str]]:
    """Training conversations, and the beginnings of the held-out ones, because a sample is a beginning too."""
    real = [cut(data.tokenizer, dialogue_text(turns)) for split in ("valid", "test") for turns in data.dialogues[split]]
    return [dialogue_text(turns) for turns in data.dialogues["train"]], real


def sentences_texts(data: "Sentences") -> tuple[list[str], list[str]]:
    """Training sentences, and four thousand held-out ones, drawn once and for all."""
    held_out = [*data.sentences["valid"], *data.sentences["test"]]
    chosen = np.random.default_rng(0).permutation(len(held_out))[:SHORT_TEXTS]
    return data.sentences["train"], [held_out[i] for i in chosen]


def names_texts(data: "Names") -> tuple[list[str], list[str]]:
    """Training names, and all held-out ones."""
    real = [*data.names["valid"], *data.names["test"]]
    return data.names["train"], real


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


def reference_path(name: str) -> Path:
    """Where the reference of a text data set lies."""
    return Path(__file__).parent / name / "reference.npz"


def load_text_reference(name: str) -> TextReference:
    """The shipped reference of "sentences", "names", "shakespeare" or "chat"."""
    with np.load(reference_path(name), allow_pickle=False) as file:
        arrays = dict(file)
    training, real, terms = (_unpack(arrays[part]) for part in ("training", "real", "terms"))
    embedding = Embedding(terms, arrays["weights"].astype(np.float32), arrays["vectors"].astype(np.float32))
    return TextReference(
        training,
        real,
        embedding,
        arrays["band_sizes"],
        arrays["band_names"].tolist(),
        arrays["bands"],
    )


def save_text_reference(
    name: str,
    training: Sequence[str],
    real: Sequence[str],
    embedding: Embedding,
    sizes: Sequence[int],
    bands: dict[str, NDArray],
) -> Path:
    """Write a reference; bands: metric name -> (sizes, 3). Returns its path."""
    path = reference_path(name)
    np.savez_compressed(
        path,
        training=_pack(training),
        real=_pack(real),
        terms=_pack(embedding.terms),
        weights=embedding.weights,
        vectors=embedding.vectors.astype(np.float16),
        band_sizes=np.array(sizes),
        band_names=np.array(list(bands)),
        bands=np.stack(list(bands.values()), axis=1).astype(np.float32),
    )
    return path


def _pack(texts: Sequence[str]) -> NDArray[np.uint8]:
    """Texts as xz bytes: a third less than what the archive's own compression needs."""
    return np.frombuffer(lzma.compress(END.join(texts).encode(), preset=9 | lzma.PRESET_EXTREME), np.uint8)


def _unpack(content: NDArray[np.uint8]) -> list[str]:
    return lzma.decompress(content.tobytes()).decode().split(END)
