"""Numbers that describe a window of music: the embedding "music-statistics", made by counting, not by a network.

Tones relative to the window's own key, steps of the melody (and of the bass, where there are voices), places in the bar where
notes begin, note lengths, intervals between voices, and how dense, how high and how wide the window is. Shares are counted as
their square roots, which makes them about equally certain (Hellinger; Freeman & Tukey 1950), and every number is then scaled by
the mean and spread it has in real music.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from playground.formats.rolls import SOUNDING_FROM, STRUCK_FROM, RollGrid
from playground.formats.tonality import MAJOR_PROFILE, MINOR_PROFILE, SCALE, UNKNOWN_KEY

# Melodic steps in semitones: the last one before each edge still belongs to the bin below.
STEP_EDGES = np.array([-7.5, -4.5, -2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 4.5, 7.5])
STEP_NAMES = (
    "down 8 or more", "down 5-7", "down 3-4", "down 2", "down 1", "same",
    "up 1", "up 2", "up 3-4", "up 5-7", "up 8 or more",
)  # fmt: skip
LENGTH_EDGES = np.array([1.5, 2.5, 3.5, 4.5, 6.5, 8.5])  # steps
TONE_NAMES = ("1", "♭2", "2", "♭3", "3", "4", "♯4", "5", "♭6", "6", "♭7", "7")  # of the major scale of the signature
LEAST_SPREAD = 0.05  # a share that hardly varies in real music does not decide alone
SILENT = -1000  # the pitch of a step without notes


@dataclass(frozen=True)
class Counts:
    """What was counted in n windows; shares sum to 1 in each row, or are all 0 where there was nothing to count."""

    keys: NDArray[np.int64]  # (n,) best-fitting signature 0..11, 12 of a silent window
    tones: NDArray[np.float64]  # (n, 12) sounding cells by tone of the key
    steps: NDArray[np.float64]  # (n, 11) melodic steps of the highest notes
    bass_steps: NDArray[np.float64]  # (n, 11) of the lowest notes
    onsets: NDArray[np.float64]  # (n, steps a bar) struck notes by their place in the bar
    lengths: NDArray[np.float64]  # (n, 7) notes by length
    chords: NDArray[np.float64]  # (n, 12) intervals between notes that sound together, octaves folded
    in_key: NDArray[np.float64]  # (n,) share of sounding cells in the scale of the own signature
    sounding: NDArray[np.float64]  # (n,) notes that sound in a step, on average
    struck: NDArray[np.float64]  # (n,) notes struck in a step, on average
    silent: NDArray[np.float64]  # (n,) share of steps without a note
    height: NDArray[np.float64]  # (n,) mean MIDI pitch, 0 without notes
    span: NDArray[np.float64]  # (n,) semitones from the lowest to the highest note

    def features(self, grid: RollGrid) -> NDArray[np.float64]:
        """Side by side, before scaling: (n, 36 + steps a bar) for a single line, 23 more with voices."""
        shares = [self.tones, self.steps, self.onsets, self.lengths]
        if grid.voices > 1:
            shares += [self.bass_steps, self.chords]
        scalars = [self.in_key, self.sounding, self.struck, self.silent, self.height / 12, self.span / 12]
        return np.concatenate([np.sqrt(np.concatenate(shares, 1)), np.stack(scalars, 1)], axis=1)


def count_music(rolls: NDArray[np.uint8], grid: RollGrid) -> Counts:
    """Count in rolls (n, rows, steps) uint8, row 0 the highest pitch: 255 struck, 153 held on, 0 silent."""
    n, rows, steps = rolls.shape
    struck, sounds = rolls >= STRUCK_FROM, rolls >= SOUNDING_FROM
    pitches = grid.highest - np.arange(rows)
    by_pitch = sounds.sum(2)  # (n, rows)
    classes = by_pitch @ np.eye(12)[pitches % 12]  # (n, 12)
    keys = key_signatures(classes)
    tones = np.take_along_axis(classes, (np.arange(12) + keys[:, None]) % 12, axis=1)
    cells = by_pitch.sum(1)
    together = sounds.sum(1)  # (n, steps)
    top = np.where(together > 0, pitches[sounds.argmax(1)], SILENT)
    bottom = np.where(together > 0, pitches[rows - 1 - sounds[:, ::-1].argmax(1)], SILENT)
    heights = (by_pitch @ pitches) / np.maximum(cells, 1)
    found = cells > 0
    return Counts(
        keys=keys,
        tones=_shares(tones),
        steps=_shares(_melodic_steps(top, struck, grid)),
        bass_steps=_shares(_melodic_steps(bottom, struck, grid)),
        onsets=_shares(struck.sum(1).reshape(n, -1, grid.steps_a_bar).sum(1).astype(float)),
        lengths=_shares(_note_lengths(struck, sounds)),
        chords=_shares(_chord_intervals(sounds)),
        in_key=_shares(tones)[:, list(SCALE)].sum(1),
        sounding=together.mean(1),
        struck=struck.sum((1, 2)) / steps,
        silent=(together == 0).mean(1),
        height=heights,
        span=np.where(found, (top.max(1) - np.where(bottom == SILENT, 1000, bottom).min(1)), 0).astype(float),
    )


def scaling_of(features: NDArray) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Mean and spread (f,) of real features (n, f), for ``scale``."""
    return features.mean(0).astype(np.float32), np.maximum(features.std(0), LEAST_SPREAD).astype(np.float32)


def scale(features: NDArray, mean: NDArray, spread: NDArray) -> NDArray[np.float32]:
    """Features in units of the real spread."""
    return ((features - mean) / spread).astype(np.float32)


def key_signatures(histograms: NDArray) -> NDArray[np.int64]:
    """``tonality.key_signature`` of many pitch-class histograms (n, 12) at once: (n,); 12 where one is empty."""
    centred = histograms - histograms.mean(1, keepdims=True)
    best = (centred @ _key_profiles().T).reshape(-1, 2, 12).max(1).argmax(1)
    return np.where(histograms.any(1), best, UNKNOWN_KEY)


@lru_cache(maxsize=1)
def _key_profiles() -> NDArray[np.float64]:
    """The twelve major profiles, then the minor ones of the same signatures, centred and of length 1: (24, 12)."""
    profiles = []
    for profile, tonic in ((MAJOR_PROFILE, 0), (MINOR_PROFILE, 9)):
        centred = profile - profile.mean()
        profiles += [np.roll(centred / np.linalg.norm(centred), tonic + signature) for signature in range(12)]
    return np.stack(profiles)


def _shares(counts: NDArray) -> NDArray[np.float64]:
    return counts / np.maximum(counts.sum(1, keepdims=True), 1)


def _melodic_steps(line: NDArray, struck: NDArray[np.bool_], grid: RollGrid) -> NDArray[np.float64]:
    """Histogram (n, 11) of the steps between one note of a line (n, steps) and the next; rests are passed over."""
    counts = np.zeros((len(line), len(STEP_NAMES)))
    before = np.full(len(line), SILENT)
    items = np.arange(len(line))
    for step in range(line.shape[1]):
        pitch = line[:, step]
        begins = struck[items, np.where(pitch == SILENT, 0, grid.highest - pitch), step] | (pitch != before)
        counted = begins & (pitch != SILENT) & (before != SILENT)
        bins = np.searchsorted(STEP_EDGES, (pitch - before)[counted])
        np.add.at(counts, (items[counted], bins), 1)
        before = np.where(pitch == SILENT, before, pitch)
    return counts


def _note_lengths(struck: NDArray[np.bool_], sounds: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Histogram (n, 7) of the lengths of struck notes in steps."""
    counts = np.zeros((len(struck), len(LENGTH_EDGES) + 1))
    length = np.zeros(struck.shape[:2], np.int64)
    for step in reversed(range(struck.shape[2])):
        length = np.where(sounds[:, :, step], length + 1, 0)
        item, row = np.nonzero(struck[:, :, step])
        np.add.at(counts, (item, np.searchsorted(LENGTH_EDGES, length[item, row])), 1)
        length[struck[:, :, step]] = 0  # what stands before a struck note is another note
    return counts


def _chord_intervals(sounds: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Histogram (n, 12) of the intervals between all pairs of notes that sound together, octaves folded."""
    counts = np.zeros((len(sounds), 12))
    for distance in range(1, sounds.shape[1]):
        counts[:, distance % 12] += (sounds[:, distance:] & sounds[:, :-distance]).sum((1, 2))
    return counts
