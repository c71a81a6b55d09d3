"""Roll pictures <-> notes <-> MIDI files. Knows numpy and mido only; static/core/scores.js does the same in the browser.

A roll is uint8 (rows, steps): row 0 the highest pitch, 255 where a note is struck, 153 where it is held on, 0 silence. A note is
(start step, length in steps, MIDI pitch). Both say the same, as long as notes of one pitch do not overlap.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass

import mido
import numpy as np

from playground.errors import BadRequest, TooLarge

STRUCK, HELD = 255, 153
STRUCK_FROM, HELD_FROM = 204, 77  # grey levels that count as struck, as held: in between of 255, 153 and 0
TICKS_PER_QUARTER = 480
VELOCITY = 80
MAXIMUM_FILE_BYTES = 1_000_000
MAXIMUM_NOTES = 20_000
MAXIMUM_STEPS = 4096
MAXIMUM_TRACKS = 64
PERCUSSION_CHANNEL = 9  # General MIDI counts it as 10


@dataclass(frozen=True, order=True)
class Note:
    """One note: where it starts and how long it lasts, in steps, and its MIDI pitch 0..127."""

    start: int
    length: int
    pitch: int


@dataclass(frozen=True)
class Score:
    """Notes in order on a grid of ``steps_per_quarter``, ``steps`` long, at ``quarters_per_minute``."""

    notes: tuple[Note, ...]
    steps: int
    steps_per_quarter: int
    quarters_per_minute: float = 100.0


def roll_to_notes(roll: np.ndarray, highest: int) -> list[Note]:
    """The notes of a roll (rows, steps) uint8 whose row 0 is MIDI ``highest``, by start and then by pitch.

    A held cell that nothing struck begins a note, so that every sounding cell belongs to one.
    """
    if roll.ndim != 2 or roll.dtype != np.uint8:
        raise ValueError(
            f"roll must be (rows, steps) uint8, got {roll.shape} {roll.dtype}: drop other axes, use 0..255."
        )
    struck, sounding = roll >= STRUCK_FROM, roll >= HELD_FROM
    before = np.zeros_like(sounding)
    before[:, 1:] = sounding[:, :-1]
    begins = sounding & (struck | ~before)
    notes = []
    for row, start in np.argwhere(begins):
        after = np.flatnonzero(begins[row, start + 1 :] | ~sounding[row, start + 1 :])
        length = int(after[0]) + 1 if len(after) else roll.shape[1] - int(start)
        notes.append(Note(int(start), length, highest - int(row)))
    return sorted(notes)


def notes_to_roll(notes: Sequence[Note], highest: int, rows: int, steps: int) -> np.ndarray:
    """A roll (rows, steps) uint8 of the notes inside it; what lies beyond its rows or steps is left out or cut."""
    roll = np.zeros((rows, steps), np.uint8)
    for note in sorted(notes):
        row = highest - note.pitch
        if 0 <= row < rows and 0 <= note.start < steps:
            roll[row, note.start : note.start + note.length] = HELD
            roll[row, note.start] = STRUCK
    return roll


def write_midi(score: Score, *, program: int = 0, text: str = "") -> bytes:
    """A standard MIDI file (type 0) of the score; ``program`` is its General MIDI instrument 0..127, ``text`` a remark inside."""
    track = mido.MidiTrack()
    track.append(mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(score.quarters_per_minute)))
    track.append(mido.MetaMessage("time_signature", numerator=4, denominator=4))
    if text:
        # Meta texts of a MIDI file are Latin-1: what it cannot write becomes a question mark.
        track.append(mido.MetaMessage("text", text=text.encode("latin-1", "replace").decode("latin-1")))
    track.append(mido.Message("program_change", program=program))
    ticks_a_step = TICKS_PER_QUARTER // score.steps_per_quarter
    # At one tick, notes end before others begin, so that a repeated note is not cut off.
    events = [(note.start * ticks_a_step, 1, note.pitch) for note in score.notes]
    events += [((note.start + note.length) * ticks_a_step, 0, note.pitch) for note in score.notes]
    now = 0
    for tick, on, pitch in sorted(events):
        kind = "note_on" if on else "note_off"
        track.append(mido.Message(kind, note=pitch, velocity=VELOCITY if on else 0, time=tick - now))
        now = tick
    track.append(mido.MetaMessage("end_of_track", time=max(0, score.steps * ticks_a_step - now)))
    file = io.BytesIO()
    mido.MidiFile(type=0, ticks_per_beat=TICKS_PER_QUARTER, tracks=[track]).save(file=file)
    return file.getvalue()


def read_midi(content: bytes, steps_per_quarter: int) -> Score:
    """The notes of a standard MIDI file on a grid; all tracks together, drums left out, what is later than 4096 steps cut.

    Raises BadRequest when it is no MIDI file or holds no notes, TooLarge when it is beyond 1 MB, 64 tracks or 20,000 notes.
    """
    if len(content) > MAXIMUM_FILE_BYTES:
        raise TooLarge(f"A MIDI file may have up to 1 MB, this one has {len(content) / 1e6:.1f} MB: cut it down.")
    if content[:4] != b"MThd":
        raise BadRequest("A MIDI file begins with MThd, this one does not: choose a .mid file.")
    if int.from_bytes(content[10:12], "big") > MAXIMUM_TRACKS:
        raise TooLarge(f"A MIDI file may have up to {MAXIMUM_TRACKS} tracks: merge some of them.")
    try:
        file = mido.MidiFile(file=io.BytesIO(content), clip=True)
    except (ValueError, EOFError, OSError, IndexError, KeyError, TypeError, AttributeError) as error:
        raise BadRequest("This MIDI file is damaged or cut off: export it again.") from error
    if file.type == 2 or not 0 < file.ticks_per_beat < 0x8000:
        raise BadRequest("This MIDI file keeps time in a way that is not read: export it with ticks per quarter note.")
    notes: dict[tuple[int, int], int] = {}  # (start, pitch) -> length
    tempo = None
    for track in file.tracks:
        tempo = _read_track(track, file.ticks_per_beat / steps_per_quarter, notes) or tempo
    if not notes:
        raise BadRequest("This MIDI file holds no notes (drums do not count): choose another.")
    found = sorted(Note(start, length, pitch) for (start, pitch), length in notes.items())
    steps = max(note.start + note.length for note in found)
    speed = min(300.0, max(20.0, mido.tempo2bpm(tempo or 600_000)))
    return Score(tuple(found), steps, steps_per_quarter, speed)


def _read_track(track: mido.MidiTrack, ticks_a_step: float, notes: dict[tuple[int, int], int]) -> int | None:
    """Add a track's notes, (start, pitch) -> length in steps, and return its first tempo."""
    now, tempo = 0, None
    open_notes: dict[tuple[int, int], int] = {}
    for message in track:
        now += message.time
        step = round(now / ticks_a_step)
        if step > MAXIMUM_STEPS:
            break
        if message.type == "set_tempo" and tempo is None:
            tempo = max(1, message.tempo)
        if message.type not in ("note_on", "note_off") or message.channel == PERCUSSION_CHANNEL:
            continue
        voice = (message.channel, message.note)
        if voice in open_notes:
            _close(notes, open_notes.pop(voice), step, message.note)
        if message.type == "note_on" and message.velocity:
            open_notes[voice] = step
        if len(notes) + len(open_notes) > MAXIMUM_NOTES:
            raise TooLarge(f"A MIDI file may hold up to {MAXIMUM_NOTES:,} notes: cut it down.")
    for (_, pitch), start in open_notes.items():  # never ended: a step long
        _close(notes, start, start + 1, pitch)
    return tempo


def _close(notes: dict[tuple[int, int], int], start: int, stop: int, pitch: int) -> None:
    """Keep a note, at least a step long; of two alike the longer stays."""
    if start < MAXIMUM_STEPS:
        length = max(1, min(stop, MAXIMUM_STEPS) - start)
        notes[start, pitch] = max(length, notes.get((start, pitch), 0))
