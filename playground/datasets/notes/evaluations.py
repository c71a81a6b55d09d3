"""The numbers of the notes models: reconstruction of unknown instruments, pitch, bins and coverage of samples.

"heldout" are the 872 notes of the 20 instruments never trained on. Pitch is heard in the final sound, after the vocoder, by
audio/notes-classifier. Samples are drawn at the pitches of the training notes, one for each. Every reconstruction stands beside
its ceiling: the real note taken to its picture and back to sound.
"""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from playground.datasets.evaluation import Evaluation, Metrics, Subject, entry
from playground.datasets.metric_suite import Floor, embed_in_parts
from playground.datasets.notes.build import TEST, TRAIN, VALIDATION, Notes
from playground.datasets.notes.metrics import NETWORK, SUITE
from playground.formats.spectrogram import (
    FLOOR_DB,
    LOWEST_PITCH,
    RATE_HZ,
    TOP_DB,
    frequency_hz,
    mel_power,
    picture_of,
    picture_of_power,
    power_of_picture,
)
from playground.formats.vocoder import reconstruct, sound_of
from playground.metrics.harmonicity import harmonic_to_noise_db
from playground.metrics.ndb import make_bins, ndb
from playground.metrics.nearest import memorised_share, nearest_items
from playground.metrics.prdc import expected_coverage
from playground.metrics.spectral import log_mel_error_db, spectral_convergence
from playground.models.base import Bounds, Embeds, sample_generator
from playground.models.note_classifier import NoteClassifier
from playground.models.vae import kl_per_dimension
from playground.protocol.fields import settings_of

EVALUATION_SEED = 20261
REFINEMENTS = 96  # gradient steps on the latent
HEARD = 1000  # samples taken to sound
MIDDLE_C = 60
BINS = 100
BATCH = 50


def pictures_of(data: Notes, rows: np.ndarray) -> tuple[Tensor, Tensor]:
    """Pictures (n, 1, 128, 64) in [0, 1] and MIDI pitches (n,) int64 of these notes."""
    return torch.from_numpy(data.pictures[rows])[:, None].float() / 255, torch.from_numpy(
        data.pitch[rows].astype(np.int64)
    )


def in_batches(run: Callable[..., Tensor], *inputs: Tensor) -> Tensor:
    """``run`` on 50 items at a time."""
    return torch.cat([run(*parts) for parts in zip(*(one.split(BATCH) for one in inputs), strict=True)])


def hear(subject: Subject, sounds: Tensor, pitches: Tensor) -> float:
    """Share of notes whose pitch is heard in their sound (n, 16000)."""
    network = SUITE.load_network(subject.root)
    assert isinstance(network, NoteClassifier)

    def heard(sound: Tensor, p: Tensor) -> Tensor:
        return network.hear(picture_of(sound)) == p

    return float(in_batches(heard, sounds, pitches).float().mean())


def harmonicity_entries(sounds: Tensor, real: Tensor, pitches: Tensor) -> Metrics:
    """Harmonics-to-noise ratio of samples (n, 16000), of all and of the low ones, beside real notes of the same pitches."""
    own, floor = (harmonic_to_noise_db(sound, frequency_hz(pitches), RATE_HZ) for sound in (sounds, real))
    low = pitches < MIDDLE_C
    return {
        f"harmonics-to-noise-{name}-{int(chosen.sum())}-sound": entry(
            float(own[chosen].mean()),
            "dB",
            "higher",
            f"Harmonics-to-noise ratio (Boersma 1993) of {words}, mean over notes: grain and hiss lower it. The floor is real "
            "notes at the same pitches, taken through the same vocoder.",
            floor=float(floor[chosen].mean()),
            two_sided=True,
        )
        for name, words, chosen in (
            ("all", "samples made audible", torch.ones_like(low)),
            ("below-c4", "the samples below middle C, where grain is heard most", low),
        )
    }


def evaluate_tracker(subject: Subject) -> Metrics:
    """Pitch and family accuracy of the classifier on instruments it never heard."""
    metrics: Metrics = {}
    for part, name in ((TEST, "heldout"), (VALIDATION, "validation")):
        rows = subject.data.rows(part)
        x, pitches = pictures_of(subject.data, rows)
        pitch = float((in_batches(subject.model.hear, x) == pitches).float().mean())
        families = in_batches(lambda part: subject.model.embed(part)[1], x)
        family = float((families == torch.from_numpy(subject.data.family[rows].astype(np.int64))).float().mean())
        kind = "of instruments never trained on" if part == TEST else "of training instruments at pitches left out"
        metrics[f"pitch-accuracy-{name}{len(rows)}"] = entry(
            pitch, "share", "higher", f"Share of {len(rows)} real notes {kind} whose pitch is named exactly.", floor=1.0
        )
        metrics[f"family-accuracy-{name}{len(rows)}"] = entry(
            family, "share", "higher", f"Share of {len(rows)} real notes {kind} put into their family of 14.", floor=1.0
        )
    return metrics


def evaluate_reconstruction(subject: Subject) -> Metrics:
    """Encode and decode every held-out note; compare pictures, and sounds beside the ceiling of the representation."""
    data, network = subject.data, SUITE.load_network(subject.root)
    assert isinstance(network, NoteClassifier)
    rows = data.rows(TEST)
    totals: dict[str, float] = {}
    divergences = []
    for part in np.array_split(rows, -(-len(rows) // BATCH)):
        x, pitches = pictures_of(data, part)
        labels = pitches - LOWEST_PITCH
        mu, logvar = subject.model.posterior(x, labels)
        divergences.append(kl_per_dimension(mu, logvar))
        guessed = subject.model.net.generate(mu, labels)
        found = subject.model.net.generate(subject.model.net.refine(mu, x, labels, REFINEMENTS), labels)
        real = mel_power(torch.from_numpy(data.sound[part].astype(np.float32) / 32767))
        powers = {
            "encoder": power_of_picture(guessed),
            "refined": power_of_picture(found),
            "sound": mel_power(reconstruct(found, pitches)),
            "ceiling": mel_power(reconstruct(x, pitches)),
        }
        for name, power in powers.items():
            scores = {
                "error": log_mel_error_db(power, real, floor_db=FLOOR_DB, top_db=TOP_DB),
                "convergence": spectral_convergence(power, real),
                "pitch": (network.hear(picture_of_power(power)) == pitches).float(),
            }
            for kind, score in scores.items():
                totals[f"{kind}-{name}"] = totals.get(f"{kind}-{name}", 0.0) + float(score.sum()) / len(rows)
        subject.report(f"{sum(len(one) for one in divergences)} of {len(rows)} notes")
    return _reconstruction_entries(totals, torch.cat(divergences).mean(0), f"heldout{len(rows)}")


def _reconstruction_entries(found: dict[str, float], kl: Tensor, on: str) -> Metrics:
    """The entries of ``evaluate_reconstruction`` from its means and the KL of every dimension (d,)."""
    ways = {
        "encoder": "decoded from the encoder's guess",
        f"refined{REFINEMENTS}": f"decoded after {REFINEMENTS} gradient steps on the latent, as Invert does",
        f"refined{REFINEMENTS}-sound": "as before, made audible and analysed again; the floor is the ceiling of the "
        "representation: the real picture made audible",
    }
    metrics: Metrics = {}
    for way, text in ways.items():
        audible = way.endswith("sound")
        name = "sound" if audible else way.rstrip("0123456789")
        error, convergence = (found["error-ceiling"], found["convergence-ceiling"]) if audible else (0.0, 0.0)
        metrics[f"log-mel-error-{on}-{way}"] = entry(
            found[f"error-{name}"],
            "dB",
            "lower",
            f"Mean absolute error of unknown instruments' notes, {text}.",
            floor=error,
        )
        metrics[f"spectral-convergence-mel-{on}-{way}"] = entry(
            found[f"convergence-{name}"],
            "ratio",
            "lower",
            f"Norm of the error of linear mel amplitudes over the norm of the note's, {text}.",
            floor=convergence,
        )
    metrics[f"pitch-accuracy-{on}-refined{REFINEMENTS}-sound-{NETWORK}"] = entry(
        found["pitch-sound"],
        "share",
        "higher",
        "Share whose pitch is heard in the reconstructed sound; the floor is the real picture made audible.",
        floor=found["pitch-ceiling"],
    )
    metrics[f"kl-{on}"] = entry(
        float(kl.sum()), "nats", "lower", "KL(q(z|x) || p(z)): what the latent tells of a note.", baseline=0.0
    )
    metrics[f"active-dimensions-{on}"] = entry(
        float((kl > 0.05).sum()),
        "dimensions",
        "higher",
        "Latent dimensions with a mean KL above 0.05 nats; a collapsed posterior has none.",
        baseline=0.0,
    )
    return metrics


def draw_notes(subject: Subject, pitches: Tensor) -> Tensor:
    """One prior sample (n, 1, 128, 64) for each MIDI pitch (n,), rounded to 256 levels as pictures are shown."""
    settings = settings_of(subject.model, {})

    def draw(indices: Tensor, part: Tensor) -> Tensor:
        generators = [sample_generator(EVALUATION_SEED, int(i)) for i in indices]
        z = subject.model.sample_latents(generators, settings)
        made = subject.model.net.generate(z, part - LOWEST_PITCH)
        return (made.clamp(0, 1) * 255).round() / 255

    return in_batches(draw, torch.arange(len(pitches)), pitches)


def evaluate_samples(subject: Subject) -> Metrics:
    """Pitch, bins, coverage and memorisation of as many samples as there are training notes."""
    data: Notes = subject.data
    network = SUITE.load_network(subject.root)
    rows = np.random.default_rng(EVALUATION_SEED).permutation(data.rows(TRAIN))
    training, pitches = pictures_of(data, rows)
    made = draw_notes(subject, pitches)
    subject.report(f"{len(made)} samples drawn; hearing {HEARD} of them")
    sounds, real_sounds = (in_batches(sound_of, x[:HEARD], pitches[:HEARD]) for x in (made, training))
    heard = hear(subject, sounds, pitches[:HEARD])
    x_held, p_held = pictures_of(data, data.rows(TEST))
    floor_heard = hear(subject, in_batches(sound_of, x_held, p_held), p_held)
    subject.report("comparing with the training notes")
    flat, flat_made = training.flatten(1).numpy(), made.flatten(1).numpy()
    different = ndb(make_bins(flat, BINS, EVALUATION_SEED), flat_made)
    half = len(flat) // 2
    floor_different = ndb(make_bins(flat[:half], BINS, EVALUATION_SEED), flat[half:])
    (features, families), (made_features, made_families) = (embed_in_parts(network, x, BATCH) for x in (training, made))
    near = SUITE.score(made_features, made_families, features, families, ("coverage", "density"))
    count = len(rows)
    whole = (flat * 255).round().astype(np.uint8)
    own = nearest_items((flat_made[:HEARD] * 255).round().astype(np.uint8), whole)
    held = nearest_items((x_held.flatten(1).numpy() * 255).round().astype(np.uint8), whole)
    return {
        f"pitch-accuracy-sound-{HEARD}-{NETWORK}": entry(
            heard,
            "share",
            "higher",
            "Share of prior samples whose pitch, asked for and made audible, is heard exactly; the floor is real held-out notes "
            "taken through the same vocoder.",
            floor=floor_heard,
        ),
        **harmonicity_entries(sounds, real_sounds, pitches[:HEARD]),
        f"ndb-k{BINS}-{count}-logmel": entry(
            float(different),
            "bins of 100",
            "lower",
            f"Bins of the training notes' pictures whose share differs among {count} samples (two-proportion z-test, 5 %); the "
            "floor bins one half of the training notes and counts the other.",
            floor=float(floor_different),
        ),
        f"coverage-k5-{count}-{NETWORK}": SUITE.protocols["coverage"].entry(
            near["coverage"],
            Floor(
                expected_coverage(count, count, 5),
                text=f"Share of training notes with one of {count} samples close by, in the 64 features of {NETWORK}.",
            ),
        ),
        f"density-k5-{count}-{NETWORK}": SUITE.protocols["density"].entry(
            near["density"], Floor(1.0, text="How deep among training notes the samples lie.")
        ),
        f"memorised-{HEARD}-logmel": entry(
            memorised_share(own.distance, held.distance),
            "share",
            "lower",
            f"Share of {HEARD} samples nearer to a training note than 99 % of the notes of unknown instruments are.",
            floor=0.01,
        ),
    }


EVALUATIONS = (
    Evaluation("accuracy", evaluate_tracker, ("pitch-accuracy-*", "family-accuracy-*"), needs=(Embeds,)),
    Evaluation(
        "reconstruction",
        evaluate_reconstruction,
        (
            "log-mel-error-heldout*",
            "spectral-convergence-mel-heldout*",
            "pitch-accuracy-heldout*",
            "kl-heldout*",
            "active-dimensions-heldout*",
        ),
        needs=(Bounds,),
    ),
    Evaluation(
        "samples",
        evaluate_samples,
        (
            f"pitch-accuracy-sound-{HEARD}-{NETWORK}",
            "harmonics-to-noise-*-sound",
            f"ndb-k{BINS}-*-logmel",
            f"coverage-k5-*-{NETWORK}",
            f"density-k5-*-{NETWORK}",
            f"memorised-{HEARD}-logmel",
        ),
    ),
)
