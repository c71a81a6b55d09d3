"""Replies as plain JSON for programs, and what programs send back: pictures, sounds and tunes as files in data URLs."""

import base64
import binascii
import io
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from playground.errors import BadRequest, TooLarge
from playground.formats import playback, wav_files
from playground.formats.rolls import count_notes
from playground.protocol import fields
from playground.protocol.events import Result
from playground.protocol.wire import BINARY_BYTES, unpack
from playground.views import sprites
from playground.views.heard import MOST_MIDI_NOTES, Ask, encode_sound, write_tune
from playground.views.palette import levels_of
from playground.views.shown import Shown, draw_shown, read_shown

MOST_PICTURES = 64  # of a strip that is sent


def given(request: dict[str, Any]) -> dict[str, Any]:
    """A request without what was left out."""
    return {name: value for name, value in request.items() if value is not None}


def to_plain(message: bytes, made: dict[str, Any]) -> dict[str, Any]:
    """A packed reply: its header, its frames as "picture" (a PNG strip) or "texts", "midi" of rolls, and its "sounds" (WAV).

    Every file carries ``made``: the model, operation and request that made it.
    """
    header, body = unpack(message)
    media: dict[str, Any] = {}
    sound = bytes(body)
    if "kind" in header:
        shown = read_shown(header, body)
        sound = shown.samples
        media |= show(shown, made)
    if samples := header.get("samples", 0):
        waves = np.frombuffer(sound[: 2 * samples * header["count"]], "<i2").reshape(-1, samples)
        media["sounds"] = [data_url("audio/wav", wav_files.encode_wav(wave, header["rate"], made)) for wave in waves]
    return header | media


def show(shown: Shown, made: dict[str, Any], tempo_bpm: float = playback.TEMPO_BPM) -> dict[str, Any]:
    """Outputs as a PNG, side by side; of points their numbers too; of rolls a MIDI file, unless it would be endless."""
    if shown.kind == "text":
        return {"texts": list(shown.texts)}
    media: dict[str, Any] = {"picture": data_url("image/png", draw_shown(shown, made, columns=len(shown)))}
    if shown.kind == "points":
        media["points"] = shown.frames.tolist()
    if shown.kind == "roll" and count_notes(roll := shown.roll()) <= MOST_MIDI_NOTES:
        media["midi"] = data_url("audio/midi", write_tune(roll, made, tempo_bpm))
    return media


async def to_music(ask: Ask, result: Result, made: dict[str, Any], playing: dict[str, Any]) -> dict[str, Any]:
    """A composed piece as plain JSON: "picture", "midi", and played in "sounds". playing: "tempo_bpm", "instrument"."""
    height, width = result.data["height"], result.data["width"]
    shown = Shown("roll", sprites.read_frames(result.body, count=1, height=height, width=width))
    played = await encode_sound(ask, shown, made, given(playing))
    files = {**show(shown, made, playing["tempo_bpm"]), "sounds": [data_url("audio/wav", played)]}
    return {"kind": "roll", "frames": len(shown), "height": height, "width": width, **files}


def data_url(kind: str, content: bytes) -> str:
    """A file as text."""
    return f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}"


def from_base64(text: Any) -> bytes:
    """The bytes of base64 text, with or without "data:...;base64," before it."""
    if type(text) is not str:
        raise BadRequest(f"A file must be base64 text, got {type(text).__name__}: send text.")
    if len(text) > BINARY_BYTES // 3 * 4:
        raise TooLarge(f"A file may have {BINARY_BYTES} bytes, got more; send a smaller one.")
    try:
        return base64.b64decode(text.rpartition(",")[2], validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadRequest(f"A file must be base64 text, and reading it failed with: {error}.") from error


def read_pixels(text: Any, channels: int = 1) -> NDArray[np.uint8]:
    """The levels (h, w), or (h, w, 3) of three channels, of a PNG file as replies hold it.

    Of one channel it is grey, or in the colours of a sound or a roll.
    """
    try:
        with Image.open(io.BytesIO(from_base64(text)), formats=["PNG"]) as picture:
            width, height = picture.size
            if width * height > BINARY_BYTES:
                raise TooLarge(f"A picture may have {BINARY_BYTES} pixels, got {width} x {height}; send a smaller one.")
            if channels == 3:
                return np.asarray(picture.convert("RGB"))
            levels = levels_of(np.asarray(picture.convert("RGB"))) if picture.mode == "P" else None
            return np.asarray(picture.convert("L")) if levels is None else levels
    except (OSError, ValueError, SyntaxError) as error:
        raise BadRequest("The picture must be a PNG file, as replies hold it: send one of those.") from error


def read_points(points: Any) -> NDArray[np.float32]:
    """A list of points, each a list of as many numbers: (n, coordinates)."""
    try:
        read = np.array(points, np.float32)
    except (TypeError, ValueError):
        read = np.zeros(0, np.float32)
    if read.ndim != 2 or not 1 <= len(read) <= MOST_PICTURES:
        raise BadRequest(
            f"points must be 1 to {MOST_PICTURES} lists of as many numbers each, got {str(points)[:40]}; "
            "send such as [[0.5, -1]]."
        )
    return read


def split_strip(pixels: NDArray[np.uint8], count: Any, height: int, width: int) -> bytes:
    """The frames of a strip of ``count`` pictures side by side, one after the other."""
    count = fields.whole({"count": count}, "count", 1, MOST_PICTURES)
    if pixels.shape[:2] != (height, width * count):
        got = f"{pixels.shape[1]} x {pixels.shape[0]}"
        raise BadRequest(f"A strip of {count} pictures has {width * count} x {height} pixels, got {got}.")
    return np.concatenate(np.split(pixels, count, axis=1)).tobytes()
