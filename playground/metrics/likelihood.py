"""The importance-weighted estimate of log p(x), in memory-sized pieces.

log p(x) is about log (1/K) sum_k p(x, z_k) / q(z_k | x) for z_k from q: a lower bound in expectation that rises with K
(Burda et al. 2016, "Importance weighted autoencoders"). K = 1 gives the ELBO, K = 5000 is what papers call the negative
log-likelihood; the two differ by 3 to 5 nats on digits, so print both, with K. Higher log probability is better.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor


def importance_weighted_log_prob(log_weights: Tensor, dim: int = 0) -> Tensor:
    """Return log of the mean of exp(log_weights) over `dim`, in nats and float64: (k, n) becomes (n,)."""
    weights = log_weights.double()  # weights of one item may lie hundreds of nats apart
    return torch.logsumexp(weights, dim) - math.log(weights.shape[dim])


@dataclass(frozen=True)
class Weighed:
    """Of every item (n,), in nats, float64: the estimate of log p(x), and the mean log weight, which is the ELBO."""

    log_prob: Tensor
    bound: Tensor


def weigh(
    log_weights: Callable[[Tensor, int], Tensor],
    items: Tensor,
    weights: int,
    *,
    weights_at_once: int,
    items_at_once: int,
    report: Callable[[int], None] = lambda done: None,
) -> Weighed:
    """Both for items (n, ...), by so many importance weights each; ``log_weights(some items (m, ...), k)`` draws (k, m).

    ``report`` hears how many items are done.
    """
    log_probs, bounds, done = [], [], 0
    for some in items.split(items_at_once):
        log_sum = torch.full((len(some),), -math.inf, dtype=torch.float64)
        total = torch.zeros(len(some), dtype=torch.float64)
        for first in range(0, weights, weights_at_once):
            drawn = log_weights(some, min(weights_at_once, weights - first)).detach().double()
            log_sum = torch.logaddexp(log_sum, torch.logsumexp(drawn, 0))
            total += drawn.sum(0)
        log_probs.append(log_sum - math.log(weights))
        bounds.append(total / weights)
        done += len(some)
        report(done)
    return Weighed(torch.cat(log_probs), torch.cat(bounds))
