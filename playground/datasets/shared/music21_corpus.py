"""The score collection inside the package music21, fetched for one build only: it is no requirement of the playground.

music21 (BSD-3-Clause code) carries Bach's chorales and volumes of folk tunes; each repertory has terms of its own, which the
data sets built from it repeat. It needs Python 3.11, and takes about a minute to fetch and a few to parse.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playground.datasets.packages import imported

PACKAGES = (  # music21 and what it imports beyond our own requirements
    "music21==10.5.1",
    "chardet==5.2.0",
    "joblib==1.5.2",
    "jsonpickle==4.1.1",
    "more-itertools==10.8.0",
    "requests==2.32.5",
    "urllib3==2.5.0",
    "charset-normalizer==3.4.3",
    "idna==3.10",
    "certifi==2025.8.3",
    "webcolors==24.11.1",
)


@contextmanager
def music21_corpus(dataset: str) -> Iterator[tuple[Any, Path]]:
    """Give music21's converter module and the folder of its scores; both are gone afterwards.

    Raises PlaygroundError, naming ``dataset``, when the packages cannot be fetched.
    """
    with imported("music21.converter", dataset, *PACKAGES) as (converter, folder):
        yield converter, folder / "music21" / "corpus"


def natural_order(name: str) -> list[tuple[int, str]]:
    """A sort key that puts 'bwv2' before 'bwv10'."""
    return [(int(digits or 0), text) for digits, text in re.findall(r"(\d*)(\D*)", name)]
