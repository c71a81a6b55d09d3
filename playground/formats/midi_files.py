"""Standard MIDI files on their way in: their notes, read with limits on bytes and notes, and nothing else of them."""

import struct
from dataclasses import dataclass

from playground.errors import BadRequest, TooLarge

MAX_BYTES = 1 << 20
MAX_NOTES = 20_000
MAX_QUARTERS = 100_000  # a note that lies further on is not music
DRUMS = 9  # the channel of percussion, whose numbers are no pitches
CHUNK = struct.Struct(">4sI")
# Bytes that follow each status byte, by its upper half.
DATA_BYTES = {0x8: 2, 0x9: 2, 0xA: 2, 0xB: 2, 0xC: 1, 0xD: 1, 0xE: 2}


@dataclass(frozen=True)
class MidiNote:
    """One note; times in quarters from the beginning of the file."""

    start: float
    end: float
    pitch: int  # 0..127


class _Ended(Exception):
    """The track has no more bytes, or bytes that mean nothing."""


def read_notes(content: bytes | memoryview) -> list[MidiNote]:
    """All notes but percussion, in order of time; of a damaged file those before the damage.

    BadRequest when it is no MIDI file or has no notes, TooLarge beyond 1 MiB or 20,000 notes; reading stops there.
    """
    if len(content) > MAX_BYTES:
        raise TooLarge(f"A MIDI file may have {MAX_BYTES:,} bytes, this one has {len(content):,}: cut it first.")
    content = bytes(content)
    if len(content) < 14 or content[:4] != b"MThd":
        raise BadRequest("The upload is not a MIDI file (.mid): choose another file.")
    size, _, _, division = struct.unpack_from(">IHHH", content, 4)
    quarter = _ticks_a_quarter(division)
    notes: list[MidiNote] = []
    at = 8 + size
    while at + CHUNK.size <= len(content):
        kind, length = CHUNK.unpack_from(content, at)
        at += CHUNK.size
        if kind == b"MTrk":
            _read_track(content[at : at + length], quarter, notes)
        at += length
    if not notes:
        raise BadRequest("The MIDI file has no notes (percussion does not count): choose another file.")
    return sorted(notes, key=lambda note: (note.start, -note.pitch))


def _ticks_a_quarter(division: int) -> float:
    if division & 0x8000:  # ticks of a film frame; a quarter is taken as half a second
        frames_a_second = 256 - (division >> 8)
        return max(1.0, frames_a_second * (division & 0xFF) / 2)
    return max(1.0, float(division))


def _read_track(track: bytes, quarter: float, notes: list[MidiNote]) -> None:
    """Append the notes of one track. A note that is never released ends with the track."""
    sounding: dict[tuple[int, int], float] = {}  # (channel, pitch) -> start
    now, at, status = 0, 0, 0

    def release(channel: int, pitch: int) -> None:
        start = sounding.pop((channel, pitch), None)
        if start is not None and start <= MAX_QUARTERS:
            if len(notes) >= MAX_NOTES:
                raise TooLarge(f"A MIDI file may have {MAX_NOTES:,} notes, this one has more: cut it first.")
            notes.append(MidiNote(start, max(start, min(now / quarter, MAX_QUARTERS)), pitch))

    try:
        while at < len(track):
            delta, at = _read_number(track, at)
            now += delta
            if at >= len(track):
                break
            if track[at] & 0x80:
                status, at = track[at], at + 1
            if status in (0xF0, 0xF7):
                length, at = _read_number(track, at)
                at += length
            elif status == 0xFF:
                if track[at : at + 1] == b"\x2f":
                    break
                length, at = _read_number(track, at + 1)
                at += length
            elif status >> 4 in DATA_BYTES:
                count = DATA_BYTES[status >> 4]
                data = track[at : at + count]
                if len(data) < count or any(byte & 0x80 for byte in data):
                    break
                at += count
                channel = status & 0xF
                if status >> 4 in (0x8, 0x9) and channel != DRUMS:
                    release(channel, data[0])
                    if status >> 4 == 0x9 and data[1]:
                        sounding[channel, data[0]] = now / quarter
            else:
                break
    except _Ended:
        pass
    for channel, pitch in list(sounding):
        release(channel, pitch)


def _read_number(track: bytes, at: int) -> tuple[int, int]:
    """A number of variable length, at most four bytes, and where it ends."""
    value = 0
    for byte in track[at : at + 4]:
        at += 1
        value = value << 7 | byte & 0x7F
        if not byte & 0x80:
            return value, at
    raise _Ended
