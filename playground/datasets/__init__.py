"""The data sets: one per file, each built from packages, checked by SHA-256 and cached outside the repository.

digits.py      MNIST
notes.py       single notes of 104 instruments
chorales.py    Bach's four-part chorales
melodies.py    two-bar windows of folk tunes
shakespeare.py plays and poems
chat.py        conversations of two
sentences.py   short sentences
names.py       first names
topics.py      glosses of WordNet as bags of words
music21_corpus.py   the scores that chorales and melodies are built from
tonality.py    keys and scales
letters.py     texts as rows of bytes
rolls.py       how the rolls of music are read
music_features.py   what is counted in a window of music
reference.py   the small real reference of the digits that ships with the repository
notes_reference.py  that of the notes
music_reference.py  those of melodies and chorales
text_reference.py   those of the texts
text_features.py    how texts are read when they are measured
storage.py     where data sets lie
packages.py    packages that only a build needs
"""

from pathlib import Path
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Protocol

from playground.errors import BadRequest

if TYPE_CHECKING:
    from torch import Tensor


class DataSet(Protocol):
    """What training, cards and the command line need of a data set."""

    title: str  # such as "MNIST"
    license: str

    def training_tensors(self) -> "tuple[Tensor, Tensor]":
        """Inputs (n, ...) and labels (n,) int64; losses get uint8 inputs as pictures in [0, 1], others as they are."""
        ...

    def counts(self) -> str:
        """One line of facts, such as the number of items of each part."""
        ...


DATA_SETS = {
    "digits": "playground.datasets.digits.build:load_digits",
    "notes": "playground.datasets.notes.build:load_notes",
    "chorales": "playground.datasets.chorales.build:load_chorales",
    "jsb": "playground.datasets.chorales.build:load_jsb",
    "melodies": "playground.datasets.melodies.build:load_melodies",
    "shakespeare": "playground.datasets.shakespeare.build:load_shakespeare",
    "chat": "playground.datasets.chat.build:load_chat",
    "sentences": "playground.datasets.sentences.build:load_sentences",
    "names": "playground.datasets.names.build:load_names",
    "topics": "playground.datasets.topics.build:load_topics",
}

REFERENCES = {  # data set -> what builds the small real reference that ships: (data, checkpoints root) -> path
    "digits": "playground.datasets.digits.build_reference:build_reference",
    "notes": "playground.datasets.notes.build_reference:build_reference",
    "chorales": "playground.datasets.build_music_reference:build_chorales_reference",
    "melodies": "playground.datasets.build_music_reference:build_melodies_reference",
    "sentences": "playground.datasets.build_text_reference:build_sentences_reference",
    "names": "playground.datasets.build_text_reference:build_names_reference",
    "shakespeare": "playground.datasets.build_text_reference:build_shakespeare_reference",
    "chat": "playground.datasets.build_text_reference:build_chat_reference",
}


def load_data(name: str) -> DataSet:
    """The data set of that name from the cache, built first when it is not there; raises BadRequest naming those there are."""
    if name not in DATA_SETS:
        raise BadRequest(f"No data set is called '{name[:40]}': choose one of {', '.join(DATA_SETS)}.")
    return resolve_name(DATA_SETS[name])()


def build_reference(name: str, data: DataSet, root: Path) -> Path:
    """Build the reference of a data set with the feature network under ``root``; returns its path. Raises BadRequest."""
    if name not in REFERENCES:
        raise BadRequest(f"No reference belongs to '{name[:40]}': choose one of {', '.join(REFERENCES)}.")
    return resolve_name(REFERENCES[name])(data, root)
