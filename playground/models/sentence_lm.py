"""A recurrent language model of short sentences: what the sentence VAE is measured against, and what a text GAN has to beat.

The VAE's own decoder without a latent (nets/sentences.py), so that nothing but the latent differs. Its likelihood is exact.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from playground.formats.sentences import LETTERS
from playground.models.base import Family, GenerativeModel, LatentSpace, Phase
from playground.nets.sentences import SentenceDecoder, SentenceTexts, drawing
from playground.protocol.output import OutputSpec
from playground.protocol.settings import TEMPERATURE


@dataclass(frozen=True)
class SentenceLMConfig:
    """The size of its state."""

    width: int = 256

    def __post_init__(self) -> None:
        if self.width < 1:
            raise ValueError(f"width must be at least 1, got {self.width}")


WORD_TEMPERATURE = replace(
    TEMPERATURE,
    help="Sharpens or flattens the odds of every word. Low: plain and alike. 1: as trained. High: unusual, more mistakes.",
)


class SentenceLM(SentenceTexts, GenerativeModel):
    """No latent: a sentence is made of its noise word by word."""

    capabilities = frozenset({"decode"})
    settings = (WORD_TEMPERATURE,)
    latent = LatentSpace(0, "none")
    output = OutputSpec("text", 1, LETTERS)

    def __init__(self, config: SentenceLMConfig):
        super().__init__()
        self.config = config
        self.decoder = SentenceDecoder(0, config.width)

    def log_prob(self, x: Tensor) -> Tensor:
        """log p(x) (n,) in nats of sentences, exact."""
        tokens = self.tokens_of(x)
        return self.decoder.log_likelihood(torch.zeros(len(tokens), 0, device=tokens.device), tokens)

    def loss(self, x: Tensor, labels: Tensor, generator: torch.Generator) -> tuple[Tensor, dict[str, float]]:
        """Mean nats a sentence."""
        nats = -self.log_prob(x).mean()
        return nats, {"nats": nats.item()}

    def phases(self) -> list[Phase]:
        return [Phase("words", list(self.parameters()), self.loss)]

    def decode(self, z: Tensor, settings: dict, generators: Sequence[torch.Generator]) -> list[str]:
        return self.texts_of(self.decoder.write(z, drawing(generators, float(settings["temperature"]))))

    def flops_per_sample(self, settings: dict) -> float:
        return self.decoder.flops()


FAMILY = Family("sentence-lm", SentenceLMConfig, SentenceLM)
