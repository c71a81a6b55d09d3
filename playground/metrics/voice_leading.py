"""Voice leading of music in frames: parallel fifths and octaves, and leaps. Rules of counterpoint that chords alone do not show.

Voice k is the k-th highest note of a frame; voices that cross are not told apart. Only neighbouring frames with equally many
notes are compared, because where a note comes or goes its voice is unknown. Two voices make a similar motion when both move in
one direction from a frame to the next. It is a parallel fifth (octave) when they are a fifth (octave or unison) apart, octaves
folded, before and after.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FIFTH = 7  # semitones


@dataclass(frozen=True)
class VoiceLeading:
    """Counts over some pieces; the shares are 0 where there is nothing to count."""

    similar_motions: int
    parallel_fifths: int
    parallel_octaves: int
    steps: int  # a voice moves to another pitch
    leaps: int  # of those, by more than a fifth

    @property
    def fifths_per_100(self) -> float:
        """Parallel fifths per 100 similar motions."""
        return 100 * self.parallel_fifths / max(self.similar_motions, 1)

    @property
    def octaves_per_100(self) -> float:
        """Parallel octaves and unisons per 100 similar motions."""
        return 100 * self.parallel_octaves / max(self.similar_motions, 1)

    @property
    def leap_share(self) -> float:
        """Share of a voice's moves that are larger than a fifth."""
        return self.leaps / max(self.steps, 1)


def voice_leading(pieces: Sequence[NDArray[np.integer]]) -> VoiceLeading:
    """Count over pieces (frames, voices), pitches from the highest to the lowest, 0 where a frame has no more.

    The sign of a pitch (struck or held) does not count. ValueError when a piece is not sorted.
    """
    totals = np.zeros(5, np.int64)
    for piece in pieces:
        totals += _counts(np.abs(piece.astype(np.int64)))
    return VoiceLeading(*map(int, totals))


def shuffled_frames(pieces: Sequence[NDArray], generator: np.random.Generator) -> list[NDArray]:
    """Each piece with its frames in a random order: the chance level of everything that follows from one frame to the next."""
    return [generator.permutation(piece) for piece in pieces]


def _counts(pitches: NDArray[np.int64]) -> NDArray[np.int64]:
    """The five counts of one piece (frames, voices)."""
    if (np.diff(pitches, axis=1) > 0).any():
        raise ValueError("the notes of a frame must go from the highest to the lowest, with 0 after the last.")
    sounding = np.count_nonzero(pitches > 0, axis=1)
    kept = sounding[:-1] == sounding[1:]
    before, after = pitches[:-1][kept], pitches[1:][kept]
    moves = after - before  # (pairs of frames, voices)
    upper, lower = np.triu_indices(pitches.shape[1], 1)
    similar = np.sign(moves[:, upper]) * np.sign(moves[:, lower]) > 0  # 0 times anything where there is no such voice
    intervals = [(one[:, upper] - one[:, lower]) % 12 for one in (before, after)]
    fifths, octaves = (similar & (intervals[0] == size) & (intervals[1] == size) for size in (FIFTH, 0))
    steps = moves != 0
    counts = (similar, fifths, octaves, steps, np.abs(moves) > FIFTH)
    return np.array([np.count_nonzero(one) for one in counts])
