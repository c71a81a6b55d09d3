"""Replicated Softmax: a Boltzmann machine of bags of words, whose hidden units are topics.

Salakhutdinov & Hinton 2009 ("Replicated Softmax: an undirected topic model"). A document of D words is D visible units that
share one softmax over the vocabulary; the hidden biases count D times, so that long documents do not drown them. Documents of
each length have a partition function of their own; probabilities are of word sequences, of which the bag does not tell the
order. Energy and training: boltzmann.py, with s = D.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from playground.errors import BadRequest, BrokenCheckpoint
from playground.formats.content_words import MOST_WORDS, VOCABULARY, words_of
from playground.models.base import Family
from playground.models.boltzmann import SETTLE, BoltzmannMachine, steps_setting, temperature_setting
from playground.protocol.output import OutputSpec
from playground.protocol.settings import Setting

WIDTH = 96  # characters of a text
FILE = "words.json"


@dataclass(frozen=True)
class ReplicatedSoftmaxConfig:
    """Sizes, how the negative phase runs, and how far the weights are held back."""

    hidden: int = 50
    words: int = VOCABULARY
    chains: int = 500  # persistent chains
    gibbs_steps: int = 1  # steps of each chain per update
    centre_rate: float = 0.01  # of the moving average that keeps lambda at the mean hidden activation
    weight_decay: float = 0.0  # half the sum of the squared weights is added to the loss, times this

    def __post_init__(self) -> None:
        if min(self.hidden, self.words, self.chains, self.gibbs_steps) < 1:
            raise ValueError(f"every size of a Replicated Softmax must be at least 1, got {self}")
        if self.weight_decay < 0:
            raise ValueError(f"weight_decay must not be negative, got {self}")


TOPIC_TEMPERATURE = temperature_setting(
    "Divides the energy while the chain runs. Low: the chain settles on a few topics. High: words lose touch."
)
WORDS_SHOWN = Setting(
    name="words",
    label="Words",
    kind="int",
    default=8,
    minimum=1,
    maximum=16,
    step=1,
    help="How many words are shown: the most probable ones under the hidden units, the likeliest first.",
)


class ReplicatedSoftmax(BoltzmannMachine):
    """Visible states are counts of words (n, words) of documents of 1 to 32 words; mu is the words' share of the data.

    What is decoded of hidden units is the text of their most probable words; ``vocabulary`` lies beside the weights.
    """

    capabilities = frozenset({"decode", "encode", "topics"})
    settings = (TOPIC_TEMPERATURE, steps_setting(50), WORDS_SHOWN, SETTLE)

    def __init__(self, config: ReplicatedSoftmaxConfig):
        chains = (config.chains, config.words)
        super().__init__(config.words, config.hidden, chains, config.gibbs_steps, config.centre_rate)
        self.config = config
        self.draws = MOST_WORDS
        self.output = OutputSpec("text", 1, WIDTH)
        self.vocabulary: list[str] = []

    def adopt(self, data: Any) -> None:
        """Take the data set's vocabulary."""
        self.vocabulary = list(data.vocabulary)

    def save_files(self, folder: Path) -> None:
        """Write the vocabulary, the most frequent word first."""
        (folder / FILE).write_text(json.dumps(self.vocabulary) + "\n", encoding="utf-8")

    def open_files(self, folder: Path) -> None:
        """Read the vocabulary; raises BrokenCheckpoint."""
        try:
            words = json.loads((folder / FILE).read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError) as error:
            raise BrokenCheckpoint(f"{FILE} cannot be read: {type(error).__name__}.") from error
        good = isinstance(words, list) and all(isinstance(word, str) and word.isascii() for word in words)
        if not good or len(set(words)) != len(words) or len(words) != self.config.words:
            raise BrokenCheckpoint(f"{FILE} must be a list of {self.config.words} different words.")
        self.vocabulary = words

    def start_from_data(self, inputs: Tensor, labels: Tensor) -> None:
        """Start the visible biases at the words' shares, and the chains at draws from them, as long as documents are: (n, 32)."""
        counts = torch.bincount(inputs.flatten(), minlength=self.config.words + 1)[1:].float() + 1.0
        shares = counts / counts.sum()
        self.visible_centre.copy_(shares)
        self.visible_bias.data.copy_(shares.log())
        # Evenly spaced ranks of the sorted lengths: the chains' lengths are those of the data, and stay.
        lengths = (inputs > 0).sum(1).sort().values
        ranks = ((torch.arange(len(self.particles)) + 0.5) / len(self.particles) * len(lengths)).long()
        uniform = torch.rand(len(self.particles), self.draws, generator=torch.Generator().manual_seed(0))
        self.particles.copy_(self.packed(self._words(lengths[ranks], shares.log().expand(len(ranks), -1), uniform)))

    def sizes(self, v: Tensor) -> Tensor:
        return v.sum(1, keepdim=True)

    def sample_visible(self, v: Tensor, inputs: Tensor, uniform: Tensor, temperature: float = 1.0) -> Tensor:
        """As many words as v has, each from the softmax of the inputs."""
        return self._words(v.sum(1).round().long(), inputs / temperature, uniform)

    def _words(self, lengths: Tensor, logits: Tensor, uniform: Tensor) -> Tensor:
        """Counts (n, words) float32 of lengths (n,) words drawn with softmax(logits), by uniform numbers (n, 32)."""
        edges = logits.softmax(1).cumsum(1)
        chosen = torch.searchsorted(edges, uniform * edges[:, -1:], right=True).clamp_max(self.config.words - 1)
        taken = torch.arange(self.draws, device=logits.device) < lengths[:, None]
        return torch.zeros_like(logits).scatter_add_(1, chosen, taken.to(logits.dtype))

    def loss(self, documents: Tensor, labels: Tensor, generator: torch.Generator) -> tuple[Tensor, dict[str, float]]:
        """F(data) - F(chain state) of documents (B, 32), and the nats a word of giving them back from their hidden units."""
        data = self.counts_of(documents)
        loss = self.contrast(data, generator)
        with torch.no_grad():
            logits = self.visible_inputs(torch.sigmoid(self.hidden_logits(data)))
            nats = -(data * logits.log_softmax(1)).sum() / data.sum()
        decay = 0.5 * self.config.weight_decay * self.weight.square().sum()
        return loss + decay, {"reconstruction_nats_a_word": nats.item()}

    def counts_of(self, x: Tensor | Sequence[str]) -> Tensor:
        """Counts (n, words) of documents (n, m) of 1 + word numbers, 0 = nothing, or of texts."""
        if not isinstance(x, Tensor):
            return self.read(x).to(self.weight.device)
        counts = torch.zeros(len(x), self.config.words + 1, device=x.device)
        return counts.scatter_add_(1, x.long(), torch.ones_like(x, dtype=counts.dtype))[:, 1:]

    def read(self, texts: Sequence[str]) -> Tensor:
        """Counts (n, words) of the words of texts that are in the vocabulary, the first 32 of each."""
        numbers = {word: 1 + i for i, word in enumerate(self.vocabulary)}
        documents = torch.zeros(len(texts), MOST_WORDS, dtype=torch.int64)
        for row, text in zip(documents, texts):
            known = [numbers[word] for word in words_of(text) if word in numbers][:MOST_WORDS]
            row[: len(known)] = torch.tensor(known, dtype=torch.int64)
        return self.counts_of(documents)

    def read_typed(self, text: str) -> str:
        """Those words of a visitor's text that the machine knows; BadRequest when there are none."""
        known = self.read([text])[0].nonzero().flatten().tolist()
        if not known:
            raise BadRequest(
                f"None of the words of '{text[:40]}' is among the {self.config.words:,} the model knows: try others."
            )
        return self.written(known)

    def encode(self, x: Tensor | Sequence[str], settings: dict) -> Tensor:
        """p(h = 1 | x) (n, hidden) of documents as ``counts_of`` takes them."""
        return torch.sigmoid(self.hidden_logits(self.counts_of(x)))

    def decode(self, z: Tensor, settings: dict, generators: Sequence[torch.Generator]) -> list[str]:
        """Texts: the most probable words under p(word | h = z), as many as fit.

        Mean-field updates come first: one reads a document of eight words in the proportions that the hidden units give them.
        """
        logits = self.visible_inputs(z.clamp(0.0, 1.0))
        for _ in range(int(settings["settle"])):
            logits = self.visible_inputs(torch.sigmoid(self.hidden_logits(8.0 * logits.softmax(1))))
        best = logits.topk(min(int(settings["words"]), self.config.words), dim=1).indices.tolist()
        return [self.written(row) for row in best]

    def written(self, numbers: Sequence[int]) -> str:
        """Words as a text of at most 96 characters; those at the end that do not fit are left out whole."""
        text = ""
        for number in numbers:
            longer = f"{text} {self.vocabulary[number]}".strip()
            if len(longer) > WIDTH:
                break
            text = longer
        return text

    def topic_words(self, count: int) -> list[list[tuple[int, float]]]:
        """For every hidden unit the ``count`` words that tell most that it is on: (word, rise of its probability).

        The other hidden units are at their means over the data. Ranked is the rise in standard deviations of the word's
        count, for the largest rises belong to the most frequent words, and the largest weights to rare ones.
        """
        mean = self.hidden_centre.expand(self.latent.size, -1)
        identity = torch.eye(self.latent.size, device=mean.device)
        on, off = (self.visible_inputs(mean * (1 - identity) + value * identity).softmax(1) for value in (1.0, 0.0))
        best = ((on - off) / ((on + off) / 2).sqrt()).topk(min(count, self.config.words), dim=1).indices
        return [list(zip(row, rises)) for row, rises in zip(best.tolist(), (on - off).gather(1, best).tolist())]

    def parameters_for(self, length: int) -> tuple[Tensor, Tensor, Tensor]:
        """W (words, hidden), b (words,), c (hidden,) of the machine of documents of ``length`` words, without centres."""
        weight, b, c = self.plain_parameters()
        return weight, b, length * c


FAMILY = Family("replicated-softmax", ReplicatedSoftmaxConfig, ReplicatedSoftmax)
