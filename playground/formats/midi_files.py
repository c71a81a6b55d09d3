"""The notes of Standard MIDI files, read as leniently as players read them, with limits on bytes and notes.

Three habits of writers are read although the standard forbids them: running status that goes on after a text or a system
exclusive message, clock bytes inside a track, and tracks whose length is wrong. mido reads the first two as well; it is not
used here because it gives nothing of a file that ends early, and builds all messages before the first can be counted.
"""

import struct
from dataclasses import dataclass

from playground.errors import BadRequest, TooLarge

MAX_BYTES = 1 << 20
MAX_NOTES = 20_000
MAX_QUARTERS = 100_000  # a note that lies further on is not music
MANY = f"A MIDI file may have {MAX_NOTES:,} notes, this one has more: cut it first."
DRUMS = 9  # the channel of percussion, whose numbers are no pitches
TRACK = b"MTrk"
CHUNK_BYTES = 8  # a name of four letters and a length
NOTE_OFF, NOTE_ON = 0x80, 0x90
SYSTEM_EXCLUSIVE, META, END_OF_TRACK = (0xF0, 0xF7), 0xFF, 0x2F
CLOCKS = range(0xF8, 0xFF)  # real-time messages, one byte each: they may stand anywhere in a stream
# Bytes that follow a status byte: of a channel by its upper half, of the system by the whole.
CHANNEL_DATA = {0x80: 2, 0x90: 2, 0xA0: 2, 0xB0: 2, 0xC0: 1, 0xD0: 1, 0xE0: 2}
SYSTEM_DATA = {0xF1: 1, 0xF2: 2, 0xF3: 1, 0xF4: 0, 0xF5: 0, 0xF6: 0}


@dataclass(frozen=True)
class MidiNote:
    """One note; times in quarters from the beginning of the file."""

    start: float
    end: float
    pitch: int  # 0..127


class _Damaged(Exception):
    """The bytes end too early or mean nothing."""


def read_notes(content: bytes | memoryview) -> tuple[list[MidiNote], bool]:
    """All notes but percussion, in order of time, and whether some of the file is damaged and left out.

    BadRequest when it is no MIDI file or has no notes, TooLarge beyond 1 MiB or 20,000 notes; reading stops there.
    """
    if len(content) > MAX_BYTES:
        raise TooLarge(f"A MIDI file may have {MAX_BYTES:,} bytes, this one has {len(content):,}: cut it first.")
    content = bytes(content)
    if len(content) < 14 or content[:4] != b"MThd":
        raise BadRequest("The upload is not a MIDI file (.mid): choose another file.")
    (division,) = struct.unpack_from(">H", content, 12)
    quarter = _ticks_a_quarter(division)
    notes: list[MidiNote] = []
    at = content.find(TRACK, 14)
    damaged = at < 0
    while at >= 0:
        track = _read_track(content, at + CHUNK_BYTES, *_track_limit(content, at), quarter)
        notes += track.notes
        if len(notes) > MAX_NOTES:
            raise TooLarge(MANY)
        damaged |= not track.whole
        at = content.find(TRACK, track.at)
    if not notes and damaged:
        raise BadRequest("The MIDI file is damaged before its first note: save it again or choose another file.")
    if not notes:
        raise BadRequest("The MIDI file has no notes (percussion does not count): choose another file.")
    return sorted(notes, key=lambda note: (note.start, -note.pitch)), damaged


def _ticks_a_quarter(division: int) -> float:
    if division & 0x8000:  # ticks of a film frame; a quarter is taken as half a second
        frames_a_second = 256 - (division >> 8)
        return max(1.0, frames_a_second * (division & 0xFF) / 2)
    return max(1.0, float(division))


def _track_limit(content: bytes, at: int) -> tuple[int, bool]:
    """Where the track at ``at`` ends at the latest, and whether its length says so too: else it ends at the next track."""
    start = at + CHUNK_BYTES
    limit = start + int.from_bytes(content[at + 4 : start], "big")
    if limit == len(content) or content[limit : limit + 4] == TRACK:
        return limit, True
    following = content.find(TRACK, start)
    return (len(content) if following < 0 else following), False


def _read_track(content: bytes, at: int, limit: int, sure: bool, quarter: float) -> "_Track":
    """A track that has been read.

    A clock byte is an event with a time of its own, as mido has it; where that makes no sense, it was strewn between the others.
    """
    track = _Track(content, at, limit, sure, quarter)
    if track.read() or not track.clocks:
        return track
    again = _Track(content, at, limit, sure, quarter, strewn=True)
    return again if again.read() else track


class _Track:
    """One track of ``content`` while it is read, from ``at`` to ``limit``.

    sure: whether a track without an end event may end at the limit; quarter: in ticks; strewn: clock bytes have no time.
    """

    def __init__(self, content: bytes, at: int, limit: int, sure: bool, quarter: float, strewn: bool = False) -> None:
        self.content, self.at, self.limit, self.sure = content, at, limit, sure
        self.quarter, self.strewn = quarter, strewn
        self.notes: list[MidiNote] = []
        self.clocks = self.whole = False
        self.now = 0  # ticks
        self._sounding: dict[tuple[int, int], int] = {}  # (channel, pitch) -> tick of its beginning
        self._struck_again: dict[tuple[int, int], int] = {}  # (channel, pitch) -> tick at which it ended and began

    def read(self) -> bool:
        """Read to the end or the first damage; a note that is never released ends there. Whether it was the end."""
        running, event = 0, self.at
        try:
            while not self.whole and self.at != self.limit:
                event = self.at
                self.now += self._number()
                status = self._byte(clocks=not self.strewn)
                if status < 0x80:
                    self.at -= 1
                    status = running
                if status >= 0xF0:
                    self._system(status)
                else:
                    running = status
                    self._channel(status)
            self.whole = self.whole or self.sure
        except _Damaged:
            self.at = event
        for key in list(self._sounding):
            self._release(key)
        return self.whole

    def _byte(self, clocks: bool = False) -> int:
        """The next byte; clock bytes are passed over unless they are wanted."""
        while self.at < self.limit:
            byte = self.content[self.at]
            self.at += 1
            if byte not in CLOCKS:
                return byte
            self.clocks = True
            if clocks:
                return byte
        raise _Damaged

    def _number(self) -> int:
        """A number of variable length, at most four bytes."""
        value = 0
        for _ in range(4):
            byte = self._byte(clocks=not self.strewn)
            value = value << 7 | byte & 0x7F
            if not byte & 0x80:
                return value
        raise _Damaged

    def _system(self, status: int) -> None:
        """A message without a channel: passed over, but the end of the track."""
        if status in CLOCKS:
            return
        if status in SYSTEM_DATA:
            self.at += SYSTEM_DATA[status]
        else:
            kind = self._byte() if status == META else None
            length = self._number()
            self.at += length
            self.whole = kind == END_OF_TRACK
        if self.at > self.limit:
            raise _Damaged

    def _channel(self, status: int) -> None:
        """A message of a channel: notes are kept, everything else is passed over."""
        kind, channel = status & 0xF0, status & 0x0F
        data = [self._byte() for _ in range(CHANNEL_DATA.get(kind, 0))]
        if not data or max(data) > 0x7F:
            raise _Damaged
        key = channel, data[0]
        if kind not in (NOTE_OFF, NOTE_ON) or channel == DRUMS:
            return
        if kind == NOTE_OFF or not data[1]:
            # An end that follows a new beginning at the same tick is that of the note before.
            if self._struck_again.pop(key, None) != self.now:
                self._release(key)
            return
        if key in self._sounding:
            self._release(key)
            self._struck_again[key] = self.now
        self._sounding[key] = self.now

    def _release(self, key: tuple[int, int]) -> None:
        start = self._sounding.pop(key, None)
        if start is None or start > MAX_QUARTERS * self.quarter:
            return
        if len(self.notes) >= MAX_NOTES:
            raise TooLarge(MANY)
        self.notes.append(MidiNote(start / self.quarter, min(self.now / self.quarter, MAX_QUARTERS), key[1]))
