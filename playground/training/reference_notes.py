"""Builds the small real reference of the notes: spectrograms, what the classifier hears, bins, perfect samplers."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from playground.checkpoint import find_checkpoint, load_model
from playground.data.notes import TEST, TRAIN, Notes
from playground.data.notes_reference import PATH, SHOWN, NotesReference, as_kept, save_notes_reference, shrink
from playground.metrics.ndb import make_bins
from playground.operations.yardsticks.base import MIN_SAMPLES, embed_in_parts
from playground.operations.yardsticks.notes import AT_ONCE, NOTES, NotesYardstick, find_bins
from playground.training.reference import perfect_bands

SIZES = (MIN_SAMPLES, 75, 100, 150, 200, 300, 400, 500, 700, 1000, 1300, NOTES.max_samples)
BINS = 100
SEED = 0


def build_reference(data: Notes, root: Path, path: Path = PATH) -> Path:
    """Write the reference with the shipped classifier of ``root``; returns its path."""
    network = load_model(find_checkpoint(root, NOTES.network_id))
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
        band_sizes=np.zeros(0, np.int64),  # the bands need all that stands above
        band_names=[],
        bands=np.zeros((0, 0, 3), np.float32),
    )
    yardstick = NotesYardstick(lambda: draft)
    real = yardstick.real()
    sizes = [size for size in SIZES if 2 * size <= len(real.rows)]
    bands = perfect_bands(yardstick, real.rows, real.labels, sizes)
    table = np.stack(list(bands.values()), axis=1).astype(np.float32)
    save_notes_reference(replace(draft, band_sizes=np.array(sizes), band_names=list(bands), bands=table), path)
    return path


def _facts_of(data: Notes, rows: NDArray, network: Any, centres: NDArray) -> dict[str, NDArray]:
    """Features, heard family and pitch, true pitch and program, and bins of these notes."""
    x = torch.from_numpy(data.pictures[rows])[:, None].float() / 255
    with torch.inference_mode():
        features, families = embed_in_parts(network, x, AT_ONCE)
        heard = torch.cat([network.hear(part) for part in x.split(AT_ONCE)]).numpy()
    return {
        "features": as_kept(features),
        "family": families,
        "pitch": data.pitch[rows],
        "heard": heard.astype(np.uint8),
        "program": data.program[rows],
        "bins": find_bins(data.pictures[rows], centres).astype(np.uint8),
    }
