"""Training an RBM beside scikit-learn's BernoulliRBM: the same 8 x 8 digits, the same 16 hidden units, one thread each.

The score is the exact mean log-likelihood of held-out digits: with 16 hidden units the partition function is a sum of
65,536 terms. scikit-learn is given a grid of learning rates and lengths and stands with the best of it; only the seconds
of that one fit count.
"""

import time
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from playground.benchmarks import facts
from playground.metrics.ais import exact_log_z, log_probability
from playground.models.rbm import RBM, RBMConfig

HIDDEN = 16
HELD_OUT = 297
SEEDS = (1, 2, 3)  # the median of three runs, ours and theirs in turns
STEPS = 400
BATCH = 100
CHAINS = 100
RATE = 1.5
PEER_RATES = (0.01, 0.02, 0.03, 0.05, 0.1)
PEER_PASSES = (10, 30, 60, 100)
PEER_BATCH = 10  # scikit-learn's default


@dataclass(frozen=True)
class Fit:
    """One training run."""

    seconds: float
    train_nats: float  # mean log-likelihood of a digit
    test_nats: float


def run() -> dict[str, Any]:
    """See the module."""
    try:
        from sklearn.datasets import load_digits
        from sklearn.neural_network import BernoulliRBM
    except ImportError as error:
        raise facts.missing("scikit-learn", "The RBM benchmark") from error
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        train, test = split_digits(np.asarray(load_digits(return_X_y=True)[0]))
        ours: list[Fit] = []
        peers: dict[tuple[float, int], list[Fit]] = {}
        fit_ours(train, test, 0)  # torch's first products set up its threads and kernels
        for seed in SEEDS:
            facts.report(f"rbm: seed {seed}, ours")
            ours.append(fit_ours(train, test, seed))
            for rate in PEER_RATES:
                for passes in PEER_PASSES:
                    machine = BernoulliRBM(
                        HIDDEN, learning_rate=rate, batch_size=PEER_BATCH, n_iter=passes, random_state=seed
                    )
                    peers.setdefault((rate, passes), []).append(fit_peer(machine, train, test))
    finally:
        torch.set_num_threads(threads)
    our = _median(ours)
    medians = {setting: _median(fits) for setting, fits in peers.items()}
    best = max(medians, key=lambda setting: medians[setting].test_nats)
    peer = medians[best]
    return facts.build_result(
        f"an RBM with {HIDDEN} hidden units on scikit-learn's 8 x 8 digits (pixels on above half of the range, "
        f"{len(train)} to train on, {len(test)} held out), exact likelihood, medians of {len(SEEDS)} seeds",
        {
            **_describe(our),
            "recipe": f"persistent chains, centred gradient, SGD {RATE} decaying, {STEPS} steps of {BATCH}, averaged weights",
        },
        {
            **_describe(peer),
            "recipe": f"BernoulliRBM, best of {len(medians)} settings: learning rate {best[0]}, {best[1]} passes",
            "test_nats_by_rate_and_passes": {f"{r} x {p}": one.test_nats for (r, p), one in medians.items()},
            "fit_s_by_rate_and_passes": {f"{r} x {p}": one.seconds for (r, p), one in medians.items()},
        },
        {"speed": peer.seconds / our.seconds, "test_gain_nats": our.test_nats - peer.test_nats},
        [
            facts.at_least(
                "held-out log-likelihood, ours minus scikit-learn's, nats", our.test_nats - peer.test_nats, 0
            ),
            facts.at_least("scikit-learn's seconds over ours", peer.seconds / our.seconds, 1),
        ],
        ["Seconds are those of the fit alone. scikit-learn's default of 10 passes at 0.1 is in its table too."],
    )


def split_digits(data: np.ndarray) -> tuple[Tensor, Tensor]:
    """Binary rows (n, 64) float32 to train on and to hold out, from 8 x 8 digits (n, 64) of 0..16; a fixed shuffle."""
    order = np.random.default_rng(0).permutation(len(data))
    rows = torch.from_numpy((data[order] >= 8).astype(np.float32))
    return rows[:-HELD_OUT], rows[-HELD_OUT:]


def fit_ours(train: Tensor, test: Tensor, seed: int) -> Fit:
    """Our RBM with its own loss in a plain SGD loop; the weights of the second half of the run are averaged."""
    generator = torch.Generator().manual_seed(seed)
    torch.manual_seed(seed)
    labels = torch.zeros(BATCH, dtype=torch.int64)
    started_s = time.perf_counter()
    model = RBM(RBMConfig(hidden=HIDDEN, shape=(1, 1, train.shape[1]), chains=CHAINS))
    model.start_from_data(train.view(-1, 1, 8, 8), torch.zeros(len(train), dtype=torch.int64))
    parameters = [model.weight, model.visible_bias, model.hidden_bias]
    sums = [torch.zeros_like(tensor) for tensor in model.plain_parameters()]
    first_averaged = STEPS // 2
    for step in range(STEPS):
        rows = torch.randint(len(train), (BATCH,), generator=generator)
        loss, _ = model.loss(train[rows], labels, generator)
        gradients = torch.autograd.grad(loss, parameters)
        rate = RATE * (1 - step / STEPS)
        with torch.no_grad():
            for parameter, gradient in zip(parameters, gradients):
                parameter -= rate * gradient
        model.after_step()
        if step >= first_averaged:
            for total, tensor in zip(sums, model.plain_parameters()):  # centres move, so the plain form is averaged
                total += tensor
    weights, visible_bias, hidden_bias = (total / (STEPS - first_averaged) for total in sums)
    seconds = time.perf_counter() - started_s
    return _score(seconds, weights, visible_bias, hidden_bias, train, test)


def fit_peer(machine: Any, train: Tensor, test: Tensor) -> Fit:
    """A BernoulliRBM on the same rows."""
    rows = train.numpy()
    started_s = time.perf_counter()
    machine.fit(rows)
    seconds = time.perf_counter() - started_s
    weights, visible_bias, hidden_bias = (
        torch.from_numpy(np.ascontiguousarray(array, np.float64))
        for array in (machine.components_.T, machine.intercept_visible_, machine.intercept_hidden_)
    )
    return _score(seconds, weights, visible_bias, hidden_bias, train, test)


def _score(
    seconds: float, weights: Tensor, visible_bias: Tensor, hidden_bias: Tensor, train: Tensor, test: Tensor
) -> Fit:
    machine = (weights, visible_bias, hidden_bias)
    log_z = exact_log_z(*machine)
    train_nats, test_nats = (float(log_probability(rows, *machine, log_z).mean()) for rows in (train, test))
    return Fit(seconds, train_nats, test_nats)


def _median(fits: list[Fit]) -> Fit:
    return Fit(
        *(float(np.median([getattr(fit, name) for fit in fits])) for name in ("seconds", "train_nats", "test_nats"))
    )


def _describe(fit: Fit) -> dict[str, Any]:
    return {
        "fit_s": fit.seconds,
        "test_log_likelihood_nats": fit.test_nats,
        "train_log_likelihood_nats": fit.train_nats,
    }
