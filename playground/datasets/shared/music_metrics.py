"""The metric suites of melodies and chorales: counted features of two-bar windows, against held-out real ones.

The features are "music-statistics" (music_features.py). The class of a window is the tone of its key that sounds most,
which says something of mode and of dwelling, whatever the key. A model of chorales makes eight bars from a seed; its sample i is
window i % 4 of piece i // 4.
"""

import time
from functools import cached_property
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from playground.datasets.metric_suite import Drawn, MetricSuite, Near, Protocol, Real, Samples, common_protocols
from playground.datasets.shared.music_features import STEP_NAMES, TONE_NAMES, Counts, count_music, scale
from playground.datasets.shared.music_reference import MusicReference, load_music_reference
from playground.formats.pictures import from_frames
from playground.formats.rolls import RollGrid, notes_of, rolls_of
from playground.formats.tonality import KEY_NAMES, UNKNOWN_KEY
from playground.metrics.histogram import histogram_kl
from playground.metrics.nearest_tunes import nearest_tunes
from playground.models.base import Composes, FeatureNetwork, GenerativeModel, sample_generator
from playground.models.chorale_frames import composition_seed
from playground.protocol.output import OutputSpec

NETWORK = "music-statistics"
# What a row has after the features, counted from its end.
TONES, STEPS, IN_KEY, SOUNDING, KEY = slice(-26, -14), slice(-14, -3), -3, -2, -1
LABELS = (*TONE_NAMES, "silent")
LEAST_SHARE = 1e-3  # of a tone or step that real music was not heard to use


class MusicMetricSuite(MetricSuite):
    """Rows are the features, the shares of 12 tones and 11 steps, the share in key, notes at once, and the key signature."""

    network = NETWORK
    network_id = ""
    labels = LABELS
    title = "Tone of the key that sounds most"
    histogram_metric = "main-tone-kl"

    def __init__(self, dataset: str, grid: RollGrid, max_samples: int):
        self.dataset = dataset
        self.grid = grid
        self.output = OutputSpec("roll", self.grid.rows, self.grid.window)
        self.features = 36 + self.grid.steps_a_bar + (23 if self.grid.voices > 1 else 0)
        self.columns = self.features + len(TONE_NAMES) + len(STEP_NAMES) + 3
        self.max_samples = max_samples
        self.protocols = common_protocols(dataset) | {
            "main-tone-kl": Protocol(
                "lower",
                "nats",
                "How far the shares of the tones that sound most are from the real ones.",
                "Main tone KL",
            ),
            "tones-kl": Protocol(
                "lower",
                "nats",
                "How far the twelve tones, counted from the key, are from real use.",
                "Tone histogram KL",
            ),
            "steps-kl": Protocol(
                "lower", "nats", "How far the steps of the melody are from real ones.", "Step histogram KL"
            ),
            "in-key": Protocol(
                "higher",
                "share",
                "Share of what sounds that lies in the scale of its own key.",
                "Notes in key",
                two_sided=True,
            ),
            "notes-gap": Protocol(
                "lower",
                "notes",
                "How far the number of notes that sound at once is from the real one.",
                "Notes at once, gap",
            ),
        }

    def read_real(self) -> Real:
        reference = self.reference
        frames = rolls_of(reference.real, self.grid)
        rows, labels = self.rows_of(count_music(frames, self.grid), reference.mean, reference.spread)
        return Real(rows, labels, reference.bands, frames, rows, labels)

    def embed(
        self, network: FeatureNetwork | None, pictures: Tensor, asked: NDArray[np.int64]
    ) -> tuple[NDArray, NDArray]:
        rolls, reference = (pictures[:, 0] * 255).round().to(torch.uint8).numpy(), self.reference
        return self.rows_of(count_music(rolls, self.grid), reference.mean, reference.spread)

    def rows_of(self, counts: Counts, mean: NDArray, spread: NDArray) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
        """Rows (n, columns) and labels (n,) of what was counted, the features scaled by that mean and spread."""
        features = scale(counts.features(self.grid), mean, spread)
        singles = np.stack([counts.in_key, counts.sounding, counts.keys], 1)
        rows = np.concatenate([features, counts.tones, counts.steps, singles], axis=1).astype(np.float32)
        silent = counts.tones.sum(1) == 0
        return rows, np.where(silent, len(TONE_NAMES), counts.tones.argmax(1)).astype(np.uint8)

    def nearest(self, frames: NDArray[np.uint8]) -> Near:
        training = self.reference.training
        samples = notes_of(frames, self.grid)
        found = nearest_tunes(samples.reshape(len(frames), -1), training.reshape(len(training), -1))
        shifts = found.shift[:, None, None] * np.sign(training[found.index])
        moved = training[found.index] + shifts
        # Shown in the key of the sample, unless that leaves the roll.
        pitches = np.abs(moved)
        fits = ((moved == 0) | ((pitches >= self.grid.lowest) & (pitches <= self.grid.highest))).all(
            (1, 2), keepdims=True
        )
        shown = np.where(fits, moved, training[found.index]).astype(np.int8)
        return Near(rolls_of(shown, self.grid), found.distance, found.index, {"shifts": found.shift.tolist()})

    def draw(self, model: GenerativeModel, samples: Samples) -> Drawn:
        if model.output.width == self.grid.window:
            return super().draw(model, samples)
        return draw_windows(model, samples, self.grid.window)

    def made_for(self, model: GenerativeModel, samples: Samples) -> int:
        each = model.output.width // self.grid.window
        return (samples.start + samples.count - 1) // each - samples.start // each + 1

    def own_scores(self, rows: NDArray, real_rows: NDArray) -> dict[str, float]:
        return {
            "tones-kl": _kl(rows[:, TONES], real_rows[:, TONES]),
            "steps-kl": _kl(rows[:, STEPS], real_rows[:, STEPS]),
            "in-key": float(rows[:, IN_KEY].mean()),
            "notes-gap": abs(float(rows[:, SOUNDING].mean() - real_rows[:, SOUNDING].mean())),
        }

    def histograms(self, rows: NDArray, real_rows: NDArray) -> list[dict[str, Any]]:
        """Shares of tones and of melodic steps, of the samples and of real windows; plain JSON."""
        parts = (("Tones of the key", TONE_NAMES, TONES), ("Steps of the melody", STEP_NAMES, STEPS))
        return [
            {
                "title": title,
                "labels": list(labels),
                "shares": _mean_shares(rows[:, place]).round(5).tolist(),
                "real_shares": _mean_shares(real_rows[:, place]).round(5).tolist(),
            }
            for title, labels, place in parts
        ]

    def facts(self, rows: NDArray) -> dict[str, list]:
        return {"keys": [_key_name(int(row[KEY])) for row in rows]}

    def shown_facts(self, chosen: NDArray) -> dict[str, list]:
        return self.facts(self.real().shown_rows[chosen])

    @cached_property
    def reference(self) -> MusicReference:
        """The shipped file."""
        return load_music_reference(self.dataset)


def draw_windows(model: GenerativeModel, samples: Samples, window: int) -> Drawn:
    """Samples that are ``window`` steps of longer pieces, piece after piece; a piece is made as far as it is needed.

    The windows of the first piece that come before the first sample may have been begun: they are continued, not made again.
    """
    assert isinstance(model, Composes)
    started = time.perf_counter()
    start, count = samples.start, samples.count
    rows, each = model.output.height, model.output.width // window
    first, last = start // each, (start + count - 1) // each
    before = start - first * each
    known = from_frames(samples.begun, before if samples.begun else 0, rows, window)
    piece, windows = torch.cat([*known[:, 0], torch.zeros(rows, 0)], dim=1), []
    for number in range(first, last + 1):
        seed = composition_seed(sample_generator(samples.seed, number))
        steps = min(start + count - number * each, each) * window
        piece = model.compose(piece, None, steps - piece.shape[1], seed, samples.settings)
        windows += piece.cpu().split(window, dim=1)
        piece = torch.zeros(rows, 0)
    pictures = torch.stack(windows)[before:, None]
    unfinished = (start + count) % each
    return Drawn(pictures, np.full(count, -1), time.perf_counter() - started, unfinished)


def _mean_shares(shares: NDArray) -> NDArray[np.float64]:
    """Mean shares (k,) of those of many windows (n, k), which count alike; all 0 when every window is silent."""
    mean = np.maximum(shares.astype(np.float64), 0).mean(0)  # rows come back from the page: anything may be in them
    return mean / max(mean.sum(), 1e-9)


def _kl(shares: NDArray, real_shares: NDArray) -> float:
    own, real = _mean_shares(shares), np.maximum(_mean_shares(real_shares), LEAST_SHARE)
    # Samples without a single note have no shares: they are as far away as can be told.
    return histogram_kl(own, real) if own.any() else float(-np.log(LEAST_SHARE))


def _key_name(signature: int) -> str:
    return "" if signature == UNKNOWN_KEY else KEY_NAMES[signature]
