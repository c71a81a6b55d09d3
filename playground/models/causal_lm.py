"""Language models that write token after token: decoder-only transformers of the transformers library.

Ours are small Llamas (Touvron et al. 2023, arXiv:2302.13971: rotary positions, RMS norms, gated units) trained here; a folder
of any other causal language model of the library is served by the same class (``playground.foreign``). The state that sliders
move is the residual stream between the layers, and ``layers`` says where it can be reached.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from playground.models.base import Phase, Setting, Trainable
from playground.nets.tokenizer import FILE, START, TURN, TextTokenizer


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


class CausalLM(Trainable):
    """One language model with its tokenizer."""

    capabilities = frozenset({"write"})
    settings = WRITING
    tokenizer: TextTokenizer

    def __init__(self, config: CausalLMConfig, *, outline: bool = False):
        """outline: only what a card says of it, without networks; importing transformers for those takes seconds."""
        super().__init__()
        self.config = config
        self.context = config.context
        if config.chat:
            self.capabilities = self.capabilities | {"chat"}
        if outline:
            return
        import playground.torchaudio_guard  # noqa: F401  (transformers asks for torchaudio)

        # isort: split
        from transformers import LlamaConfig, LlamaForCausalLM

        self.body = LlamaForCausalLM(
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
        for layer in self.layers:
            for part in (layer.self_attn.o_proj, layer.mlp.down_proj):
                part.register_forward_hook(self._drop)

    @classmethod
    def outline(cls, config: CausalLMConfig) -> "CausalLM":
        """The model as far as its card needs it."""
        return cls(config, outline=True)

    def adopt(self, data: Any) -> None:
        """Take over the tokenizer of the data set."""
        self.tokenizer = data.tokenizer

    def open_files(self, folder: Path) -> None:
        """Read the tokenizer that lies beside the weights; raises BrokenCheckpoint."""
        self.tokenizer = TextTokenizer.from_file(folder / FILE)

    def save_files(self, folder: Path) -> None:
        """Write the tokenizer beside the weights."""
        self.tokenizer.save(folder / FILE)

    @property
    def layers(self) -> nn.ModuleList:
        """The transformer's layers, lowest first."""
        return self.body.model.layers

    def _drop(self, module: nn.Module, inputs: Any, output: Tensor) -> Tensor:
        return F.dropout(output, self.config.dropout, module.training)

    def logits(self, tokens: Tensor) -> Tensor:
        """Logits (B, T, V) float32 of the token after each of tokens (B, T)."""
        return self.body(input_ids=tokens, use_cache=False).logits.float()

    def loss(self, tokens: Tensor, labels: Tensor, generator: torch.Generator) -> tuple[Tensor, dict[str, float]]:
        """Mean nats a token of windows (B, T + 1)."""
        nats = F.cross_entropy(self.logits(tokens[:, :-1]).flatten(0, 1), tokens[:, 1:].flatten())
        return nats, {"nats_per_token": nats.item()}

    def phases(self) -> list[Phase]:
        """One: the next token. The matrices inside the layers go their own way where the optimiser is Muon."""
        matrices = [p for p in self.layers.parameters() if p.ndim == 2]
        return [Phase("tokens", list(self.parameters()), self.loss, matrices=matrices)]

    def token_nats(self, tokens: Sequence[int]) -> Tensor:
        """-log p (T - 1,) of every token of a text but its first, each given those before it, half a context or more of them."""
        window, stride = self.context, self.context // 2
        parts, done, everything = [], 1, torch.tensor(tokens)
        while done < len(everything):
            start = max(0, done - stride)
            piece = everything[start : start + window + 1]
            nats = F.cross_entropy(self.logits(piece[None, :-1])[0], piece[1:], reduction="none")
            parts.append(nats[done - start - 1 :])
            done = start + len(piece)
        return torch.cat(parts) if parts else torch.zeros(0)

    def start_tokens(self) -> list[int]:
        """What stands before every text."""
        start = self.tokenizer.special(START)
        return [] if start is None else [start]

    def stop_tokens(self) -> frozenset[int]:
        """Tokens that end a text or turn."""
        found = (self.tokenizer.special(name) for name in (START, TURN))
        return frozenset(token for token in found if token is not None)


TIED = "body.lm_head.weight"
SOURCE = "body.model.embed_tokens.weight"


def _forget_tied(module: nn.Module, state: dict, prefix: str, metadata: Any) -> None:
    state.pop(prefix + TIED, None)


def _repeat_tied(module: nn.Module, state: dict, prefix: str, *rest: Any) -> None:
    if prefix + SOURCE in state:
        state[prefix + TIED] = state[prefix + SOURCE]
