"""Numbers of the melody VAE: what comes back of unseen tunes, and what melodies from the prior are like."""

from functools import partial
from typing import Protocol, runtime_checkable

import numpy as np
import torch
from torch import Tensor

from playground.datasets.evaluation import Evaluation, Metrics, Subject, entry, over_seeds
from playground.datasets.melodies.build import LOWEST, Melodies, shape_of
from playground.formats.melody_tokens import FIRST_PITCH, HOLD, REST, TOKENS, sounding_pitches, tokens_of
from playground.formats.tonality import in_key_share
from playground.metrics.likelihood import weigh
from playground.models.base import Bounds, sample_generator
from playground.models.vae import VAE, kl_per_dimension
from playground.protocol.fields import settings_of

SEED = 20260
PRIOR_SAMPLES = 1000
AT_ONCE = 250


@runtime_checkable
class MelodyNet(Protocol):
    """A network that writes melodies token by token."""

    def token_logits(self, z: Tensor, tokens: Tensor) -> Tensor:
        """Logits (n, steps, TOKENS) of every token given those before it and latents z (n, d)."""
        ...

    def write(self, z: Tensor) -> Tensor:
        """The likeliest tokens (n, steps)."""
        ...


def evaluate_reconstruction(subject: Subject) -> Metrics:
    """Steps of unseen tunes that come back from the posterior mean, teacher-forced and written freely; the bound and its KL."""
    model: VAE = subject.model
    net = model.net
    assert isinstance(net, MelodyNet)
    windows = subject.data.windows["test"]
    generator = torch.Generator().manual_seed(SEED)
    x = torch.from_numpy(subject.data.rolls("test")).float() / 255
    bound = weigh(
        lambda some, k: model.log_weights(some, k, generator)[0], x, 1, weights_at_once=1, items_at_once=AT_ONCE
    ).bound
    forced, free, kl = [], [], []
    for part in x.split(AT_ONCE):
        mu, logvar = model.posterior(part)
        tokens = tokens_of(part)
        forced.append(net.token_logits(mu, tokens).argmax(2) == tokens)
        free.append(net.write(mu) == tokens)
        kl.append(kl_per_dimension(mu, logvar))
    each = torch.cat(kl).mean(0)
    on = f"test{len(windows)}"
    unit = "share"
    text = "Share of sixteenths of unseen tunes whose token comes back from the latent's mean, each given the true ones before."
    own = "The same with the decoder hearing only what it wrote itself."
    return {
        f"steps-teacher-forced-{on}": entry(float(torch.cat(forced).double().mean()), unit, "higher", text, floor=1.0),
        f"steps-free-running-{on}": entry(float(torch.cat(free).double().mean()), unit, "higher", own, floor=1.0),
        f"elbo-{on}": entry(
            float(bound.mean()),
            "nats",
            "higher",
            "One-sample bound on log p of a window; the baseline draws every step alone, at the shares of training tunes.",
            baseline=-token_share_nats(subject.data),
        ),
        f"kl-{on}": entry(
            float(each.sum()), "nats", "higher", "What the latent tells of a window; 0 would be nothing.", baseline=0.0
        ),
        f"active-dimensions-{on}": entry(
            float((each > 0.05).sum()),
            "dimensions",
            "higher",
            "Latent dimensions with a KL above 0.05 nats; a collapsed posterior has none.",
            baseline=0.0,
        ),
    }


def token_share_nats(data: Melodies) -> float:
    """Nats a test window of independent tokens at their shares in training, add one half."""
    train, test = (tokens_of(torch.from_numpy(data.rolls(part)).float() / 255) for part in ("train", "test"))
    counts = torch.bincount(train.flatten(), minlength=TOKENS).double() + 0.5
    return float(-(counts / counts.sum()).log()[test].sum(1).mean())


def evaluate_melody_prior(subject: Subject) -> Metrics:
    """A thousand melodies from the prior, beside those of unseen tunes; their spread over three seeds."""
    return over_seeds(partial(prior_entries, subject))


def prior_entries(subject: Subject, seed: int) -> Metrics:
    """The numbers of a thousand melodies drawn under a seed."""
    model, settings = subject.model, settings_of(subject.model, {})
    generators = [sample_generator(seed, i) for i in range(PRIOR_SAMPLES)]
    tokens = model.net.write(model.sample_latents(generators, settings))
    own = struck_pitches(tokens)
    windows = subject.data.windows
    real = [np.abs(window[window > 0]) for window in windows["test"]]
    trained = {shape_of(window) for window in windows["train"]}
    shapes = [shape_of(window) for window in signed_windows(tokens)]
    text = "Share of struck notes inside the key that fits the melody best; the floor is that of unseen tunes."
    notes = "Notes struck in two bars; the floor is that of unseen tunes."
    copied = "Share of prior samples that stand in a training tune, in any transposition."
    on = f"prior{PRIOR_SAMPLES}"
    return {
        f"in-key-{on}": entry(mean_in_key(own), "share", "higher", text, floor=mean_in_key(real), two_sided=True),
        f"notes-{on}": entry(
            float(np.mean([len(p) for p in own])),
            "notes",
            "higher",
            notes,
            floor=float(np.mean([len(p) for p in real])),
            two_sided=True,
        ),
        f"copied-{on}": entry(
            float(np.mean([shape in trained for shape in shapes])), "share", "lower", copied, floor=0.0
        ),
    }


def signed_windows(tokens: Tensor) -> np.ndarray:
    """Tokens (n, 32) as windows (n, 32) int8 of the data set: p struck, -p held, 0 rest; all-silent ones get one note."""
    sounding = sounding_pitches(tokens)
    pitch = torch.where(sounding == REST, 0, sounding - FIRST_PITCH + LOWEST)
    windows = torch.where(tokens == HOLD, -pitch, pitch).to(torch.int8).numpy()
    windows[~windows.any(1), 0] = LOWEST
    return windows


def struck_pitches(tokens: Tensor) -> list[np.ndarray]:
    """The MIDI pitches struck in each melody of tokens (n, 32)."""
    return [window[window > 0].astype(int) for window in signed_windows(tokens)]


def mean_in_key(melodies: list[np.ndarray]) -> float:
    """Mean share of notes in their melody's own key."""
    return float(np.mean([in_key_share(pitches) for pitches in melodies]))


EVALUATIONS = (
    Evaluation(
        "reconstruction",
        evaluate_reconstruction,
        ("steps-*-test*", "elbo-test*", "kl-test*", "active-dimensions-test*"),
        needs=(Bounds,),
    ),
    Evaluation("prior", evaluate_melody_prior, (f"*-prior{PRIOR_SAMPLES}",)),
)
