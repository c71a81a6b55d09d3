"""Language models that write token after token: decoder-only transformers of the transformers library.

Ours are small Llamas (Touvron et al. 2023, arXiv:2302.13971: rotary positions, RMS norms, gated units) trained here; a folder
of any other causal language model of the library is served by the same class (models/foreign_lm.py). The state that sliders
move is the residual stream between the layers, and ``layers`` says where it can be reached.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from playground.errors import BrokenCheckpoint
from playground.formats.tokenizer import FILE, START, TURN, TextTokenizer
from playground.models.base import Family, GenerativeModel, LatentSpace, Phase
from playground.models.writing import Text, TextGenerator
from playground.nets.sampling import SamplingParams
from playground.protocol.output import OutputSpec
from playground.protocol.settings import Setting


@dataclass(frozen=True)
class CausalLMConfig:
    """Sizes of one of our own models, and how it is trained."""

    vocabulary: int = 2048
    width: int = 256
    layers: int = 5
    heads: int = 4
    context: int = 256  # tokens seen at once
    dropout: float = 0.1
    chat: int = 0  # 1: trained on conversations, so that it knows turns

    def __post_init__(self) -> None:
        if min(self.vocabulary, self.width, self.layers, self.heads, self.context) < 1:
            raise ValueError(f"every size of a language model must be at least 1, got {self}")
        if self.width % (2 * self.heads):
            raise ValueError(f"width must be a multiple of twice the heads, got {self.width} and {self.heads} heads")


WRITING = (
    Setting(
        name="temperature",
        label="Temperature",
        kind="float",
        default=0.8,
        minimum=0.0,
        maximum=2.0,
        step=0.05,
        help="Sharpens or flattens the odds of every token. 0 always takes the likeliest one; high is daring, then nonsense.",
    ),
    Setting(
        name="top_k",
        label="Top k",
        kind="int",
        default=0,
        minimum=0,
        maximum=200,
        step=1,
        help="Only the k likeliest tokens may come; 0 allows all.",
    ),
    Setting(
        name="top_p",
        label="Top p",
        kind="float",
        default=0.95,
        minimum=0.05,
        maximum=1.0,
        step=0.05,
        help="Only the likeliest tokens that together have this probability may come (nucleus); 1 allows all.",
    ),
)


SAMPLE_LETTERS = 512  # of a text drawn for Compare
SAMPLE_TOKENS = 160


class CausalLM(GenerativeModel):
    """One language model with its tokenizer. It has no latent: a text is made of its noise token by token."""

    capabilities = frozenset({"write"})
    settings = WRITING
    latent = LatentSpace(0, "none")
    output = OutputSpec("text", 1, SAMPLE_LETTERS)
    tokenizer: TextTokenizer
    body: Any  # of the transformers library
    context: int  # tokens seen at once
    _unused: Sequence[int] = ()  # ids that stand for no token

    def __init__(self, config: CausalLMConfig, *, skeleton: bool = False):
        """skeleton: only what a card says of it, without networks; importing transformers for those takes seconds."""
        super().__init__()
        self.config = config
        self.context = config.context
        self.depth = config.layers
        if config.chat:
            self.capabilities = self.capabilities | {"chat"}
        if skeleton:
            return
        import playground.formats.torchaudio_guard  # noqa: F401  (transformers asks for torchaudio)

        # isort: split
        from transformers import LlamaConfig, LlamaForCausalLM

        body = LlamaForCausalLM(
            LlamaConfig(
                vocab_size=config.vocabulary,
                hidden_size=config.width,
                intermediate_size=config.width * 8 // 3 // 32 * 32,
                num_hidden_layers=config.layers,
                num_attention_heads=config.heads,
                num_key_value_heads=config.heads,
                max_position_embeddings=config.context,
                tie_word_embeddings=True,
                attention_bias=False,
                bos_token_id=None,
                eos_token_id=None,
            )
        )
        # The output layer is the embedding transposed: one tensor, so it is saved once.
        self.register_state_dict_post_hook(_forget_tied)
        self.register_load_state_dict_pre_hook(_repeat_tied)
        self.wire(body, body.model.layers)
        for name, part in body.model.layers.named_modules():
            if name.endswith(("self_attn.o_proj", "mlp.down_proj")):  # what a layer adds to the stream
                part.register_forward_hook(self._drop)

    def wire(self, body: nn.Module, layers: nn.ModuleList) -> None:
        """Take a transformer as the body, and put a tap behind each of its layers."""
        self.body = body
        self.depth = len(layers)
        self._additions: dict[int, Tensor] = {}  # layer -> (B, 1, width), added to the residual stream behind it
        self._seen: dict[int, Tensor] | None = None  # layer -> residual stream (B, T, width), when it is listened to
        for number, layer in enumerate(layers):
            layer.register_forward_hook(lambda module, inputs, output, number=number: self._tap(number, output))

    def _tap(self, number: int, output: Any) -> Any:
        stream = output[0] if isinstance(output, tuple) else output
        if number in self._additions:
            stream = stream + self._additions[number].to(stream.dtype)
        if self._seen is not None:
            self._seen[number] = stream
        return (stream, *output[1:]) if isinstance(output, tuple) else stream

    @classmethod
    def skeleton(cls, config: CausalLMConfig) -> "CausalLM":
        """The model as far as its card needs it."""
        return cls(config, skeleton=True)

    def adopt(self, data: Any) -> None:
        """Take over the tokenizer of the data set."""
        self.tokenizer = data.tokenizer

    def open_files(self, folder: Path) -> None:
        """Read the tokenizer that lies beside the weights; raises BrokenCheckpoint, also when it knows tokens the model lacks."""
        self.tokenizer = TextTokenizer.from_file(folder / FILE)
        rows = min(part().weight.shape[0] for part in (self.body.get_input_embeddings, self.body.get_output_embeddings))
        if self.tokenizer.size > rows:
            raise BrokenCheckpoint(
                f"{FILE} does not fit the weights: it has {self.tokenizer.size} tokens, the model knows {rows}."
            )
        self._unused = self.tokenizer.unused()

    def _known(self, logits: Tensor) -> Tensor:
        """Logits (..., V) of the tokenizer's tokens: the weights may have rows for more, which were never trained."""
        logits = logits[..., : self.tokenizer.size]
        return (
            logits.index_fill(-1, torch.tensor(self._unused, device=logits.device), -torch.inf)
            if self._unused
            else logits
        )

    def save_files(self, folder: Path) -> None:
        """Write the tokenizer beside the weights."""
        self.tokenizer.save(folder / FILE)

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        return next(self.body.parameters()).device

    def _drop(self, module: nn.Module, inputs: Any, output: Tensor) -> Tensor:
        return F.dropout(output, self.config.dropout, module.training)

    @contextmanager
    def steered(self, steering: Sequence[dict[int, Tensor]]) -> Iterator[None]:
        """While it lasts, row i of every batch has the vectors (width,) of steering[i] added behind their layers."""
        layers = {layer for one in steering for layer in one}
        width = self.body.get_input_embeddings().weight.shape[1]
        nothing = torch.zeros(width, device=self.device)
        self._additions = {
            layer: torch.stack([one.get(layer, nothing).to(self.device) for one in steering])[:, None]
            for layer in layers
        }
        try:
            yield
        finally:
            self._additions = {}

    def read(self, tokens: Tensor, cache: Any, mask: Tensor | None, positions: Tensor) -> Tensor:
        """Logits (B, 1, V) after the last of tokens (B, t), at positions (B, t), given what the cache holds; it grows by t.

        mask (B, T + t) int64: 0 where a row's cache holds only filling.
        """
        out = self.body(
            input_ids=tokens,
            attention_mask=mask,
            position_ids=positions,
            past_key_values=cache,
            use_cache=True,
            logits_to_keep=1,
        )
        return self._known(out.logits)

    def residuals(self, tokens: Sequence[int]) -> Tensor:
        """The residual stream (layers, T, width) behind every layer while a text is read."""
        self._seen = {}
        try:
            self.body(input_ids=torch.tensor([list(tokens)], device=self.device), use_cache=False)
            return torch.stack([self._seen[layer][0] for layer in range(self.depth)]).float()
        finally:
            self._seen = None

    def logits(self, tokens: Tensor) -> Tensor:
        """Logits (B, T, V) float32 of the token after each of tokens (B, T)."""
        return self.body(input_ids=tokens, use_cache=False).logits.float()

    def loss(self, tokens: Tensor, labels: Tensor, generator: torch.Generator) -> tuple[Tensor, dict[str, float]]:
        """Mean nats a token of windows (B, T + 1)."""
        nats = F.cross_entropy(self.logits(tokens[:, :-1]).flatten(0, 1), tokens[:, 1:].flatten())
        return nats, {"nats_per_token": nats.item()}

    def phases(self) -> list[Phase]:
        """One: the next token. The matrices inside the layers go their own way where the optimiser is Muon."""
        matrices = [p for p in self.body.model.layers.parameters() if p.ndim == 2]
        return [Phase("tokens", list(self.parameters()), self.loss, matrices=matrices)]

    def token_logits(self, tokens: Sequence[int]) -> Tensor:
        """Logits (T - 1, V) of every token of a text but its first, each given half a context or more of those before."""
        window, stride = self.context, self.context // 2
        parts, done, everything = [], 1, torch.tensor(list(tokens), device=self.device)
        while done < len(everything):
            start = max(0, done - stride)
            piece = everything[start : start + window + 1]
            parts.append(self._known(self.logits(piece[None, :-1])[0, done - start - 1 :]))
            done = start + len(piece)
        return torch.cat(parts) if parts else torch.zeros(0, 0)

    def token_nats(self, tokens: Sequence[int]) -> Tensor:
        """-log p (T - 1,) of every token of a text but its first, as in ``token_logits``."""
        if len(tokens) < 2:
            return torch.zeros(0)
        logits = self.token_logits(tokens)
        return F.cross_entropy(logits, torch.tensor(list(tokens[1:]), device=logits.device), reduction="none")

    def start_tokens(self) -> list[int]:
        """What stands before every text."""
        start = self.tokenizer.special(START)
        return [] if start is None else [start]

    def prompt_tokens(self, text: str) -> list[int]:
        """The tokens of a prompt, with what stands before every text."""
        return self.start_tokens() + self.tokenizer.encode(text)

    def passage_tokens(self, text: str) -> list[int]:
        """A prompt to write on from: a turn of its own where the model knows turns, else a new paragraph somewhere in a work.

        At its very beginning a work has its title and its persons, which would be all that is ever written.
        """
        if "chat" in self.capabilities:
            return [*self.start_tokens(), self.tokenizer.mark(TURN), *self.tokenizer.encode(text)]
        return self.tokenizer.encode("\n\n" + text)

    def conversation(self, system: str, turns: Sequence[str]) -> list[int]:
        """A conversation ready for the model's answer: the start token, the turn token before every turn and the answer."""
        turn = self.tokenizer.mark(TURN)
        return [
            *self.start_tokens(),
            *(token for text in turns for token in (turn, *self.tokenizer.encode(text))),
            turn,
        ]

    def stop_tokens(self) -> frozenset[int]:
        """Tokens that end a text or turn."""
        found = (self.tokenizer.special(name) for name in (START, TURN))
        return frozenset(token for token in found if token is not None)

    def odds(self, settings: dict[str, Any]) -> SamplingParams:
        """The settings as a drawing needs them."""
        return SamplingParams(float(settings["temperature"]), int(settings["top_k"]), float(settings["top_p"]))

    def decode(self, z: Tensor, settings: dict, generators: Sequence[torch.Generator]) -> list[str]:
        """Texts of nothing, one for each generator, of at most 512 characters: passages or conversations."""
        prompt = self.passage_tokens("")
        seeds = [int(torch.randint(1 << 31, (), generator=generator)) for generator in generators]
        # Turns are part of what a conversation is, so only the start of another text ends it.
        stops = frozenset(self.start_tokens()) or self.stop_tokens()
        prompt = prompt or sorted(stops)[:1]
        texts = [Text(prompt, [], seed, self.odds(settings), stops, SAMPLE_TOKENS) for seed in seeds]
        rows = []
        for first in range(0, len(texts), 16):
            rows += TextGenerator(self).write(texts[first : first + 16])
        return [self.show([step.token for step in row.steps])[:SAMPLE_LETTERS] for row in rows]

    def show(self, tokens: Sequence[int]) -> str:
        """Tokens as a sample shows them: turns as lines with a dash before them."""
        turn = self.tokenizer.special(TURN)
        parts: list[list[int]] = [[]]
        for token in tokens:
            parts.append([]) if token == turn else parts[-1].append(token)
        texts = [self.tokenizer.decode(part) for part in parts]
        return texts[0] if len(texts) == 1 else "\n".join("- " + text.replace("\n", " ") for text in texts if text)

    def flops_per_sample(self, settings: dict) -> float:
        """Of one sample: two for each weight and token."""
        return 2.0 * sum(p.numel() for p in self.parameters()) * SAMPLE_TOKENS


TIED = "body.lm_head.weight"
SOURCE = "body.model.embed_tokens.weight"


def _forget_tied(module: nn.Module, state: dict, prefix: str, metadata: Any) -> None:
    state.pop(prefix + TIED, None)


def _repeat_tied(module: nn.Module, state: dict, prefix: str, *rest: Any) -> None:
    if prefix + SOURCE in state:
        state[prefix + TIED] = state[prefix + SOURCE]


FAMILY = Family("causal-lm", CausalLMConfig, CausalLM)
