"""Numbers of the music models: nats and accuracy a frame on chorales, reconstruction and prior of the melody VAE, what is copied.

The benchmark is JSB Chorales (Boulanger-Lewandowski et al. 2012) in quarter frames. Its models have recipes of their own and are
not shipped: ``python -m playground train audio/jsb-rbm``, then ``evaluate audio/jsb-rbm``, give their numbers.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from playground.datasets import find_dataset
from playground.datasets.chorales.build import Chorales, Piece, piece_columns
from playground.datasets.melodies.build import Melodies, melody_rolls, shape_of
from playground.evaluation.evaluate import Evaluation, Metrics, Subject, entry
from playground.formats.tonality import in_key_share
from playground.metrics.conditional_ais import (
    conditional_log_probability,
    conditional_log_z,
    expected_frame_accuracy,
    gibbs_marginals,
)
from playground.metrics.voice_leading import shuffled_frames, voice_leading
from playground.models.base import sample_generator
from playground.models.chorale_frames import BAR, FrameGrid
from playground.models.rnn_rbm import RNNRBM
from playground.models.vae import VAE, kl_per_dimension
from playground.nets.music import HOLD, TOKENS, sounding_pitches, tokens_of
from playground.protocol.fields import settings_of

SEED = 20260
TEMPERATURES, CHAINS = 1000, 20  # of annealing, a frame
MARGINAL_CHAINS, MARGINAL_STEPS = 100, 10  # that tell which keys are likely; as many steps before are not counted
SAMPLES = 40  # compositions of eight bars
PRIOR_SAMPLES = 1000
KEY_TOLD = {"rnn-rbm": "the key signature is told", "transformer": "the key signature is not told"}
PAPERS = {
    "rnn-rbm": "paper (Boulanger-Lewandowski 2012): 6.27 nats and 33.12 % for the RNN-RBM, 7.43 nats for an RBM without time",
    "transformer": "paper (Boulanger-Lewandowski 2012): 5.83 nats for the RNN-NADE, 5.56 with Hessian-free training",
}


@dataclass(frozen=True)
class RBMFrames:
    """All frames v (n, U) of some pieces, in C, and the biases b and c that their past gives."""

    v: Tensor
    b: Tensor
    c: Tensor

    @classmethod
    def of(cls, model: RNNRBM, pieces: list[Piece]) -> "RBMFrames":
        parts = [
            model.conditionals(torch.from_numpy(piece_columns(piece))[None], torch.tensor([piece.key]))
            for piece in pieces
        ]
        return cls(*(torch.cat([part[i][0] for part in parts]) for i in (0, 2, 3)))

    def marginals(self, model: RNNRBM, generator: torch.Generator) -> Tensor:
        """p(v = 1) (n, U): the mean over Gibbs chains, each from a likely chord of its own, because chains seldom leave one."""
        parts = []
        for b, c in zip(self.b.split(500), self.c.split(500)):
            total = torch.zeros_like(b)
            for _ in range(MARGINAL_CHAINS):
                start = model.likely_chords(b, c, generator)
                total += gibbs_marginals(start, model.weight, b, c, steps=MARGINAL_STEPS, chains=1, generator=generator)
            parts.append(total / MARGINAL_CHAINS)
        return torch.cat(parts)

    def sounds(self, model: RNNRBM) -> Tensor:
        """Which keys sound, (n, keys)."""
        return model.grid_in_c.sounding(self.v)


def evaluate_rbm_likelihood(subject: Subject) -> Metrics:
    """Annealed importance sampling for every test frame, and the accuracy of the keys most likely to sound."""
    model, data, generator = subject.model, subject.data, torch.Generator().manual_seed(SEED)
    test, valid = (RBMFrames.of(model, data.pieces[part]) for part in ("test", "valid"))
    marginals, log_probability, done = test.marginals(model, generator), [], 0
    for v, b, c, near in zip(*(part.split(500) for part in (test.v, test.b, test.c, marginals))):
        log_z = conditional_log_z(
            model.weight, b, c, near, temperatures=TEMPERATURES, chains=CHAINS, generator=generator
        )
        log_probability.append(conditional_log_probability(v, model.weight, b, c, log_z))
        done += len(v)
        subject.report(f"{done} of {len(test.v)} frames, NLL so far {-float(torch.cat(log_probability).mean()):.3f}")
    likely = sounding_marginals(model.grid_in_c, valid.marginals(model, generator))
    threshold = best_threshold(valid.sounds(model), likely)
    chosen = (sounding_marginals(model.grid_in_c, marginals) > threshold).float()
    sounds, lengths = test.sounds(model), [len(piece.notes) for piece in data.pieces["test"]]
    metrics = nats_metrics(data, "rnn-rbm", f"nll-ais{TEMPERATURES}", -torch.cat(log_probability))
    for part in measured_parts(data):
        of_part = torch.from_numpy(np.repeat(part.members, lengths))
        metrics[f"frame-accuracy-{part.name}"] = entry(
            expected_frame_accuracy(sounds[of_part], chosen[of_part]),
            None,
            "share",
            "higher",
            f"TP / (TP + FP + FN) over all frames of {part.words} (Bay et al. 2009) of the keys whose probability, given the "
            f"frames before, is above {threshold:.2f}, which does best on validation pieces. The paper's 4.42 % for random "
            "frames is the value of calling every key, so it decides by a threshold too. The baseline calls the keys most common "
            "in training.",
            baseline=frequency_accuracy(data, part),
        )
    return metrics


@dataclass(frozen=True)
class MeasuredPart:
    """Which of the test pieces a number is about: the end of its name, words, and membership (pieces,) bool."""

    name: str
    words: str
    members: np.ndarray

    def of(self, data: Chorales) -> list[Piece]:
        """Its pieces."""
        return [piece for piece, here in zip(data.pieces["test"], self.members) if here]


def measured_parts(data: Chorales) -> list[MeasuredPart]:
    """The pieces to a tune that no training piece has, where others are sung to one of training; then all test pieces."""
    test, unseen = data.pieces["test"], {piece.name for piece in data.unseen("test")}
    new = np.array([piece.name in unseen for piece in test])
    frames = np.array([len(piece.notes) for piece in test])
    title = find_dataset(data.name).title
    words = f"all {len(test)} test pieces of {title}"
    if new.all():
        return [MeasuredPart(f"{data.name}-test{frames.sum()}", words, new)]
    shared = f"{words}, of which {(~new).sum()} are sung to a hymn tune that a training piece has too"
    alone = f"the {new.sum()} test pieces of {title} that are sung to a tune no training piece has"
    return [
        MeasuredPart(f"{data.name}-unseen{frames[new].sum()}", alone, new),
        MeasuredPart(f"{data.name}-test{frames.sum()}", shared, np.ones_like(new)),
    ]


def sounding_marginals(grid: FrameGrid, marginals: Tensor) -> Tensor:
    """p(key sounds) (n, K) of bit marginals (n, V): struck or held, which exclude each other."""
    return marginals.unflatten(-1, (grid.planes, grid.keys)).sum(-2).clamp_max(1.0)


def best_threshold(sounds: Tensor, likely: Tensor) -> float:
    """Above which probability ``likely`` (n, K) a key is best called sounding, in hundredths."""
    thresholds = [i / 100 for i in range(1, 100)]
    return max(thresholds, key=lambda t: expected_frame_accuracy(sounds, (likely > t).float()))


def nats_metrics(data: Chorales, family: str, protocol: str, nats: Tensor) -> Metrics:
    """The entries of a likelihood from the nats (frames,) of all test frames; the baseline is one Bernoulli a key."""
    against = PAPERS[family] if data.name == "jsb" else KEY_TOLD[family]
    pieces = nats.double().split([len(piece.notes) for piece in data.pieces["test"]])
    metrics: Metrics = {}
    for part in measured_parts(data):
        own = [piece for piece, here in zip(pieces, part.members) if here]
        error = float(torch.stack([piece.mean() for piece in own]).std()) / len(own) ** 0.5
        metrics[f"{protocol}-{part.name}"] = entry(
            float(torch.cat(own).mean()),
            None,
            "nats a frame",
            "lower",
            f"-log p of a frame given those before it, mean over the frames of {part.words} (standard error over pieces "
            f"{error:.2f}); {against}. The baseline draws every key alone, at its share in training.",
            baseline=frequency_nats(data, part),
        )
    return metrics


def frequency_accuracy(data: Chorales, part: MeasuredPart) -> float:
    """The frame accuracy of calling the same keys in every frame: those most common in training, as many as do best there."""
    grid = FrameGrid(0, 128, 1)
    train, test = (
        grid.planes_of(torch.from_numpy(np.abs(np.concatenate([p.notes for p in pieces]))).long())
        for pieces in (data.pieces["train"], part.of(data))
    )
    share = train.mean(0)
    threshold = best_threshold(train, share.expand_as(train))
    return expected_frame_accuracy(test, (share > threshold).float().expand_as(test))


def frequency_nats(data: Chorales, part: MeasuredPart) -> float:
    """Nats a test frame of independent bits (struck, held) at their shares in training, add one half."""
    grid = FrameGrid(0, 128, 2)
    train, test = (
        grid.planes_of(torch.from_numpy(np.concatenate([p.notes for p in pieces])).long()).double()
        for pieces in (data.pieces["train"], part.of(data))
    )
    share = (train.sum(0) + 0.5) / (len(train) + 1)
    return -float((test @ share.log() + (1 - test) @ (1 - share).log()).mean())


def evaluate_note_likelihood(subject: Subject) -> Metrics:
    """The exact likelihood of every test frame."""
    nats = torch.cat(
        [
            subject.model.window_nats(torch.from_numpy(piece_columns(piece)), window=subject.data.window)
            for piece in subject.data.pieces["test"]
        ]
    )
    return nats_metrics(subject.data, "transformer", "nll-exact", nats)


def evaluate_compositions(subject: Subject) -> Metrics:
    """Forty compositions of eight bars: in key, how full, voice leading, how much is copied, each beside held-out chorales."""
    model, data, settings = subject.model, subject.data, settings_of(subject.model, {})
    if data.name == "jsb":
        subject.report("Compositions are measured of models of the data set 'chorales' alone.")
        return {}
    nothing = torch.zeros(model.config.keys, 0)
    own = []
    for i in range(SAMPLES):
        roll = model.compose(nothing, None, 8 * BAR, SEED + i, settings)
        own.append(model.grid.to_columns(model.grid.from_roll(roll), 0)[:, 2:].numpy())
        subject.report(f"{i + 1} of {SAMPLES} compositions")
    held_out = [*data.pieces["valid"], *data.pieces["test"]]
    real, unseen = (
        eight_bars(pieces) for pieces in (held_out, [piece for piece in held_out if piece.name not in data.known_tunes])
    )
    trained = {bar for piece in data.pieces["train"] for bar in bars_of(piece.notes.astype(np.int64), 1)}

    def number(score: Callable[[list[np.ndarray]], float], unit: str, better: str, text: str) -> dict[str, Any]:
        text += f" The floor is that of {len(held_out)} held-out chorales."
        return entry(score(own), score(real), unit, better, text, two_sided=True)

    def copied(pieces: list[np.ndarray]) -> float:
        return float(np.mean([bar in trained for piece in pieces for bar in bars_of(piece, BAR)]))

    numbers = {
        "in-key": number(
            lambda pieces: float(np.mean([in_key_share(n[n > 0]) for n in pieces])),
            "share",
            "higher",
            "Share of struck notes inside the key that fits the piece best, its own signature.",
        ),
        "notes-per-frame": number(
            lambda pieces: float(np.mean([(n != 0).sum(1).mean() for n in pieces])),
            "keys",
            "higher",
            "Keys that sound in a frame; a chorale has four voices.",
        ),
        "struck-share": number(
            lambda pieces: float(np.mean([(n > 0).sum() / (n != 0).sum() for n in pieces])),
            "share",
            "higher",
            "Share of sounding keys that are struck and not held on: how lively the rhythm is.",
        ),
        "copied-bars": entry(
            copied(own),
            copied(unseen),
            "share",
            "lower",
            "Share of bars (eight frames) that stand in a training chorale, in any transposition. The floor is that of "
            "held-out chorales whose tune no training chorale has.",
        ),
        **voice_leading_entries(own, [piece.notes for piece in held_out]),
    }
    return {f"{name}-{SAMPLES}x8bars": one for name, one in numbers.items()}


def voice_leading_entries(own: list[np.ndarray], real: list[np.ndarray]) -> Metrics:
    """Parallels and leaps beside those of real chorales, and of their frames in a random order: what chance would make."""
    found, floor = voice_leading(own), voice_leading(real)
    chance = voice_leading(shuffled_frames(real, np.random.default_rng(SEED)))
    against = (
        f"The floor is that of {len(real)} held-out chorales, the baseline that of their frames in a random order. Voices are "
        "read from the highest note to the lowest."
    )
    unit, motions = (
        "per 100 similar motions",
        f"of two voices that move the same way ({found.similar_motions:,} such motions)",
    )
    texts = {
        "parallel-fifths": (unit, "fifths_per_100", f"Parallel fifths {motions}, which Bach avoids. {against}"),
        "parallel-octaves": (unit, "octaves_per_100", f"Parallel octaves and unisons {motions}. {against}"),
        "leaps": ("share", "leap_share", f"Share of a voice's moves that are larger than a fifth. {against}"),
    }
    return {
        name: entry(
            getattr(found, of), getattr(floor, of), unit, "lower", text, two_sided=True, baseline=getattr(chance, of)
        )
        for name, (unit, of, text) in texts.items()
    }


def eight_bars(pieces: list[Piece]) -> list[np.ndarray]:
    """Pieces cut into eight bars of 4/4 (64, 4), a shorter rest left out."""
    return [
        piece.notes[i : i + 8 * BAR].astype(np.int64)
        for piece in pieces
        for i in range(0, len(piece.notes) - 8 * BAR + 1, 8 * BAR)
    ]


def bars_of(notes: np.ndarray, stride: int) -> list[bytes]:
    """Every eight frames of notes (frames, n) that are not silent, up to transposition."""
    notes = np.pad(notes, ((0, 0), (0, max(0, 8 - notes.shape[1]))))[:, :8]
    found = []
    for start in range(0, len(notes) - BAR + 1, stride):
        bar = notes[start : start + BAR]
        if bar.any():
            lowest = np.abs(bar[bar != 0]).min()
            # Counted from one, so that the lowest note differs from silence.
            found.append((np.sign(bar) * (np.abs(bar) - lowest + 1)).astype(np.int8).tobytes())
    return found


def evaluate_reconstruction(subject: Subject) -> Metrics:
    """Steps of unseen tunes that come back from the posterior mean, teacher-forced and written freely; the bound and its KL."""
    model: VAE = subject.model
    windows = subject.data.windows["test"]
    generator = torch.Generator().manual_seed(SEED)
    forced, free, kl, elbo = [], [], [], []
    for part in torch.from_numpy(melody_rolls(windows))[:, None].split(250):
        x = part.float() / 255
        mu, logvar = model.posterior(x)
        tokens = tokens_of(x)
        forced.append(model.net.token_logits(mu, tokens).argmax(2) == tokens)
        free.append(model.net.write(mu) == tokens)
        kl.append(kl_per_dimension(mu, logvar))
        elbo.append(model.elbo(x, generator))
    each = torch.cat(kl).mean(0)
    on = f"test{len(windows)}"
    unit = "share"
    text = "Share of sixteenths of unseen tunes whose token comes back from the latent's mean, each given the true ones before."
    own = "The same with the decoder hearing only what it wrote itself."
    return {
        f"steps-teacher-forced-{on}": entry(float(torch.cat(forced).double().mean()), 1.0, unit, "higher", text),
        f"steps-free-running-{on}": entry(float(torch.cat(free).double().mean()), 1.0, unit, "higher", own),
        f"elbo-{on}": entry(
            float(torch.cat(elbo).double().mean()),
            None,
            "nats",
            "higher",
            "One-sample bound on log p of a window; the baseline draws every step alone, at the shares of training tunes.",
            baseline=-token_share_nats(subject.data),
        ),
        f"kl-{on}": entry(
            float(each.sum()),
            None,
            "nats",
            "higher",
            "What the latent tells of a window; 0 would be nothing.",
            baseline=0.0,
        ),
        f"active-dimensions-{on}": entry(
            float((each > 0.05).sum()),
            None,
            "dimensions",
            "higher",
            "Latent dimensions with a KL above 0.05 nats; a collapsed posterior has none.",
            baseline=0.0,
        ),
    }


def token_share_nats(data: Melodies) -> float:
    """Nats a test window of independent tokens at their shares in training, add one half."""
    train, test = (
        tokens_of(torch.from_numpy(melody_rolls(data.windows[part]))[:, None].float() / 255)
        for part in ("train", "test")
    )
    counts = torch.bincount(train.flatten(), minlength=TOKENS).double() + 0.5
    return float(-(counts / counts.sum()).log()[test].sum(1).mean())


def evaluate_melody_prior(subject: Subject) -> Metrics:
    """A thousand melodies from the prior, beside those of unseen tunes."""
    model, settings = subject.model, settings_of(subject.model, {})
    generators = [sample_generator(SEED, i) for i in range(PRIOR_SAMPLES)]
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
        f"in-key-{on}": entry(mean_in_key(own), mean_in_key(real), "share", "higher", text, two_sided=True),
        f"notes-{on}": entry(
            float(np.mean([len(p) for p in own])),
            float(np.mean([len(p) for p in real])),
            "notes",
            "higher",
            notes,
            two_sided=True,
        ),
        f"copied-{on}": entry(float(np.mean([shape in trained for shape in shapes])), 0.0, "share", "lower", copied),
    }


def signed_windows(tokens: Tensor) -> np.ndarray:
    """Tokens (n, 32) as windows (n, 32) int8 of the data set: p struck, -p held, 0 rest; all-silent ones get one note."""
    from playground.datasets.melodies.build import LOWEST
    from playground.nets.music import FIRST_PITCH, REST

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


EVALUATIONS: dict[str, dict[str, Evaluation]] = {
    "rnn-rbm": {
        "likelihood": evaluate_rbm_likelihood,
        "compositions": evaluate_compositions,
    },
    "transformer": {
        "likelihood": evaluate_note_likelihood,
        "compositions": evaluate_compositions,
    },
    "vae": {"reconstruction": evaluate_reconstruction, "prior": evaluate_melody_prior},
}
