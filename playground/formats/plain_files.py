"""Files of a folder that somebody else may have made: read, or refused with one sentence that names the file and no path."""

import codecs
import errno
import json
import math
import os
import stat
from pathlib import Path
from typing import Any

from playground.errors import BrokenCheckpoint

LFS_START = b"version https://git-lfs"
MOST_DIGITS = 100  # of a whole number in JSON; Python itself stops at 4,300
LARGEST_FILE = 1 << 50
UTF16_STARTS = (b"\xff\xfe", b"\xfe\xff")


def check_file(path: Path, most_bytes: int) -> int:
    """The size in bytes of a plain file that can be opened; raises BrokenCheckpoint for whatever else has that name."""
    try:
        facts = path.stat()
    except OSError as error:
        raise BrokenCheckpoint(_refusal(path, error)) from error
    if stat.S_ISDIR(facts.st_mode):
        raise BrokenCheckpoint(f"{path.name} is a folder: put the file of that name there.")
    if not stat.S_ISREG(facts.st_mode):  # a pipe would be waited for, a device never ends
        raise BrokenCheckpoint(f"{path.name} is neither a file nor a folder: put the file of that name there.")
    if facts.st_size > most_bytes:
        raise BrokenCheckpoint(f"{path.name} has {_size(facts.st_size)}; the limit is {_size(most_bytes)} a file.")
    return facts.st_size


def read_start(path: Path, count: int, most_bytes: int) -> bytes:
    """The first ``count`` bytes of a file of at most ``most_bytes``; raises BrokenCheckpoint, also for a Git LFS pointer."""
    check_file(path, most_bytes)
    try:
        with path.open("rb") as file:
            start = file.read(max(count, len(LFS_START)))
    except OSError as error:
        raise BrokenCheckpoint(_refusal(path, error)) from error
    if start.startswith(LFS_START):
        raise BrokenCheckpoint(
            f"{path.name} is a Git LFS pointer and not the file itself: run 'git lfs pull' where it came from."
        )
    return start[:count]


def read_bytes(path: Path, most_bytes: int) -> bytes:
    """A file of at most ``most_bytes``; raises BrokenCheckpoint, also for a Git LFS pointer."""
    return read_start(path, most_bytes, most_bytes)


def read_object(path: Path, most_bytes: int) -> dict[str, Any]:
    """The object in a JSON file, see ``parse_object``; raises BrokenCheckpoint."""
    content = read_bytes(path, most_bytes)
    try:
        return parse_object(content)
    except ValueError as error:
        raise BrokenCheckpoint(f"{path.name} is not valid JSON ({error}): write it anew.") from error
    except TypeError as error:
        raise BrokenCheckpoint(f"{path.name} must hold an object, it holds a {error}.") from error


def parse_object(content: bytes) -> dict[str, Any]:
    """An object from JSON in UTF-8 with finite numbers and no key twice.

    ValueError says what is wrong, TypeError what it is instead.
    """
    if not content.strip():
        raise ValueError("it is empty")
    hooks: dict[str, Any] = {"object_pairs_hook": _object, "parse_int": _whole}
    try:
        facts = json.loads(content.decode("utf-8"), parse_float=_finite, parse_constant=_finite, **hooks)
    except json.JSONDecodeError as error:
        raise ValueError(f"line {error.lineno}: {error.msg}") from error
    except UnicodeDecodeError as error:
        raise ValueError("it is not in UTF-8") from error
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    if not isinstance(facts, dict):
        raise TypeError(type(facts).__name__)
    return facts


def read_prose(path: Path, most_bytes: int) -> str:
    """The beginning of a text in UTF-8, UTF-16 or Latin-1; "" where there is none that can be read."""
    try:
        content = read_start(path, most_bytes + 1, LARGEST_FILE)
    except BrokenCheckpoint:
        return ""
    start = content[:most_bytes]
    if start.startswith(UTF16_STARTS):
        text = start.decode("utf-16", "replace")
    else:
        try:
            text = codecs.getincrementaldecoder("utf-8-sig")().decode(start)  # the limit may fall into a character
        except UnicodeDecodeError:
            text = start.decode("latin-1")
    return text + "…" if len(content) > len(start) else text


def sentence_of(error: BaseException, folder: Path) -> str:
    """The first line of a library's error as part of a sentence: at most 200 characters, without the folder's path."""
    text = str(error).strip().partition("\n")[0] or type(error).__name__
    for path in {str(folder.resolve()), str(folder.absolute()), str(folder)}:
        text = text.replace(path, folder.name)
    return text[:200].rstrip(". ")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in made if names.count(name) > 1)
        raise ValueError(f"it names '{twice[:40]}' twice")
    return made


def _whole(text: str) -> int:
    if len(text) > MOST_DIGITS:
        raise ValueError(f"it holds a whole number of {len(text):,} digits")
    return int(text)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text[:20]} is no finite number")
    return number


def _refusal(path: Path, error: OSError) -> str:
    if error.errno == errno.ENOENT and not path.is_symlink():
        return f"{path.name} is missing."
    if error.errno in (errno.ENOENT, errno.ELOOP):
        return f"{path.name} is a link that leads nowhere: put the file itself there."
    if error.errno in (errno.EACCES, errno.EPERM):
        return f"{path.name} may not be read: give the server's user the permission."
    return f"{path.name} cannot be read ({os.strerror(error.errno or 0).lower()}): copy it anew."


def _size(count: int) -> str:
    return f"{count >> 20} MiB" if count % (1 << 20) == 0 else f"{count / 2**20:.1f} MiB"
