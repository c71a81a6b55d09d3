"""What samples of a language model copy from training, and how varied they are."""

from collections.abc import Callable
from typing import Any

import numpy as np

from playground.datasets.evaluation import Metrics, Subject, draw_samples, entry
from playground.datasets.shared.text_features import plain_words
from playground.metrics.text_statistics import Copies, copied_share, distinct
from playground.models.causal_lm import SAMPLE_LETTERS
from playground.protocol.fields import settings_of

SEED = 20260
SAMPLES = 100
COPIED_WORDS = 8  # a run of so many words that stands in training is called copied
AT_ONCE = 10
COPIES = ("copied-*", "longest-copy-*", "distinct-*")  # what ``evaluate_copies`` gives


def evaluate_copies(subject: Subject, texts_of: Callable[[Any], tuple[list[str], list[str]]]) -> Metrics:
    """A fixed set of samples at the default settings: how many copy from training, and how varied they are.

    texts_of: takes the texts of the reference from the data, what is learnt from and held-out ones as long as samples.
    """
    training, real = texts_of(subject.data)
    own = sample_texts(subject, SAMPLES)
    chosen = np.random.default_rng(SEED).permutation(len(real))[:SAMPLES]
    copies = Copies(plain_words(text) for text in training)
    samples, held_out = ([plain_words(text) for text in texts] for texts in (own, [real[i] for i in chosen]))
    runs, real_runs = copies.longest(samples), copies.longest(held_out)
    size = f"{SAMPLES}x{SAMPLE_LETTERS}characters"
    against = f"The floor is that of {len(held_out)} held-out texts of the same length"
    return {
        f"copied-{COPIED_WORDS}words-{size}": entry(
            copied_share(runs, COPIED_WORDS),
            "share",
            "lower",
            f"Share of samples with {COPIED_WORDS} or more words in a row that stand in training, letter case and punctuation "
            f"apart. {against}; the longest run of any sample has {max(run.length for run in runs)} words.",
            floor=copied_share(real_runs, COPIED_WORDS),
        ),
        f"longest-copy-{size}": entry(
            float(np.mean([run.length for run in runs])),
            "words",
            "lower",
            f"The longest run of words that a sample shares with training, mean of all samples. {against}.",
            floor=float(np.mean([run.length for run in real_runs])),
        ),
        **{
            f"distinct-{n}-{size}": entry(
                distinct(samples, n),
                "share",
                "higher",
                f"Share of {n}-grams of words of all samples together that differ. {against}.",
                floor=distinct(held_out, n),
                two_sided=True,
            )
            for n in (1, 2, 3)
        },
    }


def sample_texts(subject: Subject, count: int) -> list[str]:
    """Samples at the default settings, always the same."""
    settings = settings_of(subject.model, {})
    return [text for _, made in draw_samples(subject, count, settings, SEED, AT_ONCE) for text in made]
