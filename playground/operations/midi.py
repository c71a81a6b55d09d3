"""A MIDI file made fit for a model: its highest line on the model's grid, as a melody to encode or a soprano to harmonise."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from playground.errors import BadRequest
from playground.formats.midi_files import MidiNote, read_notes
from playground.formats.pictures import from_frames
from playground.formats.rolls import MELODY_GRID, RollGrid, rolls_of
from playground.models.base import GenerativeModel
from playground.operations.music import SOPRANO, grid_of
from playground.operations.targets import Target
from playground.protocol.output import OutputSpec
from playground.protocol.request import Item
from playground.protocol.wire import pack

LINE_BARS = 8  # of a soprano, at most
LEFT_OUT = " The file is damaged, and what follows the damage was left out."
LEVEL = 0.1  # values of a roll closer than this are the same: 1 struck, 0.6 held, 0 silent


def run_read_midi(model: GenerativeModel, item: Item) -> bytes:
    """A MIDI file as body. For melodies: the first two bars with notes, as a roll. For chorales: a soprano of up to 8 bars.

    Header {"notes", "bars", "transposed" (semitones), "note" (a sentence)}, for melodies with the frame's facts and the roll as
    body, for chorales with {"steps"} and int16 a step (p struck, -p held on, 0 rest) as body.
    """
    grid = grid_of(model)
    if grid.voices > 1:
        line, header = midi_line(item.body, grid, LINE_BARS, *SOPRANO)
        bars = int(np.flatnonzero(line)[-1]) // grid.steps_a_bar + 1
        line = line[: bars * grid.steps_a_bar]
        return pack({**header, "bars": bars, "steps": len(line)}, line.astype("<i2").tobytes())
    roll, header = midi_roll(item.body, grid)
    return pack({**model.output.header(1), **header}, roll)


def midi_roll(content: bytes | memoryview, grid: RollGrid) -> tuple[bytes, dict[str, Any]]:
    """A file's highest line over one window as a roll (rows x steps bytes), and what is said of it."""
    line, header = midi_line(content, grid, grid.window // grid.steps_a_bar, grid.lowest, grid.highest)
    return rolls_of(line.astype(np.int8)[None, :, None], grid).tobytes(), header


def midi_line(
    content: bytes | memoryview, grid: RollGrid, bars: int, low: int, high: int
) -> tuple[NDArray[np.int64], dict[str, Any]]:
    """A file's highest line over ``bars`` bars between MIDI ``low`` and ``high``, and what is said of it."""
    notes, damaged = read_notes(content)
    line, first_bar = skyline(notes, grid, bars)
    line, shift, folded = fit_range(line, low, high)
    header = {
        "notes": int((line > 0).sum()),
        "bars": bars,
        "transposed": shift,
        "note": _describe(first_bar, shift, folded, len(notes), grid) + LEFT_OUT * damaged,
    }
    return line, header


@dataclass(frozen=True)
class MelodyTarget(Target):
    """A melody to encode."""

    def report(self, picture: Tensor) -> tuple[dict[str, Any], bytes]:
        """Share of steps that came back as they were, and the mean squared error of the roll."""
        same = ((picture - self.picture).abs() < LEVEL).all(2).float().mean().item()
        return {"steps_kept": same, "mse": (picture - self.picture).square().mean().item()}, b""


def read_melody(item: Item, settings: dict[str, Any], output: OutputSpec) -> MelodyTarget:
    """A MIDI file; with {"raw": true} a roll of the melodies, 44 rows of 32 bytes."""
    grid = MELODY_GRID
    if item.request.get("raw") is True:
        picture = from_frames(item.body, 1, grid.rows, grid.window)
        return MelodyTarget(picture, "Used as written.", settings, memoryview(b""))
    if not len(item.body):
        raise BadRequest("A melody is needed: upload a MIDI file, or send a roll.")
    roll, header = midi_roll(item.body, grid)
    return MelodyTarget(from_frames(roll, 1, grid.rows, grid.window), header["note"], settings, memoryview(b""))


def skyline(notes: Sequence[MidiNote], grid: RollGrid, bars: int) -> tuple[NDArray[np.int64], int]:
    """The highest line over the first ``bars`` bars of 4/4 that hold notes, signed notes a step, and the number of its first bar.

    A note is left when another begins that is higher, or begins after its end (the skyline of Uitdenbogerd & Zobel 1998).
    """
    steps = [
        (
            start := round(note.start * grid.steps_a_quarter),
            max(start + 1, round(note.end * grid.steps_a_quarter)),
            note.pitch,
        )
        for note in notes
    ]
    first_bar = min(start for start, _, _ in steps) // grid.steps_a_bar
    begin = first_bar * grid.steps_a_bar
    line = np.zeros(bars * grid.steps_a_bar, np.int64)
    pitch, until = 0, 0
    for start, end, candidate in sorted(steps, key=lambda step: (step[0], -step[2])):
        if start - begin >= len(line):
            break
        if start < until and candidate <= pitch:
            continue
        pitch, until = candidate, end
        line[start - begin :] = 0
        line[start - begin : end - begin] = -candidate
        line[start - begin] = candidate
    return line, first_bar


def fit_range(line: NDArray[np.int64], low: int, high: int) -> tuple[NDArray[np.int64], int, bool]:
    """The line moved by the octaves that bring most of it into ``low``..``high``, what still sticks out folded in by octaves.

    Returns the line, the semitones it was moved by, and whether anything was folded.
    """
    pitches, signs = np.abs(line), np.sign(line)
    struck = pitches[line > 0]
    if not len(struck):
        raise BadRequest("The MIDI file has no notes in these bars: choose another file.")

    def outside(shift: int) -> tuple[int, int]:
        return int(((struck + shift < low) | (struck + shift > high)).sum()), abs(shift)

    shift = min(range(-120, 121, 12), key=outside)
    moved = pitches + shift
    folded = np.where(moved < low, moved + 12 * -(-(low - moved) // 12), moved)
    folded = np.where(folded > high, folded - 12 * -(-(folded - high) // 12), folded)
    changed = bool((folded != moved)[signs != 0].any())
    return np.where(signs != 0, folded * signs, 0), shift, changed


def _describe(first_bar: int, shift: int, folded: bool, notes: int, grid: RollGrid) -> str:
    step = "sixteenths" if grid.steps_a_quarter == 4 else "eighths"
    text = f"The highest line of {notes:,} notes from bar {first_bar + 1} on, in {step} of 4/4"
    if shift:
        octaves = abs(shift) // 12
        text += f", moved {'up' if shift > 0 else 'down'} {'an octave' if octaves == 1 else f'{octaves} octaves'}"
    return text + (", with what stuck out folded in by octaves." if folded else ".")
