"""Builds the small real reference of the notes: spectrograms, what the classifier hears, bins, perfect samplers."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from playground.datasets.bands import USUAL_SIZES, disjoint_pairs, perfect_bands
from playground.datasets.metric_suite import NO_BANDS, embed_in_parts
from playground.datasets.notes.build import TEST, TRAIN, Notes
from playground.datasets.notes.metrics import AT_ONCE, SUITE, NotesMetricSuite, find_bins, harmonicity
from playground.datasets.notes.reference import PATH, SHOWN, NotesReference, as_kept, save_notes_reference, shrink
from playground.metrics.ndb import make_bins
from playground.models.note_classifier import NoteClassifier

SIZES = (*USUAL_SIZES[:-1], 1300, SUITE.max_samples)
REPEATS = 40
BINS = 100
SEED = 0
DRAWS = 20_000  # of shares by chance


def build_reference(data: Notes, root: Path, path: Path = PATH) -> Path:
    """Write the reference with the shipped classifier of ``root``; returns its path."""
    network = SUITE.load_network(root)
    assert isinstance(network, NoteClassifier)
    training = data.rows(TRAIN)
    shown = np.sort(np.random.default_rng(SEED).permutation(data.rows(TEST))[:SHOWN])
    small = shrink(data.pictures[training])
    centres = make_bins(small.reshape(len(small), -1), BINS, SEED).centres.round().astype(np.uint8)
    centres = centres.reshape(len(centres), *small.shape[1:])
    own, others = (_facts_of(data, rows, network, centres) for rows in (training, shown))
    draft = NotesReference(
        small=small,
        centres=centres,
        shown_frames=data.pictures[shown],
        **own,
        **{f"shown_{name}": value for name, value in others.items()},
        bands=NO_BANDS,  # they need all that stands above
    )
    suite = NotesMetricSuite(lambda: draft)
    real = suite.real()
    sizes = [size for size in SIZES if 2 * size <= len(real.rows)]
    bands = perfect_bands(
        suite,
        real.rows,
        real.labels,
        sizes,
        lambda n: disjoint_pairs(len(real.rows), n, REPEATS, np.random.default_rng(0)),
    )
    # The classifier knows the training notes by heart; to it a perfect sampler's are as new as those of unknown instruments.
    unknown = data.rows(TEST)
    right = _hear(network, _pictures(data, unknown)) == data.pitch[unknown]
    bands.points[:, bands.names.index("pitch-accuracy")] = share_bands(float(right.mean()), sizes)
    save_notes_reference(replace(draft, bands=bands), path)
    return path


def _facts_of(data: Notes, rows: NDArray, network: NoteClassifier, centres: NDArray) -> dict[str, NDArray]:
    """Features, heard family and pitch, true pitch and program, and bins of these notes."""
    x = _pictures(data, rows)
    with torch.inference_mode():
        features, families = embed_in_parts(network, x, AT_ONCE)
    return {
        "features": as_kept(features),
        "family": families,
        "pitch": data.pitch[rows],
        "heard": _hear(network, x),
        "program": data.program[rows],
        "bins": find_bins(data.pictures[rows], centres).astype(np.uint8),
        "harmonicity": harmonicity(x, data.pitch[rows]).astype(np.float16),
    }


def _pictures(data: Notes, rows: NDArray) -> Tensor:
    return torch.from_numpy(data.pictures[rows])[:, None].float() / 255


def _hear(network: NoteClassifier, x: Tensor) -> NDArray[np.uint8]:
    """The MIDI pitches (n,) heard in pictures (n, 1, 128, 64)."""
    with torch.inference_mode():
        return torch.cat([network.hear(part) for part in x.split(AT_ONCE)]).numpy().astype(np.uint8)


def share_bands(share: float, sizes: Sequence[int]) -> NDArray[np.float64]:
    """(sizes, 3): median, 5 % and 95 % points of the share of n independent items of which this share is right."""
    generator = np.random.default_rng(SEED)
    return np.array([np.quantile(generator.binomial(n, share, DRAWS) / n, [0.5, 0.05, 0.95]) for n in sizes])
