"""What can be heard, as files: WAV of notes, morphs and rendered music, MIDI of rolls.

An ``Ask`` gets from a model what only it can make: the sound of a note, a rendered roll.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.errors import BadRequest, TooLarge
from playground.formats import playback, scores, wav_files
from playground.formats.rolls import GRIDS, count_notes
from playground.protocol.request import Item
from playground.protocol.wire import unpack
from playground.views import sprites
from playground.views.shown import Shown

Ask = Callable[[Item], Awaitable[bytes]]
MUSIC = {grid.rows: grid for grid in GRIDS}  # rows of a frame -> how it is read
NOTE_ROWS, NOTE_FRAMES = 128, 64  # of a spectrogram
NOTES_AT_ONCE = 16  # of one question
MOST_NOTES = 64
MOST_STEPS = 2048  # of an exported roll
MOST_MIDI_NOTES = 10_000
PITCH = 60  # of notes whose request names none, as the models have it


def read_shown_roll(spec: dict[str, Any], body: bytes) -> Shown:
    """A roll that the page shows, from the body of a packed message with "height" and "width"."""
    height, width = spec.get("height"), spec.get("width")
    if type(height) is not int or height not in MUSIC:
        heights = " or ".join(str(rows) for rows in MUSIC)
        raise BadRequest(f"height must be the rows of a roll, {heights}, got {str(height)[:20]}; change it.")
    if type(width) is not int or not 1 <= width <= MOST_STEPS:
        raise BadRequest(f"width must be from 1 to {MOST_STEPS} steps, got {str(width)[:20]}; change it.")
    if len(body) != height * width:
        raise BadRequest(f"A roll of {height} x {width} has {height * width} bytes, got {len(body)}; send them all.")
    return Shown("roll", sprites.read_frames(body, count=1, height=height, width=width))


async def encode_sound(ask: Ask, shown: Shown, settings: dict[str, Any], spec: dict[str, Any]) -> bytes:
    """A WAV file with the settings inside."""
    if shown.kind == "roll":
        question = {name: spec[name] for name in ("tempo_bpm", "instrument") if name in spec}
        roll = shown.roll()
        header, body = unpack(await ask(Item(settings["model"], "render", question, roll.tobytes())))
        samples = np.frombuffer(body, "<i2")
        return wav_files.encode_wav(samples, header["rate"], settings | question)
    if shown.kind != "sound":
        raise BadRequest("These pictures cannot be heard: choose gif, png or npz, or a model of the Audio tab.")
    pitch = _pitch_of(settings["request"])
    waves = await _notes(ask, settings["model"], shown, pitch)
    morph = settings["operation"] == "interpolate"
    # In a thread: the page goes on answering meanwhile.
    sound = await asyncio.to_thread(playback.morph_notes if morph else playback.join_notes, waves, pitch)
    return wav_files.encode_wav(playback.to_samples(sound), playback.RATE_HZ, settings)


async def _notes(ask: Ask, model: str, shown: Shown, pitch: int) -> list[playback.Sound]:
    """The sound of every frame."""
    if shown.samples:
        return list(playback.from_samples(shown.samples).reshape(len(shown.frames), -1))
    if len(shown.frames) > MOST_NOTES:
        raise BadRequest(f"A file holds at most {MOST_NOTES} notes, got {len(shown.frames)}; ask for fewer frames.")
    waves: list[playback.Sound] = []
    for start in range(0, len(shown.frames), NOTES_AT_ONCE):
        part = shown.frames[start : start + NOTES_AT_ONCE]
        _, body = unpack(await ask(Item(model, "listen", {"pitches": [pitch] * len(part)}, part.tobytes())))
        waves += list(playback.from_samples(body).reshape(len(part), -1))
    return waves


def _pitch_of(request: dict[str, Any]) -> int:
    settings = request.get("settings")
    pitch = settings.get("pitch", PITCH) if type(settings) is dict else PITCH
    return int(pitch)  # the model has checked it


async def encode_score(shown: Shown, settings: dict[str, Any], spec: dict[str, Any]) -> bytes:
    """A MIDI file of the rolls, one after the other, with the settings as a text inside."""
    if shown.kind != "roll":
        raise BadRequest("Only music has notes to write down: choose another format, or a model of music.")
    tempo_bpm = playback.check_tempo(spec.get("tempo_bpm", playback.TEMPO_BPM))
    roll = shown.roll()
    count = count_notes(roll)
    if count > MOST_MIDI_NOTES:
        raise TooLarge(f"A MIDI file may have {MOST_MIDI_NOTES:,} notes, this one would have {count:,}; shorten it.")
    return await asyncio.to_thread(write_tune, roll, settings, tempo_bpm)


def write_tune(roll: NDArray[np.uint8], settings: dict[str, Any], tempo_bpm: float) -> bytes:
    """A MIDI file of a roll (rows, steps), with the settings and the tempo as a text inside."""
    grid, text = MUSIC[len(roll)], wav_files.to_text(settings | {"tempo_bpm": tempo_bpm})
    return scores.write_roll(roll, grid.highest, grid.steps_a_quarter, float(tempo_bpm), text)
