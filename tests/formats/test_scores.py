"""Rolls, notes and MIDI files say the same."""

import io

import mido
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.formats.midi_files import read_notes
from playground.formats.rolls import HELD, STRUCK
from playground.formats.scores import Note, roll_to_notes, write_midi

HIGHEST, ROWS, STEPS = 81, 46, 64


@st.composite
def scores(draw):
    """Notes that fit the roll and do not overlap on one pitch."""
    roll = np.zeros((ROWS, STEPS), np.uint8)
    for _ in range(draw(st.integers(1, 30))):
        row, start, length = draw(st.tuples(st.integers(0, ROWS - 1), st.integers(0, STEPS - 1), st.integers(1, 9)))
        if not roll[row, start : start + length].any():
            roll[row, start : start + length] = HELD
            roll[row, start] = STRUCK
    return roll


@given(scores())
@settings(max_examples=50, deadline=None)
def test_a_roll_comes_back_from_its_notes_and_from_its_midi_file(roll):
    notes = roll_to_notes(roll, HIGHEST)
    drawn = np.zeros_like(roll)
    for note in notes:
        drawn[HIGHEST - note.pitch, note.start : note.start + note.length] = HELD
        drawn[HIGHEST - note.pitch, note.start] = STRUCK
    assert np.array_equal(drawn, roll)
    content = write_midi(notes, STEPS, 2, 90.0, "seed 7 – ♭")
    read = [Note(round(2 * one.start), round(2 * (one.end - one.start)), one.pitch) for one in read_notes(content)[0]]
    assert sorted(read) == notes
    (tempo,) = [one.tempo for one in mido.MidiFile(file=io.BytesIO(content)).tracks[0] if one.type == "set_tempo"]
    assert mido.tempo2bpm(tempo) == pytest.approx(90.0, abs=0.01)


def test_a_repeated_note_is_two_notes_and_a_held_cell_without_a_beginning_is_one():
    roll = np.zeros((ROWS, 5), np.uint8)
    roll[0] = [STRUCK, HELD, STRUCK, 0, HELD]
    assert roll_to_notes(roll, HIGHEST) == [Note(0, 2, 81), Note(2, 1, 81), Note(4, 1, 81)]
