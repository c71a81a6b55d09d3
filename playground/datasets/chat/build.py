"""chat: two students at a time talking about anything, from the package chitchat_dataset (PyPI; MIT, BYU).

Kept are conversations of exactly two people with four turns or more. Nobody's id and no time stamp is kept; a conversation in
which anybody swears, or gives a telephone number, an address of mail or web, or their own name, is left out as a whole. A turn
is what one person wrote until the other did, its messages separated by line feeds. Split by conversation, 90 : 5 : 5.
"""

import json
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from playground.datasets.base import TrainingTensors, without_classes
from playground.datasets.packages import fetch
from playground.datasets.shared.tokens import tokenizer_of, windows
from playground.datasets.storage import built, load_texts, save_texts, split_items
from playground.formats.unfit_texts import is_unfit

if TYPE_CHECKING:
    from playground.formats.tokenizer import TextTokenizer

PACKAGE = "chitchat_dataset==0.9.0"
FEWEST_TURNS = 4
VOCABULARY = 3072
CONTEXT = 256  # tokens of a training window
TURN = "\x1e"  # between the turns of a stored conversation (ASCII's record separator)


@dataclass(frozen=True)
class Chat:
    """dialogues[split]: conversations, each a list of turns, the two people taking them alternately."""

    dialogues: dict[str, list[list[str]]]

    @cached_property
    def tokenizer(self) -> "TextTokenizer":
        """3072 tokens, learnt from the training conversations."""
        return tokenizer_of("chat", [turn for turns in self.dialogues["train"] for turn in turns], VOCABULARY)

    def tokens(self, split: str) -> list[list[int]]:
        """Every conversation of a split as ``conversation_tokens``."""
        return conversation_tokens(self.tokenizer, self.dialogues[split])

    def training_tensors(self) -> TrainingTensors:
        """Windows (n, 257) int64 of the training conversations."""
        return without_classes(windows(self.tokens("train"), CONTEXT + 1, CONTEXT // 2))

    def counts(self) -> str:
        """One line of facts."""
        parts = [
            f"{len(part):,} {split} conversations of {sum(map(len, part)):,} turns"
            for split, part in self.dialogues.items()
        ]
        return " + ".join(parts)


def conversation_tokens(tokenizer: "TextTokenizer", dialogues: Sequence[Sequence[str]]) -> list[list[int]]:
    """Every conversation as tokens: the start token, then the turn token before every turn."""
    from playground.formats.tokenizer import START, TURN

    start, turn = tokenizer.mark(START), tokenizer.mark(TURN)
    flat = iter(tokenizer.encode_all([text for turns in dialogues for text in turns]))
    return [[start, *(token for _ in turns for token in (turn, *next(flat)))] for turns in dialogues]


def load() -> Chat:
    """The data set from the cache, built first when it is not there; raises PlaygroundError when it cannot be built."""
    parts = load_texts(built("chat", build_chat))
    return Chat({split: [text.split(TURN) for text in texts] for split, texts in parts.items()})


def build_chat(path: Path) -> None:
    """Fetch the package, filter, split by conversation, write ``path``."""
    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(fetch("wheel", PACKAGE, "chat", Path(folder))) as wheel:
            conversations = json.loads(wheel.read("chitchat_dataset/dataset.json"))
    kept = [TURN.join(turns) for one in conversations.values() if (turns := read_turns(one)) is not None]
    save_texts(path, split_items(kept))


def read_turns(conversation: dict) -> list[str] | None:
    """The turns of one conversation of the package, or None when it is not to be kept."""
    turns: list[str] = []
    people: list[str] = []
    for messages in conversation["messages"]:
        for message in messages:
            text = clean(message["text"])
            if not text:
                continue
            if is_unfit(text):
                return None
            if people and message["sender"] == people[-1]:
                turns[-1] += "\n" + text
            else:
                people.append(message["sender"])
                turns.append(text)
    return turns if len(set(people)) == 2 and len(turns) >= FEWEST_TURNS else None


def clean(text: str) -> str:
    """One message on one line, in printable ASCII."""
    return " ".join("".join(c if " " <= c <= "~" else " " for c in text).split())
