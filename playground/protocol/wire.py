"""One message format for the worker's socket, HTTP bodies and JavaScript: a JSON header and raw bytes.

message = header length (u32, little-endian) | header (a JSON object in UTF-8) | body (any bytes, may be empty)
frame   = message length (u32, little-endian) | message          only on the worker's socket, which has no message ends

Nothing here is ever pickled. Not-a-number and infinity are refused in both directions: JSON has neither.
"""

import json
import math
import struct
from collections.abc import Sequence
from typing import Any

from playground.errors import BadRequest, TooLarge

MAX_HEADER_BYTES = 1 << 20
MAX_MESSAGE_BYTES = 1 << 28
BINARY_BYTES = 4 << 20  # of what a visitor may send
LENGTH = struct.Struct("<I")


def pack(header: dict[str, Any], body: bytes | bytearray | memoryview = b"") -> bytes:
    """Join a JSON header (at most 1 MiB, finite numbers only) and a body into one message."""
    try:
        text = json.dumps(header, allow_nan=False, separators=(",", ":")).encode("ascii")
    except ValueError as error:
        raise BadRequest(f"A message header needs finite numbers; packing it failed with: {error}.") from error
    if len(text) > MAX_HEADER_BYTES:
        raise TooLarge(f"A message header may have {MAX_HEADER_BYTES} bytes, got {len(text)}; move arrays to the body.")
    return b"".join((LENGTH.pack(len(text)), text, body))


def unpack(message: bytes | bytearray | memoryview) -> tuple[dict[str, Any], memoryview]:
    """Split a message into its header and its body, which is a view of the message and not a copy."""
    view = memoryview(message)
    if len(view) < LENGTH.size:
        raise BadRequest(f"A message starts with {LENGTH.size} length bytes, got {len(view)} in all; send a whole one.")
    (length,) = LENGTH.unpack_from(view)
    if length > MAX_HEADER_BYTES:
        raise TooLarge(f"A message header may have {MAX_HEADER_BYTES} bytes, this one says {length}; make it smaller.")
    end = LENGTH.size + length
    if len(view) < end:
        raise BadRequest(
            f"The message header says {length} bytes, got {len(view) - LENGTH.size}; send a whole message."
        )
    return parse_object(bytes(view[LENGTH.size : end])), view[end:]


def pack_texts(texts: Sequence[str]) -> bytes:
    """Texts as the body of a message: a JSON list."""
    return json.dumps(list(texts)).encode("ascii")


def unpack_texts(body: bytes | memoryview, count: int) -> list[str]:
    """The ``count`` texts of a body; BadRequest says what it holds instead."""
    texts = _parse(bytes(body)) if body else []
    if type(texts) is not list or len(texts) != count or any(type(text) is not str for text in texts):
        got = f"{len(texts)} entries" if type(texts) is list else type(texts).__name__
        raise BadRequest(f"The body must be a JSON list of {count} texts, got {got}; send such a list.")
    return texts


def parse_object(text: bytes) -> dict[str, Any]:
    """Read UTF-8 JSON that must be an object with finite numbers; BadRequest says what is wrong with it."""
    header = _parse(text)
    if type(header) is not dict:
        raise BadRequest(f"The JSON must be an object, got {type(header).__name__}; send {{...}}.")
    return header


def _parse(text: bytes) -> Any:
    try:
        return json.loads(text.decode("utf-8"), parse_float=_finite, parse_constant=_finite)
    except RecursionError as error:
        raise BadRequest("The JSON is nested too deeply; send a flat object.") from error
    except ValueError as error:  # JSONDecodeError and UnicodeDecodeError are both ValueErrors
        raise BadRequest(f"The JSON cannot be read ({error}); send UTF-8 JSON with finite numbers.") from error


def frame(message: bytes) -> bytes:
    """Put a message's length before it, for the worker's socket."""
    if len(message) > MAX_MESSAGE_BYTES:
        raise TooLarge(f"A message may have {MAX_MESSAGE_BYTES} bytes, got {len(message)}; ask for less at once.")
    return LENGTH.pack(len(message)) + message


class FrameReader:
    """Collects bytes as they arrive and gives back whole messages."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[bytes]:
        """Add received bytes; return the messages they complete. BadRequest: the length is over the limit."""
        self._buffer += data
        messages: list[bytes] = []
        while len(self._buffer) >= LENGTH.size:
            (length,) = LENGTH.unpack_from(self._buffer)
            if length > MAX_MESSAGE_BYTES:
                raise BadRequest(f"A message may have {MAX_MESSAGE_BYTES} bytes, this frame says {length}.")
            end = LENGTH.size + length
            if len(self._buffer) < end:
                break
            messages.append(bytes(self._buffer[LENGTH.size : end]))
            del self._buffer[:end]
        return messages


def _finite(text: str) -> float:
    """Refuse NaN, Infinity and numbers such as 1e999 that JSON allows but a float cannot hold."""
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is not a finite number")
    return number
