"""Numbers of the sentence models: likelihoods, what a latent carries, what comes back of a sentence, what samples are worth.

The likelihood of the VAE is that of K = 500 importance weights (Burda, Grosse & Salakhutdinov 2016), on a fixed random part of
the test sentences; the language model's is exact, on the same ones. Reverse perplexity (Zhao et al. 2018) counts n-grams on a
model's samples and foretells real sentences with them: it is high for bad samples and for samples that are all alike.
"""

import math
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor

from playground.checkpoint import find_checkpoint, load_model
from playground.datasets.evaluation import Evaluation, Metrics, Subject, draw_samples, entry, over_seeds
from playground.errors import BrokenCheckpoint, UnknownModel
from playground.formats.sentences import PADDING, VOCABULARY, rows_of
from playground.metrics.bleu import bleu, self_bleu
from playground.metrics.edit_distance import edit_distance
from playground.metrics.likelihood import weigh
from playground.metrics.ngram import KneserNey
from playground.models.base import Bounds, Decodes, Encodes, Scores
from playground.models.vae import VAE
from playground.protocol.fields import settings_of

SEED = 20260
WEIGHED, WEIGHTS = 500, 500  # sentences, and importance weights of each
WEIGHTS_AT_ONCE = 25
SHORT_WORDS, REBUILT = 8, 1000
SAMPLES, ORDER = 10_000, 5
COMPARED, REFERENCES = 500, 5000
SWEEP = (0.5, 0.7, 0.85, 1.0, 1.15)
ACTIVE = 0.01  # the variance of a posterior mean over data that makes its dimension an active one
LM = "text/sentences-lm"


def chosen(rows: Tensor, count: int) -> Tensor:
    """A fixed random part of rows."""
    order = torch.randperm(len(rows), generator=torch.Generator().manual_seed(SEED))
    return rows[order[:count]]


def lm_nats(subject: Subject, rows: Tensor) -> float | None:
    """Mean nats a sentence of rows by the language model on the same data; None where it is not there yet."""
    try:
        model = load_model(find_checkpoint(subject.root, LM))
    except (UnknownModel, BrokenCheckpoint):
        subject.report(f"{LM} is not there: the bound stands without it.")
        return None
    return lm_own(model, rows)


def evaluate_bound(subject: Subject) -> Metrics:
    """NLL by importance weights beside the LSTM's, ELBO, KL, active units and mutual information."""
    model = subject.model
    rows = subject.data.rows("test")
    part = chosen(rows, WEIGHED)
    generator = torch.Generator().manual_seed(SEED)
    weighed = weigh(
        lambda some, k: model.log_weights(some, k, generator)[0],
        part,
        WEIGHTS,
        weights_at_once=WEIGHTS_AT_ONCE,
        items_at_once=20,
        report=lambda done: subject.report(f"{done} of {WEIGHED} sentences weighed"),
    )
    nats = -float(weighed.log_prob.mean())
    moments = [model.posterior(few) for few in rows.split(250)]
    mu, logvar = (torch.cat([one[i] for one in moments]) for i in (0, 1))
    kl = float((0.5 * (mu.square() + logvar.exp() - 1 - logvar)).sum(1).double().mean())
    units = int((mu.var(0) > ACTIVE).sum())
    reference = lm_nats(subject, part)
    more: dict[str, Any] = {} if reference is None else {"baseline": reference}
    on, all_of = f"sentences-test{WEIGHED}", f"sentences-test{len(rows)}"
    beside = (
        ""
        if reference is None
        else f" The LSTM without a latent scores {reference:.2f} on the same: {nats / reference:.3f} times."
    )
    return {
        f"nll-iwae{WEIGHTS}-{on}": entry(
            nats,
            "nats a sentence",
            "lower",
            f"-log p of test sentences by {WEIGHTS} importance weights.{beside}",
            **more,
        ),
        f"elbo-{on}": entry(
            float(weighed.bound.mean()),
            "nats a sentence",
            "higher",
            "The bound that a VAE is trained on; the baseline takes every token for equally likely.",
            baseline=-uniform_nats(part),
        ),
        f"kl-{all_of}": entry(
            kl, "nats a sentence", "higher", "What the latent carries: 0 when it has collapsed.", baseline=0.0
        ),
        f"active-units-{all_of}": entry(
            units,
            f"dimensions of {mu.shape[1]}",
            "higher",
            f"Dimensions whose posterior mean varies over sentences by more than {ACTIVE}.",
            baseline=0.0,
        ),
        f"mutual-information-{on}": entry(
            mutual_information(model, part),
            "nats",
            "higher",
            "KL of the posterior minus that of all posteriors together.",
            baseline=0.0,
        ),
    }


def mutual_information(model: VAE, rows: Tensor) -> float:
    """I(x; z) in nats under the posterior, by one draw each against the mixture of all posteriors (He et al. 2019)."""
    mu, logvar = (one.double() for one in model.posterior(rows))
    noise = torch.randn(mu.shape, generator=torch.Generator().manual_seed(SEED), dtype=torch.float64)
    z = mu + (0.5 * logvar).exp() * noise
    own = -0.5 * (noise.square() + logvar + math.log(2 * math.pi)).sum(1)
    gaps = (z[:, None] - mu).square() / logvar.exp() + logvar + math.log(2 * math.pi)
    mixture = (-0.5 * gaps.sum(2)).logsumexp(1) - math.log(len(rows))
    return float((own - mixture).mean())


def evaluate_rebuilding(subject: Subject) -> Metrics:
    """What comes back of unseen short sentences when the decoder runs free from their latents."""
    model = subject.model
    test = [text for text in subject.data.sentences["test"] if len(text.split()) <= SHORT_WORDS and len(text) <= 96]
    order = np.random.default_rng(SEED).permutation(len(test))[:REBUILT]
    texts = [test[i] for i in order]
    tokenizer = subject.data.tokenizer
    back: list[str] = []
    for start in range(0, len(texts), 100):
        z = model.encode(torch.from_numpy(rows_of(tokenizer, texts[start : start + 100])), settings_of(model, {}))
        back += model.decode(z, settings_of(model, {}), [])
    words = sum(len(text.split()) for text in texts)
    wrong = sum(edit_distance(text.split(), other.split()) for text, other in zip(texts, back))
    exact = sum(text == other for text, other in zip(texts, back)) / len(texts)
    on = f"sentences-test{len(texts)}-short"
    about = f"unseen sentences of at most {SHORT_WORDS} words, written again word by word from their latents"
    return {
        f"rebuilt-exactly-{on}": entry(
            exact, "share", "higher", f"Share of {about}, that come back letter by letter.", floor=1.0
        ),
        f"word-errors-{on}": entry(
            wrong / words, "edits a word", "lower", f"Words to change for each word of {about}.", floor=0.0
        ),
    }


def evaluate_exact(subject: Subject) -> Metrics:
    """The language model's own likelihood, exact."""
    rows = subject.data.rows("test")
    nats = lm_own(subject.model, rows)
    part = chosen(rows, WEIGHED)
    tokens = int((rows != PADDING).sum())
    return {
        f"nll-exact-sentences-test{len(rows)}": entry(
            nats,
            "nats a sentence",
            "lower",
            "-log p of the test sentences that have at most 24 tokens; the baseline takes every token for equally likely.",
            baseline=uniform_nats(rows),
        ),
        f"perplexity-exact-sentences-test{len(rows)}": entry(
            math.exp(nats * len(rows) / tokens),
            "a token",
            "lower",
            "exp of the mean -log p of a token, ends included.",
            baseline=float(VOCABULARY),
        ),
        f"nll-exact-sentences-test{WEIGHED}": entry(
            lm_own(subject.model, part),
            "nats a sentence",
            "lower",
            "The same on the part that VAEs are weighed on.",
            baseline=uniform_nats(part),
        ),
    }


def uniform_nats(rows: Tensor) -> float:
    """Nats a sentence of rows when every token of the vocabulary is equally likely."""
    return float((rows != PADDING).sum()) / len(rows) * math.log(VOCABULARY)


def lm_own(model: Scores, rows: Tensor) -> float:
    """Mean nats a sentence."""
    return -float(torch.cat([model.log_prob(few) for few in rows.split(250)]).double().mean())


def draw_texts(subject: Subject, count: int, seed: int, **settings: Any) -> list[str]:
    """Samples of a model under its settings; a VAE's words are drawn, as they were learnt."""
    values = settings_of(subject.model, {"settings": settings}, measured=True)
    return [text for _, made in draw_samples(subject, count, values, seed) for text in made]


def reverse_perplexity(subject: Subject, samples: list[str]) -> float:
    """Perplexity a token of the test sentences by n-grams counted on samples."""
    tokenizer = subject.data.tokenizer

    def documents(texts: list[str]) -> list[list[int]]:
        return [[*tokens, 1] for tokens in tokenizer.encode_all(texts)]

    model = KneserNey(documents(samples), tokenizer.size, ORDER)
    return math.exp(np.concatenate([model.nats(one) for one in documents(subject.data.sentences["test"])]).mean())


def evaluate_samples(subject: Subject) -> Metrics:
    """Reverse perplexity beside that of real sentences, and BLEU against self-BLEU (Caccia et al. 2020, arXiv:1811.02549).

    Each with its spread over three seeds.
    """
    return over_seeds(partial(sample_entries, subject))


def sample_entries(subject: Subject, seed: int) -> Metrics:
    """The numbers of the samples drawn under a seed."""
    model, data = subject.model, subject.data
    real = [data.sentences["train"][i] for i in np.random.default_rng(SEED).permutation(len(data.sentences["train"]))]
    samples = draw_texts(subject, SAMPLES, seed)
    how = ", their words drawn" if settings_of(model, {}, measured=True) != settings_of(model, {}) else ""
    metrics = {
        f"reverse-perplexity-kn{ORDER}-{SAMPLES}": entry(
            reverse_perplexity(subject, samples),
            "a token",
            "lower",
            f"Perplexity of the test sentences by Kneser-Ney {ORDER}-grams counted on {SAMPLES} samples{how}; the floor is that "
            "of as many real training sentences.",
            floor=reverse_perplexity(subject, real[:SAMPLES]),
        ),
    }
    references = [text.split() for text in data.sentences["test"][:REFERENCES]]
    floor_samples = [text.split() for text in real[:COMPARED]]
    floors = float(bleu(floor_samples, references)[:, 2].mean()), float(self_bleu(floor_samples)[:, 2].mean())
    temperatures = SWEEP if isinstance(model, Scores) else (1.0,)
    for temperature in temperatures:
        texts = (
            draw_texts(subject, COMPARED, seed, temperature=temperature) if temperature != 1.0 else samples[:COMPARED]
        )
        words = [text.split() for text in texts if text]
        at = f"{COMPARED}-temperature{temperature:g}"
        metrics[f"bleu4-{at}"] = entry(
            float(bleu(words, references)[:, 2].mean()),
            "BLEU-4",
            "higher",
            f"Fluency: BLEU-4 of {COMPARED} samples against {REFERENCES} test sentences. Above the floor, samples are safer than "
            "real ones.",
            floor=floors[0],
            two_sided=True,
        )
        metrics[f"self-bleu4-{at}"] = entry(
            float(self_bleu(words)[:, 2].mean()),
            "BLEU-4",
            "lower",
            f"Repetition: BLEU-4 of each of {COMPARED} samples against the others. Below the floor, samples are more scattered "
            "than real ones.",
            floor=floors[1],
            two_sided=True,
        )
        subject.report(f"temperature {temperature:g} compared")
    return metrics


EVALUATIONS = (
    Evaluation(
        "bound",
        evaluate_bound,
        (f"nll-iwae{WEIGHTS}-*", "elbo-*", "kl-*", "active-units-*", "mutual-information-*"),
        needs=(Bounds,),
    ),
    Evaluation("exact", evaluate_exact, ("nll-exact-*", "perplexity-exact-*"), needs=(Scores,)),
    Evaluation("rebuilding", evaluate_rebuilding, ("rebuilt-exactly-*", "word-errors-*"), needs=(Encodes, Decodes)),
    Evaluation(
        "samples",
        evaluate_samples,
        (f"reverse-perplexity-kn{ORDER}-{SAMPLES}", f"bleu4-{COMPARED}-*", f"self-bleu4-{COMPARED}-*"),
    ),
)
