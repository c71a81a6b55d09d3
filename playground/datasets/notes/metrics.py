"""The suite of the notes: 64 features of audio/notes-classifier, against the real notes of the training instruments.

Samples are drawn at the pitches of the real notes they stand against. Rows are the features, the pitch asked for, the pitch heard
by the classifier, which of 100 bins of real spectrograms the sample falls into, and the harmonics-to-noise ratio of its sound.
"""

import time
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from playground.datasets.metric_suite import (
    Drawn,
    MetricSuite,
    Near,
    Protocol,
    Real,
    Samples,
    common_protocols,
    embed_in_parts,
    reference_order,
)
from playground.datasets.notes.build import FAMILIES
from playground.datasets.notes.reference import INSTRUMENTS, NotesReference, enlarge, load_notes_reference, shrink
from playground.formats.pictures import to_frames
from playground.formats.spectrogram import BANDS, FRAMES, HIGHEST_PITCH, LOWEST_PITCH, RATE_HZ, frequency_hz
from playground.formats.vocoder import sound_of
from playground.metrics.harmonicity import harmonic_to_noise_db
from playground.metrics.ndb import Bins, assign, different_bins
from playground.metrics.nearest import nearest_items
from playground.models.base import FeatureNetwork, GenerativeModel
from playground.models.decoding import decode_labels
from playground.models.note_classifier import NoteClassifier
from playground.protocol.output import OutputSpec

NETWORK = "notes-classifier"
FEATURES = 64
ASKED, HEARD, BIN, HARMONICITY = range(FEATURES, FEATURES + 4)  # columns
AT_ONCE = 32
MAX_SAMPLES = 1600  # two disjoint parts of the real notes
LOWEST_OCTAVE = LOWEST_PITCH // 12
OCTAVES = tuple(f"C{octave - 1}" for octave in range(LOWEST_OCTAVE, HIGHEST_PITCH // 12 + 1))
MISSES = ("octave or more below", "below", "exact", "above", "octave or more above")
MISS_EDGES = np.array([-11.5, -0.5, 0.5, 11.5])  # semitones
NDB_FROM = 500  # fewer than five samples a bin cannot tell a difference


class NotesMetricSuite(MetricSuite):
    """See the module."""

    dataset = "notes"
    network = NETWORK
    network_id = f"audio/{NETWORK}"
    output = OutputSpec("sound", BANDS, FRAMES)
    labels = tuple(FAMILIES)
    title = "Instrument family"
    features, columns = FEATURES, FEATURES + 4
    max_samples = MAX_SAMPLES
    histogram_metric = "family-kl"
    protocols = common_protocols("notes") | {
        "family-kl": Protocol(
            "lower",
            "nats",
            "How far the shares of the 14 families that the classifier hears are from those it hears in real notes.",
            "Family histogram KL",
        ),
        "pitch-accuracy": Protocol(
            "higher",
            "share",
            "Share of samples in which the classifier hears the pitch that was asked for; the band is that of real notes of "
            "instruments it never met.",
            "Pitch accuracy",
        ),
        "ndb": Protocol(
            "lower",
            "bins of 100",
            "NDB: bins of real spectrograms whose share differs among the samples (two-proportion z-test, 5 %).",
            "Different bins (NDB)",
            NDB_FROM,
        ),
        "harmonics-to-noise": Protocol(
            "higher",
            "dB",
            "Harmonics-to-noise ratio (Boersma 1993) of the samples made audible, mean over notes: grain and hiss lower it. The "
            "band is that of real notes taken through the same vocoder.",
            "Harmonics to noise",
            two_sided=True,
        ),
    }

    def __init__(self, load: Callable[[], NotesReference] = load_notes_reference):
        """load: where the real reference comes from; called once, when it is first needed."""
        self._load = load

    @cached_property
    def reference(self) -> NotesReference:
        """The real reference."""
        return self._load()

    def read_real(self) -> Real:
        notes = self.reference
        return Real(
            rows_of(notes.features, notes.pitch, notes.heard, notes.bins, notes.harmonicity),
            notes.family,
            notes.bands,
            notes.shown_frames,
            rows_of(
                notes.shown_features, notes.shown_pitch, notes.shown_heard, notes.shown_bins, notes.shown_harmonicity
            ),
            notes.shown_family,
        )

    def draw(self, model: GenerativeModel, samples: Samples) -> Drawn:
        """As ``sample``, but sample i at the pitch of the real note i that it stands against, whatever the settings say."""
        started = time.perf_counter()
        pitch = self.reference.pitch
        order = reference_order(len(pitch))
        asked = pitch[order[(samples.start + np.arange(samples.count)) % len(order)]].astype(np.int64)
        z = model.sample_latents(samples.generators(), samples.settings).cpu()
        pictures = decode_labels(model, z, torch.from_numpy(asked) - LOWEST_PITCH)
        return Drawn(pictures, asked, time.perf_counter() - started)

    def embed(
        self, network: FeatureNetwork | None, pictures: Tensor, asked: NDArray[np.int64]
    ) -> tuple[NDArray, NDArray]:
        assert isinstance(network, NoteClassifier)
        features, families = embed_in_parts(network, pictures, AT_ONCE)
        device = next(network.parameters()).device
        heard = torch.cat([network.hear(part.to(device)).cpu() for part in pictures.split(AT_ONCE)]).numpy()
        frames = np.frombuffer(to_frames(pictures), np.uint8).reshape(len(pictures), BANDS, FRAMES)
        bins = find_bins(frames, self.reference.centres)
        return rows_of(features, asked, heard, bins, harmonicity(pictures, asked)), families

    def own_scores(self, rows: NDArray, real_rows: NDArray) -> dict[str, float]:
        reference = self.reference
        k = len(reference.centres)
        shares = np.bincount(reference.bins, minlength=k) / len(reference.bins)
        bins = Bins(reference.centres.reshape(k, -1).astype(np.float32), shares, len(reference.bins))
        counts = np.bincount(rows[:, BIN].clip(0, k - 1).astype(np.int64), minlength=k)
        return {
            "pitch-accuracy": float((rows[:, ASKED] == rows[:, HEARD]).mean()),
            "ndb": float(different_bins(bins, counts).sum()),
            "harmonics-to-noise": float(rows[:, HARMONICITY].mean()),
        }

    def histograms(self, rows: NDArray, real_rows: NDArray) -> list[dict[str, Any]]:
        """The octaves in which pitches are heard, and how far they are from the pitches asked for; one class a sample."""
        octaves = [one[:, HEARD].astype(int) // 12 - LOWEST_OCTAVE for one in (rows, real_rows)]
        misses = [np.searchsorted(MISS_EDGES, one[:, HEARD] - one[:, ASKED]) for one in (rows, real_rows)]
        return [
            _histogram("Octave of the pitch heard", OCTAVES, octaves),
            _histogram("Pitch heard, from the pitch asked for", MISSES, misses),
        ]

    def facts(self, rows: NDArray) -> dict[str, list]:
        return {name: rows[:, column].astype(int).tolist() for name, column in (("pitches", ASKED), ("heard", HEARD))}

    def shown_facts(self, chosen: NDArray) -> dict[str, list]:
        reference = self.reference
        return self.facts(self.real().shown_rows[chosen]) | {
            "names": [INSTRUMENTS[program] for program in reference.shown_program[chosen]]
        }

    def nearest(self, frames: NDArray[np.uint8]) -> Near:
        """At half resolution, in which the frames come back too; with the name and pitch of each."""
        reference = self.reference
        small = shrink(frames).reshape(len(frames), -1)
        found = nearest_items(small, reference.small.reshape(len(reference.small), -1))
        facts = {
            "pitches": reference.pitch[found.index].tolist(),
            "names": [INSTRUMENTS[program] for program in reference.program[found.index]],
        }
        return Near(enlarge(reference.small[found.index]), found.distance, found.index, facts)


SUITE = NotesMetricSuite()


def _histogram(title: str, labels: Sequence[str], classes: Sequence[NDArray]) -> dict[str, Any]:
    """Shares of samples and of real items in every class, as ``MetricSuite.histograms`` gives them."""
    own, real = ((np.bincount(one, minlength=len(labels)) / len(one)).round(5).tolist() for one in classes)
    return {"title": title, "labels": list(labels), "shares": own, "real_shares": real, "counted": True}


def find_bins(frames: NDArray[np.uint8], centres: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Which of the centres (K, 64, 32) each frame (n, 128, 64) is nearest to, at half resolution: (n,)."""
    return assign(shrink(frames).reshape(len(frames), -1), centres.reshape(len(centres), -1).astype(np.float32))


def harmonicity(pictures: Tensor, pitches: NDArray) -> NDArray[np.float32]:
    """Harmonics-to-noise ratio (n,) in dB of pictures (n, 1, 128, 64) made audible at their MIDI pitches (n,)."""
    found = [
        harmonic_to_noise_db(sound_of(part, pitch), frequency_hz(pitch), RATE_HZ)
        for part, pitch in zip(pictures.cpu().split(AT_ONCE), torch.as_tensor(pitches).long().split(AT_ONCE))
    ]
    return torch.cat(found).numpy().astype(np.float32)


def rows_of(features: NDArray, *columns: NDArray) -> NDArray[np.float32]:
    """Rows (n, 68) float32: features (n, 64) and the columns ASKED, HEARD, BIN and HARMONICITY (n,) each."""
    return np.concatenate([features, np.stack(columns, axis=1)], axis=1).astype(np.float32)
