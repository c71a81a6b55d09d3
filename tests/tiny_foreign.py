"""A tiny untrained language model as the transformers library writes one: it chats, and it takes a system prompt."""

import json
from pathlib import Path
from typing import Any

import torch

import playground.formats.torchaudio_guard  # noqa: F401  (transformers asks for torchaudio)

# isort: split
from transformers import LlamaConfig, LlamaForCausalLM

from playground.formats.tokenizer import TextTokenizer
from tests.tiny_text import LINES

CHATML = (
    "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}{# system #}"
)
SPECIALS = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")


def save_tokenizer(folder: Path) -> int:
    """Its tokenizer and chat template; returns how many tokens there are."""
    tokenizer = TextTokenizer.train(LINES, 320, SPECIALS)
    tokenizer.save(folder / "tokenizer.json")
    (folder / "tokenizer_config.json").write_text(json.dumps({"chat_template": CHATML, "eos_token": "<|im_end|>"}))
    return tokenizer.size


def save_tiny_foreign(root: Path) -> Path:
    """The folder text/tiny under ``root``, which is returned."""
    torch.manual_seed(0)
    folder = root / "text" / "tiny"
    folder.mkdir(parents=True)
    size = save_tokenizer(folder)
    sizes: dict[str, Any] = {
        "hidden_size": 16,
        "intermediate_size": 32,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
    }
    config = LlamaConfig(vocab_size=size, max_position_embeddings=64, eos_token_id=2, tie_word_embeddings=True, **sizes)
    LlamaForCausalLM(config).save_pretrained(folder)
    return root
