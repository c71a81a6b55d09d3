"""RNN-RBM: a restricted Boltzmann machine per frame of music, its biases set by a recurrent network that heard the past.

Boulanger-Lewandowski, Bengio & Vincent 2012 (arXiv:1206.6392). A frame v_t of keys is drawn from
    p(v_t | v_<t) ~ sum_h exp(v'W h + b_t'v + c_t'h),     b_t = b + B u_t,   c_t = c + C u_t,
where u_t sums up the frames before t. Here u_t is the state of a GRU beside the frame before t itself, and frames know their
place in the bar and, where it is told, the key. The network hears data while it learns, so all u_t of a batch come first and
one contrastive divergence runs over all frames at once.

A chord is the same chord a tone higher, so most weights are shared along the keyboard: ``features`` hidden units stand at every
key, each with one profile of weights over the intervals around it, and likewise for what the frame before says. A few free
hidden units and all biases know absolute pitch.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from playground.data.tonality import UNKNOWN_KEY
from playground.metrics.conditional_ais import conditional_log_probability, conditional_log_z, gibbs_marginals
from playground.models.base import GenerativeModel, LatentSpace, Phase, Picture, Setting, one_hot, sample_generator
from playground.models.chorale_frames import (
    BAR,
    BEATS,
    CHORALE_GRID,
    KEY,
    KEY_STATES,
    FrameGrid,
    composition_beats,
    composition_key,
    composition_seed,
    sounding_soprano,
    valid_frames,
)

KEY_DROPOUT = 0.2  # share of training windows that are not told their key


@dataclass(frozen=True)
class RNNRBMConfig:
    """The keys it knows, sizes, and how it is trained."""

    lowest: int = CHORALE_GRID.lowest  # MIDI pitch
    keys: int = CHORALE_GRID.keys
    planes: int = CHORALE_GRID.planes  # 1: struck; 2: struck, held
    features: int = 6  # hidden units at every key, alike but for their place
    hidden: int = 64  # free hidden units
    recurrent: int = 256
    cd_steps: int = 15  # of contrastive divergence, once grown
    cd_growth_steps: int = (
        4000  # training steps over which they grow from 1, because early on a short chain teaches as much
    )
    dropout: float = 0.2  # of u_t and of the bits of the frame before
    transpose: int = 6  # semitones up or down, at most, while training
    keyed: int = 1  # 1: told the key signature

    def __post_init__(self) -> None:
        if min(self.keys, self.planes, self.hidden, self.recurrent, self.cd_steps) < 1 or self.planes > 2:
            raise ValueError(f"every size of an RNN-RBM must be at least 1 and planes at most 2, got {self}")


RBM_TEMPERATURE = Setting(
    name="temperature",
    label="Temperature",
    kind="float",
    default=1.0,
    minimum=0.5,
    maximum=1.5,
    step=0.05,
    help="Divides the energy while each chord settles. Low: plain and safe harmony. High: daring, more wrong notes.",
)
STEPS = Setting(
    name="steps",
    label="Gibbs steps",
    kind="int",
    default=30,
    minimum=1,
    maximum=200,
    step=1,
    help="How long each frame settles, from the frame before, until it is written down.",
    advanced=True,
)


class RNNRBM(GenerativeModel):
    """Its latent is empty: a chorale is made of noise frame by frame, and the noise of frame t depends on (seed, t) alone."""

    capabilities = frozenset({"compose", "harmonise", "chain", "score"})
    settings = (RBM_TEMPERATURE, KEY, STEPS)

    def __init__(self, config: RNNRBMConfig):
        super().__init__()
        self.config = config
        self.grid = FrameGrid(config.lowest, config.keys, config.planes)
        self.latent = LatentSpace(0, "none")
        self.picture = Picture(config.keys, 8 * BAR, "roll")
        bits, units = self.grid.bits, config.hidden + config.features * config.keys
        self.rnn = nn.GRU(bits + 1 + BEATS + KEY_STATES, config.recurrent, batch_first=True)
        self.free_weight = nn.Parameter(0.05 * torch.randn(bits, config.hidden))
        self.visible_head = nn.Linear(config.recurrent, bits)  # b + B u
        self.hidden_head = nn.Linear(config.recurrent, units)  # c + C u
        spread = 2 * config.keys - 1  # intervals, from the width of the keyboard down to as much up
        self.profiles = nn.Parameter(0.05 * torch.randn(config.planes, config.features, spread))
        self.visible_profiles = nn.Parameter(torch.zeros(config.planes, config.planes, spread))
        self.hidden_profiles = nn.Parameter(torch.zeros(config.planes, config.features, spread))
        intervals = torch.arange(config.keys)[:, None] - torch.arange(config.keys) + config.keys - 1
        self.register_buffer("intervals", intervals, persistent=False)
        nn.init.zeros_(self.visible_head.weight)
        nn.init.zeros_(self.hidden_head.weight)
        nn.init.zeros_(self.hidden_head.bias)
        self.dropout = nn.Dropout(config.dropout)
        # Counted in the weights, so that a resumed run knows where it is.
        self.register_buffer("steps_taken", torch.zeros((), dtype=torch.int64))
        nn.init.zeros_(self.visible_head.weight)
        nn.init.zeros_(self.hidden_head.weight)
        nn.init.zeros_(self.hidden_head.bias)

    steps_taken: Tensor
    intervals: Tensor

    def along_keyboard(self, profiles: Tensor) -> Tensor:
        """Profiles (planes, m, intervals) as a matrix (V, m * K): the weight of two keys depends on their interval."""
        planes, m, _ = profiles.shape
        return profiles[:, :, self.intervals].permute(0, 2, 1, 3).reshape(planes * self.grid.keys, m * self.grid.keys)

    def weights(self) -> Tensor:
        """W (V, units): the shared hidden units, then the free ones."""
        return torch.cat([self.along_keyboard(self.profiles), self.free_weight], dim=1)

    def start_from_data(self, inputs: Tensor) -> None:
        """Start the visible biases at the share of frames that have each bit on, over some transpositions."""
        generator = torch.Generator().manual_seed(0)
        keys = torch.full((len(inputs),), UNKNOWN_KEY)
        moved = [self.grid.transpose(inputs, keys, self.config.transpose, generator)[0] for _ in range(4)]
        bits = torch.cat([self.grid.planes_of(x[:, :, 2:])[valid_frames(x)[0]] for x in moved])
        self.visible_head.bias.data.copy_(torch.logit(bits.mean(0).clamp(0.0005, 0.99)))

    def rnn_inputs(self, before: Tensor, first: Tensor, beats: Tensor, keys: Tensor) -> Tensor:
        """Frames before (B, T, V), first-frame flags (B, T), beats (B, T), signatures (B,) side by side: (B, T, inputs)."""
        places = one_hot(beats.clamp_min(0), BEATS)
        told = one_hot(keys, KEY_STATES)[:, None].expand(-1, before.shape[1], -1)
        return torch.cat([before, first[..., None].float(), places, told], dim=-1)

    def biases(self, u: Tensor, before: Tensor) -> tuple[Tensor, Tensor]:
        """b_t (..., V) and c_t (..., units) of RNN states u (..., recurrent) and the frames before (..., V)."""
        b = self.visible_head(u) + before @ self.along_keyboard(self.visible_profiles)
        c = self.hidden_head(u) + F.pad(before @ self.along_keyboard(self.hidden_profiles), (0, self.config.hidden))
        return b, c

    def conditionals(self, x: Tensor, keys: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Frames v (B, T, V) of windows x (B, T, 6), with the biases b and c that their past gives them."""
        v = self.grid.planes_of(x[:, :, 2:])
        before = self.dropout(F.pad(v, (0, 0, 1, 0))[:, :-1])
        u, _ = self.rnn(self.rnn_inputs(before, x[:, :, 1], x[:, :, 0], keys))
        b, c = self.biases(self.dropout(u), before)
        return v, b, c

    def loss(self, x: Tensor, keys: Tensor, generator: torch.Generator) -> tuple[Tensor, dict[str, float]]:
        """F(data) - F(chain) per frame, the chain having run its Gibbs steps from the frame before.

        Started from the data, as contrastive divergence has it, chains soon no longer leave them: the machine then is sure of
        every frame it is shown and cannot find it by itself. Composing starts from the frame before, and so does learning.
        """
        x, keys = self.grid.transpose(x, keys, self.config.transpose, generator)
        told = (torch.rand(len(keys), generator=generator) >= KEY_DROPOUT) & bool(self.config.keyed)
        every, b, c = self.conditionals(x, torch.where(told, keys, UNKNOWN_KEY))
        learnt = valid_frames(x)[1]
        v, b, c = every[learnt], b[learnt], c[learnt]
        with torch.no_grad():
            before = F.pad(every, (0, 0, 1, 0))[:, :-1][learnt]
            chain = run_chain(before, self.weights(), b, c, self.chain_steps(), generator)
        weights = self.weights()
        loss = (free_energy(v, weights, b, c) - free_energy(chain, weights, b, c)).mean()
        return loss, {"wrong_keys": (chain - v).abs().sum(1).mean().item()}

    def chain_steps(self) -> int:
        """How many Gibbs steps contrastive divergence takes by now."""
        grown = int(self.steps_taken) / max(1, self.config.cd_growth_steps)
        return max(5, round(self.config.cd_steps * min(1.0, grown)))

    def after_step(self) -> None:
        self.steps_taken += 1

    def phases(self) -> list[Phase]:
        return [Phase("contrastive", list(self.parameters()), self.loss)]

    def compose(
        self, roll: Tensor, soprano: Sequence[int] | None, steps: int, seed: int, settings: dict[str, Any]
    ) -> Tensor:
        """A roll (K, t) in [0, 1] continued by ``steps`` frames: (K, t + steps).

        soprano, one MIDI pitch a frame from the beginning (p struck, -p held on, 0 rest), is kept and harmonised. The noise of
        frame t depends on (seed, t) alone, so a piece made bar by bar equals the piece made at once.
        """
        key = torch.tensor([composition_key(settings, seed, soprano)])
        past = self.grid.from_roll(roll)
        before, state, frames, weights = torch.zeros(self.grid.bits), None, [], self.weights()
        for t in range(len(past) + steps):
            first, beat = torch.tensor([[int(t == 0)]]), composition_beats(t, t + 1)[None]
            u, state = self.rnn(self.rnn_inputs(before[None, None], first, beat, key), state)
            if t < len(past):
                before = past[t]
            else:
                b, c = self.biases(u[0, 0], before)
                allowed, forced = self.grid.limits(before, *sounding_soprano(soprano, t))
                generator = sample_generator(seed, t)
                before = self.settle(before, weights, b, c, allowed, forced, settings, generator)
            frames.append(before)
        return self.grid.to_roll(torch.stack(frames)) if frames else roll

    def settle(
        self,
        start: Tensor,
        weights: Tensor,
        b: Tensor,
        c: Tensor,
        allowed: Tensor,
        forced: Tensor,
        settings: dict[str, Any],
        generator: torch.Generator,
    ) -> Tensor:
        """A frame (V,) after Gibbs steps from ``start`` (V,) under biases b (V,), c (units,) and the limits of the grid."""
        steps, temperature = int(settings["steps"]), float(settings["temperature"])
        noise = torch.rand(steps, len(c) + len(b), generator=generator).logit() * temperature
        for_hidden, for_visible = noise.split([len(c), len(b)], dim=1)
        v, transposed = torch.where(allowed, start, 0.0).masked_fill(forced, 1.0), weights.T.contiguous()
        bias = torch.where(allowed, b, -torch.inf).masked_fill(forced, torch.inf)
        for step in range(steps):
            # A bit is on with probability sigmoid(x / T) where T times logistic noise stays below x.
            h = (torch.addmv(c, transposed, v) > for_hidden[step]).float()
            v = (torch.addmv(bias, weights, h) > for_visible[step]).float()
        return one_plane(v, self.grid)

    def chain(
        self, roll: Tensor, frames: int, every: int, settings: dict[str, Any], generator: torch.Generator
    ) -> Tensor:
        """Watch Gibbs sampling on a whole roll (K, T): ``frames`` rolls (frames, 1, K, T), ``every`` steps apart, from the start.

        All frames of the roll take each step together, each under the biases of the roll so far: from noise, music settles
        from left to right, because a frame can only come to rest after those before it.
        """
        v, shown = self.grid.from_roll(roll), [self.grid.to_roll(self.grid.from_roll(roll))]
        pitches = (self.grid.sounding(v).nonzero()[:, 1] + self.config.lowest).tolist()
        key = torch.tensor([composition_key(settings, 0, pitches)])
        beats, first = composition_beats(0, len(v))[None], (torch.arange(len(v)) == 0).long()[None]
        temperature, weights = float(settings["temperature"]), self.weights()
        for step in range(1, (frames - 1) * every + 1):
            before = F.pad(v, (0, 0, 1, 0))[:-1]
            u, _ = self.rnn(self.rnn_inputs(before[None], first, beats, key))
            b, c = self.biases(u[0], before)
            v = run_chain(v, weights / temperature, b / temperature, c / temperature, 1, generator)
            if self.grid.planes == 2:
                v[:, self.grid.keys :] *= self.grid.sounding(before)
            v = one_plane(v, self.grid)
            if step % every == 0:
                shown.append(self.grid.to_roll(v))
        return torch.stack(shown)[:, None]

    def frame_nats(self, roll: Tensor, temperatures: int = 300, chains: int = 10) -> Tensor:
        """-log p (T,) in nats of each frame of a roll (K, T) in [0, 1] given those before it, estimated by annealing."""
        columns = self.grid.to_columns(self.grid.from_roll(roll), 0)[None]
        v, b, c = (part[0] for part in self.conditionals(columns, torch.tensor([UNKNOWN_KEY])))
        generator, weights = torch.Generator().manual_seed(0), self.weights()
        near = gibbs_marginals(torch.zeros_like(v), weights, b, c, steps=20, chains=chains, generator=generator)
        log_z = conditional_log_z(weights, b, c, near, temperatures=temperatures, chains=chains, generator=generator)
        return -conditional_log_probability(v, weights, b, c, log_z).float()

    def sample_latents(self, generators: Sequence[torch.Generator], settings: dict[str, Any]) -> Tensor:
        """Nothing: (n, 0)."""
        return torch.zeros(len(generators), 0)

    def decode(self, z: Tensor, settings: dict[str, Any], generators: Sequence[torch.Generator]) -> Tensor:
        """Eight bars each, as roll pictures (n, 1, K, 64), from seeds that the generators draw."""
        seeds = [composition_seed(generator) for generator in generators]
        nothing = torch.zeros(self.config.keys, 0)
        return torch.stack([self.compose(nothing, None, self.picture.width, seed, settings)[None] for seed in seeds])

    def flops_per_sample(self, settings: dict[str, Any]) -> float:
        recurrent = sum(p.numel() for name, p in self.rnn.named_parameters() if name.startswith("weight"))
        heads = self.visible_head.weight.numel() + self.hidden_head.weight.numel()
        gibbs = 2 * int(settings["steps"]) * self.hidden_head.out_features * self.grid.bits
        return 2.0 * self.picture.width * (recurrent + heads + gibbs)


def free_energy(v: Tensor, weights: Tensor, b: Tensor, c: Tensor) -> Tensor:
    """-log sum_h exp(v'W h + b'v + c'h) (n,) of frames v (n, V) under biases b (n, V) and c (n, units)."""
    return -(v * b).sum(1) - F.softplus(v @ weights + c).sum(1)


def run_chain(v: Tensor, weights: Tensor, b: Tensor, c: Tensor, steps: int, generator: torch.Generator) -> Tensor:
    """Frames (n, V) after so many Gibbs steps from v (n, V), each under its own biases b (n, V) and c (n, units)."""
    transposed = weights.T.contiguous()
    for _ in range(steps):
        h = _draw(torch.addmm(c, v, weights), generator)
        v = _draw(torch.addmm(b, h, transposed), generator)
    return v


def _draw(logits: Tensor, generator: torch.Generator) -> Tensor:
    """0 or 1 with probability sigmoid(logits), written over ``logits``'s memory where that saves time."""
    uniform = torch.empty_like(logits).uniform_(generator=generator)
    return uniform.lt_(logits.sigmoid_())


def one_plane(v: Tensor, grid: FrameGrid) -> Tensor:
    """A frame (..., V) in which a key both struck and held counts as struck."""
    planes = v.unflatten(-1, (grid.planes, grid.keys)).clone()
    if grid.planes == 2:
        planes[..., 1, :] *= 1 - planes[..., 0, :]
    return planes.flatten(-2)
