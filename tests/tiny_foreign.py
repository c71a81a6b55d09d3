"""A tiny untrained language model as the transformers library writes one: it chats, and it takes a system prompt."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer, models, pre_tokenizers, trainers

import playground.formats.torchaudio_guard  # noqa: F401  (transformers asks for torchaudio)

# isort: split
from transformers import LlamaConfig, LlamaForCausalLM

from playground.formats.tokenizer import TextTokenizer
from tests.tiny_text import LINES

CHATML = (
    "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}{# system #}"
)
SIZES: dict[str, Any] = {
    "hidden_size": 16,
    "intermediate_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "max_position_embeddings": 64,
    "eos_token_id": 2,
    "tie_word_embeddings": True,
}
SPECIALS = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")


def save_tokenizer(folder: Path) -> int:
    """Its tokenizer and chat template; returns how many tokens there are."""
    tokenizer = TextTokenizer.train(LINES, 320, SPECIALS)
    tokenizer.save(folder / "tokenizer.json")
    (folder / "tokenizer_config.json").write_text(json.dumps({"chat_template": CHATML, "eos_token": "<|im_end|>"}))
    return tokenizer.size


def save_llama_tokenizer(folder: Path, lines: Sequence[str] = LINES, **config: Any) -> int:
    """A tokenizer as Llama 2 and Mistral have it; returns how many tokens there are.

    It puts a blank before every text and before what follows a special token, a start token before every text, and strips the
    blank again from the beginning of what it decodes; characters that it does not know become tokens of bytes.
    """
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    first = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256))]
    tokenizer.train_from_iterator(lines, trainers.BpeTrainer(vocab_size=420, special_tokens=first, show_progress=False))
    facts = json.loads(tokenizer.to_str())
    facts["model"] |= {"byte_fallback": True, "unk_token": "<unk>", "fuse_unk": True}
    plain = dict.fromkeys(("single_word", "lstrip", "rstrip", "normalized"), False)
    facts["added_tokens"] = [{"id": i, "content": first[i], "special": True, **plain} for i in range(3)]
    facts["pre_tokenizer"] = None
    blank = {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}
    facts["normalizer"] = {"type": "Sequence", "normalizers": [{"type": "Prepend", "prepend": "▁"}, blank]}
    back = {"type": "Replace", "pattern": {"String": "▁"}, "content": " "}
    strip = {"type": "Strip", "content": " ", "start": 1, "stop": 0}
    facts["decoder"] = {"type": "Sequence", "decoders": [back, {"type": "ByteFallback"}, {"type": "Fuse"}, strip]}
    start, a, b = {"SpecialToken": {"id": "<s>", "type_id": 0}}, *({"Sequence": {"id": i, "type_id": 0}} for i in "AB")
    ids = {"<s>": {"id": "<s>", "ids": [1], "tokens": ["<s>"]}}
    facts["post_processor"] = {
        "type": "TemplateProcessing",
        "single": [start, a],
        "pair": [a, b],
        "special_tokens": ids,
    }
    made = Tokenizer.from_str(json.dumps(facts))
    made.save(str(folder / "tokenizer.json"))
    (folder / "tokenizer_config.json").write_text(json.dumps({"bos_token": "<s>", "eos_token": "</s>", **config}))
    return made.get_vocab_size()


def save_llama(folder: Path, vocabulary: int, **sizes: Any) -> LlamaForCausalLM:
    """A tiny Llama with random weights, which is returned."""
    torch.manual_seed(0)
    model = LlamaForCausalLM(LlamaConfig(vocab_size=vocabulary, **SIZES | sizes))
    model.save_pretrained(folder)
    return model


def save_tiny_foreign(root: Path) -> Path:
    """The folder text/tiny under ``root``, which is returned."""
    folder = root / "text" / "tiny"
    folder.mkdir(parents=True)
    save_llama(folder, save_tokenizer(folder))
    return root
