"""WAV files that carry the request that made them, as JSON in the chunk LIST/INFO/ICMT that players show as a comment."""

import io
import json
import struct
import wave
from typing import Any

import numpy as np
from numpy.typing import NDArray

CHUNK = struct.Struct("<4sI")


def encode_wav(sound: NDArray[np.int16], rate_hz: int, settings: dict[str, Any]) -> bytes:
    """One channel of 16-bit sound (samples,) as WAV with the settings inside."""
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(rate_hz)
        writer.writeframes(sound.astype("<i2").tobytes())
    text = to_text(settings).encode("ascii") + b"\0"
    comment = b"INFO" + CHUNK.pack(b"ICMT", len(text)) + text + b"\0" * (len(text) % 2)
    content = file.getvalue() + CHUNK.pack(b"LIST", len(comment)) + comment
    return b"RIFF" + struct.pack("<I", len(content) - 8) + content[8:]


def to_text(settings: dict[str, Any]) -> str:
    """JSON in ASCII, which every kind of file can hold."""
    return json.dumps(settings, allow_nan=False, separators=(",", ":"))
