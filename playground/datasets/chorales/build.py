"""chorales: Bach's chorales in four parts, on a grid of sixteenths, from the scores inside the package music21.

Bach's notes are public domain; the encodings are "with permission" (music21 corpus). Scores of exactly four parts are kept,
367 distinct ones. This is not the split of the JSB Chorales benchmark: that is the data set jsb.

A roll of voices is int8 (steps, 4), soprano first: p = MIDI pitch p struck here, -p = pitch p held on, 0 = rest.
Models work on eighths: every other sixteenth, a note counting as struck when it begins inside the eighth or between two.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from playground.datasets.base import TrainingTensors
from playground.datasets.chorales.tunes import sharing_tunes, tune_moves
from playground.datasets.melodies.build import sixteenths
from playground.datasets.shared.music21_corpus import music21_corpus, natural_order
from playground.datasets.storage import SPLIT, built, save_arrays
from playground.formats.rolls import CHORALE_GRID, PADDING
from playground.formats.tonality import key_signature, pitch_histogram

VOICES = CHORALE_GRID.voices
LOWEST, HIGHEST = CHORALE_GRID.lowest, CHORALE_GRID.highest  # MIDI pitches of the rows of a roll
SEED = 0


def parse_voice(part: Any, total: int) -> np.ndarray:
    """One music21 part as (total,) int8 sixteenths; the few notes off the grid move to the sixteenth before."""
    voice, tied = np.zeros(total, np.int8), 0
    for element in part.flatten().notesAndRests:
        start, stop = int(element.offset * 4 + 1e-6), int((element.offset + element.quarterLength) * 4 + 1e-6)
        if element.duration.isGrace or type(element).__name__ == "ChordSymbol" or stop <= start:
            continue
        if element.isRest:
            tied = 0
            continue
        pitch = max(one.midi for one in element.pitches)
        voice[start:stop] = -pitch
        if tied != pitch:
            voice[start] = pitch
        tied = pitch if element.tie is not None and element.tie.type != "stop" else 0
    return voice


def parse_chorale(score: Any) -> tuple[np.ndarray, int, int] | None:
    """One score as (voices (steps, 4) int8, sixteenths of its pick-up, sixteenths a bar), or None without four parts."""
    parts = list(score.parts)
    if len(parts) != VOICES:
        return None
    total = max(int(round(float(part.duration.quarterLength) * 4)) for part in parts)
    voices = np.stack([parse_voice(part, total) for part in parts], axis=1)
    meters = list(parts[0].recurse().getElementsByClass("TimeSignature"))
    bar = (sixteenths(meters[0].barDuration.quarterLength) if meters else None) or 16
    first = next(iter(parts[0].getElementsByClass("Measure")), None)
    length = sixteenths(first.duration.quarterLength) if first is not None else None
    pick_up = length if length is not None and length < bar else 0
    return voices, pick_up, bar


def parse_chorales() -> Iterator[tuple[str, np.ndarray, int, int]]:
    """Every file with four parts: its name, voices, pick-up and bar length. Takes about a minute."""
    with music21_corpus("chorales") as (converter, folder):
        files = [path for path in (folder / "bach").iterdir() if path.suffix in (".mxl", ".xml", ".krn")]
        for path in sorted(files, key=lambda path: natural_order(path.name)):
            score: Any = converter.parse(path, forceSource=True, storePickle=False)
            chorale = parse_chorale(score)
            if chorale is not None:
                yield path.stem, *chorale


def build_chorales(path: Path) -> None:
    """Parse, drop scores that equal an earlier one, split by piece, write ``path``."""
    pieces, seen = [], set()
    for name, voices, pick_up, bar in parse_chorales():
        if voices.tobytes() not in seen:
            seen.add(voices.tobytes())
            pieces.append((name, voices, pick_up, bar))
    order = np.random.default_rng(SEED).permutation(len(pieces))
    split, tenth = np.zeros(len(pieces), np.uint8), round(len(pieces) / 10)
    split[order[:tenth]], split[order[tenth : 2 * tenth]] = 2, 1
    save_arrays(
        path,
        names=np.array([name for name, *_ in pieces]),
        voices=np.concatenate([voices for _, voices, _, _ in pieces]),
        lengths=np.array([len(voices) for _, voices, _, _ in pieces], np.int32),
        pick_ups=np.array([pick_up for *_, pick_up, _ in pieces], np.int16),
        sixteenths_a_bar=np.array([bar for *_, bar in pieces], np.int16),
        split=split,
    )


@dataclass(frozen=True)
class Piece:
    """One chorale as frames: what sounds in each, from the highest voice to the lowest, a unison counted once.

    notes (frames, 4) int8: p struck, -p held on, 0 = no further note; beats (frames,) int8: the place of the frame in its bar,
    in eighths (0..7 in 4/4; 8..13 in 3/4); key 0..11: the best-fitting signature by its major tonic (12: silent).
    """

    name: str
    notes: np.ndarray
    beats: np.ndarray
    key: int


@dataclass(frozen=True)
class Chorales:
    """Pieces by split; training sees them in windows of ``window`` frames, ``stride`` apart.

    known_tunes: the names of held-out pieces whose tune is that of a training piece; they are no unseen music.
    """

    pieces: dict[str, list[Piece]]
    known_tunes: frozenset[str] = frozenset()
    name: str = "chorales"  # as protocols call it
    window: int = 64
    stride: int = 32

    def unseen(self, split: str) -> list[Piece]:
        """The pieces of a held-out split whose tune no training piece has."""
        return [piece for piece in self.pieces[split] if piece.name not in self.known_tunes]

    def training_tensors(self) -> TrainingTensors:
        """Windows of training pieces, (n, window, 6) int64, and the key of their piece, (n,) int64.

        Columns: the beat (-1 after the last frame), 1 where the frame is the first of its piece, four notes as in ``Piece``.
        """
        import torch  # only now: the page knows no torch

        windows, keys = [], []
        for piece in self.pieces["train"]:
            columns = piece_columns(piece)
            last = max(0, len(columns) - self.window)
            for start in [*range(0, last, self.stride), last]:
                part = columns[start : start + self.window]
                padding = np.zeros((self.window - len(part), part.shape[1]), np.int64)
                padding[:, 0] = PADDING
                windows.append(np.concatenate([part, padding]))
                keys.append(piece.key)
        return torch.from_numpy(np.stack(windows)), torch.tensor(keys)

    def counts(self) -> str:
        """One line of facts."""
        parts = [f"{len(part)} {name}" for name, part in self.pieces.items()]
        frames = sum(len(piece.notes) for part in self.pieces.values() for piece in part)
        return f"{' + '.join(parts)} pieces, {len(self.known_tunes)} held-out ones to a tune of training, {frames:,} frames"


def piece_columns(piece: Piece) -> np.ndarray:
    """A piece as (frames, 6) int64: beat, 1 on the first frame, four notes."""
    columns = np.zeros((len(piece.notes), 2 + VOICES), np.int64)
    columns[:, 0], columns[0, 1], columns[:, 2:] = piece.beats, 1, piece.notes
    return columns


def load() -> Chorales:
    """The data set from the cache, built first when it is not there; frames are eighths."""
    with np.load(built("chorales", build_chorales), allow_pickle=False) as file:
        arrays = dict(file)
    pieces: dict[str, list[Piece]] = {name: [] for name in SPLIT}
    every = np.split(arrays["voices"], np.cumsum(arrays["lengths"])[:-1])
    for i, voices in enumerate(every):
        eighths = to_eighths(voices)
        beats = eighth_beats(len(eighths), int(arrays["pick_ups"][i]) // 2, int(arrays["sixteenths_a_bar"][i]) // 2)
        key = key_signature(pitch_histogram(np.abs(voices[voices != 0])))
        piece = Piece(str(arrays["names"][i]), sort_notes(eighths), beats, key)
        pieces[SPLIT[arrays["split"][i]]].append(piece)
    return Chorales(pieces, known_tunes=known_tunes(pieces))


def known_tunes(pieces: dict[str, list[Piece]]) -> frozenset[str]:
    """The names of held-out pieces whose tune is that of a training piece."""
    held_out = [*pieces["valid"], *pieces["test"]]
    tunes, training = (
        [tune_moves(piece.notes[:, 0], piece.beats) for piece in part] for part in (held_out, pieces["train"])
    )
    return frozenset(piece.name for piece, known in zip(held_out, sharing_tunes(tunes, training)) if known)


def to_eighths(voices: np.ndarray) -> np.ndarray:
    """Voices (steps, 4) on sixteenths to (frames, 4) on eighths; a note begun in the sixteenth before counts as struck."""
    here = voices[::2].copy()
    before = np.zeros_like(here)
    before[1:] = voices[1::2][: len(here) - 1]
    late = (here < 0) & (before == -here)
    return np.where(late, -here, here)


def eighth_beats(frames: int, pick_up: int, bar: int) -> np.ndarray:
    """The place of each frame in its bar (frames,) int8: 0..7, or 8..13 in bars of six eighths."""
    place = (np.arange(frames) - pick_up) % bar
    return (8 + place if bar == 6 else place % 8).astype(np.int8)


def sort_notes(voices: np.ndarray) -> np.ndarray:
    """Voices (frames, 4) from the highest pitch to the lowest; of a unison the struck voice stays, once."""
    notes = np.zeros_like(voices)
    for t, frame in enumerate(voices):
        sounding = {abs(int(note)): int(note) for note in sorted(frame) if note}  # struck ones come last and win
        for i, pitch in enumerate(sorted(sounding, reverse=True)):
            notes[t, i] = sounding[pitch]
    return notes
