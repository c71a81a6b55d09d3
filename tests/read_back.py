"""What the playground made, read back: the request inside a PNG, GIF, .npz, WAV or MIDI file, and the events of a job."""

import base64
import io
import json
from typing import Any

import mido
import numpy as np
from PIL import Image

from playground.protocol.events import NAMES, Event
from playground.views.exports import PNG_KEY


def read_settings(content: bytes) -> dict[str, Any]:
    """The settings, by what the file begins with."""
    readers = {b"PK": _npz_text, b"RI": _wav_text, b"MT": _midi_text}
    return json.loads(readers.get(content[:2], _picture_text)(content))


def read_event(line: str) -> Event:
    """The event of a line of a job."""
    fields = json.loads(line)
    kind = {name: kind for kind, name in NAMES.items()}[fields.pop("kind")]
    if "body" in fields:
        fields["body"] = base64.b64decode(fields["body"], validate=True)
    return kind(**fields)


def _npz_text(content: bytes) -> str:
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        return str(arrays["settings"])


def _wav_text(content: bytes) -> str:
    """The comment: the chunk LIST follows the samples, and has ICMT alone."""
    size = int.from_bytes(content[40:44], "little")
    chunk = content[44 + size :]
    assert content[36:40] == b"data" and chunk[:4] == b"LIST" and chunk[8:16] == b"INFOICMT"
    length = int.from_bytes(chunk[16:20], "little")
    return chunk[20 : 20 + length].rstrip(b"\0").decode("ascii")


def _midi_text(content: bytes) -> str:
    tracks = mido.MidiFile(file=io.BytesIO(content)).tracks
    return next(one.text for track in tracks for one in track if one.type == "text")


def _picture_text(content: bytes) -> str:
    with Image.open(io.BytesIO(content), formats=("PNG", "GIF")) as picture:
        return picture.info[PNG_KEY] if picture.format == "PNG" else picture.info["comment"].decode("ascii")
