"""Encoder and decoder of short sentences: recurrent networks over tokens (LSTM; Hochreiter & Schmidhuber 1997).

A sentence outside is a text of at most 96 characters; inside it is a row of tokens (n, 25) int64: its
tokens, the end token, then padding. The decoder writes them in order and hears the latent at every step (Bowman et al. 2016,
arXiv:1511.06349); it takes the likeliest token, so that a latent has one sentence, or draws one, which is the distribution that
was learnt.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from playground.errors import BadRequest
from playground.formats.sentences import END, LENGTH, LETTERS, PADDING, VOCABULARY, rows_of, tidy
from playground.formats.tokenizer import FILE, TextTokenizer
from playground.nets.contract import Net, VAENet, VAESizes
from playground.nets.sampling import SamplingParams, changed_probabilities, draw
from playground.protocol.output import OutputSpec
from playground.protocol.settings import Setting

EMBEDDING = 128
State = tuple[Tensor, Tensor]  # hidden and cell state of an LSTM
Choose = Callable[[Tensor, int], Tensor]  # (logits (n, V), step) -> tokens (n,)
WORDS = Setting(
    name="words",
    label="Words",
    kind="choice",
    default="likeliest",
    choices=("likeliest", "drawn"),
    help="A latent gives odds of every word. Likeliest: one plain sentence for each latent. Drawn: as trained, more varied, "
    "more mistakes.",
)


class SentenceEncoder(nn.Module):
    """Tokens (n, 25) to features (n, 2 * hidden): both directions, the largest over time."""

    def __init__(self, hidden: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(VOCABULARY, EMBEDDING)
        self.rnn = nn.LSTM(EMBEDDING, hidden, batch_first=True, bidirectional=True)

    def forward(self, tokens: Tensor) -> Tensor:
        states, _ = self.rnn(self.embedding(tokens))
        return states.masked_fill((tokens == PADDING)[..., None], -1.0).amax(1)


class SentenceDecoder(nn.Module):
    """p(tokens | z): an LSTM that hears z (n, latent) at every step; latent 0 makes it a plain language model."""

    def __init__(self, latent: int, width: int) -> None:
        super().__init__()
        self.latent = latent
        self.embedding = nn.Embedding(VOCABULARY, EMBEDDING)
        nn.init.normal_(self.embedding.weight, std=0.1)  # it is the output layer too
        self.begin = nn.Linear(latent, 2 * width) if latent else None
        self.rnn = nn.LSTM(EMBEDDING + latent, width, batch_first=True)
        self.out = nn.Linear(width + latent, EMBEDDING)
        self.bias = nn.Parameter(torch.zeros(VOCABULARY))

    def start(self, z: Tensor) -> State | None:
        """The LSTM's first state."""
        if self.begin is None:
            return None
        hidden, cell = torch.tanh(self.begin(z)).chunk(2, dim=1)
        return hidden[None].contiguous(), cell[None].contiguous()

    def states(self, before: Tensor, z: Tensor, state: State | None = None) -> tuple[Tensor, State]:
        """What is known (n, t, EMBEDDING) of the token after each of ``before`` (n, t); and the LSTM's state."""
        heard = self.embedding(before)
        here = z[:, None].expand(-1, before.shape[1], -1)
        begun = self.start(z) if state is None else state
        states, after = self.rnn(torch.cat([heard, here.to(heard.dtype)], dim=2), begun)
        return self.out(torch.cat([states, here.to(states.dtype)], dim=2)), after

    def logits(self, known: Tensor) -> Tensor:
        """Logits (..., V) float32; padding never comes."""
        logits = F.linear(known, self.embedding.weight.to(known.dtype), self.bias.to(known.dtype)).float()
        logits[..., PADDING] = -torch.inf
        return logits

    def log_likelihood(self, z: Tensor, tokens: Tensor) -> Tensor:
        """log p(tokens | z) (n,) in nats of tokens (n, 25), the end token included."""
        longest = int((tokens != PADDING).sum(1).max())
        tokens = tokens[:, :longest]
        before = F.pad(tokens, (1, 0), value=PADDING)[:, :-1]
        known, _ = self.states(before, z)
        real = tokens != PADDING  # the softmax costs most, so only what is there
        nats = F.cross_entropy(self.logits(known[real]), tokens[real], reduction="none")
        return -torch.zeros(tokens.shape, device=nats.device).masked_scatter(real, nats).sum(1)

    def write(self, z: Tensor, choose: Choose | None = None) -> Tensor:
        """Tokens (n, 25) of latents z (n, latent), one after the other: the likeliest, or what ``choose(logits, step)`` takes."""
        before = torch.full((len(z), 1), PADDING, device=z.device)
        ended = torch.zeros(len(z), dtype=torch.bool, device=z.device)
        state, tokens = None, []
        for step in range(LENGTH):
            known, state = self.states(before, z, state)
            logits = self.logits(known[:, 0])
            chosen = logits.argmax(1) if choose is None else choose(logits, step)
            chosen = chosen.masked_fill(ended, PADDING)
            tokens.append(chosen)
            ended = ended | (chosen == END)
            before = chosen[:, None]
            if bool(ended.all()):
                break
        return F.pad(torch.stack(tokens, dim=1), (0, LENGTH - len(tokens)), value=PADDING)

    def flops(self) -> float:
        """Per sentence of full length."""
        recurrent = sum(p.numel() for name, p in self.rnn.named_parameters() if name.startswith("weight"))
        return 2.0 * LENGTH * (recurrent + self.out.weight.numel() + self.embedding.weight.numel())


def drawing(generators: Sequence[torch.Generator], temperature: float = 1.0) -> Choose:
    """A ``choose`` for ``SentenceDecoder.write`` that draws the tokens of row i by generators[i]."""
    odds = [SamplingParams(temperature)] * len(generators)

    def choose(logits: Tensor, step: int) -> Tensor:
        return draw(changed_probabilities(logits, odds), [float(torch.rand((), generator=one)) for one in generators])

    return choose


class SentenceTexts(Net):
    """From texts to tokens and back, by the tokenizer that lies beside the weights; a part of every sentence model."""

    tokenizer: TextTokenizer
    decoder: SentenceDecoder

    def adopt(self, data: Any) -> None:
        """Take over the tokenizer of the data set."""
        self.tokenizer = data.tokenizer

    def open_files(self, folder: Path) -> None:
        """Read the tokenizer; raises BrokenCheckpoint."""
        self.tokenizer = TextTokenizer.from_file(folder / FILE)

    def save_files(self, folder: Path) -> None:
        """Write the tokenizer."""
        self.tokenizer.save(folder / FILE)

    def tokens_of(self, x: Tensor | Sequence[str]) -> Tensor:
        """Texts to tokens (n, 25) on the network's device; tokens stay as they are."""
        rows = x if isinstance(x, Tensor) else torch.from_numpy(rows_of(self.tokenizer, x))
        return rows.to(self.decoder.bias.device)

    def texts_of(self, tokens: Tensor) -> list[str]:
        """Tokens (n, 25) to texts of at most 96 characters."""
        return [self.tokenizer.decode([one for one in row if one > END])[:LETTERS] for row in tokens.tolist()]

    def sample(self, z: Tensor, settings: dict, generators: Sequence[torch.Generator]) -> list[str]:
        """Texts of latents as the setting "words" says; without generators the likeliest words."""
        drawn = settings["words"] == "drawn" and len(generators) > 0
        return self.texts_of(self.decoder.write(z, drawing(generators) if drawn else None))

    def read_typed(self, text: str) -> str:
        """A visitor's sentence as the model reads it: in small letters, single blanks; BadRequest when it is not one."""
        read = tidy(text)
        if read is None:
            raise BadRequest(
                "A sentence for this model has 3 to 16 words of English letters, digits and plain punctuation, and nothing "
                f"personal or rude; got '{text[:60]}': change it."
            )
        if len(self.tokenizer.encode(read)) >= LENGTH or len(read) > LETTERS:
            raise BadRequest(
                f"A sentence for this model has at most {LENGTH - 1} tokens and {LETTERS} characters: shorten it."
            )
        return read


class SentenceVAENet(SentenceTexts, VAENet):
    """p(x | z) is a product over tokens, each given those before it and z. ``config`` is the VAE's.

    ``width`` is the size of the decoder's state, ``hidden`` that of the encoder's in each direction.
    """

    settings = (replace(WORDS, measured="drawn"),)  # what its likelihood speaks of
    output = OutputSpec("text", 1, LETTERS)

    def __init__(self, config: VAESizes):
        super().__init__(config)
        self.encoder = SentenceEncoder(config.hidden)
        self.to_moments = nn.Linear(2 * config.hidden, 2 * config.latent)
        self.decoder = SentenceDecoder(config.latent, config.width)

    def generate(self, z: Tensor, labels: Tensor | None) -> Tensor:
        """The likeliest tokens (n, 25) of latents (n, d)."""
        return self.decoder.write(z)

    def moments(self, x: Tensor, labels: Tensor | None) -> Tensor:
        """Mean and log variance side by side, (n, 2 d)."""
        return self.to_moments(self.encoder(self.tokens_of(x)))

    def activations(self, z: Tensor) -> Tensor:
        """What the decoder begins with (n, 2 width)."""
        assert self.decoder.begin is not None
        return torch.tanh(self.decoder.begin(z))

    def log_likelihood(self, z: Tensor, x: Tensor, labels: Tensor | None) -> Tensor:
        """log p(x | z) (s, n) in nats of sentences x under latents z (s, n, d)."""
        tokens = self.tokens_of(x).repeat(len(z), 1)
        return self.decoder.log_likelihood(z.flatten(0, 1), tokens).view(z.shape[:2])

    def flops(self) -> float:
        """Per decoded sentence."""
        return self.decoder.flops()
