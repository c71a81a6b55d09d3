"""Typed text: what phones and word processors put for plain quotes and dashes is folded, what is no text is refused."""

import pytest

from playground.errors import BadRequest
from playground.formats.sentences import tidy
from playground.protocol import typed


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("I don\u2019t know, \u2018he\u2019 said.", "I don't know, 'he' said."),
        ("\u201cYes\u201d and \u201eno\u201f", '"Yes" and "no"'),
        ("a well\u2010known, non\u2011breaking 3\u20135 \u2014 or \u22121", "a well-known, non-breaking 3-5 - or -1"),
        ("wait\u2026", "wait..."),
        ("first\r\nsecond\rthird", "first\nsecond\nthird"),
        ("gr\u00fc\u00df dich, \u4f60\u597d \u00abhier\u00bb", "gr\u00fc\u00df dich, \u4f60\u597d \u00abhier\u00bb"),
    ],
    ids=["apostrophes", "quotes", "dashes", "dots", "line ends", "other scripts"],
)
def test_quotes_dashes_and_line_ends_become_plain_and_nothing_else(written, plain):
    assert typed.checked(written, "text") == plain == typed.text({"text": written}, "text")


def test_a_sentence_from_a_phone_is_one_for_the_models_of_sentences():
    written = "I don\u2019t know \u2013 maybe he\u2019s right."
    assert tidy(written) is None
    assert tidy(typed.checked(written, "text")) == "i don't know - maybe he's right."


@pytest.mark.parametrize("value", ["a\0b", "a\x7fb", "a\ud800b"])
def test_what_is_no_character_of_a_text_is_refused_with_its_place(value):
    with pytest.raises(
        BadRequest, match=r"'text' holds U\+[0-9A-F]{4} at place 2, which is no character of a text: remove it."
    ):
        typed.checked(value, "text")
