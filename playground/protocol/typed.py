"""Text that a visitor typed: checked before anything is made of it."""

from collections.abc import Mapping
from typing import Any

from playground.errors import BadRequest

MAX_CHARACTERS = 8000
KEPT_CONTROLS = {"\n", "\t"}
# What keyboards of phones and word processors put for the quotes, dashes and dots that the models learnt.
TYPEWRITER = {
    **dict.fromkeys(map(ord, "\u2018\u2019\u201a\u201b\u2032"), "'"),
    **dict.fromkeys(map(ord, "\u201c\u201d\u201e\u201f\u2033"), '"'),
    **dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"), "-"),
    ord("\u2026"): "...",
}


def text(request: Mapping, name: str, *, most: int = MAX_CHARACTERS, empty: bool = False) -> str:
    """The text of a field with plain line ends, quotes and dashes; BadRequest when it is missing, too long or no text.

    empty: whether a text without any character but blanks will do.
    """
    value = request.get(name)
    if not isinstance(value, str):
        raise BadRequest(f"'{name}' must be a text of at most {most} characters, got {type(value).__name__}.")
    return checked(value, name, most=most, empty=empty)


def checked(value: Any, name: str, *, most: int = MAX_CHARACTERS, empty: bool = False) -> str:
    """One text, as ``text`` checks it."""
    if not isinstance(value, str):
        raise BadRequest(f"'{name}' must hold texts, got {type(value).__name__}.")
    if len(value) > most:
        raise BadRequest(f"'{name}' may have {most} characters, got {len(value)}: shorten it.")
    plain = value.replace("\r\n", "\n").replace("\r", "\n").translate(TYPEWRITER)
    for place, character in enumerate(plain):
        if (
            (character < " " and character not in KEPT_CONTROLS)
            or character == "\x7f"
            or "\ud800" <= character <= "\udfff"
        ):
            code = f"U+{ord(character):04X}"
            raise BadRequest(f"'{name}' holds {code} at place {place + 1}, which is no character of a text: remove it.")
    if not empty and not plain.strip():
        raise BadRequest(f"'{name}' is empty: type something first.")
    return plain
