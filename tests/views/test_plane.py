"""The plane of BLEU and self-BLEU: drawn where both are measured, and told in words with every temperature."""

import io

import pytest
from PIL import Image

from playground.views.captions import describe_plane
from playground.views.comparison import Row
from playground.views.plane import draw_plane
from tests.views.rows import DIGITS, metric, reply, row


def text_row(name: str, bleu: float, own: float) -> Row:
    measured = reply()
    measured["metrics"] |= {
        "bleu3-100-lsa-64": metric(bleu, floor=0.4, band=(0.38, 0.42)) | {"label": "BLEU-3"},
        "self-bleu3-100-lsa-64": metric(own, floor=0.41, band=(0.39, 0.43), better="lower") | {"label": "Self-BLEU-3"},
    }
    return Row.from_reply(f"text/{name.lower()}", name, 100, measured | {"pieces": 8.0}, 0.004, DIGITS)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_models_and_their_temperatures_are_drawn(theme):
    rows = [text_row("GAN", 0.45, 0.7), text_row("LM", 0.38, 0.42)]
    rows[1].sweep.extend([(0.5, 0.8, 0.6), (1.0, 0.42, 0.38)])
    png = draw_plane(rows, theme, {"seed": 7})
    assert png is not None
    with Image.open(io.BytesIO(png)) as image:
        assert image.size[0] == 704


def test_rows_without_either_have_no_plane():
    assert draw_plane([row()], "light", {}) is None
    assert row().fluency is None


def test_the_words_say_every_number():
    rows = [text_row("GAN", 0.45, 0.7), text_row("LM", 0.38, 0.42)]
    rows[1].sweep.append((0.5, 0.8, 0.6))
    words = describe_plane(rows)
    assert "A perfect sampler has BLEU-3 0.4 at Self-BLEU-3 0.41." in words
    assert "GAN: 0.45 at 0.7." in words and "LM by temperature: 0.5: 0.6 at 0.8." in words


def test_the_cost_of_texts_is_told_by_the_piece():
    assert text_row("LM", 0.4, 0.4).cost_s == pytest.approx(0.0005)
