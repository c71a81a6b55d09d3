"""The figures of a comparison in words, for those who do not see the plots: every sentence states its numbers."""

from collections.abc import Sequence

from playground.views.comparison import Row, format_number, judge


def describe_metrics(rows: Sequence[Row]) -> str:
    """Each row's numbers against a perfect sampler's band."""
    return "Bars of every number with a perfect sampler's band behind each. " + " ".join(judge(row) for row in rows)


def describe_histogram(rows: Sequence[Row], which: int = 0) -> str:
    """The most and least frequent class of each row's histogram number `which`, with the real shares."""
    parts, title = [], ""
    for row in rows:
        if which >= len(row.histograms):
            continue
        histogram = row.histograms[which]
        title = histogram.title
        order = sorted(range(len(histogram.labels)), key=histogram.shares.__getitem__)
        least, most = order[0], order[-1]
        told = [
            f"{histogram.labels[place]} {how} often ({histogram.shares[place]:.1%}, real {histogram.real_shares[place]:.1%})"
            for place, how in ((most, "most"), (least, "least"))
        ]
        parts.append(f"{row.name} draws {' and '.join(told)}.")
    return f"{title}: every share beside that of the real data. " + " ".join(parts)


def describe_pairwise(rows: Sequence[Row]) -> str:
    """Mean distance between two samples of each row, beside real ones."""
    parts = []
    for row in rows:
        if not row.density:
            continue
        own, real = _mean(row.edges, row.density), _mean(row.edges, row.real_density)
        verdict = "shorter, so less varied" if own < 0.98 * real else "longer" if own > 1.02 * real else "about equal"
        parts.append(f"{row.name}: mean {format_number(own)}, real {format_number(real)} ({verdict}).")
    return "Distances between all pairs of samples, in features. " + " ".join(parts)


def describe_embedding(rows: Sequence[Row]) -> str:
    """How much of the plane that real data covers holds samples of each row."""
    parts = []
    for row in rows:
        if not row.embedding or not row.real_embedding:
            continue
        share = _cells_shared(row)
        parts.append(f"{row.name} has samples in {share:.0%} of the places on the map where real {row.words.many} are.")
    many = rows[0].words.many if rows else "data"
    return f"A map of features, real {many} in grey and each model in its colour. " + " ".join(parts)


def describe_plane(rows: Sequence[Row]) -> str:
    """BLEU and self-BLEU of each row and of its temperatures, beside a perfect sampler's."""
    parts = []
    for row in rows:
        if row.fluency is None:
            continue
        repeated, fluent = row.fluency
        if not parts:
            parts.append(
                f"A perfect sampler has {fluent.label} {format_number(fluent.floor)} at {repeated.label} "
                f"{format_number(repeated.floor)}."
            )
        parts.append(f"{row.name}: {format_number(fluent.value)} at {format_number(repeated.value)}.")
        told = [f"{t:g}: {format_number(bleu)} at {format_number(own)}" for t, own, bleu in row.sweep]
        if told:
            parts.append(f"{row.name} by temperature: {'; '.join(told)}.")
    return "Fluency against repetition: BLEU with held-out texts upwards, self-BLEU to the right. " + " ".join(parts)


def describe_cost(rows: Sequence[Row]) -> str:
    """Milliseconds per sample, or per second of sound, of each row that was timed."""
    timed = [row for row in rows if row.cost_s is not None]
    costs = ", ".join(f"{row.name} {format_number(1000 * (row.cost_s or 0))} ms" for row in timed)
    return f"Time per {rows[0].words.cost_of if rows else 'sample'} on this machine, made in batches: {costs}."


def _mean(edges: Sequence[float], density: Sequence[float]) -> float:
    weights = [d * (right - left) for d, left, right in zip(density, edges, edges[1:], strict=False)]
    centres = [(left + right) / 2 for left, right in zip(edges, edges[1:], strict=False)]
    return sum(w * c for w, c in zip(weights, centres, strict=True)) / (sum(weights) or 1.0)


def _cells_shared(row: Row, side: int = 8) -> float:
    """Share of the cells of a side x side grid over the real points that hold both a real point and a sample."""
    xs, ys = [p[0] for p in row.real_embedding], [p[1] for p in row.real_embedding]
    left, bottom = min(xs), min(ys)
    width, height = (max(xs) - left) or 1.0, (max(ys) - bottom) or 1.0

    def cells(points: Sequence[Sequence[float]]) -> set[tuple[int, int]]:
        return {(int((x - left) / width * side * 0.999), int((y - bottom) / height * side * 0.999)) for x, y in points}

    real = cells(row.real_embedding)
    return len(real & cells(row.embedding)) / len(real)
