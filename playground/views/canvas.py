"""What every figure is drawn on: themes, panels, and matplotlib's Agg canvas turned into a PNG that carries its request.

Matplotlib's objects are used without pyplot: no global figure, no window, safe in threads.
"""

import io
import json
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from playground.errors import BadRequest
from playground.views.comparison import Row
from playground.views.exports import PNG_KEY

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH_INCHES = 4.4  # at 160 dots an inch 704 pixels: sharp in a 400-pixel column, letters of 10 pixels and more
DOTS_PER_INCH = 160
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


def panels(figure: "Figure", rows: Sequence[Row]) -> list[tuple[Row, "Axes"]]:
    """One panel a row, two beside each other, all with the same axes."""
    columns = 1 if len(rows) == 1 else 2
    grid = figure.subplots(-(-len(rows) // columns), columns, squeeze=False, sharex=True, sharey=True)
    for axes in grid.flat[len(rows) :]:
        axes.set_axis_off()
    return list(zip(rows, grid.flat, strict=False))


def panel_height(rows: Sequence[Row]) -> float:
    """Inches that `panels` needs."""
    return 3.2 if len(rows) == 1 else 0.4 + 2.1 * -(-len(rows) // 2)


def render(draw: Callable[["Figure", Theme], None], theme: str, settings: dict[str, Any], *, height: float) -> bytes:
    """PNG of what `draw` puts on a figure of that height in inches, with the settings inside; BadRequest for another theme."""
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
