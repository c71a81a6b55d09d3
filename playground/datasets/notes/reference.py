"""The small real reference of the notes that ships with the repository, so that Compare and Invert need no data build.

notes-reference.npz (at most 4 MB): every training note as a spectrogram at half resolution in 64 levels (for the nearest training
note and the bins of NDB), its features and what the note classifier hears in it; some notes of instruments never trained on, to
be shown. Derived from FluidR3 GM by Frank Wen: MIT licence.
"""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.datasets.metric_suite import Bands
from playground.datasets.storage import reference_path
from playground.errors import PlaygroundError

PATH = reference_path("notes")
SHOWN = 64
LEVELS = 64  # of the small pictures: steps of 1.3 dB
SATURATED = 9.0  # features are kept before their tanh, where rounding does not make them tie; this is as good as 1


@dataclass(frozen=True)
class NotesReference:
    """Training notes in the order of the data set, n of them, and SHOWN notes of unknown instruments.

    small (n, 64, 32) uint8, 0..255 in 64 steps; features (n, 64) float32; family, pitch, heard, program (n,) uint8: the family
    and pitch heard by the classifier beside the true pitch and General MIDI program; bins (n,) uint8 into centres (K, 64, 32)
    uint8; harmonicity (n,) float16, the harmonics-to-noise ratio in dB after the vocoder. shown_*: frames (m, 128, 64) uint8 and
    the same facts.
    """

    small: NDArray[np.uint8]
    features: NDArray[np.float32]
    family: NDArray[np.uint8]
    pitch: NDArray[np.uint8]
    heard: NDArray[np.uint8]
    program: NDArray[np.uint8]
    bins: NDArray[np.uint8]
    harmonicity: NDArray[np.float16]
    centres: NDArray[np.uint8]
    shown_frames: NDArray[np.uint8]
    shown_features: NDArray[np.float32]
    shown_family: NDArray[np.uint8]
    shown_pitch: NDArray[np.uint8]
    shown_heard: NDArray[np.uint8]
    shown_program: NDArray[np.uint8]
    shown_bins: NDArray[np.uint8]
    shown_harmonicity: NDArray[np.float16]
    bands: Bands


def load_notes_reference(path: Path = PATH) -> NotesReference:
    """The shipped reference; PlaygroundError when it is not there."""
    if not path.exists():
        raise PlaygroundError(f"{path.name} is missing: run 'python -m playground data notes-reference'.")
    with np.load(path, allow_pickle=False) as file:
        arrays: dict[str, Any] = dict(file)
    arrays["small"] = spread_levels(arrays["small"])
    for name in ("features", "shown_features"):
        arrays[name] = np.tanh(arrays[name].astype(np.float32))
    arrays["bands"] = Bands.of(arrays)
    return NotesReference(**{one.name: arrays[one.name] for one in fields(NotesReference)})


def save_notes_reference(reference: NotesReference, path: Path = PATH) -> None:
    """Write the reference."""
    arrays = vars(reference) | reference.bands.arrays()
    arrays["small"] = levels_of(arrays["small"])
    for name in ("features", "shown_features"):
        arrays[name] = before_tanh(arrays[name])
    np.savez_compressed(path, allow_pickle=False, **arrays)


def before_tanh(features: NDArray[np.float32]) -> NDArray[np.float16]:
    """The inputs of tanh that give these features, in the half precision of the file."""
    most = np.tanh(SATURATED)
    return np.arctanh(features.astype(np.float64).clip(-most, most)).astype(np.float16)


def as_kept(features: NDArray[np.float32]) -> NDArray[np.float32]:
    """Features after a round trip through the file."""
    return np.tanh(before_tanh(features).astype(np.float32))


def shrink(frames: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Spectrograms (n, 128, 64) uint8 at half resolution, (n, 64, 32) uint8 in 64 steps."""
    n, height, width = frames.shape
    mean = frames.reshape(n, height // 2, 2, width // 2, 2).mean((2, 4), dtype=np.float32)
    return spread_levels(levels_of(mean))


def levels_of(values: NDArray) -> NDArray[np.uint8]:
    """0..255 to the nearest level 0..63."""
    return np.round(values.astype(np.float32) * ((LEVELS - 1) / 255)).astype(np.uint8)


def spread_levels(levels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Levels 0..63 to 0..255."""
    return np.round(levels.astype(np.float32) * (255 / (LEVELS - 1))).astype(np.uint8)


def enlarge(small: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Half resolution (n, 64, 32) back to (n, 128, 64), linear between the small pixels' centres."""
    return _double(_double(small.astype(np.float32), 1), 2).round().astype(np.uint8)


def _double(values: NDArray[np.float32], axis: int) -> NDArray[np.float32]:
    values = np.moveaxis(values, axis, -1)
    padded = np.concatenate([values[..., :1], values, values[..., -1:]], axis=-1)
    doubled = np.repeat(np.float32(0.75) * values, 2, axis=-1)
    doubled[..., ::2] += np.float32(0.25) * padded[..., :-2]
    doubled[..., 1::2] += np.float32(0.25) * padded[..., 2:]
    return np.moveaxis(doubled, -1, axis)


_NAMES = """
Grand Piano, Bright Piano, Electric Grand, Honky-tonk Piano, Electric Piano 1, Electric Piano 2, Harpsichord, Clavinet,
Celesta, Glockenspiel, Music Box, Vibraphone, Marimba, Xylophone, Tubular Bells, Dulcimer,
Drawbar Organ, Percussive Organ, Rock Organ, Church Organ, Reed Organ, Accordion, Harmonica, Bandoneon,
Nylon Guitar, Steel Guitar, Jazz Guitar, Clean Guitar, Muted Guitar, Overdriven Guitar, Distortion Guitar, Guitar Harmonics,
Acoustic Bass, Fingered Bass, Picked Bass, Fretless Bass, Slap Bass 1, Slap Bass 2, Synth Bass 1, Synth Bass 2,
Violin, Viola, Cello, Contrabass, Tremolo Strings, Pizzicato Strings, Harp, Timpani,
Strings, Slow Strings, Synth Strings 1, Synth Strings 2, Choir Aahs, Voice Oohs, Synth Voice, Orchestra Hit,
Trumpet, Trombone, Tuba, Muted Trumpet, French Horn, Brass Section, Synth Brass 1, Synth Brass 2,
Soprano Sax, Alto Sax, Tenor Sax, Baritone Sax, Oboe, English Horn, Bassoon, Clarinet,
Piccolo, Flute, Recorder, Pan Flute, Blown Bottle, Shakuhachi, Whistle, Ocarina,
Square Lead, Saw Lead, Calliope Lead, Chiff Lead, Charang Lead, Voice Lead, Fifths Lead, Bass Lead,
New Age Pad, Warm Pad, Polysynth Pad, Choir Pad, Bowed Pad, Metallic Pad, Halo Pad, Sweep Pad,
Rain, Soundtrack, Crystal, Atmosphere, Brightness, Goblins, Echoes, Sci-fi,
Sitar, Banjo, Shamisen, Koto, Kalimba, Bagpipe, Fiddle, Shanai
"""
INSTRUMENTS = tuple(name.strip() for name in _NAMES.split(","))  # General MIDI programs 0..111
