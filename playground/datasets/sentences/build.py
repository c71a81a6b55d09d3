"""sentences: short English sentences, examples of use from WordNet and messages of the data set chat.

3 to 16 words, on one line, letters, digits and plain punctuation only, in small letters (so that a word is one word). WordNet
(shared/wordnet.py) is split by synset and chat (MIT) by conversation; a sentence that occurs in two splits stays in training.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from playground.datasets.base import TrainingTensors, without_classes
from playground.datasets.chat.build import load as load_chat
from playground.datasets.shared.tokens import tokenizer_of
from playground.datasets.shared.wordnet import fetch_glosses
from playground.datasets.storage import SPLIT, built, load_texts, save_texts, split_items
from playground.formats.sentences import LENGTH, VOCABULARY, rows_of, tidy

if TYPE_CHECKING:
    from torch import Tensor

    from playground.formats.tokenizer import TextTokenizer


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

    def training_tensors(self) -> TrainingTensors:
        """Tokens (n, 25) int64 of the training sentences."""
        return without_classes(self.rows("train"))

    def counts(self) -> str:
        """One line of facts."""
        return " + ".join(f"{len(part):,} {split} sentences" for split, part in self.sentences.items())


def load() -> Sentences:
    """The data set from the cache, built first when it is not there; raises PlaygroundError when it cannot be built."""
    return Sentences(load_texts(built("sentences", build_sentences)))


def build_sentences(path: Path) -> None:
    """Gather both sources, filter, make distinct, write ``path``."""
    dialogues, synsets = load_chat().dialogues, split_items(read_examples(fetch_glosses("sentences")))
    seen: set[str] = set()
    parts = {}
    for split in SPLIT:
        lines = chain(*(turn.split("\n") for turns in dialogues[split] for turn in turns), *synsets[split])
        distinct = dict.fromkeys(text for line in lines if (text := tidy(line)) is not None)
        parts[split] = [text for text in distinct if text not in seen]
        seen.update(parts[split])
    save_texts(path, parts)


def read_examples(glosses: Iterable[str]) -> list[list[str]]:
    """The examples of every gloss that has any."""
    return [examples for gloss in glosses if (examples := re.findall(r'"([^"]+)"', gloss))]
