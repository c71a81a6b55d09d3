"""Drawing the next token: temperature, top-k, top-p (nucleus; Holtzman et al. 2020, arXiv:1904.09751), and the noise of a seed.

The noise of place t under a seed is one number in [0, 1), a function of (seed, t) alone, and the token is where the cumulated
odds reach it: so a text does not depend on who else is being written for, nor on whether it was interrupted.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from playground.models.base import mixed_seed


@dataclass(frozen=True)
class Odds:
    """How the odds of the next token are changed before it is drawn.

    temperature 0 takes the likeliest; top_k 0 and top_p 1 leave all tokens in.
    """

    temperature: float = 1.0
    top_k: int = 0
    top_p: float = 1.0


def noise(seed: int, place: int) -> float:
    """The number in [0, 1) that decides the token at ``place`` under ``seed``."""
    return mixed_seed(seed, place) / 2**63


def changed_odds(logits: Tensor, odds: Sequence[Odds]) -> Tensor:
    """Probabilities (B, V) float64 after temperature, top-k and top-p of logits (B, V); row i by odds[i]. Rows sum to one.

    The likeliest token always stays; of equal ones the first.
    """
    temperatures = torch.tensor([max(one.temperature, 1e-6) for one in odds], dtype=torch.float64)[:, None]
    scores = logits.double() / temperatures.to(logits.device)
    sorted_scores, order = scores.sort(dim=1, descending=True, stable=True)
    probabilities = sorted_scores.softmax(dim=1)
    before = probabilities.cumsum(1) - probabilities
    size = logits.shape[1]
    limits = torch.tensor([one.top_k or size for one in odds])[:, None].to(logits.device)
    shares = torch.tensor([one.top_p for one in odds], dtype=torch.float64)[:, None].to(logits.device)
    greedy = torch.tensor([one.temperature == 0 for one in odds])[:, None].to(logits.device)
    ranks = torch.arange(size, device=logits.device)
    stays = (ranks < torch.where(greedy, 1, limits)) & ((before < shares) | (ranks == 0))
    kept = probabilities * stays
    return torch.zeros_like(kept).scatter(1, order, kept / kept.sum(1, keepdim=True))


def draw(probabilities: Tensor, noises: Sequence[float]) -> Tensor:
    """Tokens (B,) int64: in row i of probabilities (B, V), the first whose cumulated odds exceed noises[i]."""
    cumulated = probabilities.cumsum(1)
    wanted = torch.tensor(noises, dtype=torch.float64, device=probabilities.device)[:, None] * cumulated[:, -1:]
    return torch.searchsorted(cumulated, wanted, right=True)[:, 0].clamp_max(probabilities.shape[1] - 1)
