"""How rolls of music are read, and rolls as short lists of notes a step, which are compact and easy to compare.

Signed notes: p = MIDI pitch p struck here, -p = held on, 0 = none; the last axis runs over voices, the highest note first.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

STRUCK, HELD = 255, 153  # grey levels of a roll: a note begins here, a note goes on
PADDING = -1  # in a column of beats: after the last frame of a piece
STRUCK_FROM, SOUNDING_FROM = 204, 77  # grey levels: from here on struck, or at least sounding


@dataclass(frozen=True)
class RollGrid:
    """Rows are semitones from MIDI ``highest`` downwards, columns are steps."""

    highest: int
    rows: int
    steps_a_quarter: int
    voices: int
    window: int  # steps of the windows that are compared

    @property
    def lowest(self) -> int:
        """The MIDI pitch of the last row."""
        return self.highest - self.rows + 1

    @property
    def steps_a_bar(self) -> int:
        """Of 4/4, in which all music here stands."""
        return 4 * self.steps_a_quarter


MELODY_GRID = RollGrid(highest=91, rows=44, steps_a_quarter=4, voices=1, window=32)
CHORALE_GRID = RollGrid(highest=81, rows=46, steps_a_quarter=2, voices=4, window=16)
GRIDS = (MELODY_GRID, CHORALE_GRID)


def rolls_of(notes: NDArray[np.int8], grid: RollGrid) -> NDArray[np.uint8]:
    """Signed notes (n, steps, voices) to rolls (n, rows, steps) uint8: 255 struck, 153 held on, 0 silent."""
    rolls = np.zeros((len(notes), grid.rows, notes.shape[1]), np.uint8)
    item, step, voice = np.nonzero(notes)
    note = notes[item, step, voice].astype(int)
    np.maximum.at(rolls, (item, grid.highest - np.abs(note), step), np.where(note > 0, STRUCK, HELD).astype(np.uint8))
    return rolls


def notes_of(rolls: NDArray[np.uint8], grid: RollGrid) -> NDArray[np.int8]:
    """Rolls (n, rows, steps) to signed notes (n, steps, voices); notes beyond the highest ``voices`` of a step are left out."""
    columns = rolls.transpose(0, 2, 1)
    item, step, row = np.nonzero(columns >= SOUNDING_FROM)
    # Rows come in order within a step: the place of a note is how many of its step came before.
    place = np.arange(len(row)) - np.searchsorted(item * columns.shape[1] + step, item * columns.shape[1] + step)
    kept = place < grid.voices
    item, step, row, place = item[kept], step[kept], row[kept], place[kept]
    notes = np.zeros((*columns.shape[:2], grid.voices), np.int8)
    pitch = grid.highest - row
    notes[item, step, place] = np.where(columns[item, step, row] >= STRUCK_FROM, pitch, -pitch)
    return notes


def note_beginnings(roll: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Where notes of a roll (rows, steps) begin; a held cell that nothing struck begins one too."""
    sounds = roll >= SOUNDING_FROM
    begins = roll >= STRUCK_FROM
    begins[:, 1:] |= sounds[:, 1:] & ~sounds[:, :-1]
    begins[:, :1] |= sounds[:, :1]
    return begins


def count_notes(roll: NDArray[np.uint8]) -> int:
    """How many notes a roll (rows, steps) has: quick, to be asked before they are listed."""
    return int(note_beginnings(roll).sum())
