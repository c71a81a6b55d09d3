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


class StreamingLogMeanExp:
    """The same estimate from chunks: the K = 5000 weights of an item need not be in memory together.

    Give `add` log weights (k, n) of the same n items, for any number of k; `value` then equals
    `importance_weighted_log_prob` of all of them together.
    """

    def __init__(self) -> None:
        self.count = 0  # importance weights per item so far
        self._log_sum: Tensor | None = None

    def add(self, log_weights: Tensor) -> None:
        """Take in log weights (k, n), nats, any float dtype."""
        if log_weights.ndim != 2 or log_weights.shape[0] < 1:
            raise ValueError(f"log_weights must be (at least 1 weight, n items), got {tuple(log_weights.shape)}.")
        chunk = torch.logsumexp(log_weights.detach().double(), 0)
        if self._log_sum is not None and chunk.shape != self._log_sum.shape:
            raise ValueError(f"Every chunk needs the same {len(self._log_sum)} items, got {len(chunk)}.")
        self._log_sum = chunk if self._log_sum is None else torch.logaddexp(self._log_sum, chunk)
        self.count += log_weights.shape[0]

    def value(self) -> Tensor:
        """Return the estimate of log p(x) so far, (n,) in nats, float64."""
        if self._log_sum is None:
            raise ValueError("There is no estimate before the first chunk: call add.")
        return self._log_sum - math.log(self.count)


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
        mean, total = StreamingLogMeanExp(), torch.zeros(len(some), dtype=torch.float64)
        while mean.count < weights:
            drawn = log_weights(some, min(weights_at_once, weights - mean.count))
            mean.add(drawn)
            total += drawn.double().sum(0)
        log_probs.append(mean.value())
        bounds.append(total / weights)
        done += len(some)
        report(done)
    return Weighed(torch.cat(log_probs), torch.cat(bounds))
