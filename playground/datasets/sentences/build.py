"""sentences: short English sentences, examples of use from WordNet and messages of the data set chat.

3 to 16 words, on one line, letters, digits and plain punctuation only, in small letters (so that a word is one word). WordNet 3.0
(Princeton; its licence is permissive) comes from the Debian package wordnet-base, chat (MIT) from its own package. WordNet is
split by synset and chat by conversation; a sentence that occurs in two splits stays in training alone.
"""

import re
import tempfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from playground.datasets.chat.build import load as load_chat
from playground.datasets.packages import fetch, unpack_deb
from playground.datasets.shared.tokens import tokenizer_of
from playground.datasets.storage import cache_folder, load_texts, save_texts
from playground.formats.sentences import LENGTH, VOCABULARY, rows_of, tidy

if TYPE_CHECKING:
    from torch import Tensor

    from playground.formats.tokenizer import TextTokenizer

PACKAGE = "wordnet-base"
FILES = ("data.noun", "data.verb", "data.adj", "data.adv")
SEED = 0


@dataclass(frozen=True)
class Sentences:
    """sentences[split]: distinct sentences, none in two splits."""

    sentences: dict[str, list[str]]

    @cached_property
    def tokenizer(self) -> "TextTokenizer":
        """2048 tokens, learnt from the training sentences."""
        return tokenizer_of("sentences", self.sentences["train"], VOCABULARY)

    def rows(self, split: str) -> "Tensor":
        """The sentences of a split that fit, as tokens (n, 25) int64: see formats/sentences.py."""
        import torch  # only now: the page knows no torch

        tokens = self.tokenizer.encode_all(self.sentences[split])
        texts = [text for text, one in zip(self.sentences[split], tokens) if len(one) < LENGTH]
        return torch.from_numpy(rows_of(self.tokenizer, texts))

    def training_tensors(self) -> "tuple[Tensor, Tensor]":
        """Tokens (n, 25) int64 of the training sentences, and labels (n,), all 0."""
        import torch  # only now: the page knows no torch

        rows = self.rows("train")
        return rows, torch.zeros(len(rows), dtype=torch.int64)

    def counts(self) -> str:
        """One line of facts."""
        return " + ".join(f"{len(part):,} {split} sentences" for split, part in self.sentences.items())


def load() -> Sentences:
    """The data set from the cache, built first when it is not there; raises PlaygroundError when it cannot be built."""
    path = cache_folder() / "sentences.npz"
    if not path.exists():
        build_sentences(path)
    return Sentences(load_texts(path))


def build_sentences(path: Path) -> None:
    """Gather both sources, filter, make distinct, write ``path``."""
    found: dict[str, list[str]] = {"train": [], "valid": [], "test": []}
    for split, dialogues in load_chat().dialogues.items():
        found[split] += [line for turns in dialogues for turn in turns for line in turn.split("\n")]
    with tempfile.TemporaryDirectory() as folder:
        archive = fetch("deb", PACKAGE, "sentences", Path(folder))
        root = unpack_deb(archive, Path(folder) / "files") / "usr/share/wordnet"
        synsets = [examples for name in FILES for examples in read_examples((root / name).read_text("utf-8"))]
    shares = np.random.default_rng(SEED).permutation(len(synsets)) / len(synsets)
    for examples, share in zip(synsets, shares):
        found["train" if share < 0.9 else "valid" if share < 0.95 else "test"] += examples
    seen: set[str] = set()
    parts = {}
    for split in ("train", "valid", "test"):
        distinct = dict.fromkeys(text for line in found[split] if (text := tidy(line)) is not None)
        parts[split] = [text for text in distinct if text not in seen]
        seen.update(parts[split])
    save_texts(path, parts)


def read_examples(text: str) -> list[list[str]]:
    """The examples of every synset of a WordNet data file that has any."""
    glosses = (line.partition(" | ")[2] for line in text.splitlines() if not line.startswith("  "))
    return [examples for gloss in glosses if (examples := re.findall(r'"([^"]+)"', gloss))]
