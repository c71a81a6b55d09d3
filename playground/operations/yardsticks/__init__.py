"""The yardsticks of Compare, one file per data set: feature network, real reference, protocols, classes, nearest items.

base.py    what a yardstick is
digits.py  digits by the digit classifier
notes.py   notes by the note classifier: family, pitch, bins
music.py   melodies and chorales by counting: keys, steps, rhythm, chords
text.py    texts by latent semantic analysis, n-grams and what is copied
"""

from importlib import import_module

from playground.operations.yardsticks.base import Yardstick

YARDSTICKS = {
    "digits": "playground.operations.yardsticks.digits:DIGITS",
    "notes": "playground.operations.yardsticks.notes:NOTES",
    "melodies": "playground.operations.yardsticks.music:MELODIES",
    "chorales": "playground.operations.yardsticks.music:CHORALES",
    "sentences": "playground.operations.yardsticks.text:SENTENCES",
    "names": "playground.operations.yardsticks.text:NAMES",
    "shakespeare": "playground.operations.yardsticks.text:SHAKESPEARE",
    "chat": "playground.operations.yardsticks.text:CHAT",
}


def find_yardstick(dataset: str) -> Yardstick:
    """The yardstick of a data set named in YARDSTICKS, imported only now."""
    module, _, name = YARDSTICKS[dataset].partition(":")
    return getattr(import_module(module), name)
