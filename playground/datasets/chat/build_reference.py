"""Builds the small real reference of the conversations, of these training and held-out texts."""

from functools import partial

from playground.datasets.chat.build import Chat
from playground.datasets.chat.metrics import SUITE
from playground.datasets.shared.build_text_reference import build_text_reference
from playground.datasets.shared.text_reference import cut, dialogue_text


def reference_texts(data: Chat) -> tuple[list[str], list[str]]:
    """Training conversations, and the beginnings of the held-out ones, because a sample is a beginning too."""
    real = [cut(data.tokenizer, dialogue_text(turns)) for split in ("valid", "test") for turns in data.dialogues[split]]
    return [dialogue_text(turns) for turns in data.dialogues["train"]], real


build_reference = partial(build_text_reference, SUITE, reference_texts)
