"""MIDI files read: what other programs write, what the standard forbids and players read, and any bytes at all."""

import io
import struct

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
    assert read_notes(content.getvalue())[0] == [MidiNote(1.0, 1.5, 60), MidiNote(1.0, 1.5, 48)]


def test_running_status_and_a_note_struck_while_it_sounds():
    content = midi_file([(0, b"\x90\x3c\x50"), (480, b"\x3c\x50"), (480, b"\x3c\x00")])
    assert read_notes(content)[0] == [MidiNote(0.0, 1.0, 60), MidiNote(1.0, 2.0, 60)]


def test_film_time_counts_half_a_second_as_a_quarter():
    division = (256 - 25) << 8 | 40  # 25 frames of 40 ticks: a thousand ticks a second
    (note,), _ = read_notes(midi_file([(0, b"\x90\x3c\x50"), (1000, b"\x80\x3c\x00")], division))
    assert note == MidiNote(0.0, 2.0, 60)


SCALE = (60, 62, 64, 65, 67, 69, 71, 72)
QUARTERS = [MidiNote(float(place), place + 1.0, pitch) for place, pitch in enumerate(SCALE)]
LYRIC, EXCLUSIVE, ESCAPE = b"\xff\x05\x02la", b"\xf0\x04\x43\x12\x00\xf7", b"\xf7\x02\xf3\x01"
CLOCK, SENSING = b"\xf8", b"\xfe"


@pytest.mark.parametrize("between", [LYRIC, EXCLUSIVE, ESCAPE, CLOCK, SENSING, LYRIC + b"\0" + EXCLUSIVE])
def test_running_status_goes_on_after_texts_exclusive_messages_and_clocks(between):
    events = [(0, b"\x90\x3c\x50"), (480, between), (0, b"\x3c\x00")]
    for pitch in SCALE[1:]:
        events += [(0, bytes([pitch, 80])), (480, between), (0, bytes([pitch, 0]))]
    content = midi_file(events)
    assert read_notes(content) == (QUARTERS, False)
    if between == LYRIC:  # mido takes the status of other messages for a running one
        assert read_by_mido(content) == QUARTERS


@pytest.mark.parametrize("clock", [CLOCK, SENSING])
def test_a_clock_byte_may_have_a_time_or_stand_within_another_event(clock):
    timed = midi_file(
        [(0, b"\x90\x3c\x50"), (120, clock), (360, b"\x80\x3c\x00"), (0, b"\x90\x3e\x50"), (480, b"\x3e\x00")]
    )
    assert read_notes(timed) == (QUARTERS[:2], False) and read_by_mido(timed) == QUARTERS[:2]
    for inside in (clock + b"\x80\x3c\x00", b"\x80" + clock + b"\x3c\x00", b"\x80\x3c" + clock + b"\x00"):
        strewn = midi_file([(0, b"\x90\x3c\x50"), (480, inside), (0, b"\x90\x3e\x50"), (480, b"\x3e\x00")])
        assert read_notes(strewn) == (QUARTERS[:2], False)


def tracks(*contents: bytes, wrong: int, which: int = 0) -> bytes:
    """A file of the only tracks of other files, the length of one of which is wrong by so many bytes."""
    chunks = [content[14:] for content in contents]
    length = struct.unpack_from(">I", chunks[which], 4)[0] + wrong
    chunks[which] = b"MTrk" + struct.pack(">I", length & 0xFFFFFFFF) + chunks[which][8:]
    return contents[0][:10] + struct.pack(">H", len(chunks)) + contents[0][12:14] + b"".join(chunks)


@pytest.mark.parametrize("wrong", [-9, -4, -1, 1, 3, 7, 8, 20, 10_000])
@pytest.mark.parametrize("which", [0, 1])
def test_a_track_of_a_wrong_length_loses_nothing(wrong, which):
    tempo = midi_file([(0, b"\xff\x51\x03\x07\xa1\x20")])
    assert read_notes(tracks(tempo, midi_notes(SCALE), wrong=wrong, which=which)) == (QUARTERS, False)
    assert read_notes(tracks(midi_notes(SCALE), tempo, wrong=wrong, which=which)) == (QUARTERS, False)


def test_a_first_track_that_claims_the_whole_file_leaves_the_second():
    tempo, scale = midi_file([(0, b"\xff\x51\x03\x07\xa1\x20")]), midi_notes(SCALE)
    assert read_notes(tracks(tempo, scale, wrong=len(scale) - 14)) == (QUARTERS, False)


def test_chunks_of_other_programs_and_trailing_bytes_are_passed_over():
    content = tracks(
        midi_file([(0, b"\xff\x01\x04MTrk"), (0, b"\xff\x51\x03\x07\xa1\x20")]), midi_notes(SCALE), wrong=0
    )
    assert read_notes(content[:14] + b"XFIH" + struct.pack(">I", 5) + b"hello" + content[14:]) == (QUARTERS, False)
    assert read_notes(content + b"TAG" + bytes(125)) == (QUARTERS, False)


def test_the_end_of_a_note_that_was_struck_again_at_that_tick_ends_the_first():
    strike, end = b"\x90\x3c\x50", b"\x80\x3c\x00"
    events = [(0, strike), (480, strike), (0, end), (480, end), (0, b"\x90\x3e\x50"), (480, b"\x80\x3e\x00")]
    expected = [MidiNote(0.0, 1.0, 60), MidiNote(1.0, 2.0, 60), MidiNote(2.0, 3.0, 62)]
    assert read_notes(midi_file(events)) == (expected, False)
    by_velocity = [(delta, b"\x90" + event[1:2] + b"\0" if event[0] == 0x80 else event) for delta, event in events]
    assert read_notes(midi_file(by_velocity)) == (expected, False)


def test_a_note_that_is_shorter_than_a_tick_is_not_prolonged():
    strike, end = b"\x90\x3c\x50", b"\x80\x3c\x00"
    assert read_notes(midi_file([(0, strike), (0, end), (960, b"\xff\x01\0")]))[0] == [MidiNote(0.0, 0.0, 60)]


def test_damage_is_told_and_what_precedes_it_is_read():
    content = midi_notes(SCALE)
    notes, damaged = read_notes(content[:-12])
    assert damaged and notes[:6] == QUARTERS[:6]
    with pytest.raises(BadRequest, match="The MIDI file is damaged before its first note: save it again or choose"):
        read_notes(content[:22] + b"\xff" * 60)
    for length in (14, 22):
        with pytest.raises(BadRequest, match="damaged before its first note"):
            read_notes(content[:length])
    with pytest.raises(BadRequest, match="The MIDI file has no notes"):
        read_notes(midi_file([]))


def read_by_mido(content: bytes) -> list[MidiNote]:
    """The notes as mido's messages give them: a note ends with the next end of its pitch and channel."""
    file, notes = mido.MidiFile(file=io.BytesIO(content)), []
    for track in file.tracks:
        now, sounding = 0, {}
        for message in track:
            now += message.time
            if message.type in ("note_on", "note_off"):
                key = message.channel, message.note
                if key in sounding:
                    notes.append(MidiNote(sounding.pop(key), now / file.ticks_per_beat, message.note))
                if message.type == "note_on" and message.velocity:
                    sounding[key] = now / file.ticks_per_beat
    return sorted(notes, key=lambda note: (note.start, -note.pitch))


NOTE = st.tuples(st.integers(36, 90), st.integers(1, 2000), st.integers(0, 2000))
OTHER = st.sampled_from(
    [LYRIC, EXCLUSIVE, b"\xb0\x07\x64", b"\xc0\x05", b"\xe0\x00\x40", b"\xf8", b"\xf2\x01\x02", b"\xf6"]
)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(NOTE, OTHER, st.booleans()), min_size=1, max_size=12))
def test_all_messages_of_the_standard_are_read_as_mido_reads_them(plan):
    events = []
    for (pitch, length, pause), other, by_velocity in plan:
        end = bytes([0x90, pitch, 0]) if by_velocity else bytes([0x80, pitch, 64])
        events += [(pause, bytes([0x90, pitch, 80])), (0, other), (length, end)]
    content = midi_file(events)
    assert read_notes(content) == (read_by_mido(content), False)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 300), st.binary(min_size=1, max_size=40))
def test_any_damage_ends_in_notes_or_one_sentence(at, noise):
    content = midi_notes((60, 62, 64, 65, 67))
    content = content[:at] + noise + content[at + len(noise) :]
    try:
        assert all(0 <= note.start <= note.end and 0 <= note.pitch <= 127 for note in read_notes(content)[0])
    except BadRequest as error:
        assert str(error).endswith(".") and "\n" not in str(error)


def test_what_is_no_midi_file_is_refused():
    with pytest.raises(BadRequest, match="not a MIDI file"):
        read_notes(b"MThx" + bytes(50))
