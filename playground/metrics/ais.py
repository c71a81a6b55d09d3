"""The partition function of an RBM: exact by enumeration, estimated by annealed importance sampling (AIS).

A restricted Boltzmann machine with W (visible, hidden), visible bias b and hidden bias c gives a binary picture v
    p(v) = exp(-F(v)) / Z,    F(v) = -v.b - sum_j softplus(v.W_j + c_j),
and everything but log Z is easy. `exact_log_z` sums over the smaller side (up to 25 units). `ais_log_z` anneals from
independent pixels to the model (Salakhutdinov & Murray 2008, "On the quantitative analysis of deep belief networks")
and comes out too low on average, so that the test score looks too good. `reverse_ais_log_z` anneals the other way, from
samples of the model, and comes out too high when those samples are true ones. Report both: only a small gap is good
news. A higher test log probability is better. Log weights add up in float64, the matrix products run in the dtype of W.

Visible units other than bits are told by `units`: `Symbols` for groups of which exactly one unit is on (one-hot letters),
`Words` for the counts of a fixed number of draws from one vocabulary. All formulas stay; only the sum over v differs.
"""

import abc
import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import softplus

MAXIMUM_ENUMERATED_UNITS = 25  # 2^25 states of 784 softplus terms take some six minutes on two cores
BLOCK_UNITS = 11  # 2048 states at a time: 13 MB of float64 for 784 visible units
ROWS_AT_ONCE = 8192


@dataclass(frozen=True)
class AisEstimate:
    """An estimate of log Z in nats, with what is needed to judge it."""

    log_z: float
    standard_error: float  # of log_z by the delta method, over chains; blind to chains that all miss the same mode
    log_weights: Tensor  # (chains,) float64, of each chain's own ratio of partition functions


class Units(abc.ABC):
    """The kind of visible units: what the sum over their states and a draw from independent ones are. Abstract."""

    @abc.abstractmethod
    def log_sum(self, inputs: Tensor) -> Tensor:
        """Return log sum_v exp(v . inputs) (n,) over all visible states, of inputs (n, visible)."""

    @abc.abstractmethod
    def draw(self, inputs: Tensor, generator: torch.Generator) -> Tensor:
        """Return states (n, visible), in the dtype of `inputs`, drawn with probability proportional to exp(v . inputs)."""

    def sample_visible(self, states: Tensor, inputs: Tensor, generator: torch.Generator) -> None:
        """Draw into `states`; `inputs` may be overwritten."""
        states.copy_(self.draw(inputs, generator))


class Bits(Units):
    """Independent units of 0 and 1."""

    def log_sum(self, inputs: Tensor) -> Tensor:
        return softplus(inputs, threshold=40.0).sum(1)

    def draw(self, inputs: Tensor, generator: torch.Generator) -> Tensor:
        return torch.bernoulli(torch.sigmoid(inputs), generator=generator)

    def sample_visible(self, states: Tensor, inputs: Tensor, generator: torch.Generator) -> None:
        torch.rand(states.shape, generator=generator, out=states)
        states.lt_(inputs.sigmoid_())


@dataclass(frozen=True)
class Symbols(Units):
    """Places that hold one of `symbols` symbols each, one-hot: visible = places x symbols."""

    symbols: int

    def log_sum(self, inputs: Tensor) -> Tensor:
        return inputs.unflatten(1, (-1, self.symbols)).logsumexp(2).sum(1)

    def draw(self, inputs: Tensor, generator: torch.Generator) -> Tensor:
        chances = inputs.unflatten(1, (-1, self.symbols)).softmax(2)
        chosen = torch.multinomial(chances.flatten(0, 1), 1, generator=generator)
        return torch.zeros_like(inputs).view(-1, self.symbols).scatter_(1, chosen, 1.0).view_as(inputs)


@dataclass(frozen=True)
class Words(Units):
    """Counts of `length` words, each drawn from the whole vocabulary; sums run over word sequences, not over bags."""

    length: int

    def log_sum(self, inputs: Tensor) -> Tensor:
        return self.length * inputs.logsumexp(1)

    def draw(self, inputs: Tensor, generator: torch.Generator) -> Tensor:
        chosen = torch.multinomial(inputs.softmax(1), self.length, replacement=True, generator=generator)
        return torch.zeros_like(inputs).scatter_add_(1, chosen, torch.ones_like(chosen, dtype=inputs.dtype))


BITS = Bits()


def salakhutdinov_murray_betas() -> Tensor:
    """Return the 14,501 inverse temperatures of the paper: 0 to .5 by 1/1,000, to .9 by 1/10,000, to 1 by 1/100,000."""
    return torch.cat(
        [
            torch.linspace(0.0, 0.5, 501, dtype=torch.float64)[:-1],
            torch.linspace(0.5, 0.9, 4001, dtype=torch.float64)[:-1],
            torch.linspace(0.9, 1.0, 10001, dtype=torch.float64),
        ]
    )


def base_rate_bias(visible_mean: Tensor, *, smoothing: float = 0.05) -> Tensor:
    """Return visible biases (visible,) whose independent pixels are on as often as in the data: where AIS starts.

    `visible_mean` (visible,) holds the share of training pictures with each pixel on, in 0..1. The smoothing keeps
    pixels that are never on from freezing: every pixel gets at least smoothing / (1 + 2 smoothing).
    """
    return torch.logit((visible_mean.double() + smoothing) / (1 + 2 * smoothing))


def free_energy(visible: Tensor, weights: Tensor, visible_bias: Tensor, hidden_bias: Tensor) -> Tensor:
    """Return F(v) (n,) in nats, float64, of binary pictures `visible` (n, visible), any dtype."""
    _check_shapes(weights, visible_bias, hidden_bias)
    if visible.ndim != 2 or visible.shape[1] != weights.shape[0]:
        raise ValueError(f"visible must be (n, {weights.shape[0]}), got {tuple(visible.shape)}: flatten the pictures.")
    w, b, c = weights.double(), visible_bias.double(), hidden_bias.double()  # 784 rounded terms would add up otherwise
    parts = []
    for rows in visible.split(ROWS_AT_ONCE):
        v = rows.double()
        parts.append(-(v @ b) - softplus(torch.addmm(c, v, w), threshold=40.0).sum(1))
    return torch.cat(parts)


def log_probability(
    visible: Tensor, weights: Tensor, visible_bias: Tensor, hidden_bias: Tensor, log_z: float
) -> Tensor:
    """Return log p(v) (n,) in nats, float64, of binary pictures `visible` (n, visible), given log Z in nats."""
    return -free_energy(visible, weights, visible_bias, hidden_bias) - log_z


@torch.inference_mode()
def exact_log_z(weights: Tensor, visible_bias: Tensor, hidden_bias: Tensor, *, units: Units = BITS) -> float:
    """Return log Z in nats by enumerating every state of one layer, at most 25 units, in float64.

    That layer is the smaller one of bits, and the hidden one where the visible units are of another kind.
    """
    _check_shapes(weights, visible_bias, hidden_bias)
    w, other_bias, bias = weights.double(), visible_bias.double(), hidden_bias.double()  # `bias`: the enumerated side
    if isinstance(units, Bits) and w.shape[0] < w.shape[1]:
        w, other_bias, bias = w.T, bias, other_bias
    count = w.shape[1]
    if count > MAXIMUM_ENUMERATED_UNITS:
        raise ValueError(
            f"Enumeration takes at most {MAXIMUM_ENUMERATED_UNITS} units on one side, got {count}: use ais_log_z."
        )
    # The low units take all their states at once, in one block; the high units shift the whole block.
    low = min(count, BLOCK_UNITS)
    low_states = _all_states(low, w)  # (2^low, low)
    high_states = _all_states(count - low, w)  # (2^high, high)
    low_input = low_states @ w[:, :low].T  # (2^low, other)
    low_bias = low_states @ bias[:low]
    high_input = high_states @ w[:, low:].T + other_bias
    high_bias = high_states @ bias[low:]
    totals = [
        torch.logsumexp(low_bias + units.log_sum(low_input + shift), 0) + constant
        for shift, constant in zip(high_input, high_bias, strict=True)
    ]
    return float(torch.logsumexp(torch.stack(totals), 0))


@torch.inference_mode()
def ais_log_z(
    weights: Tensor,
    visible_bias: Tensor,
    hidden_bias: Tensor,
    base_bias: Tensor,
    *,
    generator: torch.Generator,
    betas: Tensor | Sequence[float] | None = None,
    chains: int = 100,
    units: Units = BITS,
) -> AisEstimate:
    """Estimate log Z by annealing chains from independent units, of biases `base_bias` (visible,), to the model.

    `betas` rise from 0 to 1 (default: the paper's 14,501, about a minute for 784 x 500 and 100 chains). `generator`
    lives on the device of the weights.
    exp(log_z) is unbiased, so log_z itself is too low on average, and by much where the chains do not mix.
    """
    _check_shapes(weights, visible_bias, hidden_bias, base_bias)
    schedule = _check_betas(salakhutdinov_murray_betas() if betas is None else betas)
    if chains < 2:
        raise ValueError(f"AIS needs at least 2 chains for its standard error, got {chains}.")
    visible = units.draw(base_bias.to(weights).expand(chains, -1), generator)
    log_weights = _anneal(visible, schedule, weights, visible_bias, hidden_bias, base_bias, units, generator)
    log_ratio, standard_error = _log_mean(log_weights)
    return AisEstimate(_base_log_z(base_bias, hidden_bias, units) + log_ratio, standard_error, log_weights)


@torch.inference_mode()
def reverse_ais_log_z(
    model_samples: Tensor,
    weights: Tensor,
    visible_bias: Tensor,
    hidden_bias: Tensor,
    base_bias: Tensor,
    *,
    generator: torch.Generator,
    betas: Tensor | Sequence[float] | None = None,
    units: Units = BITS,
) -> AisEstimate:
    """Estimate log Z by annealing down from `model_samples` (chains, visible), states of `units`, to independent units.

    Too high on average if the samples are exact draws from the model. They come from long Gibbs chains in practice, so
    the bound holds as well as those have mixed. `betas` rise from 0 to 1 as in `ais_log_z` and are walked backwards.
    """
    _check_shapes(weights, visible_bias, hidden_bias, base_bias)
    schedule = _check_betas(salakhutdinov_murray_betas() if betas is None else betas)
    if model_samples.ndim != 2 or model_samples.shape[0] < 2 or model_samples.shape[1] != weights.shape[0]:
        raise ValueError(
            f"model_samples must be (at least 2 chains, {weights.shape[0]}), got {tuple(model_samples.shape)}."
        )
    visible = model_samples.to(weights, copy=True)
    downwards = schedule[::-1]
    log_weights = _anneal(visible, downwards, weights, visible_bias, hidden_bias, base_bias, units, generator)
    log_ratio, standard_error = _log_mean(log_weights)
    return AisEstimate(_base_log_z(base_bias, hidden_bias, units) - log_ratio, standard_error, log_weights)


def _anneal(
    visible: Tensor,
    betas: list[float],
    weights: Tensor,
    visible_bias: Tensor,
    hidden_bias: Tensor,
    base_bias: Tensor,
    units: Units,
    generator: torch.Generator,
) -> Tensor:
    """Walk `visible` (chains, visible) through `betas`, in place, and return the log weights (chains,) in float64.

    At inverse temperature beta the unnormalised log probability is
        v.((1 - beta) base_bias + beta b) + sum_j softplus(beta (v.W_j + c_j)),
    and one Gibbs step through the hidden units leaves it invariant. The product v.W serves the weight and the step.
    """
    w, b, c, base = weights, visible_bias.to(weights), hidden_bias.to(weights), base_bias.to(weights)
    w_transposed = w.T.contiguous()
    bias_change = b - base
    chains = visible.shape[0]
    log_weights = torch.zeros(chains, dtype=torch.float64, device=w.device)
    # One set of buffers for all temperatures: allocation would cost as much as the arithmetic around the products.
    hidden_input, warmer, colder, hidden = (w.new_empty(chains, w.shape[1]) for _ in range(4))
    inputs = torch.empty_like(visible)
    steps = len(betas) - 1
    for step in range(1, steps + 1):
        before, after = betas[step - 1], betas[step]
        torch.addmm(c, visible, w, out=hidden_input)
        torch.mul(hidden_input, after, out=colder)
        torch.mul(hidden_input, before, out=warmer)
        # Difference first, sum second: small float32 numbers lose nothing that way.
        change = softplus(colder).sub_(softplus(warmer)).sum(1)
        change.add_(visible @ bias_change, alpha=after - before)
        log_weights += change  # float32 into float64
        if step < steps:  # after the last weight nobody looks at the state
            torch.rand(hidden.shape, generator=generator, out=hidden)
            hidden.lt_(colder.sigmoid_())
            torch.addmm(b, hidden, w_transposed, out=inputs)
            inputs.mul_(after).add_(base, alpha=1 - after)
            units.sample_visible(visible, inputs, generator)
    return log_weights


def _base_log_z(base_bias: Tensor, hidden_bias: Tensor, units: Units) -> float:
    """Return log Z at beta 0: independent visible units, and hidden units that are free to be 0 or 1."""
    return float(units.log_sum(base_bias.double()[None])) + hidden_bias.shape[0] * math.log(2)


def _log_mean(log_weights: Tensor) -> tuple[float, float]:
    """Return the log of the mean weight, and its standard error by the delta method."""
    top = log_weights.max()
    relative = (log_weights - top).exp()
    mean = relative.mean()
    standard_error = relative.std() / mean / math.sqrt(len(log_weights))
    return float(mean.log() + top), float(standard_error)


def _all_states(units: int, like: Tensor) -> Tensor:
    """Return every binary state (2^units, units) in the dtype and on the device of `like`."""
    numbers = torch.arange(2**units, device=like.device)[:, None]
    return (numbers >> torch.arange(units, device=like.device)).bitwise_and_(1).to(like.dtype)


def _check_betas(betas: Tensor | Sequence[float]) -> list[float]:
    schedule = torch.as_tensor(betas, dtype=torch.float64).tolist()
    if len(schedule) < 2 or schedule[0] != 0 or schedule[-1] != 1 or schedule != sorted(schedule):
        raise ValueError(f"betas must rise from 0 to 1, got {len(schedule)} values: sort them and include both ends.")
    return schedule


def _check_shapes(weights: Tensor, visible_bias: Tensor, hidden_bias: Tensor, base_bias: Tensor | None = None) -> None:
    visible, hidden = visible_bias.shape, hidden_bias.shape
    if weights.ndim != 2 or weights.shape != (*visible, *hidden):
        raise ValueError(
            f"weights must be (visible, hidden) = {(*visible, *hidden)} to fit the biases, got {tuple(weights.shape)}."
        )
    if base_bias is not None and base_bias.shape != visible:
        raise ValueError(f"base_bias must be {tuple(visible)} like the visible bias, got {tuple(base_bias.shape)}.")
