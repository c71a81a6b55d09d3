"""A roll made audible: render, with notes of a notes model or with a synthesised piano."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from playground.errors import BadRequest, TooLarge
from playground.formats.playback import (
    FASTEST_BPM,
    RATE_HZ,
    RELEASE_S,
    SLOWEST_BPM,
    TEMPO_BPM,
    Sound,
    hold_note,
    mix_notes,
    piano_note,
    retune,
    spread_pitches,
)
from playground.formats.rolls import RollGrid, count_notes
from playground.formats.scores import roll_to_notes
from playground.formats.spectrogram import HIGHEST_PITCH, LOWEST_PITCH
from playground.models.base import GenerativeModel
from playground.models.decoding import decode_labels
from playground.operations.latents import read_latent, resolve
from playground.operations.music import grid_of, read_roll_bytes
from playground.operations.notes import require_notes, to_pcm, vocode
from playground.protocol import fields
from playground.protocol.request import Item
from playground.protocol.wire import pack

MAX_SECONDS = 120.0
MAX_NOTES = 10_000
RECORDED_PITCHES = 16  # notes made by the model; further pitches are retuned from the nearest of these


def run_render(model: GenerativeModel, item: Item, load: Callable[[str], GenerativeModel]) -> bytes:
    """{"tempo_bpm", "instrument": null | {"model", "latent", "settings"}} and a roll: 16-bit sound of the whole piece.

    The roll has the model's rows and any number of steps. Header {"count": 1, "rate", "samples", "seconds", "notes"}; ``load``
    gives the instrument's model. BadRequest when the roll is silent, TooLarge when it would last more than two minutes.
    """
    request, grid = item.request, grid_of(model)
    tempo_bpm = fields.number(request, "tempo_bpm", SLOWEST_BPM, FASTEST_BPM, TEMPO_BPM)
    instrument = request.get("instrument")
    play = play_piano if instrument is None else partial(play_instrument, instrument, load=load)
    mix, count = render_roll(read_roll_bytes(item.body, grid.rows), grid, tempo_bpm, play)
    header = {"count": 1, "rate": RATE_HZ, "samples": len(mix), "seconds": len(mix) / RATE_HZ, "notes": count}
    return pack(header, to_pcm(mix))


def play_piano(longest: dict[int, float]) -> dict[int, Sound]:
    """The sound of each pitch, lasting so many seconds."""
    return {pitch: piano_note(pitch, lasting) for pitch, lasting in longest.items()}


def render_roll(
    roll: NDArray[np.uint8],
    grid: RollGrid,
    tempo_bpm: float = TEMPO_BPM,
    play: Callable[[dict[int, float]], dict[int, Sound]] = play_piano,
) -> tuple[Sound, int]:
    """A roll (rows, steps) as sound, and how many notes it has; ``play`` gives the sound of pitches, each lasting its seconds."""
    step_s = 60 / tempo_bpm / grid.steps_a_quarter
    seconds = roll.shape[1] * step_s + RELEASE_S
    if seconds > MAX_SECONDS:
        raise TooLarge(
            f"A piece may last {MAX_SECONDS:.0f} s, this one would last {seconds:.0f} s: shorten it or play it faster."
        )
    count = count_notes(roll)
    if not count:
        raise BadRequest("The roll is silent, so there is nothing to hear: choose one with notes.")
    if count > MAX_NOTES:
        raise TooLarge(f"A piece may have {MAX_NOTES:,} notes, this one has {count:,}: shorten it.")
    notes = roll_to_notes(roll, grid.highest)
    longest: dict[int, float] = {}  # pitch -> seconds
    for note in notes:
        longest[note.pitch] = max(longest.get(note.pitch, 0.0), note.length * step_s + RELEASE_S)
    return mix_notes(notes, step_s, play(longest)), len(notes)


def play_instrument(spec: Any, longest: dict[int, float], load: Callable[[str], GenerativeModel]) -> dict[int, Sound]:
    """The sound of each pitch, lasting so many seconds, by one timbre of a notes model."""
    if type(spec) is not dict:
        raise BadRequest(
            f"'instrument' must be null or an object with 'model' and 'latent', got {type(spec).__name__}."
        )
    name = spec.get("model")
    if type(name) is not str:
        raise BadRequest("An instrument needs the id of its notes model as 'model'.")
    model = load(name)
    require_notes(model)
    settings = fields.settings_of(model, spec)
    latent = read_latent(model, spec.get("latent", {}))
    reachable = {pitch: min(max(pitch, LOWEST_PITCH), HIGHEST_PITCH) for pitch in longest}
    recorded = spread_pitches(list(reachable.values()), RECORDED_PITCHES)
    z = resolve(model, [latent], settings).expand(len(recorded), -1)
    waves = vocode(decode_labels(model, z, torch.tensor(recorded) - LOWEST_PITCH), torch.tensor(recorded)).numpy()
    sounds = {}
    for pitch, lasting in longest.items():
        nearest = int(np.argmin(np.abs(np.array(recorded) - pitch)))
        wave = retune(waves[nearest], pitch - recorded[nearest])
        sounds[pitch] = hold_note(wave, pitch, lasting)
    return sounds
