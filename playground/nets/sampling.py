"""Drawing the next token: temperature, top-k, top-p (nucleus; Holtzman et al. 2020, arXiv:1904.09751), and the noise of a seed.

The noise of place t under a seed is one number in [0, 1), a function of (seed, t) alone, and the token is where the cumulated
odds reach it: so a text does not depend on who else is being written for, nor on whether it was interrupted.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from playground.nets.contract import mixed_seed

FEW = (256, 1024)  # so many of the likeliest tokens are looked at first, before all are


@dataclass(frozen=True)
class SamplingParams:
    """How the odds of the next token are changed before it is drawn.

    temperature 0 takes the likeliest; top_k 0 and top_p 1 leave all tokens in.
    """

    temperature: float = 1.0
    top_k: int = 0
    top_p: float = 1.0

    @property
    def leaves_all(self) -> bool:
        """Whether every token may come."""
        return self.temperature > 0 and not self.top_k and self.top_p >= 1


def noise(seed: int, place: int) -> float:
    """The number in [0, 1) that decides the token at ``place`` under ``seed``."""
    return mixed_seed(seed, place) / 2**63


def changed_probabilities(logits: Tensor, odds: Sequence[SamplingParams]) -> Tensor:
    """Probabilities (B, V) float64 after temperature, top-k and top-p of logits (B, V); row i by odds[i]. Rows sum to one.

    The likeliest token always stays; of equal ones the first.
    """
    temperatures = torch.tensor([max(one.temperature, 1e-6) for one in odds], dtype=torch.float64)[:, None]
    scores = logits.double() / temperatures.to(logits.device)
    if all(one.leaves_all for one in odds):  # then nothing needs to be sorted, which costs a hundred times as much
        return scores.softmax(1)
    size = logits.shape[1]
    limits = torch.tensor([1 if one.temperature == 0 else one.top_k or size for one in odds])[:, None].to(logits.device)
    shares = torch.tensor([one.top_p for one in odds], dtype=torch.float64)[:, None].to(logits.device)
    total = scores.logsumexp(1, keepdim=True)
    # Nearly always what stays is among the first few, and sorting 50,000 tokens costs a tenth of writing one.
    for few in (*(few for few in FEW if few < size), size):
        top, order = likeliest(scores, few)
        probabilities = (top - total).exp()
        cumulated = probabilities.cumsum(1)
        if few == size or bool(((limits <= few) | (cumulated[:, -1:] >= shares)).all()):
            break
    else:
        raise AssertionError("among all tokens the search ends")
    ranks = torch.arange(few, device=logits.device)
    stays = (ranks < limits) & ((cumulated - probabilities < shares) | (ranks == 0))
    kept = probabilities * stays
    return torch.zeros_like(scores).scatter(1, order, kept / kept.sum(1, keepdim=True))


def likeliest(scores: Tensor, count: int) -> tuple[Tensor, Tensor]:
    """The highest ``count`` of scores (B, V) and their places, falling, of equal ones the first in front."""
    if count < scores.shape[1]:
        top, places = scores.topk(count, dim=1)  # equal ones come in any order
        if not bool((top[:, 1:] == top[:, :-1]).any()):
            return top, places
    top, places = scores.sort(dim=1, descending=True, stable=True)
    return top[:, :count], places[:, :count]


def draw(probabilities: Tensor, noises: Sequence[float]) -> Tensor:
    """Tokens (B,) int64: in row i of probabilities (B, V), the first whose cumulated odds exceed noises[i]."""
    cumulated = probabilities.cumsum(1)
    wanted = torch.tensor(noises, dtype=torch.float64, device=probabilities.device)[:, None] * cumulated[:, -1:]
    return torch.searchsorted(cumulated, wanted, right=True)[:, 0].clamp_max(probabilities.shape[1] - 1)
