"""The numbers of one compared model: labels, perfect-sampler bands, and what may honestly be said about them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from playground.protocol.words import Words

# Beyond a perfect sampler's band a number is no longer good news: what it then means, by label.
BEYOND_MEANS = {
    "playing safe rather than better samples": (
        "Precision",
        "Density",
        "Notes in key",
        "Pitch accuracy",
        "BLEU-3",
        "BLEU-4",
    ),
    "samples more scattered than real data": (
        "Recall",
        "Vendi score",
        "Pairwise distance",
        "Self-BLEU-3",
        "Self-BLEU-4",
    ),
}
WITHIN, WORSE, BEYOND = "within", "worse", "beyond"


@dataclass(frozen=True)
class Measure:
    """One number under its protocol, beside what a perfect sampler of the same size scores."""

    protocol: str
    value: float
    floor: float  # a perfect sampler's median
    band: tuple[float, float]  # where nine in ten perfect samplers fall
    better: str  # "lower" or "higher"
    unit: str = ""
    help: str = ""
    name: str = ""  # what people call it; empty: as its protocol begins
    two_sided: bool = False  # beyond the good end of the band is a fault too
    baseline: float | None = None  # what samples without any sense score

    @classmethod
    def from_reply(cls, protocol: str, entry: Mapping[str, Any]) -> "Measure":
        """From an entry of the operation `measure`; without a band, the floor is the whole band."""
        floor = float(entry["floor"])
        low, high = entry.get("band") or (floor, floor)
        text = {name: str(entry.get(name) or "") for name in ("unit", "help")} | {"name": str(entry.get("label") or "")}
        baseline = entry.get("baseline")
        return cls(
            protocol,
            float(entry["value"]),
            floor,
            (float(low), float(high)),
            str(entry["better"]),
            **text,
            two_sided=bool(entry.get("two_sided")),
            baseline=None if baseline is None else float(baseline),
        )

    @property
    def label(self) -> str:
        """A short name for a plot or a table's row."""
        return self.name or self.protocol.split("-")[0].capitalize()

    @property
    def standing(self) -> str:
        """WITHIN the band (or past its good end by rounding only), WORSE than it, or BEYOND its good end."""
        low, high = self.band
        slack = 1e-9 + 1e-6 * abs(high)
        if low - slack <= self.value <= high + slack:
            return WITHIN
        return WORSE if (self.value < low) == (self.better == "higher") else BEYOND

    @property
    def fault(self) -> float:
        """How far outside the band the value lies, in widths of the band; 0 inside, and beyond its end where that is no fault.

        A band counts as at least a twentieth of the floor wide; that of a share as .05.
        """
        if self.standing == WITHIN or (self.standing == BEYOND and not self.two_sided):
            return 0.0
        low, high = self.band
        outside = max(low - self.value, self.value - high)
        return outside / max(high - low, abs(self.floor) / 20, 0.05 if self.unit == "share" else 1e-9)

    @property
    def senseless(self) -> bool:
        """Whether the value lies outside the band and nearer to that of samples without any sense than to the floor."""
        if self.baseline is None or self.standing == WITHIN:
            return False
        return abs(self.value - self.baseline) < abs(self.value - self.floor)


@dataclass(frozen=True)
class Histogram:
    """Shares of samples and of real items, each summing to 1, in the order of the labels.

    counted: every sample is in one class, so that chance moves a share as it moves a count of n.
    """

    title: str
    labels: tuple[str, ...]
    shares: tuple[float, ...]
    real_shares: tuple[float, ...]
    counted: bool = True


@dataclass(frozen=True)
class Row:
    """One model, or the real data, in a comparison of `n` samples."""

    id: str
    name: str
    n: int
    words: Words
    measures: list[Measure] = field(default_factory=list)
    histograms: list[Histogram] = field(default_factory=list)  # the first one counts the classes of the data set
    edges: list[float] = field(default_factory=list)  # of the pairwise distances, one more than the densities
    density: list[float] = field(default_factory=list)
    real_density: list[float] = field(default_factory=list)
    embedding: list[Sequence[float]] = field(default_factory=list)  # (x, y) of each sample
    real_embedding: list[Sequence[float]] = field(default_factory=list)
    seconds_per_sample: float | None = None
    pieces: float | None = None  # of a sample, on average
    sweep: list[tuple[float, float, float]] = field(default_factory=list)  # temperature, self-BLEU, BLEU

    @property
    def cost_s(self) -> float | None:
        """Seconds of computing per sample, for what can be heard per second of sound, for texts per piece."""
        return self.seconds_per_sample and self.seconds_per_sample / (self.pieces or self.words.seconds_of_sound or 1.0)

    @property
    def fluency(self) -> tuple[Measure, Measure] | None:
        """Self-BLEU and BLEU, where they are measured."""
        found = {name: one for one in self.measures for name in ("bleu", "self-bleu") if one.protocol.startswith(name)}
        return (found["self-bleu"], found["bleu"]) if len(found) == 2 else None

    @classmethod
    def from_reply(
        cls,
        id: str,
        name: str,
        n: int,
        reply: Mapping[str, Any],
        seconds_per_sample: float | None,
        words: Words,
    ) -> "Row":
        """From the header of the operation `measure`; a missing part leaves its figure without this row."""
        pairwise = reply.get("pairwise") or {}
        return cls(
            id=id,
            name=name,
            n=n,
            measures=[Measure.from_reply(protocol, entry) for protocol, entry in reply["metrics"].items()],
            histograms=_histograms(reply, words),
            edges=list(pairwise.get("edges", [])),
            density=list(pairwise.get("density", [])),
            real_density=list(pairwise.get("real_density", [])),
            embedding=list(reply.get("embedding", [])),
            real_embedding=list(reply.get("real_embedding", [])),
            seconds_per_sample=seconds_per_sample,
            words=words,
            pieces=reply.get("pieces") or None,
        )


def judge(row: Row) -> str:
    """One honest sentence: nonsense is called so first; then the worst number, the others outside the band, those within it."""
    if not row.measures:
        return f"{row.name}: nothing was measured."
    by_standing = {
        standing: [m for m in row.measures if m.standing == standing] for standing in (WITHIN, WORSE, BEYOND)
    }
    worst = _worst(row)
    parts = [_lead(worst)] if worst else []
    others, beyond = ([m for m in by_standing[one] if m is not worst] for one in (WORSE, BEYOND))
    if others:
        parts.append(f"{'also ' if worst else ''}worse than a perfect sampler: {_list(map(_with_band, others))}")
    if beyond:
        parts.append(f"beyond a perfect sampler: {_list(map(_with_band, beyond))}{_sign_of(beyond)}")
    if by_standing[WITHIN]:
        parts.append(f"within the band of a perfect sampler: {_list(_inner(m.label) for m in by_standing[WITHIN])}")
    return f"{row.name}: {'; '.join(parts)}."


def judge_all(rows: Sequence[Row]) -> str:
    """One sentence over all rows of models, the worst number of each first; the model that is furthest from real data leads."""
    measured = [row for row in rows if row.measures]
    if not measured:
        return "Nothing was measured."
    worst = {row.id: _worst(row) for row in measured}
    ordered = sorted(measured, key=lambda row: _seriousness(worst[row.id]), reverse=True)
    parts = []
    for row in ordered:
        one, outside = worst[row.id], sum(m.standing != WITHIN for m in row.measures)
        if one is None:
            parts.append(f"{row.name}: no number is worse than that of real {row.words.many}")
        else:
            parts.append(f"{row.name}: {_lead(one)}, outside the band on {outside} of {len(row.measures)} numbers")
    return f"At {rows[0].n} samples, {'; '.join(parts)}."


def _worst(row: Row) -> Measure | None:
    """A number that shows nonsense, or else the one furthest outside its band; None where none is at fault."""
    return max((m for m in row.measures if m.fault > 0), key=_seriousness, default=None)


def _seriousness(measure: Measure | None) -> tuple[bool, float]:
    """What orders faults: nonsense above all, then how far outside the band."""
    return (measure.senseless, measure.fault) if measure else (False, 0.0)


def _lead(worst: Measure) -> str:
    """What to say first: nonsense, or the worst number."""
    if worst.senseless and worst.baseline is not None:
        return f"nonsense, {_with_band(worst)} is nearer to chance ({format_number(worst.baseline)}) than to real data"
    return f"worst is {_with_band(worst)}{_sign_of([worst]) if worst.standing == BEYOND else ''}"


def _sign_of(beyond: Sequence[Measure]) -> str:
    """What numbers beyond a perfect sampler's band are a sign of, where that is known."""
    labels = {m.label for m in beyond}
    meanings = [meaning for meaning, of in BEYOND_MEANS.items() if labels.intersection(of)]
    return f", a sign of {_list(meanings)}" if meanings else ""


def format_number(value: float) -> str:
    """Three significant digits without an exponent where a person would write none."""
    if value == 0:
        return "0"
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    if abs(value) >= 100:
        return f"{value:.0f}"
    return f"{value:.3g}" if abs(value) >= 1e-4 else f"{value:.1e}"


def _with_band(measure: Measure) -> str:
    low, high = (format_number(end) for end in measure.band)
    return f"{_inner(measure.label)} {format_number(measure.value)} (band {low} to {high})"


def _inner(label: str) -> str:
    return label if label[:2].isupper() else label[0].lower() + label[1:]


def _list(words: Any) -> str:
    words = list(words)
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _histograms(reply: Mapping[str, Any], words: Words) -> list[Histogram]:
    """Of the classes, where there are any, and whatever else the data set counts."""
    own, real = _shares(reply.get("histogram", [])), _shares(reply.get("real_histogram", []))
    found = []
    if own and real:
        title = str(reply.get("title") or words.one.capitalize())
        labels = reply.get("labels") or range(len(own))
        found.append(Histogram(title, tuple(map(str, labels)), own, real))
    for one in reply.get("histograms", []):
        parts = (one["labels"], one["shares"], one["real_shares"])
        found.append(Histogram(str(one["title"]), *map(tuple, parts), counted=bool(one.get("counted", False))))
    return found


def _shares(counts: Sequence[float]) -> tuple[float, ...]:
    total = sum(counts)
    return tuple(count / total for count in counts) if total else ()
