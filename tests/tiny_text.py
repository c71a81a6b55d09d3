"""Tiny untrained models of texts, made in a second: language models, latents of sentences and names, topics."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import torch

from playground.checkpoint import save_checkpoint
from playground.formats.tokenizer import SPECIALS, TextTokenizer
from playground.models import REGISTRY

LINES = (
    "hello how are you today",
    "i am fine and i like to cook",
    "the cat sleeps on the warm roof",
    "we will go to the market tomorrow",
    "O gentle night, give me my love again.",
    "Before we proceed any further, hear me speak.",
)
FOREIGN = "\u00e9\U0001f600 \u4f60"
WORDS = ("boat", "sea", "sail", "tree", "leaf", "green", "music", "song", "note", "metal", "iron", "bird")
LANGUAGE_MODELS: dict[str, dict[str, Any]] = {
    "text/shakespeare-transformer": {"context": 64},
    "text/chat-transformer": {"context": 96, "chat": 1},
}
LATENT_MODELS: dict[str, tuple[str, str, dict[str, Any]]] = {  # id -> family, data set, sizes
    "text/sentences-vae": ("vae", "sentences", {"net": "sentence", "latent": 4, "width": 16, "hidden": 8}),
    "text/sentences-gan": ("arae", "sentences", {"code": 4, "width": 16, "hidden": 8, "noise": 3, "adversaries": 8}),
    "text/names-rbm": ("categorical-rbm", "names", {"hidden": 6, "chains": 4}),
    "text/topics-rbm": ("replicated-softmax", "topics", {"hidden": 3, "words": len(WORDS), "chains": 4}),
}


def make_language_model(name: str, lines: Sequence[str] = LINES) -> Any:
    """A transformer of two layers whose random weights are large enough to give tokens uneven odds."""
    config, build = REGISTRY["causal-lm"]
    tokenizer = TextTokenizer.train(lines, 256 + len(SPECIALS) + 60)
    torch.manual_seed(0)
    sizes = {"vocabulary": tokenizer.size, "width": 16, "layers": 2, "heads": 2, **LANGUAGE_MODELS[name]}
    model: Any = build(config(**sizes)).eval().requires_grad_(False)
    model.adopt(SimpleNamespace(tokenizer=tokenizer))
    for parameter in model.parameters():
        parameter += 0.3 * torch.randn_like(parameter)
    return model


def make_latent_model(name: str, lines: Sequence[str] = LINES) -> Any:
    """A model of LATENT_MODELS with random weights, ready to serve; ``lines`` give a sentence model its tokens."""
    family, _, sizes = LATENT_MODELS[name]
    config, build = REGISTRY[family]
    torch.manual_seed(0)
    model: Any = build(config(**sizes)).eval().requires_grad_(False)
    tokenizer = TextTokenizer.train(lines, 360, ("<|padding|>", "<|end|>"))
    model.adopt(SimpleNamespace(tokenizer=tokenizer, vocabulary=WORDS))
    for parameter in model.parameters():
        parameter += 0.3 * torch.randn_like(parameter)
    model.direction_vectors = torch.eye(3, model.latent.size)
    model.direction_change = torch.ones(3) / 3
    return model


def save_tiny_text(root: Path) -> Path:
    """All of them as checkpoints under ``root``, which is returned."""
    for name in LANGUAGE_MODELS:
        dataset = name.partition("/")[2].partition("-")[0]
        _save(root, make_language_model(name), name, "causal-lm", dataset)
    for name, (family, dataset, _) in LATENT_MODELS.items():
        _save(root, make_latent_model(name), name, family, dataset)
    return root


def save_foreign_sentences(root: Path, names: Sequence[str]) -> Path:
    """Sentence models that write little but FOREIGN's characters, as checkpoints under ``root``, which is returned."""
    for name in names:
        model = make_latent_model(name, [FOREIGN] * 9)
        model.net.decoder.bias[model.net.tokenizer.encode(FOREIGN)] += 30
        _save(root, model, name, *LATENT_MODELS[name][:2])
    return root


def _save(root: Path, model: Any, name: str, family: str, dataset: str) -> None:
    facts = {"id": name, "name": name.partition("/")[2], "summary": "Tiny.", "modality": "text", "family": family}
    facts |= {"dataset": dataset, "config": asdict(model.config), "cost": {}, "metrics": {}}
    save_checkpoint(root, model, facts)
