"""The metric suites of Compare, one file per data set: feature network, real reference, protocols, classes, nearest items.

base.py    what a suite is
digits.py  digits by the digit classifier
notes.py   notes by the note classifier: family, pitch, bins
music.py   melodies and chorales by counting: keys, steps, rhythm, chords
text.py    texts by latent semantic analysis, n-grams and what is copied
"""

from importlib import import_module

from playground.datasets.metric_suite import MetricSuite

METRIC_SUITES = {
    "digits": "playground.datasets.digits.metrics:DIGITS",
    "notes": "playground.datasets.notes.metrics:NOTES",
    "melodies": "playground.datasets.music_metrics:MELODIES",
    "chorales": "playground.datasets.music_metrics:CHORALES",
    "sentences": "playground.datasets.text_metrics:SENTENCES",
    "names": "playground.datasets.text_metrics:NAMES",
    "shakespeare": "playground.datasets.text_metrics:SHAKESPEARE",
    "chat": "playground.datasets.text_metrics:CHAT",
}


def find_metric_suite(dataset: str) -> MetricSuite:
    """The suite of a data set named in METRIC_SUITES, imported only now."""
    module, _, name = METRIC_SUITES[dataset].partition(":")
    return getattr(import_module(module), name)
