"""Numbers of the models of conversations: how well they foretell held-out ones, beside n-grams; what they copy.

Every held-out conversation is read once from its beginning, as for Shakespeare.
"""

import math
from functools import partial

import numpy as np

from playground.datasets.chat.build import conversation_tokens
from playground.datasets.chat.build_reference import reference_texts
from playground.datasets.evaluation import Evaluation, Metrics, Subject, entry
from playground.datasets.shared.language_evaluations import COPIES, evaluate_copies
from playground.metrics.ngram import KneserNey
from playground.models.base import Writes

TOKEN_ORDER = 5  # of the n-gram model


def evaluate_conversations(subject: Subject) -> Metrics:
    """Perplexity a token of all test conversations, beside Kneser-Ney n-grams of the same tokens; nats a character."""
    model, data = subject.model, subject.data
    test = conversation_tokens(model.tokenizer, data.dialogues["test"])
    nats = 0.0
    for number, tokens in enumerate(test, 1):
        nats += float(model.token_nats(tokens).double().sum())
        if number % 20 == 0:
            subject.report(f"{number} of {len(test)} conversations")
    tokens = sum(len(one) - 1 for one in test)
    characters = sum(len(turn) + 1 for turns in data.dialogues["test"] for turn in turns)
    ngrams = KneserNey(
        (one[1:] for one in conversation_tokens(model.tokenizer, data.dialogues["train"])),
        model.tokenizer.size,
        TOKEN_ORDER,
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
            "a token",
            "lower",
            f"exp of the mean -log p of a token of {read}. {1 - perplexity / baseline:.0%} below the Kneser-Ney "
            f"{TOKEN_ORDER}-grams of the same tokens.",
            baseline=baseline,
        ),
        f"perplexity-kneser-ney{TOKEN_ORDER}-{on}": entry(
            baseline,
            "a token",
            "lower",
            f"Not this model: interpolated Kneser-Ney {TOKEN_ORDER}-grams of tokens, counted on the same training conversations, "
            f"over {read}.",
            baseline=float(model.tokenizer.size),
        ),
        f"nll-exact-{on}": entry(
            nats / characters,
            "nats a character",
            "lower",
            f"-log p of {read}, over their {characters:,} characters, the mark of a turn being one.",
            baseline=math.log(baseline) * tokens / characters,
        ),
    }


EVALUATIONS = (
    Evaluation(
        "likelihood",
        evaluate_conversations,
        ("perplexity-*-chat-test*", "nll-exact-chat-test*"),
        needs=(Writes,),
    ),
    Evaluation("samples", partial(evaluate_copies, texts_of=reference_texts), COPIES),
)
