"""The numbers of the names models: likelihood of unseen names, and how pronounceable and how new sampled names are.

"test" is the data set's test part, 840 names that are in no other part. Nats a letter count the end of a name as a letter.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor

from playground.datasets.evaluation import Evaluation, Metrics, Subject, draw_samples, entry, over_seeds
from playground.datasets.names.build import Names
from playground.datasets.shared.annealing import anneal_both_ways
from playground.formats.letters import SYMBOLS, symbols_of
from playground.metrics.ais import Symbols, exact_log_z, log_probability
from playground.metrics.ngram import TextNgrams
from playground.models.boltzmann import BoltzmannMachine
from playground.models.categorical_rbm import CategoricalRBM
from playground.protocol.fields import settings_of

SAMPLES = 5000
EVALUATION_SEED = 20260
ORDER = 5  # of the n-grams that the model has to beat
ENUMERATED = 20  # hidden units whose states are summed over exactly
TEMPERATURES = 4001


class Bigrams:
    """Letters given the letter before, the start and the end of a name included, counted with one added to every pair."""

    def __init__(self, names: Sequence[str]):
        counts = np.ones((SYMBOLS, SYMBOLS))
        for before, after in (pair for name in names for pair in pairs_of(name)):
            counts[before, after] += 1
        self.nats = -np.log(counts / counts.sum(1, keepdims=True))

    def nats_a_letter(self, names: Sequence[str]) -> float:
        """Mean -log p of a letter over all letters of the names, their ends included."""
        return float(np.mean([self.nats[pair] for name in names for pair in pairs_of(name)]))


def pairs_of(name: str) -> list[tuple[int, int]]:
    """Every two neighbouring symbols of a name, 0 standing for its start and its end."""
    symbols = [0, *(ord(letter) - ord("a") + 1 for letter in name), 0]
    return list(zip(symbols, symbols[1:]))


def place_rates(data: Names) -> Tensor:
    """Rates (12, 27) of the symbols at each place of the training names, a tenth of a name added to each."""
    counts = np.stack([np.bincount(column, minlength=SYMBOLS) for column in symbols_of(data.names["train"]).T]) + 0.1
    return torch.from_numpy(counts / counts.sum(1, keepdims=True))


def draw_names(subject: Subject, count: int, seed: int, **chosen: object) -> tuple[list[str], float]:
    """Sampled names as the page shows them, and the share of machine states in which a letter follows the end."""
    model: CategoricalRBM = subject.model
    settings = settings_of(model, {"settings": chosen})
    names: list[str] = []
    astray = 0
    for z, made in draw_samples(subject, count, settings, seed, 500):
        names += made
        symbols = model.packed(model.visible_inputs(z)).long()
        astray += int(((symbols[:, :-1] == 0) & (symbols[:, 1:] > 0)).any(1).sum())
    return names, astray / count


def random_names(data: Names, count: int) -> list[str]:
    """Names whose letters are drawn one by one at the rates of their places: what a model without skill would make."""
    generator = torch.Generator().manual_seed(EVALUATION_SEED)
    drawn = torch.multinomial(place_rates(data), count, replacement=True, generator=generator).T.tolist()
    return ["".join(chr(ord("a") + symbol - 1) for symbol in until_end(symbols)) for symbols in drawn]


def until_end(symbols: list[int]) -> list[int]:
    """The symbols before the first 0."""
    return symbols[: symbols.index(0)] if 0 in symbols else symbols


def evaluate_samples(subject: Subject) -> Metrics:
    """5,000 samples under the model's own settings beside real and random names: n-gram nats, share unseen, share distinct.

    Each with its spread over three seeds.
    """
    return over_seeds(partial(sample_entries, subject))


def sample_entries(subject: Subject, seed: int) -> Metrics:
    """The numbers of 5,000 samples drawn under a seed."""
    data: Names = subject.data
    train, test = data.names["train"], data.names["test"]
    bigrams, ngrams, training = Bigrams(train), TextNgrams(train, ORDER), set(train)
    chance = random_names(data, SAMPLES)
    baseline = "The baseline is names whose letters are drawn one by one at the rates of their places."
    metrics: Metrics = {}
    for letters in ("drawn", "likeliest"):
        names, astray = draw_names(subject, SAMPLES, seed, letters=letters)
        subject.report(f"{letters}: {' '.join(names[:24])}; likeliest letter after the end in {astray:.1%}")
        scored: dict[str, tuple[list[str], Callable[[list[str]], float], str]] = {
            f"bigram-nats-{letters}-5k": (names, bigrams.nats_a_letter, "bigrams")
        }
        if letters == "drawn":
            unseen = [name for name in names if name not in training]
            scored["bigram-nats-unseen-drawn-5k"] = (unseen, bigrams.nats_a_letter, "bigrams")
        scored[f"kneser-ney{ORDER}-nats-{letters}-5k"] = (
            names,
            ngrams.nats,
            f"interpolated Kneser-Ney {ORDER}-grams",
        )
        for name, (some, nats, model) in scored.items():
            which = "those samples that are not among the training names" if some is not names else "samples"
            text = f"-log p of a letter of {which} under {model} of the training names; the floor is unseen names. {baseline}"
            metrics[name] = entry(
                nats(some), "nats/letter", "lower", text, floor=nats(test), two_sided=True, baseline=nats(chance)
            )
        text = f"Share of samples that are not among the training names; held-out names are none of them. {baseline}"
        metrics[f"unseen-{letters}-5k"] = entry(
            share_unseen(names, training), "share", "higher", text, floor=1.0, baseline=share_unseen(chance, training)
        )
        text = f"Share of distinct names among the samples; held-out names are all distinct. {baseline}"
        metrics[f"distinct-{letters}-5k"] = entry(
            len(set(names)) / SAMPLES, "share", "higher", text, floor=1.0, baseline=len(set(chance)) / SAMPLES
        )
    return metrics


def share_unseen(names: Sequence[str], training: set[str]) -> float:
    """The share of names that are not among the training names."""
    return sum(name not in training for name in names) / len(names)


def evaluate_likelihood(subject: Subject) -> Metrics:
    """Nats a letter of the test names: exactly where the hidden units are few, else by AIS from both sides."""
    model: CategoricalRBM = subject.model
    names = subject.data.names["test"]
    letters = sum(len(name) + 1 for name in names)
    symbols = torch.from_numpy(symbols_of(names))
    rates = place_rates(subject.data)
    independent = -float(rates[torch.arange(symbols.shape[1]), symbols].log().sum()) / letters
    ngrams = TextNgrams(subject.data.names["train"], ORDER).nats(names)
    parameters = model.plain_parameters()
    states = model.one_hot(symbols)

    def nats(log_z: float) -> float:
        return -float(log_probability(states, *parameters, log_z).sum()) / letters

    more: dict[str, Any] = {"baseline": ngrams}
    about = (
        f"-log p a letter of the {len(names)} test names, ends counted. The baseline is interpolated Kneser-Ney {ORDER}-grams of "
        f"the letters of the training names; letters that know their place alone have {independent:.3f}"
    )
    if model.config.hidden <= ENUMERATED:
        log_z = exact_log_z(*parameters, units=Symbols(model.config.symbols))
        text = f"{about}. log Z = {log_z:.3f}, exactly."
        return {"nats-exact-test": entry(nats(log_z), "nats/letter", "lower", text, **more)}
    units, base = Symbols(model.config.symbols), rates.log().flatten().float()
    betas = torch.linspace(0, 1, TEMPERATURES, dtype=torch.float64)
    forward, backward = anneal_both_ways(model, base, betas, units, EVALUATION_SEED, subject.report)
    return {
        "nats-ais-test": entry(
            nats(forward.log_z), "nats/letter", "lower", f"{about}. log Z = {forward.log_z:.2f} by AIS.", **more
        ),
        "nats-reverse-ais-test": entry(
            nats(backward.log_z),
            "nats/letter",
            "lower",
            f"The same with log Z = {backward.log_z:.2f} by annealing back: where the two differ, neither is sure.",
            **more,
        ),
    }


EVALUATIONS = (
    Evaluation(
        "samples",
        evaluate_samples,
        ("bigram-nats-*-5k", f"kneser-ney{ORDER}-nats-*-5k", "unseen-*-5k", "distinct-*-5k"),
    ),
    Evaluation("likelihood", evaluate_likelihood, ("nats-*-test",), needs=(BoltzmannMachine,)),
)
