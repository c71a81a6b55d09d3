"""Keys: which of the twelve key signatures a set of pitches fits best, and the share of notes inside it.

The profiles are those of Krumhansl and Kessler 1982: how well listeners find each of the twelve tones to fit a key. A key here
is a signature, named by its major tonic (0 = C major or A minor, 1 = D flat major or B flat minor, ...).
"""

import numpy as np

KEY_NAMES = ("C", "D♭", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B")
UNKNOWN_KEY = 12
MAJOR_PROFILE = np.array([6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88])
MINOR_PROFILE = np.array([6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17])
SCALE = (0, 2, 4, 5, 7, 9, 11)  # of the major mode, and of the natural minor three semitones below


def pitch_histogram(pitches: np.ndarray) -> np.ndarray:
    """How often each of the twelve pitch classes is among MIDI ``pitches`` (n,): (12,) float64."""
    return np.bincount(np.asarray(pitches, np.int64) % 12, minlength=12).astype(float)


def key_signature(histogram: np.ndarray) -> int:
    """The best-fitting signature, 0..11 by its major tonic, of a pitch-class histogram (12,); 12 when it is empty."""
    if not histogram.any():
        return UNKNOWN_KEY
    centred = histogram - histogram.mean()
    scores = np.zeros(12)
    for tonic in range(12):
        here = np.roll(centred, -tonic)
        # Correlations share the histogram's norm: only the profile's matters for the comparison.
        major = here @ _unit(MAJOR_PROFILE)
        minor = np.roll(here, 3) @ _unit(MINOR_PROFILE)  # the relative minor stands three semitones below
        scores[tonic] = max(major, minor)
    return int(scores.argmax())


def in_key_share(pitches: np.ndarray) -> float:
    """Share of MIDI ``pitches`` (n,) inside the scale of their own best-fitting signature; nan without pitches."""
    histogram = pitch_histogram(pitches)
    if not histogram.any():
        return float("nan")
    inside = np.roll(histogram, -key_signature(histogram))[list(SCALE)].sum()
    return float(inside / histogram.sum())


def _unit(profile: np.ndarray) -> np.ndarray:
    centred = profile - profile.mean()
    return centred / np.linalg.norm(centred)
