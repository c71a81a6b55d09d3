"""Figures: real PNGs with their request inside, in both themes, and no matplotlib before the first one."""

import io
import re
import subprocess
import sys
from pathlib import Path

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text
from PIL import Image
from rows import DIGITS, reply, row

from playground.datasets import compared_words
from playground.errors import BadRequest
from playground.views.comparison import Row
from playground.views.figures import FIGURES, THEMES
from playground.views.histograms import draw_histogram
from tests.read_back import read_settings

REPOSITORY = Path(__file__).parents[2]


@pytest.mark.parametrize("name", [name for name in FIGURES if name != "plane"])  # of texts alone: test_plane.py
def test_a_figure_is_a_png_with_its_request_inside(name: str) -> None:
    png = FIGURES[name]([row("Model A"), row("Model B", precision=0.9)], "light", {"seed": 7})
    assert png is not None
    assert read_settings(png) == {"seed": 7}
    with Image.open(io.BytesIO(png)) as picture:
        assert 600 <= picture.width <= 900  # sharp at phone width, light to send
        assert len(picture.convert("L").getcolors() or range(300)) > 10  # something is drawn


def test_themes_differ_in_their_background() -> None:
    corners = set()
    for theme in THEMES:
        png = FIGURES["cost"]([row()], theme, {})
        assert png is not None
        with Image.open(io.BytesIO(png)) as picture:
            corners.add(picture.convert("RGB").getpixel((0, 0)))
    assert len(corners) == 2


def test_an_unknown_theme_is_refused() -> None:
    with pytest.raises(BadRequest, match="theme must be one of light, dark"):
        FIGURES["cost"]([row()], "pink", {})


@pytest.mark.parametrize("name", FIGURES)
def test_rows_without_numbers_give_no_figure(name: str) -> None:
    assert FIGURES[name]([Row("image/a", "A", 100, DIGITS)], "light", {}) is None


def test_views_load_matplotlib_only_to_draw() -> None:
    code = (
        "import sys; import playground.views.figures, playground.views.exports, playground.views.report; "
        "sys.exit(any(name in sys.modules for name in ('matplotlib', 'torch', 'gradio')))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, check=False).returncode == 0


def test_a_further_histogram_is_drawn_lying_when_its_labels_are_long() -> None:
    steps = {"title": "Steps", "labels": ["down 8 or more", "same"], "shares": [0.2, 0.8], "real_shares": [0.5, 0.5]}
    heard = Row.from_reply("audio/a", "A", 100, reply() | {"histograms": [steps]}, 0.1, compared_words("melodies"))
    png = draw_histogram([heard, heard], "dark", {"seed": 7}, which=1)
    assert png is not None and read_settings(png) == {"seed": 7}
    assert draw_histogram([heard], "dark", {}, which=2) is None


@pytest.mark.parametrize("name", [name for name in FIGURES if name != "plane"])
@pytest.mark.parametrize("dataset", ["digits", "chorales"])
def test_every_word_of_a_figure_lies_inside_it(name: str, dataset: str, monkeypatch: pytest.MonkeyPatch) -> None:
    figures = []
    save = FigureCanvasAgg.print_png

    def spy(canvas: FigureCanvasAgg, *arguments: object, **named: object) -> None:
        save(canvas, *arguments, **named)
        figures.append(canvas.figure)

    monkeypatch.setattr(FigureCanvasAgg, "print_png", spy)
    names = ("Transformer of chorales", "RNN-RBM")
    rows = [Row.from_reply(f"audio/{name}", name, 100, reply(), 0.1, compared_words(dataset)) for name in names]
    assert FIGURES[name](rows, "light", {})
    (figure,) = figures
    width, height = figure.bbox.size
    words = [text for text in figure.findobj(Text) if text.get_visible() and re.search("[a-z]{3}", text.get_text())]
    assert words
    for text in words:
        box = text.get_window_extent()
        inside = box.x0 >= -1 and box.y0 >= -1 and box.x1 <= width + 1 and box.y1 <= height + 1
        assert inside, f"{text.get_text()!r} is cut off"
