"""The metric suites of texts: latent semantic analysis, n-grams against held-out texts, and what is copied from training.

A row is the text itself; its features are its point in "lsa-64" (metrics/lsa.py, fitted on the training texts). Whole sets of
texts are measured: BLEU against as many held-out texts, self-BLEU, distinct n-grams, shared runs, lengths, word ranks.
"""

from collections.abc import Callable, Sequence
from dataclasses import KW_ONLY, dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.datasets.metric_suite import MetricSuite, Near, Protocol, Real, common_protocols
from playground.datasets.shared.text_features import Mark, Reading
from playground.datasets.shared.text_reference import TextReference, load_text_reference
from playground.metrics.bleu import ORDERS, bleu, self_bleu
from playground.metrics.histogram import histogram_kl
from playground.metrics.ngram import TextNgrams
from playground.metrics.text_statistics import Copies, Run, WordRanks, distinct
from playground.models.base import FeatureNetwork
from playground.protocol.output import OutputSpec

NETWORK, FEATURES = "lsa-64", 64
RANKS = (31, 101, 301, 1001, 3001, 10001)  # the first rank of every class of words but the commonest
SHOWN = 640  # held-out texts that can be looked at
REMEMBERED = 20_000  # texts whose shared runs are kept: real ones are asked for again and again
BEFORE = 60  # characters of a training text that are shown before what is shared


@dataclass(eq=False)
class TextMetricSuite(MetricSuite):
    """One data set of texts.

    pieces: "words" or "letters", of which a text consists. order: of BLEU. copied_from: words of a run that is called copied;
    None: the whole text, which is short. sizes: the title of the histogram of sizes, and the first size of every class but the
    smallest. load: where the reference comes from.
    """

    dataset: str
    many: str
    reading: Reading
    _: KW_ONLY
    pieces: str = "words"
    width: int
    max_samples: int
    order: int
    copied_from: int | None
    sizes: tuple[str, Sequence[int]]
    load: Callable[[str], TextReference] = load_text_reference

    network = NETWORK
    network_id = ""
    features, columns = FEATURES, 0
    histogram_metric = "length-kl"

    def __post_init__(self) -> None:
        self.output = OutputSpec("text", 1, self.width)
        self.title, self.size_edges = self.sizes
        self.labels = class_names(self.size_edges)
        self.ngram_order = 5 if self.pieces == "letters" else 3
        self.ranked = "words" if self.pieces == "words" else "pairs of letters"
        self.protocols = common_protocols(self.many) | self._own_protocols()
        self._runs: dict[str, Run] = {}

    def _own_protocols(self) -> dict[str, Protocol]:
        words, n, many = self.pieces, self.order, self.many
        copied = (
            f"Share of samples that stand whole in a training text, letter case and punctuation apart. Held-out {many} were "
            "chosen to differ from all training ones, so a good model may copy a little more."
            if self.copied_from is None
            else f"Share of samples with {self.copied_from} or more words in a row that stand in training; held-out texts have "
            "such runs too."
        )
        known = {
            "invented": Protocol(
                "lower",
                "share",
                "Share of words that no training text has, letter case apart; real texts have some too.",
                "Invented words",
                two_sided=True,
            )
        }
        return (known if words == "words" else {}) | {
            "ngram-nats": Protocol(
                "lower",
                f"nats a {words[:-1]}",
                f"-log p of a {words[:-1]} under Kneser-Ney {self.ngram_order}-grams of the training texts. Above the band, "
                "samples make less sense than real texts; below it, they repeat what is common or copied.",
                f"Sense ({self.ngram_order}-grams)",
                two_sided=True,
            ),
            "length-kl": Protocol("lower", "nats", "How far the sizes are from real ones.", "Size histogram KL"),
            "ranks-kl": Protocol(
                "lower",
                "nats",
                f"How far the use of common, rare and unheard-of {self.ranked} is from real use.",
                "Rarity histogram KL",
            ),
            f"bleu{n}": Protocol(
                "higher",
                "0 to 1",
                f"How well runs of up to {n} {words} of a sample are found in as many held-out {many}: fluency.",
                f"BLEU-{n}",
                two_sided=True,
            ),
            f"self-bleu{n}": Protocol(
                "lower",
                "0 to 1",
                f"How well runs of up to {n} {words} of a sample are found in the other samples: repetition.",
                f"Self-BLEU-{n}",
                two_sided=True,
            ),
            **{
                f"distinct{k}": Protocol(
                    "higher",
                    "share",
                    f"Share of runs of {k} {words} of all samples together that differ."
                    if k > 1
                    else f"Share of {words} of all samples together that differ.",
                    f"Distinct-{k}",
                    two_sided=True,
                )
                for k in (1, 2, 3)
            },
            "copied": Protocol("lower", "share", copied, "Copied"),
            "longest-run": Protocol(
                "lower",
                words,
                "The longest run that a sample shares with a training text, mean of all samples.",
                "Longest shared run",
            ),
        }

    @cached_property
    def reference(self) -> TextReference:
        """The shipped reference; PlaygroundError when it is missing."""
        return self.load(self.dataset)

    @cached_property
    def _copies(self) -> Copies:
        return Copies([mark[0] for mark in self.reading.marks(text)] for text in self.reference.training)

    @cached_property
    def _ranks(self) -> WordRanks:
        return WordRanks(word for text in self.reference.training for word in self.reading.ranked(text))

    @cached_property
    def _ngrams(self) -> TextNgrams:
        return TextNgrams((self._read(text) for text in self.reference.training), self.ngram_order)

    def _read(self, text: str) -> list[str]:
        """What n-grams of sense are made of: words in small letters without punctuation, or letters."""
        return self.reading.ranked(text) if self.pieces == "words" else self.reading.words(text)

    @cached_property
    def _rank_edges(self) -> list[int]:
        return [*(edge for edge in RANKS if edge < self._ranks.unknown), self._ranks.unknown]

    def read_real(self) -> Real:
        reference = self.reference
        rows, labels = self.embed(None, reference.real, np.zeros(len(reference.real)))
        return Real(rows, labels, reference.bands, rows[:SHOWN], rows[:SHOWN], labels[:SHOWN])

    def embed(self, network: FeatureNetwork | None, texts: Sequence[str], asked: NDArray) -> tuple[NDArray, NDArray]:
        cut = [text[: self.width] for text in texts]
        sizes = [self.reading.size(text) for text in cut]
        return np.array(cut, object), np.searchsorted(self.size_edges, sizes, side="right").astype(np.uint8)

    def features_of(self, rows: NDArray) -> NDArray:
        return self.reference.embedding.of(rows.tolist(), self.reading.terms)

    def runs(self, texts: Sequence[str]) -> list[Run]:
        """The longest run that each text shares with training."""
        new = list(dict.fromkeys(text for text in texts if text not in self._runs))
        if len(self._runs) + len(new) > REMEMBERED:
            self._runs.clear()
            new = list(dict.fromkeys(texts))
        found = self._copies.longest([[mark[0] for mark in self.reading.marks(text)] for text in new])
        self._runs.update(zip(new, found))
        return [self._runs[text] for text in texts]

    def own_scores(self, rows: NDArray, real_rows: NDArray) -> dict[str, float]:
        texts, real = rows.tolist(), real_rows.tolist()
        words, real_words = ([self.reading.words(text) for text in part] for part in (texts, real))
        runs = self.runs(texts)
        whole = [len(self.reading.marks(text)) for text in texts]
        least = [max(self.copied_from or size, 1) for size in whole]
        column = ORDERS.index(self.order)
        known = {"invented": self._invented_share(texts)} if self.pieces == "words" else {}
        return known | {
            "ngram-nats": self._ngrams.nats(map(self._read, texts)),
            "ranks-kl": histogram_kl(self._rank_counts(texts), np.maximum(self._rank_counts(real), 1)),
            f"bleu{self.order}": float(bleu(words, real_words)[:, column].mean()),
            f"self-bleu{self.order}": float(self_bleu(words)[:, column].mean()),
            **{f"distinct{k}": distinct(words, k) for k in (1, 2, 3)},
            "copied": float(np.mean([run.length >= size for run, size in zip(runs, least)])),
            "longest-run": float(np.mean([self._counted(run) for run in runs])),
        }

    def baselines(self, real_rows: NDArray) -> dict[str, float]:
        """The words, or letters, of the real texts in a random order."""
        generator = np.random.default_rng(0)
        mixed = [generator.permutation(self._read(text)).tolist() for text in real_rows]
        return {"ngram-nats": self._ngrams.nats(mixed)}

    def _invented_share(self, texts: Sequence[str]) -> float:
        """The share of all words of some texts that no training text has; 0 where there is no word."""
        ranks = self._ranks.of(self.reading.ranked(text) for text in texts)
        return float((ranks == self._ranks.unknown).mean()) if len(ranks) else 0.0

    def pieces_of(self, rows: NDArray) -> float:
        return float(np.mean([len(self.reading.words(text)) for text in rows]))

    def _counted(self, run: Run) -> int:
        """Words of a run, or letters: the marks around a name are none."""
        if self.pieces == "words" or not run.length:
            return run.length
        document = len(self.reference.training[run.document]) + 2
        return run.length - (run.document_start == 0) - (run.document_start + run.length == document)

    def _rank_counts(self, texts: Sequence[str]) -> NDArray[np.int64]:
        ranks = self._ranks.of(self.reading.ranked(text) for text in texts)
        counts = np.bincount(
            np.searchsorted(self._rank_edges, ranks, side="right"), minlength=len(self._rank_edges) + 1
        )
        return counts if counts.any() else np.ones_like(counts)  # no word at all says nothing of their use

    def histograms(self, rows: NDArray, real_rows: NDArray) -> list[dict[str, Any]]:
        """How common the words are that samples use, by their rank in training; and for names the letters."""
        names = [*class_names(self._rank_edges[:-1], first=1)[:-1], f"after {self._rank_edges[-2] - 1:,}", "unheard of"]
        counts = [self._rank_counts(one.tolist()) for one in (rows, real_rows)]
        return [{"title": f"Rank of the {self.ranked} in training", "labels": names, **shares_of(*counts)}]

    def nearest(self, texts: Sequence[str]) -> Near:
        """The training text with the longest shared run, cut around it; the distance is the share of the sample outside the run.

        spans and near_spans: where the run stands in the sample and in the training text, in characters.
        """
        texts = [text[: self.width] for text in texts]
        pieces, distances, spans, near_spans = [], [], [], []
        runs = self.runs(texts)
        for text, run in zip(texts, runs):
            marks = self.reading.marks(text)
            distances.append(1 - run.length / max(len(marks), 1))
            span = span_of(marks, run.start, run.length)
            document = self.reference.training[run.document] if run.length else ""
            there = span_of(self.reading.marks(document), run.document_start, run.length)
            begin = self._piece_begin(document, there)
            pieces.append(document[begin : begin + self.width])
            spans.append(list(span))
            near_spans.append([min(place - begin, self.width) for place in there])
        facts = {"spans": spans, "near_spans": near_spans}
        indices = np.array([run.document for run in runs], np.int64)
        return Near(pieces, np.array(distances), indices, facts)

    def _piece_begin(self, document: str, span: tuple[int, int]) -> int:
        """Where the part of a long training text begins that is shown: at a word, some way before the run."""
        if len(document) <= self.width:
            return 0
        begin = max(0, min(span[0] - BEFORE, len(document) - self.width))
        return document.rfind(" ", 0, begin) + 1 if begin else 0


def class_names(edges: Sequence[int], first: int = 0) -> tuple[str, ...]:
    """ "up to 4", "5 to 8", ..., "21 and more" for the first values (5, ..., 21) of the classes after the smallest."""
    inner = [f"{low:,} to {high - 1:,}" if high - low > 1 else f"{low:,}" for low, high in zip(edges, edges[1:])]
    smallest = f"{first} to {edges[0] - 1:,}" if first else f"up to {edges[0] - 1:,}"
    return (smallest, *inner, f"{edges[-1]:,} and more")


def shares_of(counts: NDArray, real_counts: NDArray) -> dict[str, Any]:
    """Shares of counts beside real ones, as ``MetricSuite.histograms`` gives them."""
    own, real = ((one / one.sum()).round(5).tolist() for one in (counts, real_counts))
    return {"shares": own, "real_shares": real}


def span_of(marks: Sequence[Mark], start: int, length: int) -> tuple[int, int]:
    """The characters of a run of marks; (0, 0) of none."""
    return (marks[start][1], marks[start + length - 1][2]) if length else (0, 0)
