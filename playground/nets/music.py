"""Encoder and decoder of two-bar melodies, for the VAE (in the manner of MusicVAE; Roberts et al. 2018, arXiv:1803.05428).

A melody is a roll picture (n, 1, 44, 32), and inside a string of tokens, one a step: see formats/melody_tokens.py. The decoder
writes them in order, hearing at every step what the latent says of that step; it takes the likeliest token, so that a latent has
one melody.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from playground.formats.melody_tokens import FIRST_PITCH, HOLD, REST, TOKENS, pictures_of, sounding_pitches, tokens_of
from playground.formats.rolls import MELODY_GRID
from playground.nets.contract import VAENet, VAESizes, one_hot
from playground.protocol.output import OutputSpec

ROWS, STEPS = MELODY_GRID.rows, MELODY_GRID.window
EMBEDDING, FEATURES = 64, 96
WORD_DROPOUT = 0.2  # share of earlier tokens hidden from the decoder in training, so that it listens to the latent
REACH = 3  # semitones up or down that a melody is transposed by in training, where its range allows


class ResidualBlock(nn.Module):
    """x + conv(act(conv(act(norm(x))))) over time: (n, FEATURES, steps) to the same."""

    def __init__(self) -> None:
        super().__init__()
        self.norm = nn.GroupNorm(1, FEATURES)
        self.conv1 = nn.Conv1d(FEATURES, FEATURES, 3, padding=1)
        self.conv2 = nn.Conv1d(FEATURES, FEATURES, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.conv2(F.silu(self.conv1(F.silu(self.norm(x)))))


class MelodyVAENet(VAENet):
    """p(x | z) is a product over steps, each token given those before and z. ``config`` is the VAE's.

    ``width`` is the size of the recurrent state of the decoder, ``hidden`` that of the dense layers beside the latent.
    """

    output = OutputSpec("roll", ROWS, STEPS)

    def __init__(self, config: VAESizes):
        super().__init__(config)
        self.encoder = nn.Sequential(
            nn.Conv1d(2 * ROWS, FEATURES, 3, padding=1),
            ResidualBlock(),
            ResidualBlock(),
            nn.Flatten(),
            nn.Linear(FEATURES * STEPS, 2 * config.latent),
        )
        self.first = nn.Linear(config.latent, config.hidden)
        self.second = nn.Linear(config.hidden, FEATURES * STEPS)
        self.direct = nn.Linear(config.latent, FEATURES * STEPS, bias=False)  # learns at once what is linear in z
        self.blocks = nn.Sequential(ResidualBlock(), ResidualBlock())
        self.embedding = nn.Embedding(TOKENS + 1, EMBEDDING)  # the last one: nothing known
        self.rnn = nn.GRU(EMBEDDING + FEATURES, config.width, batch_first=True)
        self.out = nn.Linear(config.width + FEATURES, TOKENS)

    def observe(self, x: Tensor, labels: Tensor | None, generator: torch.Generator) -> Tensor:
        """Each melody transposed by up to three semitones that its range allows."""
        used = (x[:, 0] > 0).any(2).float()  # (n, rows)
        above = used.argmax(1).clamp_max(REACH)  # empty rows above the highest note
        below = used.flip(1).argmax(1).clamp_max(REACH)
        draw = torch.rand(len(x), generator=generator).to(x.device)
        shift = (draw * (above + below + 1)).floor().long() - above  # in rows, downwards
        rows = (torch.arange(ROWS, device=x.device) - shift[:, None]) % ROWS
        return x.gather(2, rows[:, None, :, None].expand_as(x))

    def moments(self, x: Tensor, labels: Tensor | None) -> Tensor:
        """Mean and log variance side by side, (n, 2 d)."""
        tokens = tokens_of(x)
        sounds = one_hot(sounding_pitches(tokens), TOKENS)[:, :, FIRST_PITCH:]
        struck = sounds * (tokens != HOLD)[..., None]
        return self.encoder(torch.cat([sounds, struck], dim=2).transpose(1, 2))

    def activations(self, z: Tensor) -> Tensor:
        """First-layer activations (n, hidden)."""
        return F.silu(self.first(z))

    def step_features(self, z: Tensor) -> Tensor:
        """What latents (n, d) say of every step: (n, steps, FEATURES)."""
        x = self.direct(z) + self.second(self.activations(z))
        return self.blocks(x.view(len(z), FEATURES, STEPS)).transpose(1, 2)

    def logits(self, states: Tensor, features: Tensor, before: Tensor) -> Tensor:
        """Token logits (n, steps, TOKENS) of recurrent states and step features; only what sounds can be held."""
        logits = self.out(torch.cat([states, features], dim=2)).float()
        holdable = (before != REST) & (before < TOKENS)
        forbidden = torch.zeros_like(logits, dtype=torch.bool)
        forbidden[..., HOLD] = ~holdable
        return logits.masked_fill(forbidden, -torch.inf)

    def token_logits(self, z: Tensor, tokens: Tensor) -> Tensor:
        """Logits (n, steps, TOKENS) of every token of melodies (n, steps) given those before it and latents z (n, d)."""
        features = self.step_features(z)
        before = F.pad(tokens, (1, 0), value=TOKENS)[:, :-1]
        heard = before
        if self.training:
            heard = torch.where(torch.rand(before.shape, device=before.device) < WORD_DROPOUT, TOKENS, before)
        states, _ = self.rnn(torch.cat([self.embedding(heard), features.to(self.embedding.weight.dtype)], dim=2))
        return self.logits(states, features, before)

    def log_likelihood(self, z: Tensor, x: Tensor, labels: Tensor | None) -> Tensor:
        """log p(x | z) (s, n) in nats of melodies x (n, 1, 44, 32) under latents z (s, n, d)."""
        tokens = tokens_of(x).repeat(len(z), 1)
        logits = self.token_logits(z.flatten(0, 1), tokens)
        nats = F.cross_entropy(logits.flatten(0, 1), tokens.flatten(), reduction="none")
        return -nats.view(*z.shape[:2], STEPS).sum(2)

    def write(self, z: Tensor) -> Tensor:
        """The likeliest tokens (n, steps) of latents z (n, d), one after the other."""
        features = self.step_features(z)
        before = torch.full((len(z), 1), TOKENS, device=z.device)
        state, tokens = None, []
        for step in range(STEPS):
            here = features[:, step : step + 1]
            states, state = self.rnn(torch.cat([self.embedding(before), here], dim=2), state)
            before = self.logits(states, here, before).argmax(2)
            tokens.append(before)
        return torch.cat(tokens, dim=1)

    def generate(self, z: Tensor, labels: Tensor | None) -> Tensor:
        """Roll pictures (n, 1, 44, 32) of latents (n, d)."""
        return pictures_of(self.write(z))

    def flops(self) -> float:
        """Per decoded melody."""
        dense = sum(layer.weight.numel() for layer in (self.first, self.second, self.direct))
        by_step = sum(p.numel() for p in self.blocks.parameters() if p.ndim == 3) + self.out.weight.numel()
        recurrent = sum(p.numel() for name, p in self.rnn.named_parameters() if name.startswith("weight"))
        return 2.0 * (dense + STEPS * (by_step + recurrent))
