"""Rolls, notes and MIDI files say the same."""

import io

import mido
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.errors import BadRequest, TooLarge
from playground.views.scores import (
    HELD,
    STRUCK,
    Note,
    Score,
    notes_to_roll,
    read_midi,
    roll_to_notes,
    write_midi,
)

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
    assert np.array_equal(notes_to_roll(notes, HIGHEST, ROWS, STEPS), roll)
    read = read_midi(write_midi(Score(tuple(notes), STEPS, 2, 90.0), text="seed 7 – ♭"), 2)
    assert read.notes == tuple(notes)
    assert read.quarters_per_minute == pytest.approx(90.0, abs=0.01)


def test_a_repeated_note_is_two_notes_and_a_held_cell_without_a_beginning_is_one():
    roll = np.zeros((ROWS, 5), np.uint8)
    roll[0] = [STRUCK, HELD, STRUCK, 0, HELD]
    assert roll_to_notes(roll, HIGHEST) == [Note(0, 2, 81), Note(2, 1, 81), Note(4, 1, 81)]


def test_notes_beyond_the_roll_are_left_out_or_cut():
    notes = [Note(0, 9, 81), Note(1, 1, 100), Note(8, 1, 60)]
    roll = notes_to_roll(notes, HIGHEST, ROWS, 4)
    assert roll.sum() == STRUCK + 3 * HELD


def test_drums_do_not_count_and_overlapping_channels_are_kept():
    track = mido.MidiTrack([mido.Message("note_on", note=40, channel=9), mido.Message("note_on", note=60, channel=1)])
    track += [mido.Message("note_on", note=60, channel=2), mido.Message("note_off", note=60, channel=1, time=480)]
    file = io.BytesIO()
    mido.MidiFile(type=0, ticks_per_beat=480, tracks=[track]).save(file=file)
    assert read_midi(file.getvalue(), 4).notes == (Note(0, 4, 60),)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "A MIDI file begins with MThd, this one does not: choose a .mid file."),
        (b"not music at all", "A MIDI file begins with MThd, this one does not: choose a .mid file."),
        (
            write_midi(Score((), 4, 4)),
            "This MIDI file holds no notes (drums do not count): choose another.",
        ),
    ],
)
def test_a_file_without_notes_is_refused_in_one_sentence(content, message):
    with pytest.raises(BadRequest) as caught:
        read_midi(content, 4)
    assert str(caught.value) == message


def test_a_file_of_a_million_notes_is_refused_before_it_is_kept():
    header = write_midi(Score((Note(0, 1, 60),), 4, 4))
    with pytest.raises(TooLarge, match="up to 1 MB, this one has 1.5 MB: cut it down."):
        read_midi(header + bytes(1_500_000), 4)
    track = mido.MidiTrack()
    for i in range(30_000):
        track.append(mido.Message("note_on", note=i % 128, channel=i // 128 % 8, time=1 if i % 128 == 0 else 0))
    file = io.BytesIO()
    mido.MidiFile(type=0, ticks_per_beat=1, tracks=[track]).save(file=file)
    with pytest.raises(TooLarge, match="up to 20,000 notes: cut it down."):
        read_midi(file.getvalue(), 4)


@given(st.binary(max_size=200), st.integers(0, 120))
@settings(max_examples=200, deadline=None)
def test_damaged_files_are_refused_and_nothing_else_happens(junk, cut):
    whole = write_midi(Score((Note(0, 2, 60), Note(2, 2, 64)), 4, 4))
    for content in (whole[:cut], whole[:cut] + junk, b"MThd" + junk):
        try:
            read_midi(content, 4)
        except BadRequest as error:
            assert str(error).count(":") >= 1


def test_notes_later_than_the_limit_are_cut():
    content = write_midi(Score((Note(0, 1, 60), Note(4090, 100, 62), Note(9000, 1, 64)), 9001, 4))
    assert [note.start for note in read_midi(content, 4).notes] == [0, 4090]
