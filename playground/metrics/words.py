"""Words as the BLEU tables count them: the Penn Treebank's conventions, in which punctuation stands alone and "n't" is a word.

The rules are those of the Treebank's tokenizer (R. MacIntyre's sed script) as nltk's ``word_tokenize(text, preserve_line=True)``
applies them: one text is one sentence, so that a full stop inside it stays with its word.
"""

import re

RULES = tuple(
    (re.compile(pattern, re.IGNORECASE if folded else 0), replacement)
    for pattern, replacement, folded in (
        (r"(`+)", r" \1 ", False),
        (r'^"', r" `` ", False),
        (r"([ (\[{<])(\"|'{2})", r"\1 `` ", False),  # an opening quote
        (r"(?<!\w)'(?!(?:re|ve|ll|m|t|s|d|n)\b)(?=\w)", "' ", True),  # an opening single quote
        (r"([^.])(\.)([\])}>\"' ]*)\s*$", r"\1 \2 \3 ", False),  # the last full stop
        (r"([:,])([^\d])", r" \1 \2", False),
        (r"([:,])$", r" \1 ", False),
        (r"\.{2,}", r" \g<0> ", False),
        (r"[;@#$%&?!*]", r" \g<0> ", False),
        (r"([^'])' ", r"\1 ' ", False),
        (r"[\]\[(){}<>]", r" \g<0> ", False),
        (r"--", r" -- ", False),
        (r"^|$", " ", False),
        (r"''|\"", " '' ", False),
        (r"\s+", " ", False),
        (r"([^' ])('[smd]|'|'ll|'re|'ve|n't) ", r"\1 \2 ", True),
        (r"\b(can)(not)\b|\b(d)('ye)\b|\b(gim)(me)\b|\b(gon)(na)\b|\b(got)(ta)\b|\b(lem)(me)\b|\b(more)('n)\b|\b(wan)(na)(?=\s)",
         lambda found: f" {' '.join(filter(None, found.groups()))} ", True),
    )
)  # fmt: skip


def treebank_words(text: str) -> list[str]:
    """The words of one line of text; straight quotes become `` and ''."""
    for pattern, replacement in RULES:
        text = pattern.sub(replacement, text)
    return text.split()
