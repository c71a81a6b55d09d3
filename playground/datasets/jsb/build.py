"""jsb: the exact split of the JSB Chorales benchmark in quarter frames, read from a published file where it is given."""

import numpy as np

from playground.datasets.chorales.build import VOICES, Chorales, Piece
from playground.datasets.storage import SPLIT, golden_folder
from playground.errors import PlaygroundError
from playground.formats.tonality import UNKNOWN_KEY


def load() -> Chorales:
    """The exact split of the JSB Chorales benchmark (Boulanger-Lewandowski et al. 2012) in quarter frames, 88 keys from MIDI 21.

    Read from JSB_Chorales.npz in the folder PLAYGROUND_GOLDEN (by default shared/golden beside the project), because it is not
    ours to ship. Raises PlaygroundError when it is not there. Keys are unknown: a benchmark model must not look ahead.
    """
    path = golden_folder() / "JSB_Chorales.npz"
    if not path.exists():
        raise PlaygroundError(f"The data set 'jsb' needs {path.name} in {path.parent}: set PLAYGROUND_GOLDEN.")
    pieces: dict[str, list[Piece]] = {}
    with np.load(path, allow_pickle=False) as arrays:
        for name in SPLIT:
            rolls = np.split(arrays[name], np.cumsum(arrays[f"{name}_lengths"])[:-1])
            pieces[name] = [
                Piece(f"{name}/{i}", roll_notes(roll, 21), (2 * np.arange(len(roll)) % 8).astype(np.int8), UNKNOWN_KEY)
                for i, roll in enumerate(rolls)
            ]
    return Chorales(pieces, name="jsb", window=32, stride=16)


def roll_notes(roll: np.ndarray, lowest: int) -> np.ndarray:
    """A binary roll (frames, keys), keys from MIDI ``lowest`` upwards, as struck notes (frames, 4) from the highest."""
    notes = np.zeros((len(roll), VOICES), np.int8)
    for t, frame in enumerate(roll):
        keys = np.flatnonzero(frame)[::-1]
        notes[t, : len(keys)] = keys + lowest
    return notes
