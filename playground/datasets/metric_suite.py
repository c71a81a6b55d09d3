"""What a metric suite is: from samples of one data set to rows, and from rows to numbers.

Samples are reduced to *rows*: first the features of a named network, then whatever else the data set's own numbers need (for
notes the pitch asked for and the pitch heard). Rows travel through the page without being looked at, from ``features`` back to
``measure``. A text is its own row.
"""

import abc
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from playground.checkpoint import find_checkpoint, load_model
from playground.metrics.frechet import frechet_distance
from playground.metrics.histogram import class_histogram, histogram_kl
from playground.metrics.pairwise import pairwise_distances
from playground.metrics.prdc import prdc
from playground.metrics.vendi import vendi_score
from playground.models.base import FeatureNetwork, GenerativeModel, Outputs, sample_generator
from playground.models.decoding import decode
from playground.protocol.output import OutputSpec

MIN_SAMPLES = 50


@dataclass(frozen=True)
class Floor:
    """What real items of the same size score: the value, where nine in ten such scores fall, and what stands on a card."""

    value: float
    band: tuple[float, float] | None = None
    text: str = ""  # in place of the protocol's own


@dataclass(frozen=True)
class Protocol:
    """How to read one number: which way is better, its unit, what it says, its short name, from how many samples it is given.

    two_sided: a value beyond the good end of a perfect sampler's band is a fault too.
    """

    better: str  # "higher" | "lower"
    unit: str
    text: str
    label: str
    from_samples: int = MIN_SAMPLES
    two_sided: bool = False

    def entry(self, value: float, floor: Floor) -> dict[str, Any]:
        """One number as cards and comparisons have it; plain JSON."""
        facts = {"value": value, "floor": floor.value, "unit": self.unit}
        facts |= {"better": self.better, "two_sided": self.two_sided}
        band = {} if floor.band is None else {"band": list(floor.band)}
        return facts | {"help": floor.text or self.text} | band


@dataclass(frozen=True)
class Samples:
    """Which samples of a model are wanted: ``count`` of consecutive indices from ``start`` under ``seed``, and the settings.

    begun: frames of an unfinished piece that the first sample continues (see ``Drawn.unfinished``).
    """

    seed: int
    start: int
    count: int
    settings: dict[str, Any]
    begun: bytes | memoryview = b""

    def generators(self) -> list[torch.Generator]:
        """One generator a sample, all at their beginning."""
        return [sample_generator(self.seed, self.start + i) for i in range(self.count)]


@dataclass(frozen=True)
class Drawn:
    """Samples of a model: pictures (n, 1, H, W), what was asked of each, and the seconds it took.

    unfinished: how many of the last samples belong to a longer piece that the next sample continues; the request for that one
    may bring them as its body, so that they are not made again.
    """

    pictures: Outputs  # or points, or texts: what the model makes
    asked: NDArray[np.int64]  # (n,); -1 where nothing was
    seconds: float
    unfinished: int = 0


@dataclass(frozen=True)
class Bands:
    """What ``sizes`` (s,) real items score against as many others, by the metrics called ``names``.

    points (s, metrics, 3): median, 5 % and 95 % points; not a number where a metric is not given at that size.
    """

    sizes: NDArray[np.integer]
    names: list[str]
    points: NDArray[np.floating]

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray]) -> "Bands":
        """The bands among the arrays of a reference."""
        return cls(arrays["band_sizes"], arrays["band_names"].tolist(), arrays["bands"])

    def arrays(self) -> dict[str, Any]:
        """As arrays of a reference."""
        return {"band_sizes": self.sizes, "band_names": np.array(self.names), "bands": self.points}


NO_BANDS = Bands(np.zeros(0, np.int64), [], np.zeros((0, 0, 3), np.float32))  # of a reference that is being built


@dataclass(frozen=True)
class Real:
    """Real items: rows, labels (n,) uint8, and what perfect samplers of many sizes score.

    shown*: real items to look at, frames (m, H, W) or texts, rows and labels.
    """

    rows: NDArray
    labels: NDArray[np.uint8]
    bands: Bands
    shown: NDArray
    shown_rows: NDArray
    shown_labels: NDArray[np.uint8]


@dataclass(frozen=True)
class Near:
    """The nearest training items: frames (n, H, W) uint8 or texts, distances (n,), indices (n,), and lists of n for the page."""

    items: NDArray[np.uint8] | list[str]
    distances: NDArray[np.float64]
    indices: NDArray[np.int64]
    facts: dict[str, list] = field(default_factory=dict)


class MetricSuite(abc.ABC):
    """How models of one data set are measured; its metrics.py calls it SUITE. Abstract: every subclass is final."""

    dataset: str
    network: str  # named in every protocol
    network_id: str  # the checkpoint that computes the features; "" when none is needed
    output: OutputSpec
    labels: tuple[str, ...]  # what the histogram counts
    title: str  # of the histogram
    features: int  # of a row; further columns are the suite's own
    columns: int  # 0: rows are texts
    max_samples: int
    protocols: dict[str, Protocol]
    histogram_metric: str  # the protocol that compares the histograms

    def load_network(self, root: Path) -> FeatureNetwork | None:
        """The checkpoint under ``root`` that computes the features, loaded once; None when none is needed."""
        return _load_network(root, self.network_id) if self.network_id else None

    def real(self) -> Real:
        """The real items, read once."""
        return self._real

    @cached_property
    def _real(self) -> Real:
        return self.read_real()

    @abc.abstractmethod
    def read_real(self) -> Real:
        """The real items from the shipped reference; PlaygroundError when it is missing."""

    @abc.abstractmethod
    def embed(
        self, network: FeatureNetwork | None, pictures: Outputs, asked: NDArray[np.int64]
    ) -> tuple[NDArray, NDArray]:
        """Rows, (n, columns) float32 or (n,) of str, and labels (n,) uint8 of pictures (n, 1, H, W) or n texts."""

    @abc.abstractmethod
    def nearest(self, frames: Any) -> Near:
        """The nearest training item of each text or frame, (n, H, W) uint8, or (n, H, W, C) where it has several channels."""

    def features_of(self, rows: NDArray) -> NDArray:
        """The features (n, features) float32 of rows."""
        return rows[:, : self.features]

    def draw(self, model: GenerativeModel, samples: Samples) -> Drawn:
        """These samples, as the operation ``sample`` gives them."""
        started = time.perf_counter()
        z = model.sample_latents(samples.generators(), samples.settings).cpu()
        pictures = decode(model, z, samples.settings, samples.generators())
        return Drawn(pictures, np.full(len(pictures), -1), time.perf_counter() - started)

    def made_for(self, model: GenerativeModel, samples: Samples) -> int:
        """How many outputs of the model these samples are cut from, by which their cost is reckoned."""
        return samples.count

    def score(
        self,
        rows: NDArray,
        labels: NDArray,
        real_rows: NDArray,
        real_labels: NDArray,
        names: Collection[str] | None = None,
    ) -> dict[str, float]:
        """The numbers called ``names``, by default all that are given at this size, of samples against real items.

        Rows and labels (n,) of both. This is the one way from samples to these numbers: for cards, comparisons and
        the bands of perfect samplers alike.
        """
        wanted = [
            name
            for name, protocol in self.protocols.items()
            if (len(rows) >= protocol.from_samples if names is None else name in names)
        ]
        features, real = self.features_of(rows), self.features_of(real_rows)
        near, shape = (cache(partial(prdc, real, features, neighbours=k)) for k in (5, 3))
        own = cache(partial(self.own_scores, rows, real_rows))
        common: dict[str, Callable[[], float]] = {
            "precision": lambda: shape().precision,
            "recall": lambda: shape().recall,
            "density": lambda: near().density,
            "coverage": lambda: near().coverage,
            "vendi": lambda: vendi_score(features),
            "frechet": lambda: frechet_distance(features, real),
            "pairwise": lambda: float(pairwise_distances(features).mean()),
            self.histogram_metric: lambda: self.histogram_distance(labels, real_labels),
        }
        return {name: common[name]() if name in common else own()[name] for name in wanted}

    def entries(
        self, rows: NDArray, labels: NDArray, real_rows: NDArray, real_labels: NDArray, floors: Mapping[str, Floor]
    ) -> dict[str, dict[str, Any]]:
        """The numbers that have floors, each as an entry of a card, from rows and labels of samples and of real items."""
        values, baselines = self.score(rows, labels, real_rows, real_labels, floors), self.baselines(real_rows)
        return {
            name: self.protocols[name].entry(value, floors[name])
            | {"label": self.protocols[name].label}
            | ({"baseline": baselines[name]} if name in baselines else {})
            for name, value in values.items()
        }

    def histogram_distance(self, labels: NDArray, real_labels: NDArray) -> float:
        """KL divergence in nats of the shares of the classes from the real ones; a class without real items counts as one."""
        counts, real_counts = (class_histogram(one, len(self.labels)) for one in (labels, real_labels))
        return histogram_kl(counts, np.maximum(real_counts, 1))

    def own_scores(self, rows: NDArray, real_rows: NDArray) -> dict[str, float]:
        """The metrics that only this data set has."""
        return {}

    def baselines(self, real_rows: NDArray) -> dict[str, float]:
        """What samples at random score on some of the metrics."""
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
        """The facts of the chosen real items, as ``facts`` gives them of samples."""
        return {}


@lru_cache(maxsize=1)
def _load_network(root: Path, network_id: str) -> FeatureNetwork:
    network = load_model(find_checkpoint(root, network_id))
    assert isinstance(network, FeatureNetwork)
    return network


def reference_order(count: int) -> NDArray[np.int64]:
    """The fixed random order (count,) of all real items, of which the first n stand against n samples."""
    return np.random.default_rng(0).permutation(count)


def common_protocols(many: str) -> dict[str, Protocol]:
    """The numbers that every data set has; ``many`` is what its items are called, such as "digits"."""
    share, lower = "share", "lower"
    return {
        "precision": Protocol(
            "higher", share, f"Share of samples that lie among real {many}: fidelity.", "Precision", two_sided=True
        ),
        "recall": Protocol(
            "higher", share, f"Share of real {many} that lie among the samples: diversity.", "Recall", two_sided=True
        ),
        "density": Protocol(
            "higher",
            "ratio",
            f"How deep among real {many} the samples lie; a perfect sampler scores about 1.",
            "Density",
            two_sided=True,
        ),
        "coverage": Protocol(
            "higher",
            share,
            f"Share of real {many} that have a sample close by: low when modes are missing.",
            "Coverage",
        ),
        "vendi": Protocol(
            "higher",
            "effective samples",
            "How many clearly different samples there are, in effect.",
            "Vendi score",
            two_sided=True,
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
            two_sided=True,
        ),
    }


def embed_in_parts(
    network: FeatureNetwork | None, pictures: Tensor, at_once: int
) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """Features (n, f) and labels (n,) of ``network.embed``, so many pictures at a time."""
    assert network is not None
    device = next(network.parameters()).device
    features, labels = [], []
    for part in pictures.split(at_once):
        one, label = network.embed(part.to(device))
        features.append(one.float().cpu())
        labels.append(label.cpu())
    return torch.cat(features).numpy(), torch.cat(labels).numpy().astype(np.uint8)
