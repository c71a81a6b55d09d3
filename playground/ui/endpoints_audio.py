"""The endpoints of what can be heard: notes, melodies and chorales. See endpoints.py for the form of requests and replies.

Rolls are sent as pictures, as `sample`, `compose` and `read_midi` reply them. A soprano is a list of numbers, one an eighth:
MIDI pitch p struck, -p held on, 0 a rest.
"""

from collections.abc import Awaitable, Callable
from typing import Any

import numpy as np

from playground.formats.playback import check_tempo
from playground.jobs.ask import result_of
from playground.protocol.events import Events
from playground.serving import Item, pack, unpack
from playground.views.heard import NOTE_FRAMES, NOTE_ROWS
from playground.views.plain import from_base64, given, read_pixels, split_strip, to_music, to_plain

Ask = Callable[..., Awaitable[bytes]]  # (model, operation, request, body) -> packed reply
Answer = Callable[..., Awaitable[dict[str, Any]]]  # the same -> plain JSON
Job = Callable[..., Awaitable[Events]]  # (name, request, body) -> its events


def audio_endpoints(ask: Ask, answer: Answer, job: Job) -> list[Callable[..., Awaitable[dict]]]:
    """The endpoints; the arguments ask a model, leaving out what is None, and raise the errors of errors.py."""

    async def sound(
        model: str, latents: list[dict], pitches: list[int] | None = None, settings: dict | None = None
    ) -> dict:
        """Notes as WAV files, "sounds": each latent at each MIDI pitch (24 to 96; default: the settings'), at most 16 in all."""
        return await answer(model, "sound", {"latents": latents, "pitches": pitches, "settings": settings})

    async def listen(picture: str, pitches: list[int]) -> dict:
        """Any strip of spectrograms (128 rows, 64 columns each) as sounds, each at its MIDI pitch."""
        pixels = read_pixels(picture)
        count = max(1, pixels.shape[1] // NOTE_FRAMES)
        return await answer("", "listen", {"pitches": pitches}, split_strip(pixels, count, NOTE_ROWS, NOTE_FRAMES))

    async def compose(
        model: str,
        seed: int = 0,
        bars: int = 8,
        soprano: list[int] | None = None,
        tempo_bpm: float = 96,
        instrument: dict | None = None,
        settings: dict | None = None,
    ) -> dict:
        """A chorale as "midi", and played in "sounds"; with a soprano, that harmonised. instrument: see `render`."""

        async def one(item: Item) -> bytes:
            return await ask(item.model, item.operation, item.request, item.body)

        request = given({"seed": seed, "bars": bars, "soprano": soprano, "settings": settings})
        made = {"model": model, "operation": "compose", "request": request}
        check_tempo(tempo_bpm)
        result = await result_of(await job("compose", request | {"model": model}))
        return await to_music(one, result, made, {"tempo_bpm": tempo_bpm, "instrument": instrument})

    async def render(model: str, picture: str, tempo_bpm: float = 96, instrument: dict | None = None) -> dict:
        """A roll as sound: a piano, or {"model": of notes, "latent": {...}, "settings": {...}}."""
        request = {"tempo_bpm": tempo_bpm, "instrument": instrument}
        return await answer(model, "render", request, read_pixels(picture).tobytes())

    async def score(model: str, picture: str) -> dict:
        """What the model thinks of a roll: "nats_per_frame", exact, estimated or a bound."""
        return await answer(model, "score", {}, read_pixels(picture).tobytes())

    async def soprano_lines(model: str) -> dict:
        """Soprano lines of chorales that no model was trained on."""
        header, body = unpack(await ask(model, "soprano_lines", {}))
        notes = iter(np.frombuffer(body, "<i2").tolist())
        return {"lines": [line | {"soprano": [next(notes) for _ in range(line["steps"])]} for line in header["lines"]]}

    async def read_midi(model: str, file: str) -> dict:
        """The highest line of a MIDI file (base64 or a data URL): two bars as a roll for melodies, a soprano for chorales."""
        reply = await ask(model, "read_midi", {}, from_base64(file))
        header, body = unpack(reply)
        if "height" in header:
            return to_plain(reply, {"model": model, "operation": "read_midi", "request": {}})
        return header | {"soprano": np.frombuffer(body, "<i2").tolist()}

    async def invert(
        model: str,
        picture: str,
        steps: int = 200,
        seed: int = 0,
        pitch: int | None = None,
        settings: dict | None = None,
    ) -> dict:
        """The latent of a file by gradient search, for models without an encoder; file and pitch as in `encode`."""
        asked = given({"seed": seed, "pitch": pitch, "settings": settings})
        events = await job("invert", asked | {"model": model, "steps": steps}, from_base64(picture))
        found = await result_of(events)
        made = {"model": model, "operation": "invert", "request": {**asked, "steps": steps}}
        return to_plain(pack(found.data, found.body), made)

    return [sound, listen, compose, render, score, soprano_lines, read_midi, invert]
