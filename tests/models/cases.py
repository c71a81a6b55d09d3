"""Every family of the registry at a tiny size, for the contract that all of them keep."""

from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from torch import Tensor

from playground.formats.sentences import rows_of
from playground.formats.tokenizer import SPECIALS, TextTokenizer
from playground.models import REGISTRY
from playground.models.base import GenerativeModel, Trainable
from tests.tiny_text import LINES, WORDS

SHAPE = {"shape": [1, 28, 28]}
DIGITS = {**SHAPE, "classes": [*"0123456789"], "class_name": "digit"}
COLOUR = {"shape": [3, 20, 24], "classes": [f"species {i}" for i in range(12)], "class_name": "species"}
POINTS = {"net": "points", "classes": ["left", "right"], "class_name": "moon"}


@dataclass(frozen=True)
class Case:
    """A family at a tiny size, and what its data set gives a loss."""

    family: str
    config: dict[str, Any]
    batch: Callable[[], tuple[Tensor, Tensor]]  # items and labels
    unreached: tuple[str, ...] = ()  # parameters that no loss depends on, which weights of today hold
    tokenizer: TextTokenizer | None = None


def generator() -> torch.Generator:
    return torch.Generator().manual_seed(1)


def pictures(channels: int = 1, height: int = 28, width: int = 28, classes: int = 10) -> Any:
    def draw() -> tuple[Tensor, Tensor]:
        levels = torch.randint(0, 256, (8, channels, height, width), generator=generator()).float() / 255
        return levels, torch.arange(8) % classes

    return draw


def points() -> tuple[Tensor, Tensor]:
    return torch.randn(8, 2, generator=generator()), torch.arange(8) % 2


def no_labels() -> Tensor:
    return torch.zeros(8, dtype=torch.int64)


def names() -> tuple[Tensor, Tensor]:
    return torch.randint(0, 27, (8, 12), generator=generator()), no_labels()


SENTENCE_TOKENS = TextTokenizer.train(LINES, 360, ("<|padding|>", "<|end|>"))
WRITER_TOKENS = TextTokenizer.train(LINES, 256 + len(SPECIALS) + 60)


def sentences() -> tuple[Tensor, Tensor]:
    return torch.from_numpy(rows_of(SENTENCE_TOKENS, [LINES[i % 4] for i in range(8)])), no_labels()


def documents() -> tuple[Tensor, Tensor]:
    return torch.randint(1, len(WORDS) + 1, (8, 32), generator=generator()), no_labels()


def passages() -> tuple[Tensor, Tensor]:
    return torch.randint(0, WRITER_TOKENS.size, (8, 17), generator=generator()), no_labels()


def chorales() -> tuple[Tensor, Tensor]:
    """Twelve frames of four voices, half of them held on, in one key and without."""
    x = torch.zeros(8, 12, 6, dtype=torch.int64)
    x[:, :, 0], x[:, 0, 1] = torch.arange(12) % 8, 1
    x[:, ::2, 2:] = torch.tensor([72, 67, 64, 48])
    x[:, 1::2, 2:5] = torch.tensor([-72, 65, -48])
    return x, torch.tensor([0, 12] * 4)


WRITER = {"vocabulary": WRITER_TOKENS.size, "width": 16, "layers": 2, "heads": 2}
CASES = {
    "digits vae": Case("vae", {**SHAPE, "latent": 3, "width": 4, "hidden": 8, "importance_samples": 2}, pictures()),
    "digits plane vae": Case(
        "vae", {**SHAPE, "latent": 2, "width": 4, "hidden": 8, "importance_samples": 2}, pictures()
    ),
    "digits gan": Case("gan", {**DIGITS, "noise": 4, "generator_width": 4, "critic_width": 4}, pictures()),
    "digits rbm": Case("rbm", {**SHAPE, "hidden": 12, "chains": 6}, pictures()),
    "digits flow": Case("flow", {**DIGITS, "width": 4, "deep_blocks": 1, "condition": 8}, pictures()),
    "digits classifier": Case("classifier", {**DIGITS, "width": 4}, pictures()),
    "colour vae": Case(
        "vae", {"latent": 3, "width": 4, "hidden": 8, "likelihood": "logistic", **COLOUR}, pictures(3, 20, 24, 12)
    ),
    "colour gan": Case("gan", {"noise": 4, "generator_width": 4, "critic_width": 4, **COLOUR}, pictures(3, 20, 24, 12)),
    "colour flow": Case("flow", {"width": 4, "deep_blocks": 1, "condition": 8, **COLOUR}, pictures(3, 20, 24, 12)),
    "colour classifier": Case("classifier", {"width": 4, **COLOUR}, pictures(3, 20, 24, 12)),
    "wide rbm": Case("rbm", {"hidden": 12, "chains": 6, "shape": [1, 10, 30]}, pictures(1, 10, 30)),
    "colour bits rbm": Case("rbm", {"hidden": 12, "chains": 6, "shape": [3, 6, 5]}, pictures(3, 6, 5)),
    "colour rbm": Case(
        "rbm", {"hidden": 12, "chains": 6, "visible_units": "gaussian", "shape": [3, 20, 24]}, pictures(3, 20, 24)
    ),
    "unconditional gan": Case(
        "gan", {"noise": 4, "generator_width": 4, "critic_width": 4, **SHAPE}, pictures(classes=1)
    ),
    "unconditional flow": Case("flow", {"width": 4, "deep_blocks": 1, "condition": 8, **SHAPE}, pictures(classes=1)),
    "points vae": Case("vae", {"latent": 2, "hidden": 8, "net": "points"}, points),
    "points gan": Case("gan", {"noise": 3, "generator_width": 8, "critic_width": 8, **POINTS}, points),
    "points flow": Case("flow", {"width": 8, "deep_blocks": 1, **POINTS}, points),
    "notes vae": Case("vae", {"net": "notes", "latent": 4, "width": 8, "hidden": 16}, pictures(1, 128, 64, 73)),
    "notes gan": Case(
        "gan",
        {"net": "notes", "noise": 4, "generator_width": 8, "critic_width": 8},
        pictures(1, 128, 64, 73),
        ("net.critic.encoder.out.bias",),  # only differences of scores matter
    ),
    "notes classifier": Case("note-classifier", {"width": 8}, pictures(1, 128, 64, 14 * 73)),
    "melodies vae": Case("vae", {"net": "melody", "latent": 4, "width": 8, "hidden": 16}, pictures(1, 44, 32)),
    "chorales transformer": Case("transformer", {"width": 16, "layers": 1, "heads": 2, "ahead": 3}, chorales),
    "chorales rbm": Case(
        "rnn-rbm", {"hidden": 9, "recurrent": 8, "gibbs_steps": 2, "chords": 16, "candidates": 8}, chorales
    ),
    "names rbm": Case("categorical-rbm", {"hidden": 6, "chains": 4}, names),
    "topics rbm": Case("replicated-softmax", {"hidden": 3, "words": len(WORDS), "chains": 4}, documents),
    "sentences vae": Case(
        "vae", {"net": "sentence", "latent": 4, "width": 16, "hidden": 8}, sentences, tokenizer=SENTENCE_TOKENS
    ),
    "sentences gan": Case(
        "arae",
        {"code": 4, "width": 16, "hidden": 8, "noise": 3, "adversaries": 8},
        sentences,
        ("critic.4.bias",),  # only differences of scores matter
        SENTENCE_TOKENS,
    ),
    "sentences writer": Case("sentence-lm", {"width": 16}, sentences, tokenizer=SENTENCE_TOKENS),
    "plays writer": Case("causal-lm", {**WRITER, "context": 32}, passages, tokenizer=WRITER_TOKENS),
    "conversations writer": Case("causal-lm", {**WRITER, "context": 32, "chat": 1}, passages, tokenizer=WRITER_TOKENS),
    "fake": Case("fake", {"size": 3}, points),  # of test_contract.py
}


def build(case: Case) -> Trainable:
    torch.manual_seed(0)
    config, family = REGISTRY[case.family]
    model = family(config(**case.config))
    model.adopt(SimpleNamespace(tokenizer=case.tokenizer, vocabulary=WORDS))
    for parameter in model.parameters():  # layers that start at zero would hide missing gradients
        parameter.data += 0.05 * torch.randn_like(parameter)
    return model


def generative(case: Case) -> GenerativeModel:
    model = build(case)
    assert isinstance(model, GenerativeModel)
    return model.eval().requires_grad_(False)


EVERY = pytest.mark.parametrize("case", CASES.values(), ids=CASES)
GENERATIVE = {name: case for name, case in CASES.items() if "classifier" not in name}
SAMPLING = pytest.mark.parametrize("case", GENERATIVE.values(), ids=GENERATIVE)
