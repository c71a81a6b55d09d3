"""Figures of a comparison as PNG: one function each, drawn with matplotlib's objects and Agg, readable at phone width.

Every function takes rows (comparison.py) and a theme, "light" or "dark", and returns PNG bytes, or None when no row has
what the figure shows. Colours are safe for colour-blind readers, and never the only sign: names, hatches, line styles.
"""

import io
import json
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from playground.errors import BadRequest
from playground.views.comparison import WITHIN, Measure, Row, format_number
from playground.views.exports import PNG_KEY

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH_INCHES = 4.4  # at 160 dots an inch 704 pixels: sharp in a 400-pixel column, letters of 10 pixels and more
DOTS_PER_INCH = 160
LINE_STYLES = ("-", "--", "-.", ":")
HATCHES = ("", "//", "..", "\\\\")
_lock = threading.Lock()  # matplotlib's font cache is shared by all threads


@dataclass(frozen=True)
class Theme:
    """Colours of one figure; `models` in the order of the compared models (Okabe & Ito 2008, lightened for dark)."""

    background: str
    ink: str
    quiet: str  # grid, real data
    band: str
    models: tuple[str, ...]


THEMES = {
    "light": Theme("#fbfaf7", "#24292f", "#8b9099", "#c9ced6", ("#0072b2", "#d55e00", "#00805d", "#a5478a")),
    "dark": Theme("#1a1d21", "#e8e6e1", "#8b9099", "#4a5059", ("#56b4e9", "#f0853a", "#2fc49a", "#e29ac5")),
}


def draw_metrics(rows: Sequence[Row], theme: str, settings: dict[str, Any]) -> bytes | None:
    """One small chart per number; behind each model's bar its perfect-sampler band at that sample size."""
    rows = [row for row in rows if row.measures]
    if not rows:
        return None
    count = len(rows[0].measures)

    def draw(figure: "Figure", colours: Theme) -> None:
        grid = figure.subplots(-(-count // 2), 2, squeeze=False)
        for index, axes in enumerate(grid.flat):
            if index >= count:
                axes.set_axis_off()
                continue
            _draw_bars(axes, [row.measures[index] for row in rows], [row.name for row in rows], colours)
            if index % 2:
                axes.set_yticklabels([])
        figure.supxlabel(
            "↑ more is better   ↓ less is better   grey: a perfect sampler   ✓ inside", fontsize=7.5, color=colours.ink
        )

    return _render(draw, theme, settings, height=(0.55 + 0.24 * len(rows)) * -(-count // 2) + 0.3)


def draw_histogram(rows: Sequence[Row], theme: str, settings: dict[str, Any]) -> bytes | None:
    """Share of each class, one panel per model, with the real share as a step line."""
    rows = [row for row in rows if row.histogram and row.real_histogram]

    def draw(figure: "Figure", colours: Theme) -> None:
        for index, (row, axes) in enumerate(_panels(figure, rows)):
            classes = range(len(row.histogram))
            # Two standard deviations of a perfect sampler's count: what chance alone may do to each bar.
            chance = [200 * (p * (1 - p) / row.n) ** 0.5 for p in row.real_histogram]
            real = [100 * p for p in row.real_histogram]
            axes.bar(classes, [100 * p for p in row.histogram], color=colours.models[index], width=0.72)
            axes.errorbar(classes, real, chance, fmt="_", color=colours.ink, markersize=8, linewidth=1)
            axes.set_xticks(list(classes))
            axes.set_title(row.name)
            axes.set_ylim(0, None)
        label = "digit   (+ real share, as far as chance alone moves it)"
        figure.supxlabel(label, color=colours.ink, fontsize=8.5)
        figure.supylabel("share of samples, %", color=colours.ink, fontsize=8.5)

    return _render(draw, theme, settings, height=_panel_height(rows)) if rows else None


def draw_pairwise(rows: Sequence[Row], theme: str, settings: dict[str, Any]) -> bytes | None:
    """Densities of the distances between all pairs of samples; the real one is a grey area."""
    rows = [row for row in rows if row.density]

    def draw(figure: "Figure", colours: Theme) -> None:
        axes = figure.subplots()
        axes.stairs(rows[0].real_density, rows[0].edges, fill=True, color=colours.band, label="Real data")
        for index, row in enumerate(rows):
            centres = [(left + right) / 2 for left, right in zip(row.edges, row.edges[1:], strict=False)]
            style = LINE_STYLES[index % len(LINE_STYLES)]
            axes.plot(centres, row.density, style, color=colours.models[index], linewidth=1.8, label=row.name)
        axes.set_xlabel("distance between two samples, in features")
        axes.set_yticks([])
        axes.set_ylabel("how often")
        axes.set_ylim(0, None)
        axes.legend(loc="upper left")

    return _render(draw, theme, settings, height=3.0) if rows else None


def draw_embedding(rows: Sequence[Row], theme: str, settings: dict[str, Any]) -> bytes | None:
    """The map of features, one panel per model: real data in grey, the model in its colour, the same axes everywhere."""
    rows = [row for row in rows if row.embedding and row.real_embedding]

    def draw(figure: "Figure", colours: Theme) -> None:
        for index, (row, axes) in enumerate(_panels(figure, rows)):
            real_x, real_y = zip(*row.real_embedding, strict=True)
            x, y = zip(*row.embedding, strict=True)
            axes.scatter(real_x, real_y, s=11, color=colours.quiet, alpha=0.6, linewidths=0)
            axes.scatter(x, y, s=4, color=colours.models[index], alpha=0.8, linewidths=0)
            axes.set_title(row.name)
            axes.set(xticks=[], yticks=[])
            axes.grid(False)

    return _render(draw, theme, settings, height=_panel_height(rows)) if rows else None


def draw_cost(rows: Sequence[Row], theme: str, settings: dict[str, Any]) -> bytes | None:
    """Milliseconds per sample on this machine, on a logarithmic axis."""
    timed = [(index, row) for index, row in enumerate(rows) if row.seconds_per_sample]

    def draw(figure: "Figure", colours: Theme) -> None:
        axes = figure.subplots()
        milliseconds = [1000 * (row.seconds_per_sample or 0) for _, row in timed]
        places = range(len(timed))
        bars = axes.barh(places, milliseconds, color=[colours.models[index] for index, _ in timed], height=0.6)
        axes.bar_label(bars, [f"{format_number(value)} ms" for value in milliseconds], padding=3, fontsize=8)
        axes.set_xscale("log")
        axes.set_xlim(min(milliseconds) / 3, max(milliseconds) * 5)
        axes.set_yticks(list(places), [row.name for _, row in timed])
        axes.invert_yaxis()
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
        axes.set_xlabel("milliseconds per sample, powers of ten")

    return _render(draw, theme, settings, height=0.9 + 0.32 * len(timed)) if timed else None


FIGURES: dict[str, Callable[[Sequence[Row], str, dict[str, Any]], bytes | None]] = {
    "metrics": draw_metrics,
    "histogram": draw_histogram,
    "pairwise": draw_pairwise,
    "embedding": draw_embedding,
    "cost": draw_cost,
}


def _draw_bars(axes: "Axes", measures: Sequence[Measure], names: Sequence[str], colours: Theme) -> None:
    places = range(len(measures))
    largest = max(max(m.value, m.band[1]) for m in measures) or 1.0
    for place, measure in enumerate(measures):
        low, high = measure.band
        shown_width = max(high - low, 0.012 * largest)  # a band thinner than a line would not be seen
        axes.barh(place, shown_width, left=low, height=0.96, color=colours.band, linewidth=0)
        colour, hatch = colours.models[place % len(colours.models)], HATCHES[place % len(HATCHES)]
        axes.barh(
            place, measure.value, height=0.5, color=colour, hatch=hatch, edgecolor=colours.background, linewidth=0
        )
        axes.plot([measure.floor] * 2, [place - 0.48, place + 0.48], color=colours.ink, linewidth=0.8)
        mark = " ✓" if measure.standing == WITHIN else ""
        axes.text(
            1.03 * max(measure.value, high, low + shown_width),
            place,
            f"{format_number(measure.value)}{mark}",
            va="center",
            fontsize=7.5,
            color=colours.ink,
        )
    axes.set_yticks(list(places), names)
    axes.set_xlim(0, largest * 1.42)
    axes.set_ylim(len(measures) - 0.45, -0.55)
    axes.locator_params(axis="x", nbins=4)
    axes.set_title(f"{measures[0].label} {'↑' if measures[0].better == 'higher' else '↓'}")


def _panels(figure: "Figure", rows: Sequence[Row]) -> list[tuple[Row, "Axes"]]:
    columns = 1 if len(rows) == 1 else 2
    grid = figure.subplots(-(-len(rows) // columns), columns, squeeze=False, sharex=True, sharey=True)
    for axes in grid.flat[len(rows) :]:
        axes.set_axis_off()
    return list(zip(rows, grid.flat, strict=False))


def _panel_height(rows: Sequence[Row]) -> float:
    return 3.2 if len(rows) == 1 else 0.4 + 2.1 * -(-len(rows) // 2)


def _render(draw: Callable[["Figure", Theme], None], theme: str, settings: dict[str, Any], *, height: float) -> bytes:
    if theme not in THEMES:
        raise BadRequest(f"theme must be one of {', '.join(THEMES)}, got {theme!r}.")
    # Imported on first use: the page's start must not pay for it.
    from matplotlib import rc_context
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    colours = THEMES[theme]
    style: dict[Any, Any] = {
        "font.size": 8.5,
        "axes.titlesize": 9,
        "axes.labelsize": 8.5,
        "axes.titlelocation": "left",
        "axes.facecolor": colours.background,
        "axes.edgecolor": colours.quiet,
        "axes.labelcolor": colours.ink,
        "axes.titlecolor": colours.ink,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": True,
        "axes.axisbelow": True,
        "grid.color": colours.quiet,
        "grid.alpha": 0.18,
        "hatch.linewidth": 0.6,
        "legend.fontsize": 7.5,
        "legend.frameon": False,
        "legend.labelcolor": colours.ink,
        "xtick.color": colours.ink,
        "ytick.color": colours.ink,
        "xtick.labelsize": 7.5,
        "ytick.labelsize": 7.5,
        "xtick.major.size": 0,
        "ytick.major.size": 0,
        "text.color": colours.ink,
    }
    with _lock, rc_context(style):
        figure = Figure(figsize=(WIDTH_INCHES, height), dpi=DOTS_PER_INCH, facecolor=colours.background)
        figure.set_layout_engine("constrained")
        canvas = FigureCanvasAgg(figure)
        draw(figure, colours)
        file = io.BytesIO()
        canvas.print_png(file, metadata={PNG_KEY: json.dumps(settings), "Software": "Generative Playground"})
    return file.getvalue()
