"""Chorales by a transformer that writes note after note: an exact likelihood for every frame, and chords that fit.

A frame is its notes from the highest to the lowest, each a token "key struck" or "key held on", then a token that ends it; so
its probability is the product of its tokens', and harmonising a soprano is no more than fixing the first token of each frame.
Every token is asked for with the frame before and the frame so far at hand as key sets, with the beat and its place in the
chord; self-attention (rotary, GPT-NeoX of the transformers library: Black et al. 2022, arXiv:2204.06745; Su et al. 2021,
arXiv:2104.09864) sees further back. Tokens that cannot come (a key above the last one, a hold of what did not sound) have
probability zero.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from playground.formats.rolls import CHORALE_GRID as CHORALES
from playground.formats.tonality import UNKNOWN_KEY
from playground.models.base import Family, GenerativeModel, LatentSpace, LogProbability, Phase, sample_generator
from playground.models.chorale_frames import (
    BAR,
    BEATS,
    CHORALE_GRID,
    KEY,
    KEY_STATES,
    FrameGrid,
    composition_beats,
    composition_key,
    sounding_soprano,
    valid_frames,
    write_pieces,
)
from playground.protocol.output import OutputSpec
from playground.protocol.settings import Setting

END = 0  # the token that ends a frame; 1 + i is bit i of the frame (struck keys from the lowest up, then held keys)
PLACES = CHORALES.voices + 4  # the places in a chord, beyond the voices for crowded frames of visitors
CONTEXT = 8 * BAR  # frames seen at once
KEY_DROPOUT = 0.2  # share of training windows that are not told their key
SOPRANO_SHARE = 0.4  # share of training windows that are told the soprano to come


@dataclass(frozen=True)
class ChoraleTransformerConfig:
    """The keys it knows, sizes, and how it is trained."""

    lowest: int = CHORALE_GRID.lowest  # MIDI pitch
    keys: int = CHORALE_GRID.keys
    planes: int = CHORALE_GRID.planes  # 1: struck; 2: struck, held
    width: int = 160
    layers: int = 3
    heads: int = 4
    dropout: float = 0.2
    transpose: int = 6  # semitones up or down, at most, while training
    keyed: int = 1  # 1: told the key signature
    ahead: int = 0  # frames of the soprano to come that may be told, for harmonising

    def __post_init__(self) -> None:
        if min(self.keys, self.planes, self.width, self.layers, self.heads) < 1 or self.planes > 2:
            raise ValueError(f"every size of a chorale transformer must be at least 1 and planes at most 2, got {self}")
        if self.width % (4 * self.heads):
            raise ValueError(f"width must be a multiple of 4 times heads, got {self.width} and {self.heads} heads")


NOTE_TEMPERATURE = Setting(
    name="temperature",
    label="Temperature",
    kind="float",
    default=0.95,
    minimum=0.1,
    maximum=1.5,
    step=0.05,
    help="Sharpens or flattens the odds of every note. Low: plain and safe harmony. High: daring, more wrong notes.",
)


@dataclass(frozen=True)
class Queries:
    """What is known when each token is asked for; q queries a row, in order. Every tensor begins with (B, q).

    previous: the last token of the frame so far (END for none); before, so_far (V): the frame before and this one so far;
    beat, first (1 in the first frame of a piece), place (in the chord); frame: its number in the window; ahead (A): the
    soprano's tokens of the frames to come, as far as told. All int64 but the bits.
    """

    previous: Tensor
    before: Tensor
    so_far: Tensor
    beat: Tensor
    first: Tensor
    place: Tensor
    frame: Tensor
    ahead: Tensor

    def map(self, function: Any) -> "Queries":
        """The same change to every part."""
        return Queries(*(function(part) for part in vars(self).values()))


class ChoraleTransformer(GenerativeModel):
    """Its latent is empty: a chorale is made of noise frame by frame, and the noise of frame t depends on (seed, t) alone."""

    accelerated = False
    capabilities = frozenset({"compose", "harmonise", "score"})
    scored = "exact"
    settings = (NOTE_TEMPERATURE, KEY)

    def __init__(self, config: ChoraleTransformerConfig, *, skeleton: bool = False):
        """skeleton: only what a card says of it, without networks; importing transformers for those takes seconds."""
        super().__init__()
        self.config = config
        self.grid = FrameGrid(config.lowest, config.keys, config.planes)
        self.latent = LatentSpace(0, "none")
        self.output = OutputSpec("roll", config.keys, 8 * BAR)
        bits, width = self.grid.bits, config.width
        if skeleton:
            return
        import playground.formats.torchaudio_guard  # noqa: F401  (transformers asks for torchaudio)

        # isort: split
        from transformers import GPTNeoXConfig, GPTNeoXModel

        self.body = GPTNeoXModel(
            GPTNeoXConfig(
                vocab_size=1 + bits,
                hidden_size=width,
                num_hidden_layers=config.layers,
                num_attention_heads=config.heads,
                intermediate_size=4 * width,
                rope_parameters={"rope_type": "default", "rope_theta": 10_000.0, "partial_rotary_factor": 1.0},
                hidden_dropout=config.dropout,
                attention_dropout=0.0,
                max_position_embeddings=CONTEXT * PLACES,
            )
        )
        self.beat = nn.Embedding(BEATS, width)
        self.first = nn.Embedding(2, width)
        self.place = nn.Embedding(PLACES, width)
        self.key = nn.Embedding(KEY_STATES, width)
        self.before = nn.Linear(bits, width, bias=False)
        self.so_far = nn.Linear(bits, width, bias=False)
        self.out = nn.Linear(width, 1 + bits)
        self.untold = 1 + bits  # in place of a token of the soprano to come
        self.ahead = nn.Embedding(config.ahead * (2 + bits), width) if config.ahead else None
        for part in (self.beat, self.first, self.place, self.key, self.before, self.so_far, self.ahead):
            if part is not None:
                nn.init.normal_(part.weight, std=0.02)

    @classmethod
    def skeleton(cls, config: ChoraleTransformerConfig) -> "ChoraleTransformer":
        return cls(config, skeleton=True)

    def look_ahead(self, soprano: Tensor) -> Tensor:
        """The soprano's tokens (B, T) of the frames after each: (B, T, A)."""
        padded = F.pad(soprano, (0, self.config.ahead), value=self.untold)
        return padded.unfold(1, self.config.ahead, 1)[:, 1:] if self.config.ahead else soprano[:, :, None][:, :, :0]

    def queries(self, x: Tensor, soprano: Tensor | None = None) -> tuple[Queries, Tensor, Tensor]:
        """Windows x (B, T, 6) as queries (B, T * 5), their tokens, and which of them are real, each (B, T * 5).

        soprano (B, T or more) int64: its tokens, ``untold`` where they are not known before their time, as by default everywhere.
        """
        if soprano is None:
            soprano = torch.full(x.shape[:2], self.untold, device=x.device)
        exists, _ = valid_frames(x)
        notes = F.pad(x[:, :, 2:], (0, 1))  # room for the token that ends the frame
        tokens = self.tokens_of(notes)
        places = torch.arange(notes.shape[2], device=x.device).expand_as(notes)
        real = exists[:, :, None] & (places <= (notes != 0).sum(2, keepdim=True))
        bits = self.grid.planes_of(notes)
        each = nn.functional.one_hot(tokens, 1 + self.grid.bits)[..., 1:].float()
        queries = Queries(
            previous=F.pad(tokens, (1, 0))[:, :, :-1],
            before=F.pad(bits, (0, 0, 1, 0))[:, :-1, None].expand(-1, -1, notes.shape[2], -1),
            so_far=F.pad(each.cumsum(2), (0, 0, 1, 0))[:, :, :-1],
            beat=x[:, :, 0, None].clamp_min(0).expand_as(notes),
            first=x[:, :, 1, None].expand_as(notes),
            place=places.clamp_max(PLACES - 1),
            frame=torch.arange(x.shape[1], device=x.device)[:, None].expand_as(notes),
            ahead=self.look_ahead(soprano)[:, : x.shape[1], None].expand(-1, -1, notes.shape[2], -1),
        )
        return queries.map(lambda part: part.flatten(1, 2)), tokens.flatten(1), real.flatten(1)

    def tokens_of(self, notes: Tensor) -> Tensor:
        """Signed notes to tokens, of the same shape."""
        held = self.grid.keys * (notes < 0) if self.grid.planes == 2 else 0
        return torch.where(notes == 0, END, 1 + notes.abs() - self.grid.lowest + held)

    def logits(self, queries: Queries, keys: Tensor, cache: Any = None) -> Tensor:
        """Logits (B, q, 1 + V) float32 of the token at each query, -inf where none can come; keys (B,) the signatures."""
        embedded = (
            self.body.embed_in(queries.previous)
            + self.before(queries.before)
            + self.so_far(queries.so_far)
            + self.beat(queries.beat)
            + self.first(queries.first)
            + self.place(queries.place)
            + self.key(keys)[:, None]
        )
        if self.ahead is not None:
            offsets = torch.arange(self.config.ahead, device=queries.ahead.device) * (self.untold + 1)
            embedded = embedded + self.ahead(queries.ahead + offsets).sum(2)
        positions = queries.frame * PLACES + queries.place
        seen = positions.shape[1] + (cache.get_seq_length() if cache is not None else 0)
        states = self.body(
            inputs_embeds=embedded,
            # All are seen. Without a mask, positions that leap would be taken for several sequences packed into one.
            attention_mask=torch.ones(len(positions), seen, dtype=torch.bool, device=positions.device),
            position_ids=positions,
            past_key_values=cache,
            use_cache=cache is not None,
        ).last_hidden_state
        return self.out(states).float().masked_fill(~self.possible(queries), -torch.inf)

    def possible(self, queries: Queries) -> Tensor:
        """Which tokens can come, (B, q, 1 + V): the end always, keys below the last one, holds of what sounded before."""
        keys = torch.arange(self.grid.keys, device=queries.previous.device)
        last = torch.where(queries.previous == END, self.grid.keys, (queries.previous - 1) % self.grid.keys)
        below = (keys < last[..., None]).repeat(1, 1, self.grid.planes)
        if self.grid.planes == 2:
            below[..., self.grid.keys :] &= self.grid.sounding(queries.before) > 0
        return F.pad(below, (1, 0), value=True)

    def token_nats(self, x: Tensor, keys: Tensor, soprano: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """-log p of every token of windows x (B, T, 6) as (B, T, 5), zero where there is none; and which there are."""
        queries, tokens, real = self.queries(x, soprano)
        # Real queries first: the rows then need no mask, because nothing later is attended to.
        order = real.long().argsort(dim=1, descending=True, stable=True)[:, : int(real.sum(1).max())]
        packed = queries.map(lambda part: part.gather(1, order if part.ndim == 2 else _expand(order, part)))
        logits = self.logits(packed, keys)
        wanted = tokens.gather(1, order)
        kept = real.gather(1, order)
        nats = torch.zeros_like(tokens, dtype=torch.float32)
        rows, columns = kept.nonzero(as_tuple=True)
        found = F.cross_entropy(logits[rows, columns], wanted[rows, columns], reduction="none")
        nats[rows, order[rows, columns]] = found
        return nats.view(*x.shape[:2], -1), real.view(*x.shape[:2], -1)

    def loss(self, x: Tensor, keys: Tensor, generator: torch.Generator) -> tuple[Tensor, dict[str, float]]:
        """Mean nats a frame."""
        x, keys = self.grid.transpose(x, keys, self.config.transpose, generator)
        told = (torch.rand(len(keys), generator=generator) >= KEY_DROPOUT) & bool(self.config.keyed)
        sung = torch.rand(len(keys), 1, generator=generator) < SOPRANO_SHARE
        soprano = torch.where(sung & valid_frames(x)[0], self.tokens_of(x[:, :, 2]), self.untold)
        nats, _ = self.token_nats(x, torch.where(told, keys, UNKNOWN_KEY), soprano)
        frames, learnt = nats.sum(2), valid_frames(x)[1]
        free = frames[learnt & ~sung] if self.config.ahead else frames[learnt]
        return frames[learnt].mean(), {"nats_per_frame": free.mean().item() if len(free) else 0.0}

    def window_nats(self, columns: Tensor, key: int = UNKNOWN_KEY, window: int = CONTEXT) -> Tensor:
        """Exact -log p (T,) of each frame of a piece (T, 2 + n) given those before it, half a window of which or more is seen."""
        parts, done = [], 0
        while done < len(columns):
            start = max(0, done - window // 2)
            nats, _ = self.token_nats(columns[start : start + window][None], torch.tensor([key]))
            parts.append(nats[0].sum(1)[done - start :])
            done = start + nats.shape[1]
        return torch.cat(parts)

    def frame_nats(self, roll: Tensor, estimate: LogProbability | None = None) -> Tensor:
        """Exact -log p (T,) in nats of each frame of a roll (K, T) in [0, 1] given those before it; the key is not told."""
        return self.window_nats(self.grid.to_columns(self.grid.from_roll(roll), 0))

    def phases(self) -> list[Phase]:
        return [Phase("notes", list(self.parameters()), self.loss)]

    def compose(
        self, roll: Tensor, soprano: Sequence[int] | None, steps: int, seed: int, settings: dict[str, Any]
    ) -> Tensor:
        """A roll (K, t) in [0, 1] continued by ``steps`` frames: (K, t + steps).

        soprano, one MIDI pitch a frame from the beginning (p struck, -p held on, 0 rest), is kept and harmonised. The noise of
        frame t depends on (seed, t) alone, and each bar begins with its context read anew, so a piece made bar by bar equals
        the piece made at once.
        """
        key = torch.tensor([composition_key(settings, seed, soprano)])
        frames = list(self.grid.from_roll(roll))
        line = self.soprano_tokens(soprano, len(frames) + steps)
        cache, start = None, 0
        for t in range(len(frames), len(frames) + steps):
            if cache is None or t % BAR == 0:
                start = max(0, t // BAR * BAR - (CONTEXT - BAR))
                cache = self.read(frames[start:], start, key, line[start:])
            before = frames[-1] if frames else torch.zeros(self.grid.bits)
            limits = self.grid.limits(before, *sounding_soprano(soprano, t))
            ahead = self.look_ahead(line[None])[:, t : t + 1]
            temperature = float(settings["temperature"])
            frames.append(self.write_frame(before, ahead, t, start, key, cache, limits, seed, temperature))
        return self.grid.to_roll(torch.stack(frames)) if frames else roll

    def soprano_tokens(self, soprano: Sequence[int] | None, steps: int) -> Tensor:
        """The soprano's tokens, ``untold`` after its end: (steps + A,)."""
        line = torch.full((steps + self.config.ahead,), self.untold)
        if soprano is not None:
            known = torch.tensor(soprano[: len(line)], dtype=torch.int64)
            line[: len(known)] = self.tokens_of(known)
        return line

    def read(self, frames: list[Tensor], start: int, key: Tensor, line: Tensor) -> Any:
        """A key-value cache that has seen the ``frames`` (V,) from frame ``start`` of a composition on; line: its soprano's."""
        from transformers import DynamicCache

        cache = DynamicCache(config=self.body.config)
        if frames:
            x = self.grid.to_columns(torch.stack(frames), start)[None]
            queries, _, real = self.queries(x, line[None])
            self.logits(queries.map(lambda part: part[real][None]), key, cache)
        return cache

    def write_frame(
        self,
        before: Tensor,
        ahead: Tensor,
        t: int,
        start: int,
        key: Tensor,
        cache: Any,
        limits: tuple[Tensor, Tensor],
        seed: int,
        temperature: float,
    ) -> Tensor:
        """Frame t (V,), drawn note after note and remembered by the cache, which began with frame ``start``."""
        allowed, forced = (F.pad(limit, (1, 0), value=value) for limit, value in zip(limits, (True, False)))
        draws = torch.rand(self.grid.keys, generator=sample_generator(seed, t), dtype=torch.float64)
        frame, previous = torch.zeros(self.grid.bits), END
        for place in range(PLACES):
            queries = Queries(
                previous=torch.tensor([[previous]]),
                before=before[None, None],
                so_far=frame[None, None],
                beat=composition_beats(t, t + 1)[None],
                first=torch.tensor([[int(t == 0)]]),
                place=torch.tensor([[place]]),
                frame=torch.tensor([[t - start]]),
                ahead=ahead,
            )
            logits = self.logits(queries, key, cache)[0, 0].masked_fill(~allowed, -torch.inf)
            if place == 0 and bool(forced.any()):
                previous = int(forced.long().argmax())
            elif place == PLACES - 1:  # no more room in a chord
                previous = END
            else:
                chances = (logits.double() / temperature).softmax(0).cumsum(0)
                previous = int(torch.searchsorted(chances, draws[place] * chances[-1]).clamp_max(len(chances) - 1))
            if previous == END:
                break
            frame = frame.clone()
            frame[previous - 1] = 1.0
        return frame

    def sample_latents(self, generators: Sequence[torch.Generator], settings: dict[str, Any]) -> Tensor:
        """Nothing: (n, 0)."""
        return torch.zeros(len(generators), 0)

    def decode(self, z: Tensor, settings: dict[str, Any], generators: Sequence[torch.Generator]) -> Tensor:
        """Eight bars each, as roll pictures (n, 1, K, 64), from seeds that the generators draw."""
        return write_pieces(self, settings, generators)

    def flops_per_sample(self, settings: dict[str, Any]) -> float:
        queries = self.output.width * (CHORALES.voices + 1)
        width = self.config.width
        weights = self.config.layers * (12 * width**2 + 13 * width) + width * (1 + self.grid.bits)
        attention = 2 * self.config.width * self.config.layers * queries / 2  # scores and sums over half of the past
        return 2.0 * queries * (weights + attention)


def _expand(order: Tensor, part: Tensor) -> Tensor:
    return order[..., None].expand(-1, -1, part.shape[-1])


FAMILY = Family("transformer", ChoraleTransformerConfig, ChoraleTransformer)
