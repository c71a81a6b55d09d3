"""Boltzmann machine of short words: visible units are places that hold one of 27 symbols each, a letter or nothing.

One-hot groups with a softmax each (Salakhutdinov, Mnih & Hinton 2007, there for film ratings). Given the hidden units all places
are independent, so that one Gibbs step redraws a whole word. Energy and training: boltzmann.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from playground.errors import BadRequest
from playground.formats.letters import BEFORE_A, LETTERS, SYMBOLS
from playground.models.base import Family
from playground.models.boltzmann import SETTLE, BoltzmannMachine, steps_setting, temperature_setting
from playground.protocol.output import OutputSpec
from playground.protocol.settings import Setting


@dataclass(frozen=True)
class CategoricalRBMConfig:
    """Sizes, how the negative phase runs, and how far the weights are held back."""

    hidden: int = 300
    places: int = LETTERS
    symbols: int = SYMBOLS
    chains: int = 512  # persistent chains
    gibbs_steps: int = 5  # steps of each chain per update
    centre_rate: float = 0.01  # of the moving average that keeps lambda at the mean hidden activation
    weight_decay: float = 0.0  # half the sum of the squared weights is added to the loss, times this

    def __post_init__(self) -> None:
        if min(self.hidden, self.places, self.symbols, self.chains, self.gibbs_steps) < 1:
            raise ValueError(f"every size of an RBM must be at least 1, got {self}")
        if self.weight_decay < 0:
            raise ValueError(f"weight_decay must not be negative, got {self}")


WORD_TEMPERATURE = temperature_setting(
    "Divides the energy while the chain runs. Low: the chain settles into common names. High: letters lose touch."
)
LETTER_CHOICE = Setting(
    name="letters",
    label="Letters",
    kind="choice",
    default="drawn",
    choices=("drawn", "likeliest"),
    help="The hidden units give every place a distribution over letters: draw from it, or take the likeliest letter.",
)


class CategoricalRBM(BoltzmannMachine):
    """Visible states are one-hot (n, places x symbols), places outermost; symbol 0 is nothing, after the end of a word.

    Nothing keeps the machine from a letter after nothing: a word is read up to its first nothing.
    """

    capabilities = frozenset({"decode", "encode", "chain", "clamp"})
    settings = (WORD_TEMPERATURE, steps_setting(50), LETTER_CHOICE, SETTLE)

    def __init__(self, config: CategoricalRBMConfig):
        visible = config.places * config.symbols
        chains = (config.chains, config.places)
        super().__init__(visible, config.hidden, chains, config.gibbs_steps, config.centre_rate)
        self.config = config
        self.draws = config.places
        self.output = OutputSpec("text", 1, config.places)

    def start_from_data(self, inputs: Tensor, labels: Tensor) -> None:
        """Start the visible biases at the rates at each place, and the chains at draws from them: symbols (n, places)."""
        rates = (self.one_hot(inputs).double().mean(0) + 1e-3).float()
        rates = (rates.view(self.config.places, -1) / rates.view(self.config.places, -1).sum(1, keepdim=True)).flatten()
        self.visible_centre.copy_(rates)
        self.visible_bias.data.copy_(rates.log())
        uniform = torch.rand(len(self.particles), self.draws, generator=torch.Generator().manual_seed(0))
        self.particles.copy_(
            self.packed(self.sample_visible(rates[None], rates.log().expand(len(uniform), -1), uniform))
        )

    def one_hot(self, symbols: Tensor) -> Tensor:
        """Visible states (n, places x symbols) float32 of symbols (n, places), any whole numbers."""
        return F.one_hot(symbols.long(), self.config.symbols).float().flatten(1)

    def packed(self, v: Tensor) -> Tensor:
        return self.by_place(v).argmax(2).to(torch.uint8)

    def unpacked(self, particles: Tensor) -> Tensor:
        return self.one_hot(particles)

    def by_place(self, visible: Tensor) -> Tensor:
        """(n, places x symbols) as (n, places, symbols)."""
        return visible.unflatten(1, (self.config.places, self.config.symbols))

    def sample_visible(self, v: Tensor, inputs: Tensor, uniform: Tensor, temperature: float = 1.0) -> Tensor:
        """One symbol at every place, from one uniform number each."""
        return self.one_hot(_pick(self.by_place(inputs / temperature).softmax(2), uniform))

    def loss(self, symbols: Tensor, labels: Tensor, generator: torch.Generator) -> tuple[Tensor, dict[str, float]]:
        """F(data) - F(chain state) of symbols (B, places), and the share of letters that come back from the hidden units."""
        data = self.one_hot(symbols)
        loss = self.contrast(data, generator)
        with torch.no_grad():
            again = self.packed(self.visible_inputs(torch.sigmoid(self.hidden_logits(data))))
            right = (again == symbols).float().mean().item()
        decay = 0.5 * self.config.weight_decay * self.weight.square().sum()
        return loss + decay, {"letters_right": right}

    def symbols_of(self, x: Tensor | Sequence[str]) -> Tensor:
        """Symbols (n, places) int64 of symbols themselves or of texts; other characters than letters count as nothing."""
        if isinstance(x, Tensor):
            return x.long()
        symbols = torch.zeros(len(x), self.config.places, dtype=torch.int64)
        for row, text in zip(symbols, x):
            for place, letter in enumerate(text[: self.config.places]):
                symbol = ord(letter) - BEFORE_A
                row[place] = symbol if 0 < symbol < self.config.symbols else 0
        return symbols.to(self.weight.device)

    def read_typed(self, text: str) -> str:
        """A visitor's word as the machine reads it, in small letters; BadRequest when it is not one."""
        word = text.strip().lower()
        if not 1 <= len(word) <= self.config.places or not all("a" <= letter <= "z" for letter in word):
            raise BadRequest(
                f"A name for this model has 1 to {self.config.places} letters from a to z, got '{text[:40]}': change it."
            )
        return word

    def texts_of(self, symbols: Tensor) -> list[str]:
        """Texts of symbols (n, places), up to the first nothing of each."""
        inside = (symbols > 0).long().cumprod(1)
        return ["".join(chr(one + BEFORE_A) for one in row if one) for row in (symbols * inside).tolist()]

    def encode(self, x: Tensor | Sequence[str], settings: dict) -> Tensor:
        """p(h = 1 | x) (n, hidden) of words as ``symbols_of`` takes them."""
        return torch.sigmoid(self.hidden_logits(self.one_hot(self.symbols_of(x))))

    def decode(self, z: Tensor, settings: dict, generators: Sequence[torch.Generator]) -> list[str]:
        """Words of p(v | h = z) after ``settle`` mean-field updates: drawn, or the likeliest symbol at every place."""
        logits = self.visible_inputs(z.clamp(0.0, 1.0))
        for _ in range(int(settings["settle"])):
            v = self.by_place(logits).softmax(2).flatten(1)
            logits = self.visible_inputs(torch.sigmoid(self.hidden_logits(v)))
        chances = self.by_place(logits / float(settings["temperature"])).softmax(2)
        if settings["letters"] == "likeliest":
            return self.texts_of(chances.argmax(2))
        uniform = torch.stack([torch.rand(self.draws, generator=generator) for generator in generators])
        return self.texts_of(_pick(chances, uniform.to(z.device)))

    def read_clamp(self, request: dict[str, Any], body: memoryview) -> Tensor | None:
        """The words that the pattern "clamp" allows, as ``chain`` takes them; None without one. See ``read_pattern``."""
        pattern = request.get("clamp", "")
        return read_pattern(pattern, self.config.places, self.config.symbols) if pattern != "" else None

    def chain(
        self,
        start: Tensor,
        settings: dict,
        generators: Sequence[torch.Generator],
        frames: int,
        every: int,
        clamp: Tensor | None = None,
    ) -> list[str]:
        """The texts of ``watch`` from the word of the latent (1, hidden)."""
        return self.texts_of(self.watch(start, settings, generators, frames, every, clamp))

    def watch(
        self,
        start: Tensor,
        settings: dict,
        generators: Sequence[torch.Generator],
        frames: int,
        every: int,
        clamp: Tensor | None = None,
    ) -> Tensor:
        """Symbols (frames, places) of a chain from the word of a latent (1, hidden), or from letters that fit the clamp."""
        (generator,) = generators
        if clamp is None:
            first = self.symbols_of(self.decode(start, settings, generators))[0]
        else:
            first = draw_fitting(torch.zeros(clamp.shape[1:]), clamp, generator).to(start.device)
            clamp = clamp.to(start.device)
        return self.gibbs_words(first, clamp, frames, every, float(settings["temperature"]), generator)

    def gibbs_words(
        self,
        start: Tensor,
        allowed: Tensor | None,
        frames: int,
        every: int,
        temperature: float,
        generator: torch.Generator,
    ) -> Tensor:
        """Watch a Gibbs chain: symbols (frames, places) int64, ``every`` steps apart; frame 0 is ``start`` (places,) itself.

        allowed (m, places, symbols) bool holds templates of words: the chain then samples the machine's distribution over
        words that fit one of them, exactly, because given the hidden units the templates' probabilities are products. See
        ``draw_fitting``.
        """
        symbols = start[None]
        shown = [start]
        for step in range((frames - 1) * every):
            hidden_logits = self.hidden_logits(self.one_hot(symbols)) / temperature
            h = (
                torch.rand(hidden_logits.shape, generator=generator).to(start.device) < hidden_logits.sigmoid()
            ).float()
            logits = self.by_place(self.visible_inputs(h) / temperature)
            if allowed is None:
                uniform = torch.rand(1, self.draws, generator=generator).to(start.device)
                symbols = _pick(logits.softmax(2), uniform)
            else:
                symbols = draw_fitting(logits[0], allowed, generator)[None]
            if (step + 1) % every == 0:
                shown.append(symbols[0])
        return torch.stack(shown)


def read_pattern(pattern: object, places: int, symbols: int) -> Tensor:
    """A pattern as templates (m, places, symbols) bool, one for each length that fits; raises BadRequest.

    A letter stands for itself, "_" (or "?") for any letter, and one "*" for any letters or none.
    """
    rule = f"'clamp' must be a text of letters from a to z, '_' for any letter and at most one '*', {places} letters at most"
    if not isinstance(pattern, str):
        raise BadRequest(f"{rule}, got {type(pattern).__name__}.")
    parts = [pattern.lower().replace("?", "_")] if "*" not in pattern else pattern.lower().replace("?", "_").split("*")
    letters = "".join(parts)
    if len(parts) > 2 or not all(part == "_" or "a" <= part <= "z" for part in letters) or len(letters) > places:
        raise BadRequest(f"{rule}, got '{pattern[:40]}': change it.")
    lengths = [len(letters)] if len(parts) == 1 else range(max(1, len(letters)), places + 1)
    templates = torch.zeros(len(lengths), places, symbols, dtype=torch.bool)
    for template, length in zip(templates, lengths):
        word = parts[0] + "_" * (length - len(letters)) + (parts[1] if len(parts) == 2 else "")
        for place in range(places):
            if place >= length:
                template[place, 0] = True
            elif word[place] == "_":
                template[place, 1:] = True
            else:
                template[place, ord(word[place]) - BEFORE_A] = True
    return templates


def draw_fitting(logits: Tensor, allowed: Tensor, generator: torch.Generator) -> Tensor:
    """Symbols (places,) drawn from softmaxes of logits (places, symbols), on condition that they fit a template.

    allowed (m, places, symbols) bool says what each of m templates allows where; no word may fit two. A template's probability
    is the product over places of what it allows, so one is drawn first and then the word within it.
    """
    masked = logits.masked_fill(~allowed, float("-inf"))  # (m, places, symbols)
    weights = masked.logsumexp(2).sum(1).softmax(0)[None, None]
    chosen = int(_pick(weights, torch.rand(1, 1, generator=generator).to(logits.device)))
    uniform = torch.rand(1, len(logits), generator=generator).to(logits.device)
    return _pick(masked[chosen][None].softmax(2), uniform)[0]


def _pick(chances: Tensor, uniform: Tensor) -> Tensor:
    """Numbers (n, places) int64 drawn from chances (n, places, k) by uniform numbers (n, places) in [0, 1)."""
    edges = chances.cumsum(2)
    total = edges[..., -1]  # rounding leaves it a little off 1; a number that reached it would pick what has no chance
    below = torch.minimum(uniform * total, torch.nextafter(total, torch.zeros_like(total)))
    return torch.searchsorted(edges, below[..., None], right=True)[..., 0]


FAMILY = Family("categorical-rbm", CategoricalRBMConfig, CategoricalRBM)
