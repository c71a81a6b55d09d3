"""The plane of fluency and repetition of texts: BLEU against self-BLEU, with each language model's sweep of temperatures.

One point says little: any language model trades one for the other by its temperature (Caccia et al. 2020, "Language GANs falling
short", arXiv:1811.02549). A text GAN is better only where it lies above or left of that curve.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from playground.views.canvas import Theme, render
from playground.views.comparison import Measure, Row

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MARKERS = ("o", "s", "^", "D")


def draw_plane(rows: Sequence[Row], theme: str, settings: dict[str, Any]) -> bytes | None:
    """Self-BLEU to the right, BLEU upwards; None when no row has both."""
    placed = [(index, row, both) for index, row in enumerate(rows) if (both := row.fluency)]

    def draw(figure: "Figure", colours: Theme) -> None:
        axes = figure.subplots()
        repeated, fluent = placed[0][2]
        _draw_perfect(axes, repeated, fluent, colours)
        for index, row, both in placed:
            _draw_row(axes, row, both, colours.models[index], MARKERS[index % len(MARKERS)])
        axes.set_xlabel(f"{repeated.label}: repetition (less is better)")
        axes.set_ylabel(f"{fluent.label}: fluency (more is better)")
        axes.margins(0.12)
        axes.legend(loc="best")

    return render(draw, theme, settings, height=3.4) if placed else None


def _draw_perfect(axes: "Axes", repeated: Measure, fluent: Measure, colours: Theme) -> None:
    """A cross whose arms are the bands of a perfect sampler."""
    across, up = ([[one.floor - one.band[0]], [one.band[1] - one.floor]] for one in (repeated, fluent))
    axes.errorbar(
        [repeated.floor], [fluent.floor], xerr=across, yerr=up, color=colours.quiet, linewidth=2.5, label="Real data"
    )


def _draw_row(axes: "Axes", row: Row, both: tuple[Measure, Measure], colour: str, marker: str) -> None:
    """The row's point, and its temperatures as a line of smaller ones."""
    if row.sweep:
        _, x, y = zip(*row.sweep, strict=True)
        axes.plot(x, y, marker + "-", color=colour, markersize=3.5, linewidth=1.2, alpha=0.8)
        for temperature, repeated, fluent in row.sweep:
            where = {"xytext": (4, -9), "textcoords": "offset points"}
            axes.annotate(f"{temperature:g}", (repeated, fluent), fontsize=7, color=colour, **where)
    axes.plot([both[0].value], [both[1].value], marker, color=colour, markersize=8, label=row.name)
