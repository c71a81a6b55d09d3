"""Roll pictures to notes to MIDI files. Knows no torch; static/core/scores.js does the same in the browser.

A roll is uint8 (rows, steps): row 0 the highest pitch, 255 where a note is struck, 153 where it is held on, 0 silence. A note is
(start step, length in steps, MIDI pitch). Both say the same, as long as notes of one pitch do not overlap. midi_files.py reads.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass

import mido
import numpy as np

from playground.formats.rolls import SOUNDING_FROM, note_beginnings

TICKS_PER_QUARTER = 480
VELOCITY = 80


@dataclass(frozen=True, order=True)
class Note:
    """One note: where it starts and how long it lasts, in steps, and its MIDI pitch 0..127."""

    start: int
    length: int
    pitch: int


def roll_to_notes(roll: np.ndarray, highest: int) -> list[Note]:
    """The notes of a roll (rows, steps) uint8 whose row 0 is MIDI ``highest``, by start and then by pitch.

    A held cell that nothing struck begins a note, so that every sounding cell belongs to one.
    """
    if roll.ndim != 2 or roll.dtype != np.uint8:
        raise ValueError(
            f"roll must be (rows, steps) uint8, got {roll.shape} {roll.dtype}: drop other axes, use 0..255."
        )
    sounding, begins = roll >= SOUNDING_FROM, note_beginnings(roll)
    notes = []
    for row, start in np.argwhere(begins):
        after = np.flatnonzero(begins[row, start + 1 :] | ~sounding[row, start + 1 :])
        length = int(after[0]) + 1 if len(after) else roll.shape[1] - int(start)
        notes.append(Note(int(start), length, highest - int(row)))
    return sorted(notes)


def write_roll(roll: np.ndarray, highest: int, steps_per_quarter: int, quarters_per_minute: float, text: str) -> bytes:
    """A standard MIDI file of a roll (rows, steps), with a text inside."""
    return write_midi(roll_to_notes(roll, highest), roll.shape[1], steps_per_quarter, quarters_per_minute, text)


def write_midi(
    notes: Sequence[Note], steps: int, steps_per_quarter: int, quarters_per_minute: float, text: str = ""
) -> bytes:
    """A standard MIDI file (type 0) of a piano's notes, ``steps`` long, with ``text`` as a remark inside."""
    track = mido.MidiTrack()
    track.append(mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(quarters_per_minute)))
    track.append(mido.MetaMessage("time_signature", numerator=4, denominator=4))
    if text:
        # Meta texts of a MIDI file are Latin-1: what it cannot write becomes a question mark.
        track.append(mido.MetaMessage("text", text=text.encode("latin-1", "replace").decode("latin-1")))
    track.append(mido.Message("program_change", program=0))
    ticks_a_step = TICKS_PER_QUARTER // steps_per_quarter
    # At one tick, notes end before others begin, so that a repeated note is not cut off.
    events = [(note.start * ticks_a_step, 1, note.pitch) for note in notes]
    events += [((note.start + note.length) * ticks_a_step, 0, note.pitch) for note in notes]
    now = 0
    for tick, on, pitch in sorted(events):
        kind = "note_on" if on else "note_off"
        track.append(mido.Message(kind, note=pitch, velocity=VELOCITY if on else 0, time=tick - now))
        now = tick
    track.append(mido.MetaMessage("end_of_track", time=max(0, steps * ticks_a_step - now)))
    file = io.BytesIO()
    mido.MidiFile(type=0, ticks_per_beat=TICKS_PER_QUARTER, tracks=[track]).save(file=file)
    return file.getvalue()
