"""The numbers of the digits models: likelihoods, fidelity, diversity, memorisation, each under its protocol's name.

Everything runs on the 10,000 MNIST test digits. A protocol's name says sample size, data and feature network.
"""

from typing import Any

import numpy as np
import torch
from torch import Tensor

from playground.datasets.digits.metrics import NETWORK, SUITE, embed
from playground.datasets.digits.reference import load_reference
from playground.datasets.evaluation import SPREAD_SEEDS, Evaluation, Metrics, Subject, draw_samples, entry
from playground.datasets.metric_suite import Floor
from playground.datasets.shared.annealing import anneal_both_ways
from playground.datasets.storage import golden_folder
from playground.formats.pictures import from_frames, to_frames
from playground.metrics.ais import BITS, base_rate_bias, log_probability, salakhutdinov_murray_betas
from playground.metrics.frechet import frechet_distance
from playground.metrics.histogram import expected_kl
from playground.metrics.likelihood import weigh
from playground.metrics.nearest import memorised_share, nearest_items
from playground.metrics.prdc import expected_coverage
from playground.models.base import Bounds, Embeds, GenerativeModel, Integrates
from playground.models.boltzmann import BoltzmannMachine
from playground.protocol.fields import settings_of

SAMPLES = 10_000
ON = f"{SAMPLES // 1000}k-{NETWORK}"  # the end of the names of what is measured on them
EVALUATION_SEED = 20260
STEP_COUNTS = (1, 2, 5, 10, 20, 50, 100)  # of a flow's solver
IMPORTANCE_SAMPLES = 5000
PIXEL_BASELINE_NATS = 205.79
PIXEL_BASELINE = "The baseline is one independent Bernoulli per pixel, at the rates of the training digits."


def as_pictures(digits: np.ndarray) -> Tensor:
    """Digits (n, 28, 28) uint8 as pictures (n, 1, 28, 28) in [0, 1]."""
    return torch.from_numpy(digits)[:, None].float() / 255


def binarize(pictures: Tensor, seed: int) -> Tensor:
    """One Bernoulli draw of each pixel: the test side of "dynamic binarization"."""
    return torch.bernoulli(pictures, generator=torch.Generator().manual_seed(seed))


def evaluate_accuracy(subject: Subject) -> Metrics:
    """Share of test digits the classifier names rightly."""
    pictures = as_pictures(subject.data.test_images)
    _, labels = embed(subject.model, pictures)
    accuracy = float((labels == subject.data.test_labels).mean())
    text = "Share of the 10,000 test digits named rightly; 99.3 % is needed before mode counts mean anything."
    return {"accuracy-test10k": entry(accuracy, "share", "higher", text)}


def weigh_digits(subject: Subject, weights: int, at_once: int, items_at_once: int) -> tuple[float, float]:
    """Mean log p and mean ELBO of a test digit in nats, by so many importance weights each."""
    x = binarize(as_pictures(subject.data.test_images), EVALUATION_SEED)
    generator = torch.Generator().manual_seed(EVALUATION_SEED)

    def report(done: int) -> None:
        if done % 500 == 0:
            subject.report(f"{done} of {len(x)} digits weighed")

    weighed = weigh(
        lambda some, k: subject.model.log_weights(some, k, generator)[0],
        x,
        weights,
        weights_at_once=at_once,
        items_at_once=items_at_once,
        report=report,
    )
    return float(weighed.log_prob.mean()), float(weighed.bound.mean())


def evaluate_elbo(subject: Subject) -> Metrics:
    """Test ELBO, the mean of ten samples a digit."""
    _, bound = weigh_digits(subject, 10, 10, 100)
    text = f"The bound that training sees: how far it lies below the likelihood is what the encoder loses. {PIXEL_BASELINE}"
    return {"elbo-dynamic-test10k": entry(bound, "nats", "higher", text, baseline=-PIXEL_BASELINE_NATS)}


def evaluate_nll(subject: Subject) -> Metrics:
    """Test likelihood with K = 5000 importance samples a digit: fifty million decoded latents.

    The networks run in bfloat16, which halves the time: rounded networks are a model and a proposal like any other, so the
    estimate stays a lower bound on average; log weights are float32 and their sum float64.
    """
    with torch.autocast("cpu", torch.bfloat16):
        log_prob, _ = weigh_digits(subject, IMPORTANCE_SAMPLES, 50, 50)
    text = (
        "-log p(x) in nats per test digit (pixels drawn once as Bernoulli), by 5000 importance samples each. "
        f"{PIXEL_BASELINE}"
    )
    value = entry(-log_prob, "nats", "lower", text, baseline=PIXEL_BASELINE_NATS)
    return {f"nll-iwae{IMPORTANCE_SAMPLES}-dynamic-test10k": value}


def evaluate_ais(subject: Subject) -> Metrics:
    """Test log-probability by annealed importance sampling (14,501 temperatures, 100 runs) and by its reverse; of bits only."""
    if not subject.model.units.bits:
        return {}
    mean = torch.from_numpy(subject.data.train_images.reshape(-1, 784)).float().mean(0) / 255
    forward, backward = anneal_both_ways(
        subject.model, base_rate_bias(mean), salakhutdinov_murray_betas(), BITS, EVALUATION_SEED, subject.report
    )
    metrics: Metrics = {}
    tests = {"dynamic": binarize(as_pictures(subject.data.test_images), EVALUATION_SEED).flatten(1)}
    static = golden_folder() / "binarized_mnist_larochelle_packed.npz"
    if static.exists():
        bits = np.unpackbits(np.load(static)["test"], axis=1)
        tests["static"] = torch.from_numpy(bits).float()
    weights, visible_bias, hidden_bias = subject.model.plain_parameters()
    for name, v in tests.items():
        for kind, log_z in (("ais", forward.log_z), ("reverse-ais", backward.log_z)):
            value = float(log_probability(v, weights, visible_bias, hidden_bias, log_z).mean())
            text = (
                f"log p(v) in nats per test digit with log Z = {log_z:.2f} by annealing from the base rates to the model."
                if kind == "ais"
                else f"The same with log Z = {log_z:.2f} by annealing back: where the two differ, neither is sure."
            )
            protocol = f"logprob-{kind}-{name}-test10k"
            metrics[protocol] = entry(value, "nats", "higher", text, baseline=-PIXEL_BASELINE_NATS)
    return metrics


def sample_features(
    subject: Subject, count: int, *, seed: int = EVALUATION_SEED, **chosen: Any
) -> tuple[np.ndarray, np.ndarray, Tensor]:
    """Features, predicted digits and pictures of ``count`` samples under default settings except ``chosen``.

    Pictures (count, 1, 28, 28) in [0, 1] have the 256 grey levels of what is shown.
    """
    settings = settings_of(subject.model, {"settings": chosen})
    pictures = torch.cat([made for _, made in draw_samples(subject, count, settings, seed)])
    pictures = from_frames(to_frames(pictures), count, *pictures.shape[2:])
    return *embed(SUITE.load_network(subject.root), pictures), pictures


def evaluate_samples(subject: Subject) -> Metrics:
    """Coverage, density, digit histogram, Frechet distance and memorisation of 10,000 samples; their spread over three seeds."""
    data, classifier = subject.data, SUITE.load_network(subject.root)
    real, _ = embed(classifier, as_pictures(data.test_images))
    other, other_labels = embed(classifier, as_pictures(data.train_images[:SAMPLES]))
    training = load_reference().training_bits
    held_out = nearest_items(data.test_images[::10].reshape(-1, 784), training, packed=True)
    names = ("coverage", "density", "digit-kl", "frechet")
    found: dict[str, list[float]] = {}
    for seed in SPREAD_SEEDS:
        features, labels, pictures = sample_features(subject, SAMPLES, seed=seed)
        subject.report(f"comparing the samples of seed {seed} with the test digits")
        own = nearest_items((pictures[:1000].flatten(1).numpy() * 255).round().astype(np.uint8), training, packed=True)
        scores = SUITE.score(features, labels, real, data.test_labels, names)
        for name, score in (scores | {"memorised": memorised_share(own.distance, held_out.distance)}).items():
            found.setdefault(name, []).append(float(score))
    perfect = SUITE.score(other, other_labels, real, data.test_labels, ("coverage", "frechet"))
    floors = {
        "coverage": Floor(
            expected_coverage(SAMPLES, SAMPLES, 5),
            text="Share of test digits with one of 10,000 samples close by; training digits in place of samples score "
            f"{perfect['coverage']:.3f}.",
        ),
        "density": Floor(1.0, text="How deep among test digits the samples lie."),
        "digit-kl": Floor(
            expected_kl(len(SUITE.labels), SAMPLES),
            text="How far the shares of the ten digits among 10,000 samples are from those of the test set.",
        ),
        "frechet": Floor(
            perfect["frechet"],
            text="Distance of feature clouds as Gaussians; the floor is the first 10,000 training digits.",
        ),
    }
    metrics = {
        f"{name}{'-k5' if name in ('coverage', 'density') else ''}-{ON}": SUITE.protocols[name].entry(
            found[name][0], floors[name]
        )
        for name in names
    }
    text = "Share of 1,000 samples nearer to a training digit than 99 % of test digits are."
    metrics["memorised-1k-pixels"] = entry(found["memorised"][0], "share", "lower", text, floor=0.01)
    for one, values in zip(metrics.values(), found.values(), strict=True):
        one |= {"help": one["help"] + sampling_note(subject.model), "spread": float(np.std(values, ddof=1))}
    return metrics


def sampling_note(model: GenerativeModel) -> str:
    """What keeps the samples of an RBM from being independent, as its floors suppose; nothing for other models."""
    if not isinstance(model, BoltzmannMachine):
        return ""
    steps = settings_of(model, {})["steps"]
    return (
        f" Each sample continues one of {len(model.particles):,} stored chains, chosen at random, for {steps} Gibbs steps; the "
        "floor is for independent samples."
    )


def evaluate_few_steps(subject: Subject) -> Metrics:
    """Frechet distance over the number of solver steps, with the default solver."""
    count = SAMPLES // 5  # 100 steps are dear: a fifth of the samples of the other figures
    classifier = SUITE.load_network(subject.root)
    real, _ = embed(classifier, as_pictures(subject.data.test_images))
    other, _ = embed(classifier, as_pictures(subject.data.train_images[:count]))
    floor, on = frechet_distance(other, real), f"{count // 1000}k-{NETWORK}"
    metrics: Metrics = {}
    for steps in STEP_COUNTS:
        features, _, _ = sample_features(subject, count, steps=steps)
        distance = frechet_distance(features, real)
        subject.report(f"{steps} steps: {distance:.3f}")
        text = f"Frechet distance of {count:,} samples with {steps} solver steps; the floor is as many training digits."
        metrics[f"frechet-{steps}-steps-{on}"] = entry(distance, "squared distance", "lower", text, floor=floor)
    return metrics


EVALUATIONS = (
    Evaluation("accuracy", evaluate_accuracy, ("accuracy-test10k",), needs=(Embeds,)),
    Evaluation("elbo", evaluate_elbo, ("elbo-dynamic-test10k",), needs=(Bounds,)),
    Evaluation("nll", evaluate_nll, (f"nll-iwae{IMPORTANCE_SAMPLES}-dynamic-test10k",), needs=(Bounds,)),
    Evaluation("ais", evaluate_ais, ("logprob-*-test10k",), needs=(BoltzmannMachine,)),
    Evaluation(
        "samples",
        evaluate_samples,
        (f"coverage-k5-{ON}", f"density-k5-{ON}", f"digit-kl-{ON}", f"frechet-{ON}", "memorised-1k-pixels"),
    ),
    Evaluation("few-steps", evaluate_few_steps, ("frechet-*-steps-*",), needs=(Integrates,)),
)
