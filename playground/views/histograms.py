"""The histograms of a comparison: how samples divide among classes, pitches or steps, beside real shares."""

import textwrap
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from playground.views.canvas import Theme, panel_height, panels, render
from playground.views.comparison import Histogram, Row

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LONG_LABEL = 3  # letters: longer ones stand at the left of lying bars
NAME_LETTERS = (60, 28, 17, 11)  # how many letters of a model's name fit above one of 1, 2, 3 or 4 panels in a row


def draw_histogram(rows: Sequence[Row], theme: str, settings: dict[str, Any], which: int = 0) -> bytes | None:
    """Shares of the rows' histogram number `which`, one panel per model, each bar with its real share as a cross."""
    rows = [row for row in rows if which < len(row.histograms)]
    if not rows:
        return None
    first = rows[0].histograms[which]
    lying = max(map(len, first.labels)) > LONG_LABEL
    if lying:
        letters = NAME_LETTERS[min(len(rows), len(NAME_LETTERS)) - 1]
        rows = [replace(row, name=textwrap.fill(row.name, letters)) for row in rows]

    def draw(figure: "Figure", colours: Theme) -> None:
        share = "share of samples, %" if first.counted else "share, %"
        real = "+ real, as far as chance alone moves it" if first.counted else "+ real"
        if lying:
            grid = figure.subplots(1, len(rows), squeeze=False, sharex=True, sharey=True)
            for index, (row, axes) in enumerate(zip(rows, grid.flat, strict=True)):
                _lying_bars(axes, row, row.histograms[which], colours.models[index], colours.ink)
            figure.suptitle(first.title, x=0.01, ha="left", fontsize=9, color=colours.ink)
            figure.supxlabel(f"{share}   ({real})", color=colours.ink, fontsize=8.5)
            return
        for index, (row, axes) in enumerate(panels(figure, rows)):
            _standing_bars(axes, row, row.histograms[which], colours.models[index], colours.ink)
        title = f"{first.title[0].lower()}{first.title[1:]}"
        figure.supxlabel(f"{title}   ({real})", color=colours.ink, fontsize=8.5)
        figure.supylabel(share, color=colours.ink, fontsize=8.5)

    lines = max(row.name.count("\n") for row in rows)  # above the first of a name
    height = 0.9 + 0.2 * len(first.labels) + 0.15 * lines if lying else panel_height(rows)
    return render(draw, theme, settings, height=height)


def _chance(histogram: Histogram, n: int) -> list[float] | None:
    """Two standard deviations of a perfect sampler's share, in percent: what chance alone may do to each bar."""
    return [200 * (p * (1 - p) / n) ** 0.5 for p in histogram.real_shares] if histogram.counted else None


def _standing_bars(axes: "Axes", row: Row, histogram: Histogram, colour: str, ink: str) -> None:
    places = range(len(histogram.labels))
    axes.bar(places, [100 * p for p in histogram.shares], color=colour, width=0.72)
    real = [100 * p for p in histogram.real_shares]
    axes.errorbar(places, real, _chance(histogram, row.n), fmt="_", color=ink, markersize=8, linewidth=1)
    axes.set_xticks(list(places), list(histogram.labels))
    axes.set_title(row.name)
    axes.set_ylim(0, None)


def _lying_bars(axes: "Axes", row: Row, histogram: Histogram, colour: str, ink: str) -> None:
    places = range(len(histogram.labels))
    axes.barh(places, [100 * p for p in histogram.shares], color=colour, height=0.72)
    real = [100 * p for p in histogram.real_shares]
    axes.errorbar(real, places, xerr=_chance(histogram, row.n), fmt="|", color=ink, markersize=8, linewidth=1)
    axes.set_yticks(list(places), list(histogram.labels))
    if not axes.yaxis_inverted():  # shared by all panels
        axes.invert_yaxis()
    axes.set_title(row.name, fontsize=8)
    axes.set_xlim(0, None)
