"""What a suite is: everything that Compare needs to know of one data set.

Samples are reduced to *rows*: first the features of a named network, then whatever else the data set's own numbers need (for
notes the pitch asked for and the pitch heard). Rows travel through the page without being looked at, from ``features`` back to
``measure``.
"""

import abc
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from playground.models.base import GenerativeModel
from playground.operations.generate import decode, plan_sample
from playground.protocol.output import OutputSpec
from playground.protocol.request import Item

MIN_SAMPLES = 50


@dataclass(frozen=True)
class Protocol:
    """How to read one number: which way is better, its unit, what it says, its short name, from how many samples it is given."""

    better: str  # "higher" | "lower"
    unit: str
    text: str
    label: str
    from_samples: int = MIN_SAMPLES


@dataclass(frozen=True)
class Drawn:
    """Samples of a model: pictures (n, 1, H, W), the settings, what was asked of each, and the seconds it took.

    unfinished: how many of the last samples belong to a longer piece that the next sample continues; the request for that one
    may bring them as its body, so that they are not made again.
    """

    pictures: Tensor
    settings: dict[str, Any]
    asked: NDArray[np.int64]  # (n,); -1 where nothing was
    seconds: float
    unfinished: int = 0


@dataclass(frozen=True)
class Real:
    """Real items: rows (n, columns) float32, labels (n,) uint8, and what perfect samplers of many sizes score.

    bands (sizes, metrics, 3): median, 5 % and 95 % points of ``band_sizes`` real items against as many others; not a number
    where a metric is not given at that size. shown_*: real items that can be looked at, as rows, labels and frames (m, H, W).
    """

    rows: NDArray[np.float32]
    labels: NDArray[np.uint8]
    band_sizes: NDArray[np.integer]
    band_names: Sequence[str]
    bands: NDArray[np.floating]
    shown_frames: NDArray[np.uint8]
    shown_rows: NDArray[np.float32]
    shown_labels: NDArray[np.uint8]


@dataclass(frozen=True)
class Near:
    """The nearest training items: frames (n, H, W) uint8, distances (n,), indices (n,), and lists of n that the page shows."""

    frames: NDArray[np.uint8]
    distances: NDArray[np.float64]
    indices: NDArray[np.int64]
    facts: dict[str, list] = field(default_factory=dict)


class MetricSuite(abc.ABC):
    """One data set's. Abstract: every subclass is final, and its instances are named in METRIC_SUITES."""

    dataset: str
    network: str  # named in every protocol
    network_id: str  # the checkpoint that computes the features; "" when none is needed
    output: OutputSpec
    labels: tuple[str, ...]  # what the histogram counts
    title: str  # of the histogram
    features: int  # of a row; further columns are the suite's own
    columns: int
    max_samples: int
    protocols: dict[str, Protocol]
    histogram_metric: str  # the protocol that compares the histograms

    @abc.abstractmethod
    def real(self) -> Real:
        """The shipped real reference, read once per process; PlaygroundError when it is missing."""

    @abc.abstractmethod
    def embed(self, network: Any, pictures: Tensor, asked: NDArray[np.int64]) -> tuple[NDArray, NDArray]:
        """Rows (n, columns) float32 and labels (n,) uint8 of pictures (n, 1, H, W)."""

    @abc.abstractmethod
    def nearest(self, frames: NDArray[np.uint8]) -> Near:
        """The nearest training item of each frame (n, H, W)."""

    def draw(self, model: GenerativeModel, item: Item) -> Drawn:
        """The samples of ``sample``."""
        started = time.perf_counter()
        plan = plan_sample(model, item)
        pictures = decode(model, plan.z, plan.settings, plan.generators)
        return Drawn(pictures, plan.settings, np.full(len(pictures), -1), time.perf_counter() - started)

    def own_scores(self, rows: NDArray, real_rows: NDArray) -> dict[str, float]:
        """The numbers that only this data set has."""
        return {}

    def pieces_of(self, rows: NDArray) -> float | None:
        """How many pieces (words) a sample of these rows has on average, by which its cost is told; None: it is one piece."""
        return None

    def histograms(self, rows: NDArray, real_rows: NDArray) -> list[dict[str, Any]]:
        """Further histograms of samples beside real items: {"title", "labels", "shares", "real_shares"} each, plain JSON.

        And "counted": true where every sample is in one class, so that chance moves shares as it moves counts.
        """
        return []

    def facts(self, rows: NDArray) -> dict[str, list]:
        """What a reply says of each of these rows besides its label; JSON lists of n."""
        return {}

    def shown_facts(self, chosen: NDArray) -> dict[str, list]:
        """The same for these of the real items that are shown."""
        return {}


def common_protocols(many: str) -> dict[str, Protocol]:
    """The numbers that every data set has; ``many`` is what its items are called, such as "digits"."""
    share, lower = "share", "lower"
    return {
        "precision": Protocol("higher", share, f"Share of samples that lie among real {many}: fidelity.", "Precision"),
        "recall": Protocol("higher", share, f"Share of real {many} that lie among the samples: diversity.", "Recall"),
        "density": Protocol(
            "higher",
            "ratio",
            f"How deep among real {many} the samples lie; a perfect sampler scores about 1.",
            "Density",
        ),
        "coverage": Protocol(
            "higher",
            share,
            f"Share of real {many} that have a sample close by: low when modes are missing.",
            "Coverage",
        ),
        "vendi": Protocol(
            "higher", "effective samples", "How many clearly different samples there are, in effect.", "Vendi score"
        ),
        "frechet": Protocol(
            lower,
            "squared distance",
            "Distance between the clouds of features, taken as Gaussians.",
            "Fréchet distance",
        ),
        "pairwise": Protocol(
            "higher",
            "distance",
            "Mean distance between two samples; much below real means they look alike.",
            "Pairwise distance",
        ),
    }


def embed_in_parts(network: Any, pictures: Tensor, at_once: int) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """Features (n, f) and labels (n,) of ``network.embed``, so many pictures at a time."""
    device = next(network.parameters()).device
    features, labels = [], []
    for part in pictures.split(at_once):
        one, label = network.embed(part.to(device))
        features.append(one.float().cpu())
        labels.append(label.cpu())
    return torch.cat(features).numpy(), torch.cat(labels).numpy().astype(np.uint8)
