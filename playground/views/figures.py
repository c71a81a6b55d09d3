"""Figures of a comparison as PNG: one function each, drawn with matplotlib's objects and Agg, readable at phone width.

Every function takes rows (comparison.py) and a theme, "light" or "dark", and returns PNG bytes, or None when no row has
what the figure shows. Colours are safe for colour-blind readers, and never the only sign: names, hatches, line styles.
"""

import textwrap
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from playground.views.canvas import THEMES, Theme, panel_height, panels, render
from playground.views.comparison import WITHIN, Measure, Row, format_number
from playground.views.histograms import draw_histogram
from playground.views.plane import draw_plane

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["FIGURES", "THEMES"]

LINE_STYLES = ("-", "--", "-.", ":")
HATCHES = ("", "//", "..", "\\\\")

LABEL_CHARACTERS = 46  # of one line of an axis label: what the narrowest figure has room for


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

    return render(draw, theme, settings, height=(0.55 + 0.24 * len(rows)) * -(-count // 2) + 0.3)


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

    return render(draw, theme, settings, height=3.0) if rows else None


def draw_embedding(rows: Sequence[Row], theme: str, settings: dict[str, Any]) -> bytes | None:
    """The map of features, one panel per model: real data in grey, the model in its colour, the same axes everywhere."""
    rows = [row for row in rows if row.embedding and row.real_embedding]

    def draw(figure: "Figure", colours: Theme) -> None:
        for index, (row, axes) in enumerate(panels(figure, rows)):
            real_x, real_y = zip(*row.real_embedding, strict=True)
            x, y = zip(*row.embedding, strict=True)
            axes.scatter(real_x, real_y, s=11, color=colours.quiet, alpha=0.6, linewidths=0)
            axes.scatter(x, y, s=4, color=colours.models[index], alpha=0.8, linewidths=0)
            axes.set_title(row.name)
            axes.set(xticks=[], yticks=[])
            axes.grid(False)

    return render(draw, theme, settings, height=panel_height(rows)) if rows else None


def draw_cost(rows: Sequence[Row], theme: str, settings: dict[str, Any]) -> bytes | None:
    """Milliseconds per sample, or per second of sound, on this machine, on a logarithmic axis."""
    timed = [(index, row) for index, row in enumerate(rows) if row.cost_s]

    def draw(figure: "Figure", colours: Theme) -> None:
        axes = figure.subplots()
        milliseconds = [1000 * (row.cost_s or 0) for _, row in timed]
        places = range(len(timed))
        bars = axes.barh(places, milliseconds, color=[colours.models[index] for index, _ in timed], height=0.6)
        axes.bar_label(bars, [f"{format_number(value)} ms" for value in milliseconds], padding=3, fontsize=8)
        axes.set_xscale("log")
        axes.set_xlim(min(milliseconds) / 3, max(milliseconds) * 5)
        axes.set_yticks(list(places), [row.name for _, row in timed])
        axes.invert_yaxis()
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
        # Between powers of ten only where fewer than two are in view.
        axes.xaxis.set_minor_formatter(lambda value, _: f"{value:g}" if f"{value:e}"[0] in "25" else "")
        axes.set_xlabel(textwrap.fill(f"milliseconds per {timed[0][1].words.cost_of}", LABEL_CHARACTERS))

    return render(draw, theme, settings, height=1.05 + 0.32 * len(timed)) if timed else None


FIGURES: dict[str, Callable[[Sequence[Row], str, dict[str, Any]], bytes | None]] = {
    "metrics": draw_metrics,
    "histogram": draw_histogram,
    "pairwise": draw_pairwise,
    "embedding": draw_embedding,
    "plane": draw_plane,
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
