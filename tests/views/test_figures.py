"""Figures: real PNGs with their request inside, in both themes, and no matplotlib before the first one."""

import io
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image
from rows import row

from playground.errors import BadRequest
from playground.views.comparison import Row
from playground.views.exports import read_settings
from playground.views.figures import FIGURES, THEMES

REPOSITORY = Path(__file__).parents[2]


@pytest.mark.parametrize("name", FIGURES)
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
    assert FIGURES[name]([Row("image/a", "A", 100)], "light", {}) is None


def test_views_load_matplotlib_only_to_draw() -> None:
    code = (
        "import sys; import playground.views.figures, playground.views.exports, playground.ui.compare; "
        "sys.exit(any(name in sys.modules for name in ('matplotlib', 'torch', 'gradio')))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, check=False).returncode == 0
