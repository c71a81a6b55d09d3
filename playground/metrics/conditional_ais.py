"""Log-likelihood of many small RBMs that share their weights but not their biases, as an RNN-RBM has one per frame.

Each row has its own partition function, estimated by annealed importance sampling (Neal 2001; Salakhutdinov & Murray 2008)
from independent bits at the row's own Gibbs marginals: the closer the start, the fewer temperatures are needed. As always, Z
comes out too low on average, so that the likelihood looks a little too good; more temperatures close the gap.
"""

import math

import torch
from torch import Tensor
from torch.nn.functional import softplus

ROWS_AT_ONCE = 4096  # rows times chains of one block


@torch.inference_mode()
def gibbs_marginals(
    start: Tensor, weights: Tensor, b: Tensor, c: Tensor, *, steps: int, chains: int, generator: torch.Generator
) -> Tensor:
    """p(v = 1) of every row, (n, visible): the mean over ``chains`` Gibbs chains of ``steps`` steps, after as many of burn-in.

    start (n, visible) of 0 and 1; weights (visible, hidden); b (n, visible) and c (n, hidden) in nats.
    """
    parts = []
    for v, visible_bias, hidden_bias in zip(*(t.split(max(1, ROWS_AT_ONCE // chains)) for t in (start, b, c))):
        state = v.repeat_interleave(chains, 0)
        visible_bias, hidden_bias = (t.repeat_interleave(chains, 0) for t in (visible_bias, hidden_bias))
        total = torch.zeros_like(state)
        for step in range(2 * steps):
            hidden = _draw(torch.addmm(hidden_bias, state, weights).sigmoid_(), generator)
            probabilities = torch.addmm(visible_bias, hidden, weights.T).sigmoid_()
            state = _draw(probabilities, generator)
            if step >= steps:
                total += probabilities
        parts.append((total / steps).view(-1, chains, state.shape[1]).mean(1))
    return torch.cat(parts)


@torch.inference_mode()
def conditional_log_z(
    weights: Tensor,
    b: Tensor,
    c: Tensor,
    marginals: Tensor,
    *,
    temperatures: int,
    chains: int,
    generator: torch.Generator,
) -> Tensor:
    """Estimate log Z (n,) in nats, float64, of every row's RBM: ``chains`` runs over ``temperatures`` equal steps each.

    marginals (n, visible) in 0..1: where annealing starts; any will do, those of the row itself do best.
    """
    base = torch.logit(marginals.clamp(0.002, 0.998))
    parts = [
        _anneal(weights, *rows, temperatures=temperatures, chains=chains, generator=generator)
        for rows in zip(*(t.split(max(1, ROWS_AT_ONCE // chains)) for t in (b, c, base)))
    ]
    return torch.cat(parts)


def conditional_log_probability(v: Tensor, weights: Tensor, b: Tensor, c: Tensor, log_z: Tensor) -> Tensor:
    """log p(v) (n,) in nats, float64, of states v (n, visible) under each row's biases and log Z."""
    w, visible_bias, hidden_bias, v = (t.double() for t in (weights, b, c, v))
    return (v * visible_bias).sum(1) + softplus(v @ w + hidden_bias, threshold=40.0).sum(1) - log_z


def annealed_log_probability(
    v: Tensor, start: Tensor, weights: Tensor, b: Tensor, c: Tensor, *, temperatures: int, chains: int
) -> Tensor:
    """An estimate of log p(v) (n,) in nats, float64, from a fixed seed; start (n, visible): where Gibbs chains begin."""
    generator = torch.Generator().manual_seed(0)
    near = gibbs_marginals(start, weights, b, c, steps=20, chains=chains, generator=generator)
    log_z = conditional_log_z(weights, b, c, near, temperatures=temperatures, chains=chains, generator=generator)
    return conditional_log_probability(v, weights, b, c, log_z)


def expected_frame_accuracy(v: Tensor, marginals: Tensor) -> float:
    """TP / (TP + FP + FN) of frames v under p(v = 1), both (n, V), with expected counts over all rows (Bay et al. 2009)."""
    v, p = v.double(), marginals.double()
    hit = (v * p).sum()
    return float(hit / (hit + ((1 - v) * p).sum() + (v * (1 - p)).sum()))


def _anneal(
    weights: Tensor,
    b: Tensor,
    c: Tensor,
    base: Tensor,
    *,
    temperatures: int,
    chains: int,
    generator: torch.Generator,
) -> Tensor:
    log_z0 = softplus(base.double(), threshold=40.0).sum(1) + weights.shape[1] * math.log(2)
    b, c, base = (t.repeat_interleave(chains, 0) for t in (b, c, base))
    change, transposed = b - base, weights.T.contiguous()
    v = _draw(base.sigmoid(), generator)
    log_weights = torch.zeros(len(v), dtype=torch.float64, device=v.device)
    drive = torch.empty_like(c)
    for step in range(1, temperatures + 1):
        before, after = (step - 1) / temperatures, step / temperatures
        torch.addmm(c, v, weights, out=drive)
        # Difference first, sum second: small float32 numbers lose nothing that way.
        colder = softplus(drive * after).sub_(softplus(drive * before)).sum(1)
        log_weights += colder.add_((v * change).sum(1), alpha=after - before)
        if step < temperatures:  # after the last weight nobody looks at the state
            h = _draw(drive.mul_(after).sigmoid_(), generator)
            v = _draw(torch.addmm(base, h, transposed, alpha=after).add_(change, alpha=after).sigmoid_(), generator)
    return log_z0 + torch.logsumexp(log_weights.view(-1, chains), 1) - math.log(chains)


def _draw(probabilities: Tensor, generator: torch.Generator) -> Tensor:
    """0 or 1 with these probabilities, drawn on the CPU, where generators live."""
    uniform = torch.rand(probabilities.shape, generator=generator, dtype=probabilities.dtype).to(probabilities.device)
    return uniform.lt_(probabilities)
