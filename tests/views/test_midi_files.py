"""MIDI files read: what other programs write, running status, film time, and any bytes at all."""

import io

import mido
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.errors import BadRequest
from playground.formats.midi_files import MidiNote, read_notes
from tests.tiny_music import midi_file, midi_notes


def test_notes_of_another_library_are_read_from_all_tracks():
    file = mido.MidiFile(ticks_per_beat=96)
    for channel, pitch in ((0, 60), (3, 48), (9, 36)):
        track = mido.MidiTrack()
        track.append(mido.MetaMessage("track_name", name="A part"))
        track.append(mido.Message("sysex", data=[1, 2, 3]))
        track.append(mido.Message("program_change", channel=channel, program=5))
        track.append(mido.Message("pitchwheel", channel=channel, pitch=100))
        track.append(mido.Message("note_on", channel=channel, note=pitch, velocity=64, time=96))
        track.append(mido.Message("note_on", channel=channel, note=pitch, velocity=0, time=48))
        file.tracks.append(track)
    content = io.BytesIO()
    file.save(file=content)
    assert read_notes(content.getvalue()) == [MidiNote(1.0, 1.5, 60), MidiNote(1.0, 1.5, 48)]


def test_running_status_and_a_note_struck_while_it_sounds():
    content = midi_file([(0, b"\x90\x3c\x50"), (480, b"\x3c\x50"), (480, b"\x3c\x00")])
    assert read_notes(content) == [MidiNote(0.0, 1.0, 60), MidiNote(1.0, 2.0, 60)]


def test_film_time_counts_half_a_second_as_a_quarter():
    division = (256 - 25) << 8 | 40  # 25 frames of 40 ticks: a thousand ticks a second
    (note,) = read_notes(midi_file([(0, b"\x90\x3c\x50"), (1000, b"\x80\x3c\x00")], division))
    assert note == MidiNote(0.0, 2.0, 60)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 300), st.binary(min_size=1, max_size=40))
def test_any_damage_ends_in_notes_or_one_sentence(at, noise):
    content = midi_notes((60, 62, 64, 65, 67))
    content = content[:at] + noise + content[at + len(noise) :]
    try:
        assert all(0 <= note.start <= note.end and 0 <= note.pitch <= 127 for note in read_notes(content))
    except BadRequest as error:
        assert str(error).endswith(".") and "\n" not in str(error)


def test_what_is_no_midi_file_is_refused():
    with pytest.raises(BadRequest, match="not a MIDI file"):
        read_notes(b"MThx" + bytes(50))
