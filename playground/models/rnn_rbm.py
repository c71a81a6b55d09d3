"""RNN-RBM: a restricted Boltzmann machine per frame of music, its biases set by a recurrent network that heard the past.

Boulanger-Lewandowski, Bengio & Vincent 2012 (arXiv:1206.6392). A frame v_t of keys is drawn from
    p(v_t | v_<t) ~ sum_h exp(v'W h + b_t'v + c_t'h),     b_t = b + B u_t,   c_t = c + C u_t,
where u_t, the state of a recurrent network (here a GRU), sums up the frames before t and knows the place in the bar. The
network hears data while it learns, so all u_t of a batch come first and the Gibbs chains run over all frames at once.

A chorale is the same chorale a tone higher, so the machine hears and writes every piece in C major or A minor, as the paper
does, and pieces are moved there and back by their key signature.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from playground.formats.tonality import UNKNOWN_KEY
from playground.models.base import (
    Family,
    GenerativeModel,
    LatentSpace,
    LogProbability,
    Phase,
    one_hot,
    sample_generator,
)
from playground.models.boltzmann import temperature_setting
from playground.models.chorale_frames import (
    BAR,
    BEATS,
    CHORALE_GRID,
    KEY,
    FrameGrid,
    composition_beats,
    composition_key,
    sounding_soprano,
    valid_frames,
    write_pieces,
)
from playground.protocol.output import OutputSpec
from playground.protocol.settings import Setting

REACH = 6  # semitones by which a piece is moved at the most


@dataclass(frozen=True)
class RNNRBMConfig:
    """The keys it knows, sizes, and how it is trained."""

    lowest: int = CHORALE_GRID.lowest  # MIDI pitch of rolls
    keys: int = CHORALE_GRID.keys
    planes: int = CHORALE_GRID.planes  # 1: struck; 2: struck, held
    hidden: int = 150
    recurrent: int = 100
    dropout: float = 0.5  # of u_t and of the bits that the network hears
    gibbs_steps: int = 10  # of every training chain
    chords: int = 4096  # training frames that are kept: there the training chains begin
    candidates: int = 128  # of them, weighed for each batch
    keyed: int = 1  # 1: pieces are moved to C major or A minor; 0: they are there already

    def __post_init__(self) -> None:
        sizes = (self.keys, self.planes, self.hidden, self.recurrent, self.gibbs_steps, self.chords, self.candidates)
        if min(sizes) < 1 or self.planes > 2:
            raise ValueError(f"every size of an RNN-RBM must be at least 1 and planes at most 2, got {self}")


RBM_TEMPERATURE = temperature_setting(
    "Divides the energy while each chord settles. Low: plain and safe harmony. High: daring, more wrong notes."
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
    """Its latent is empty: a chorale is made of noise frame by frame, and the noise of frame t depends on (seed, t) alone.

    Rolls and ``grid`` are in the piece's own key. Letters: V bits of a frame there, U bits of a frame in C, with room for
    what is moved (V = U where nothing is).
    """

    accelerated = False
    capabilities = frozenset({"compose", "harmonise", "chain", "score"})
    scored = "estimate"
    settings = (RBM_TEMPERATURE, KEY, STEPS)

    def __init__(self, config: RNNRBMConfig):
        super().__init__()
        self.config = config
        self.grid = FrameGrid(config.lowest, config.keys, config.planes)
        self.room = REACH if config.keyed else 0
        self.grid_in_c = FrameGrid(config.lowest - self.room, config.keys + 2 * self.room, config.planes)
        self.latent = LatentSpace(0, "none")
        self.output = OutputSpec("roll", config.keys, 8 * BAR)
        bits = self.grid_in_c.bits
        self.rnn = nn.GRU(bits + 1 + BEATS, config.recurrent, batch_first=True)
        self.weight = nn.Parameter(0.05 * torch.randn(bits, config.hidden))  # W
        self.visible_head = nn.Linear(config.recurrent, bits)  # b + B u
        self.hidden_head = nn.Linear(config.recurrent, config.hidden)  # c + C u
        for head in (self.visible_head, self.hidden_head):
            nn.init.zeros_(head.weight)
            nn.init.zeros_(head.bias)
        self.dropout = nn.Dropout(config.dropout)
        self.register_buffer("chords", torch.zeros(config.chords, bits, dtype=torch.uint8))
        self.register_buffer("chord_log_shares", torch.zeros(config.chords))

    chords: Tensor
    chord_log_shares: Tensor

    def start_from_data(self, inputs: Tensor, keys: Tensor) -> None:
        """Keep frames of windows (n, T, 6) with signatures (n,), and start the visible biases at the share of each bit."""
        frames = self.frames_in_c(inputs, keys)[valid_frames(inputs)[0]]
        self.visible_head.bias.data.copy_(torch.logit(frames.mean(0).clamp(0.0005, 0.99)))
        kinds, kind, counts = torch.unique(frames, dim=0, return_inverse=True, return_counts=True)
        picks = torch.randint(len(frames), (self.config.chords,), generator=torch.Generator().manual_seed(0))
        self.chords.copy_(kinds[kind[picks]].to(torch.uint8))
        self.chord_log_shares.copy_((counts / len(frames)).log()[kind[picks]])

    def frames_in_c(self, x: Tensor, keys: Tensor) -> Tensor:
        """Frames (B, T, U) of windows x (B, T, 6), moved from the signatures keys (B,) to C; unknown ones stay."""
        notes = x[:, :, 2:]
        tonics = torch.tensor([self.tonic(key) for key in keys.tolist()], device=notes.device)
        return self.grid_in_c.planes_of(notes - tonics[:, None, None] * notes.sign())

    def tonic(self, key: int) -> int:
        """Semitones from C up to the tonic of a signature 0..11, in -6..5; 0 where pieces are not moved."""
        return (key + REACH) % 12 - REACH if self.config.keyed and key != UNKNOWN_KEY else 0

    def to_c(self, bits: Tensor, key: int) -> Tensor:
        """Bits (..., V) of a piece with that signature, moved to C: (..., U)."""
        tonic = self.tonic(key)
        planes = bits.unflatten(-1, (self.grid.planes, self.grid.keys))
        return F.pad(planes, (self.room - tonic, self.room + tonic)).flatten(-2)

    def from_c(self, bits: Tensor, key: int) -> Tensor:
        """Bits (..., U) in C moved to that signature, without those beyond the keyboard: (..., V)."""
        tonic = self.tonic(key)
        planes = bits.unflatten(-1, (self.grid_in_c.planes, self.grid_in_c.keys))
        return planes[..., self.room - tonic : self.room - tonic + self.grid.keys].flatten(-2)

    def rnn_inputs(self, before: Tensor, first: Tensor, beats: Tensor) -> Tensor:
        """Frames before (B, T, U), first-frame flags (B, T) and beats (B, T) side by side: (B, T, inputs)."""
        return torch.cat([before, first[..., None].float(), one_hot(beats.clamp_min(0), BEATS)], dim=-1)

    def biases(self, u: Tensor) -> tuple[Tensor, Tensor]:
        """b_t (..., U) and c_t (..., hidden) of states u (..., recurrent)."""
        return self.visible_head(u), self.hidden_head(u)

    def conditionals(self, x: Tensor, keys: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Frames v (B, T, U) of windows x (B, T, 6) in C, those before them, and the biases b and c that their past gives."""
        v = self.frames_in_c(x, keys)
        before = F.pad(v, (0, 0, 1, 0))[:, :-1]
        u, _ = self.rnn(self.rnn_inputs(self.dropout(before), x[:, :, 1], x[:, :, 0]))
        return v, before, *self.biases(self.dropout(u))

    def loss(self, x: Tensor, keys: Tensor, generator: torch.Generator) -> tuple[Tensor, dict[str, float]]:
        """F(data) - F(chain) a frame, the chain having run its Gibbs steps from a likely chord.

        Begun at the data, as contrastive divergence has it, short chains soon do not leave them: the machine then is sure of
        every frame it is shown and cannot find it by itself.
        """
        every, _, b, c = self.conditionals(x, keys)
        learnt = valid_frames(x)[1]
        v, b, c = every[learnt], b[learnt], c[learnt]
        with torch.no_grad():
            chain = self.likely_chords(b, c, generator)
            chain = run_chain(chain, self.weight, b, c, self.config.gibbs_steps, generator)
        loss = (free_energy(v, self.weight, b, c) - free_energy(chain, self.weight, b, c)).mean()
        return loss, {"wrong_keys": (chain - v).abs().sum(1).mean().item()}

    def likely_chords(self, b: Tensor, c: Tensor, generator: torch.Generator) -> Tensor:
        """For each row of biases a kept chord (n, U), drawn from a few by its probability under that row's machine.

        Sampling importance resampling (Rubin 1987): the few are drawn as often as they sound in the training set, which the
        weights take back. So chains begin among all kinds of chords, where Gibbs steps alone would seldom get.
        """
        picks = torch.randint(len(self.chords), (self.config.candidates,), generator=generator)
        chords = self.chords[picks].float()
        drive = (chords @ self.weight)[None] + c[:, None]
        log_weights = b @ chords.T + F.softplus(drive).sum(2) - self.chord_log_shares[picks]
        return chords[torch.multinomial(log_weights.softmax(1), 1, generator=generator)[:, 0]]

    def phases(self) -> list[Phase]:
        return [Phase("contrastive", list(self.parameters()), self.loss)]

    def compose(
        self, roll: Tensor, soprano: Sequence[int] | None, steps: int, seed: int, settings: dict[str, Any]
    ) -> Tensor:
        """A roll (K, t) in [0, 1] continued by ``steps`` frames: (K, t + steps).

        soprano, one MIDI pitch a frame from the beginning (p struck, -p held on, 0 rest), is kept and harmonised. The noise of
        frame t depends on (seed, t) alone, so a piece made bar by bar equals the piece made at once.
        """
        key = composition_key(settings, seed, soprano)
        past = self.grid.from_roll(roll)
        before, state, frames = torch.zeros(self.grid.bits), None, []
        for t in range(len(past) + steps):
            first, beat = torch.tensor([[int(t == 0)]]), composition_beats(t, t + 1)[None]
            u, state = self.rnn(self.rnn_inputs(self.to_c(before, key)[None, None], first, beat), state)
            if t < len(past):
                before = past[t]
            else:
                limits = self.grid.limits(before, *sounding_soprano(soprano, t))
                before = self.settle(before, *self.biases(u[0, 0]), key, limits, settings, sample_generator(seed, t))
            frames.append(before)
        return self.grid.to_roll(torch.stack(frames)) if frames else roll

    def settle(
        self,
        start: Tensor,
        b: Tensor,
        c: Tensor,
        key: int,
        limits: tuple[Tensor, Tensor],
        settings: dict[str, Any],
        generator: torch.Generator,
    ) -> Tensor:
        """A frame (V,) after Gibbs steps from ``start`` (V,) under biases b (U,), c (hidden,) and the limits of the grid."""
        steps, temperature = int(settings["steps"]), float(settings["temperature"])
        noise = torch.rand(steps, len(c) + len(b), generator=generator).logit() * temperature
        for_hidden, for_visible = noise.split([len(c), len(b)], dim=1)
        allowed, forced = (self.to_c(limit.float(), key) > 0 for limit in limits)
        bias = torch.where(allowed, b, -torch.inf).masked_fill(forced, torch.inf)
        v = torch.where(allowed, self.to_c(start, key), 0.0).masked_fill(forced, 1.0)
        transposed = self.weight.T.contiguous()
        for step in range(steps):
            # A bit is on with probability sigmoid(x / T) where T times logistic noise stays below x.
            h = (torch.addmv(c, transposed, v) > for_hidden[step]).float()
            v = (torch.addmv(bias, self.weight, h) > for_visible[step]).float()
        return one_plane(self.from_c(v, key), self.grid)

    def chain(
        self,
        start: Tensor,
        settings: dict[str, Any],
        generators: Sequence[torch.Generator],
        frames: int,
        every: int,
        clamp: tuple[Sequence[int] | None, int] | None = None,
    ) -> Tensor:
        """``frames`` rolls (frames, 1, keys, T) of a Gibbs chain over the frames ``start`` (T, V) of a piece.

        clamp: a soprano that stays put (None: none), and the key signature of the piece.
        """
        (generator,), v = generators, start
        soprano, key = clamp or (None, UNKNOWN_KEY)
        temperature = float(settings["temperature"])
        shown = [v]
        for _ in range(frames - 1):
            for _ in range(every):
                v = self.sweep(v, soprano, key, temperature, generator)
            shown.append(v)
        return torch.stack([self.grid.to_roll(one_plane(one, self.grid)) for one in shown])[:, None]

    def sweep(
        self, v: Tensor, soprano: Sequence[int] | None, key: int, temperature: float, generator: torch.Generator
    ) -> Tensor:
        """Frames v (T, V) of a piece with that signature after one Gibbs step each."""
        steps = len(v)
        before = torch.cat([torch.zeros(1, v.shape[1]), v[:-1]])
        first = (torch.arange(steps) == 0).long()
        inputs = self.rnn_inputs(self.to_c(before, key)[None], first[None], composition_beats(0, steps)[None])
        b, c = self.biases(self.rnn(inputs)[0][0])
        limits = [self.grid.limits(before[t], *sounding_soprano(soprano, t)) for t in range(steps)]
        allowed, forced = (torch.stack(part) for part in zip(*limits))
        h = torch.bernoulli(((self.to_c(v, key) @ self.weight + c) / temperature).sigmoid(), generator=generator)
        chance = ((h @ self.weight.T + b) / temperature).sigmoid()
        drawn = self.from_c(torch.bernoulli(chance, generator=generator), key)
        return one_plane(torch.where(allowed, drawn, 0.0).masked_fill(forced, 1.0), self.grid)

    def frame_nats(self, roll: Tensor, estimate: LogProbability) -> Tensor:
        """-log p (T,) in nats of each frame of a roll (K, T) in [0, 1] given those before it.

        The piece's key signature, taken from all of its notes, is told.
        """
        frames = self.grid.from_roll(roll)
        pitches = (self.grid.sounding(frames).nonzero()[:, 1] + self.config.lowest).tolist()
        key = torch.tensor([composition_key({"key": "any"}, 0, pitches)])
        v, before, b, c = (part[0] for part in self.conditionals(self.grid.to_columns(frames, 0)[None], key))
        return -estimate(v, before, self.weight, b, c).float()

    def sample_latents(self, generators: Sequence[torch.Generator], settings: dict[str, Any]) -> Tensor:
        """Nothing: (n, 0)."""
        return torch.zeros(len(generators), 0)

    def decode(self, z: Tensor, settings: dict[str, Any], generators: Sequence[torch.Generator]) -> Tensor:
        """Eight bars each, as roll pictures (n, 1, K, 64), from seeds that the generators draw."""
        return write_pieces(self, settings, generators)

    def flops_per_sample(self, settings: dict[str, Any]) -> float:
        recurrent = sum(p.numel() for name, p in self.rnn.named_parameters() if name.startswith("weight"))
        heads = self.visible_head.weight.numel() + self.hidden_head.weight.numel()
        return 2.0 * self.output.width * (recurrent + heads + 2 * int(settings["steps"]) * self.weight.numel())


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


FAMILY = Family("rnn-rbm", RNNRBMConfig, RNNRBM)
