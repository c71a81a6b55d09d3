"""Numbers of the language models: how well they foretell held-out text, beside n-grams and a compressor; what they copy.

Every held-out text is read once from its beginning, so the figures are exact for the tokens it is cut into; as a text could be
cut otherwise too, they are upper bounds of its own -log p.
"""

import math
from importlib.util import find_spec
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from playground.datasets.chat.build import Chat
from playground.datasets.chat.build_reference import reference_texts as chat_texts
from playground.datasets.shakespeare.build import Shakespeare
from playground.datasets.shakespeare.build_reference import reference_texts as shakespeare_texts
from playground.datasets.shared.text_features import plain_words
from playground.evaluation.evaluate import Evaluation, Metrics, Subject, entry
from playground.formats.letters import texts_of
from playground.formats.tokenizer import START, TURN
from playground.metrics.compressor import PPMD_ORDER, ppmd_nats
from playground.metrics.ngram import KneserNey
from playground.metrics.text_statistics import Copies, copied_share, distinct
from playground.models.base import sample_generator
from playground.models.causal_lm import SAMPLE_LETTERS, CausalLM
from playground.protocol.fields import settings_of

SEED = 20260
CHARACTER_ORDER, TOKEN_ORDER = 6, 5  # of the n-gram models
SAMPLES = 100
COPIED_WORDS = 8  # a run of so many words that stands in training is called copied
AT_ONCE = 10


def evaluate_works(subject: Subject) -> Metrics:
    """Nats a character over the test works, and what characters cost by a Kneser-Ney model and by PPMd."""
    model, data = subject.model, subject.data
    works = data.documents("test")
    characters = sum(map(len, works))
    nats = 0.0
    for number, work in enumerate(works, 1):
        nats += float(model.token_nats(model.prompt_tokens(work)).double().sum())
        subject.report(f"{number} of {len(works)} works")
    on = f"shakespeare-test{len(works)}"
    plays = f"the {len(works)} test works ({characters:,} characters), each read once from its beginning"
    metrics = {
        f"nll-exact-{on}": entry(
            nats / characters,
            None,
            "nats a character",
            "lower",
            f"-log p of {plays}, by the tokens they are cut into. The baseline takes every character for equally likely.",
            baseline=math.log(len(alphabet_of(data))),
        ),
        f"nll-kneser-ney{CHARACTER_ORDER}-{on}": entry(
            character_nats(data, CHARACTER_ORDER),
            None,
            "nats a character",
            "lower",
            f"Not this model: interpolated Kneser-Ney {CHARACTER_ORDER}-grams of characters, counted on the same training works, "
            f"over {plays}.",
            baseline=math.log(len(alphabet_of(data))),
        ),
    }
    if find_spec("pyppmd"):
        training, test = ("".join(data.documents(split)).encode() for split in ("train", "test"))
        metrics[f"nll-ppmd{PPMD_ORDER}-{on}"] = entry(
            ppmd_nats(training, test),
            None,
            "nats a character",
            "lower",
            f"Not this model: PPMd of order {PPMD_ORDER}, its size of training and test works minus that of the training works. "
            "It goes on learning while it reads the test works.",
            baseline=math.log(len(alphabet_of(data))),
        )
    else:
        subject.report("pyppmd is not installed (tests/requirements.txt): the figure of PPMd is left as it is.")
    return metrics


def alphabet_of(data: Shakespeare) -> list[str]:
    """The characters of all works."""
    return sorted(set("".join(text for split in data.works.values() for text in split)))


def character_nats(data: Shakespeare, order: int) -> float:
    """Nats a character of the test works by Kneser-Ney n-grams of the training works."""
    numbers = np.zeros(256, np.int64)
    alphabet = alphabet_of(data)
    numbers[[ord(character) for character in alphabet]] = np.arange(len(alphabet))

    def symbols(text: str) -> NDArray[np.int64]:
        return numbers[np.frombuffer(text.encode("latin-1"), np.uint8)]

    model = KneserNey(map(symbols, data.documents("train")), len(alphabet), order)
    return float(np.concatenate([model.nats(symbols(text)) for text in data.documents("test")]).mean())


def evaluate_conversations(subject: Subject) -> Metrics:
    """Perplexity a token of all test conversations, beside Kneser-Ney n-grams of the same tokens; nats a character."""
    model, data = subject.model, subject.data
    test = conversation_tokens(model, data.dialogues["test"])
    nats = 0.0
    for number, tokens in enumerate(test, 1):
        nats += float(model.token_nats(tokens).double().sum())
        if number % 20 == 0:
            subject.report(f"{number} of {len(test)} conversations")
    tokens = sum(len(one) - 1 for one in test)
    characters = sum(len(turn) + 1 for turns in data.dialogues["test"] for turn in turns)
    ngrams = KneserNey(
        (one[1:] for one in conversation_tokens(model, data.dialogues["train"])), model.tokenizer.size, TOKEN_ORDER
    )
    baseline = math.exp(np.concatenate([ngrams.nats(one[1:]) for one in test]).mean())
    perplexity = math.exp(nats / tokens)
    on = f"chat-test{len(test)}"
    read = (
        f"the {len(test)} test conversations ({tokens:,} tokens, turns among them), each read once from its beginning"
    )
    return {
        f"perplexity-exact-{on}": entry(
            perplexity,
            None,
            "a token",
            "lower",
            f"exp of the mean -log p of a token of {read}. {1 - perplexity / baseline:.0%} below the Kneser-Ney "
            f"{TOKEN_ORDER}-grams of the same tokens.",
            baseline=baseline,
        ),
        f"perplexity-kneser-ney{TOKEN_ORDER}-{on}": entry(
            baseline,
            None,
            "a token",
            "lower",
            f"Not this model: interpolated Kneser-Ney {TOKEN_ORDER}-grams of tokens, counted on the same training conversations, "
            f"over {read}.",
            baseline=float(model.tokenizer.size),
        ),
        f"nll-exact-{on}": entry(
            nats / characters,
            None,
            "nats a character",
            "lower",
            f"-log p of {read}, over their {characters:,} characters, the mark of a turn being one.",
            baseline=math.log(baseline) * tokens / characters,
        ),
    }


def conversation_tokens(model: CausalLM, dialogues: list[list[str]]) -> list[list[int]]:
    """Every conversation as the model reads it: the start token, then the turn token before every turn."""
    tokenizer = model.tokenizer
    start, turn = tokenizer.mark(START), tokenizer.mark(TURN)
    flat = iter(tokenizer.encode_all([text for turns in dialogues for text in turns]))
    return [[start, *(token for _ in turns for token in (turn, *next(flat)))] for turns in dialogues]


def evaluate_samples(subject: Subject) -> Metrics:
    """A fixed set of samples at the default settings: how many copy from training, and how varied they are."""
    training, real = REAL_TEXTS[type(subject.data)](subject.data)
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
            copied_share(real_runs, COPIED_WORDS),
            "share",
            "lower",
            f"Share of samples with {COPIED_WORDS} or more words in a row that stand in training, letter case and punctuation "
            f"apart. {against}; the longest run of any sample has {max(run.length for run in runs)} words.",
        ),
        f"longest-copy-{size}": entry(
            float(np.mean([run.length for run in runs])),
            float(np.mean([run.length for run in real_runs])),
            "words",
            "lower",
            f"The longest run of words that a sample shares with training, mean of all samples. {against}.",
        ),
        **{
            f"distinct-{n}-{size}": entry(
                distinct(samples, n),
                distinct(held_out, n),
                "share",
                "higher",
                f"Share of {n}-grams of words of all samples together that differ. {against}.",
                two_sided=True,
            )
            for n in (1, 2, 3)
        },
    }


def sample_texts(subject: Subject, count: int) -> list[str]:
    """Samples at the default settings, always the same."""
    model: Any = subject.model
    settings, texts = settings_of(model, {}), []
    for first in range(0, count, AT_ONCE):
        generators = [sample_generator(SEED, first + i) for i in range(min(AT_ONCE, count - first))]
        texts += texts_of(model.decode(torch.zeros(len(generators), 0), settings, generators))
        subject.report(f"{len(texts)} of {count} samples")
    return texts


REAL_TEXTS: dict[type, Any] = {Shakespeare: shakespeare_texts, Chat: chat_texts}


def evaluate_likelihood(subject: Subject) -> Metrics:
    """What the data set's held-out texts cost."""
    return {Shakespeare: evaluate_works, Chat: evaluate_conversations}[type(subject.data)](subject)


EVALUATIONS: dict[str, dict[str, Evaluation]] = {
    "causal-lm": {"likelihood": evaluate_likelihood, "samples": evaluate_samples}
}
