"""Ways in which a folder of somebody else cannot be served, each with the sentence that says so."""

import json
import os
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file

POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 12345\n"


def write(name: str, content: bytes) -> Callable[[Path], Any]:
    """Put other bytes into a file of the folder."""
    return lambda folder: (folder / name).write_bytes(content)


def change(**fields: Any) -> Callable[[Path], Any]:
    """Set fields of config.json."""
    return lambda folder: save(folder, {**read(folder), **fields})


def read(folder: Path, name: str = "config.json") -> dict[str, Any]:
    return json.loads((folder / name).read_text("utf-8"))


def save(folder: Path, facts: dict[str, Any], name: str = "config.json") -> None:
    (folder / name).write_text(json.dumps(facts), "utf-8")


def replace(name: str, put: Callable[[Path], Any]) -> Callable[[Path], Any]:
    """Something else in the place of a file."""

    def apply(folder: Path) -> None:
        (folder / name).unlink()
        put(folder / name)

    return apply


def remove(*names: str) -> Callable[[Path], Any]:
    return lambda folder: [(folder / name).unlink() for name in names]


def header(facts: Any) -> bytes:
    """A safetensors file without weights."""
    text = facts if isinstance(facts, bytes) else json.dumps(facts).encode()
    return struct.pack("<Q", len(text)) + text


def with_header(entry: Any) -> Callable[[Path], Any]:
    return write("model.safetensors", header({"w": entry}))


def in_shards(*lost: str) -> Callable[[Path], Any]:
    """The weights in three files, of which some are lost."""

    def apply(folder: Path) -> None:
        tensors = list(load_file(folder / "model.safetensors").items())
        (folder / "model.safetensors").unlink()
        table = {}
        for i in range(3):
            name = f"model-0000{i + 1}-of-00003.safetensors"
            save_file(dict(tensors[i::3]), folder / name, {"format": "pt"})
            table |= {tensor: name for tensor, _ in tensors[i::3]}
        save(folder, {"metadata": {}, "weight_map": table}, "model.safetensors.index.json")
        remove(*lost)(folder)

    return apply


def point_elsewhere(folder: Path) -> None:
    (folder / "model.safetensors").unlink()
    save(folder, {"weight_map": {"w": "../../secret.safetensors"}}, "model.safetensors.index.json")


def into(name: str) -> Callable[[Path], Any]:
    """Everything one folder deeper."""

    def apply(folder: Path) -> None:
        inner = folder / name
        inner.mkdir(parents=True)
        for path in list(folder.iterdir()):
            if path.is_file():
                path.rename(inner / path.name)

    return apply


def lose_a_tensor(folder: Path) -> None:
    tensors = load_file(folder / "model.safetensors")
    tensors.pop("model.norm.weight")
    save_file(tensors, folder / "model.safetensors", {"format": "pt"})


def spoil(folder: Path) -> None:
    tensors = load_file(folder / "model.safetensors")
    tensors["model.norm.weight"][0] = torch.nan
    save_file(tensors, folder / "model.safetensors", {"format": "pt"})


NOWHERE = "is a link that leads nowhere: put the file itself there."
NO_WRITER = "writes none: only models that continue a text (...ForCausalLM) are served."
# Seen in the list of models, before any weights are read.
LISTED: dict[str, tuple[Callable[[Path], Any], str]] = {
    # files that are none
    "empty-config": (write("config.json", b""), "config.json is not valid JSON (it is empty): write it anew."),
    "list-config": (write("config.json", b"[]"), "config.json must hold an object, it holds a list."),
    "nan-config": (
        write("config.json", b'{"model_type": "llama", "rope_theta": NaN}'),
        "config.json is not valid JSON (NaN is no finite number): write it anew.",
    ),
    "infinite-config": (
        write("config.json", b'{"model_type": "llama", "rope_theta": 1e999}'),
        "config.json is not valid JSON (1e999 is no finite number): write it anew.",
    ),
    "twice-in-config": (
        write("config.json", b'{"model_type": "llama", "model_type": "gpt2"}'),
        "config.json is not valid JSON (it names 'model_type' twice): write it anew.",
    ),
    "long-integer": (
        write("config.json", b'{"model_type": "llama", "vocab_size": ' + b"9" * 4301 + b"}"),
        "config.json is not valid JSON (it holds a whole number of 4,301 digits): write it anew.",
    ),
    "latin-config": (
        write("config.json", '{"model_type": "é"}'.encode("latin-1")),
        "config.json is not valid JSON (it is not in UTF-8): write it anew.",
    ),
    "deep-config": (
        write("config.json", b'{"a":' * 100_000),
        "config.json is not valid JSON (it is nested too deeply): write it anew.",
    ),
    "large-config": (
        write("config.json", b" " * (1 << 20) + b"{}"),
        "config.json has 1.0 MiB; the limit is 1 MiB a file.",
    ),
    "folder-config": (replace("config.json", Path.mkdir), "config.json is a folder: put the file of that name there."),
    "pipe-config": (
        replace("config.json", os.mkfifo),
        "config.json is neither a file nor a folder: put the file of that name there.",
    ),
    "device-config": (
        replace("config.json", lambda path: path.symlink_to("/dev/zero")),
        "config.json is neither a file nor a folder: put the file of that name there.",
    ),
    "looping-config": (replace("config.json", lambda path: path.symlink_to(path)), f"config.json {NOWHERE}"),
    "pointer-config": (
        write("config.json", POINTER),
        "config.json is a Git LFS pointer and not the file itself: run 'git lfs pull' where it came from.",
    ),
    "pointer": (
        write("model.safetensors", POINTER),
        "model.safetensors is a Git LFS pointer and not the file itself: run 'git lfs pull' where it came from.",
    ),
    "pointer-tokenizer": (
        write("tokenizer.json", POINTER),
        "tokenizer.json is a Git LFS pointer and not the file itself: run 'git lfs pull' where it came from.",
    ),
    "dangling": (
        replace("model.safetensors", lambda path: path.symlink_to("../../blobs/0")),
        f"model.safetensors {NOWHERE}",
    ),
    "looping": (replace("model.safetensors", lambda path: path.symlink_to(path.name)), f"model.safetensors {NOWHERE}"),
    "folder-weights": (
        replace("model.safetensors", Path.mkdir),
        "model.safetensors is a folder: put the file of that name there.",
    ),
    "folder-tokenizer": (
        replace("tokenizer.json", Path.mkdir),
        "tokenizer.json is a folder: put the file of that name there.",
    ),
    # headers
    "no-shape": (
        with_header({"dtype": "F32", "data_offsets": [0, 4]}),
        "model.safetensors has an unreadable header ('w' needs a dtype, a shape and two data_offsets).",
    ),
    "text-in-offsets": (
        with_header({"dtype": "F32", "shape": [1], "data_offsets": [0, "4"]}),
        "model.safetensors has an unreadable header ('w' needs a dtype, a shape and two data_offsets).",
    ),
    "fraction-in-shape": (
        with_header({"dtype": "F32", "shape": [1.5], "data_offsets": [0, 4]}),
        "model.safetensors has an unreadable header ('w' needs a dtype, a shape and two data_offsets).",
    ),
    "long-integer-in-header": (
        write("model.safetensors", header(b'{"w": {"dtype": "F32", "shape": [' + b"9" * 4301 + b"]}}")),
        "model.safetensors has an unreadable header (it holds a whole number of 4,301 digits).",
    ),
    "tensor-twice": (
        write("model.safetensors", header(b'{"w": {}, "w": {}}')),
        "model.safetensors has an unreadable header (it names 'w' twice).",
    ),
    "list-header": (write("model.safetensors", header([])), "model.safetensors has an unreadable header (list)."),
    # parts that are missing
    "no-config": (
        remove("config.json"),
        "config.json is missing: a checkpoint needs config.json and model.safetensors.",
    ),
    "one-deeper": (
        into("model-v2"),
        "config.json is missing: it lies deeper, in model-v2: move that folder's files up.",
    ),
    "cache-of-the-hub": (
        into("snapshots/0123abcd"),
        "config.json is missing: it lies deeper, in snapshots/0123abcd: move that folder's files up.",
    ),
    "adapter": (
        lambda folder: (folder / "config.json").rename(folder / "adapter_config.json"),
        "config.json is missing: this is an adapter without its model: merge the two and save the whole.",
    ),
    "no-weights": (remove("model.safetensors"), "model.safetensors is missing."),
    "pickle": (
        lambda folder: (folder / "model.safetensors").rename(folder / "pytorch_model.bin"),
        "model.safetensors is missing. pytorch_model.bin is a pickle file, which is never loaded: convert it to safetensors.",
    ),
    "lost-shard": (
        in_shards("model-00002-of-00003.safetensors"),
        "model-00002-of-00003.safetensors is missing: model.safetensors.index.json names 3 files, and 1 of them are not there.",
    ),
    "lost-index": (
        in_shards("model.safetensors.index.json"),
        "model.safetensors.index.json is missing: it says what lies in model-00001-of-00003.safetensors; download it too.",
    ),
    "index-of-elsewhere": (
        point_elsewhere,
        "model.safetensors.index.json needs a 'weight_map' from tensors to files of this folder: write it anew.",
    ),
    "no-tokenizer": (remove("tokenizer.json"), "tokenizer.json is missing."),
    "old-tokenizer": (
        lambda folder: (folder / "tokenizer.json").rename(folder / "tokenizer.model"),
        "tokenizer.json is missing, only tokenizer.model is there: load and save the tokenizer with the transformers library, "
        "which writes it.",
    ),
    # models of another kind
    "nested": (
        change(text_config={"num_hidden_layers": 2}, vision_config={}, model_type="gemma3"),
        "A 'gemma3' model is made of several (text_config, vision_config): only models of text alone are served.",
    ),
    "masked": (
        change(model_type="bert", architectures=["BertForMaskedLM"]),
        f"A BertForMaskedLM fills in or sorts texts and {NO_WRITER}",
    ),
    "encoder": (
        change(model_type="bert", architectures=["BertModel"]),
        f"A BertModel fills in or sorts texts and {NO_WRITER}",
    ),
    "encoder-without-class": (
        change(model_type="roberta", architectures=None),
        f"A roberta fills in or sorts texts and {NO_WRITER}",
    ),
    "classifier": (
        change(architectures=["LlamaForSequenceClassification"]),
        f"A LlamaForSequenceClassification fills in or sorts texts and {NO_WRITER}",
    ),
    "translator": (
        change(model_type="marian", is_encoder_decoder=True, architectures=["MarianMTModel"]),
        "A 'marian' model reads one text and writes another: only models that continue a text are served.",
    ),
    "quantised": (
        change(quantization_config={"quant_method": "awq", "bits": 4}),
        "The weights are quantised (awq): only float16, bfloat16 and float32 are served.",
    ),
    "own-code": (
        change(model_type="own", auto_map={"AutoConfig": "modeling_own.Own"}),
        "config.json has the model_type 'own', which the installed transformers library knows no language model for; "
        "code that a folder brings along is never run.",
    ),
    "own-code-without-map": (
        change(model_type="own", architectures=None),
        "config.json has the model_type 'own', which the installed transformers library knows no language model for; "
        "code that a folder brings along is never run.",
    ),
    "type-that-is-no-text": (change(model_type=7), "config.json needs 'model_type' as a text, it has a int there."),
    # sizes
    "many-layers": (
        change(num_hidden_layers=100_000),
        "config.json says 100000 layers, the weights hold 20 tensors in all.",
    ),
    "too-many-layers": (
        change(num_hidden_layers=10**9),
        "config.json has num_hidden_layers = 1000000000: it must be from 1 to 1048576.",
    ),
    "no-window": (
        change(max_position_embeddings=0),
        "config.json has max_position_embeddings = 0: it must be from 1 to 1048576.",
    ),
    "many-weights": (
        replace("model.safetensors", lambda path: path.touch() or os.truncate(path, (2 << 30) + 1)),
        "The weights take 2.0 GiB, more than 2 GiB: choose a smaller model.",
    ),
    # names
    "n" * 96: (lambda folder: None, "The id may have 100 characters, this one has 101: rename the folder."),
    "two\nlines": (lambda folder: None, "The folder's name holds characters that cannot be shown: rename it."),
    os.fsdecode(b"no-utf8-\xff"): (
        lambda folder: None,
        "The folder's name holds characters that cannot be shown: rename it.",
    ),
    # templates
    "folder-template": (
        lambda folder: (folder / "chat_template.jinja").mkdir(),
        "chat_template.jinja is a folder: put the file of that name there.",
    ),
    "folder-generation": (
        replace("generation_config.json", Path.mkdir),
        "generation_config.json is a folder: put the file of that name there.",
    ),
    "broken-tokenizer-config": (
        write("tokenizer_config.json", b"{"),
        "tokenizer_config.json is not valid JSON (line 1: Expecting property name enclosed in double quotes): write it anew.",
    ),
}
# Seen once the weights are read.
TOO_LARGE = "config.json describes a model of more than 4,235,584 numbers, its weights hold 10,320: write it anew."
LOADED: dict[str, tuple[Callable[[Path], Any], str]] = {
    "lost-tensor": (lose_a_tensor, "The weights do not fit config.json: 'model.norm.weight' is missing."),
    "untied": (
        change(tie_word_embeddings=False),
        "The weights do not fit config.json: 'lm_head.weight' is missing.",
    ),
    "not-finite": (spoil, "The weights hold numbers that are not finite."),
    "no-tokenizer-at-all": (
        write("tokenizer.json", b"{}"),
        "tokenizer.json is not a tokenizer that can be read: ",
    ),
    "wide": (change(hidden_size=1 << 19), TOO_LARGE),
    "many-tokens": (
        change(vocab_size=10**9),
        TOO_LARGE,
    ),
    "deep-heads": (change(head_dim=10**7), TOO_LARGE),
    "other-tokens": (
        change(vocab_size=330),
        "The weights do not fit config.json: 'model.embed_tokens.weight' has another shape.",
    ),
    "heads": (change(num_attention_heads=0), "The transformers library cannot "),
}
READABLE = {  # READMEs that must not matter
    "front-matter-only": (b"---\nlicense: mit\n---\n", ""),
    "front-matter-without-end": (b"---\nlicense: mit", "---\nlicense: mit"),
    "windows-lines": (b"---\r\nlicense: mit\r\n---\r\n# Hello\r\n", "# Hello"),
    "latin": ("# Café\n".encode("latin-1"), "# Café"),
    "utf16": ("# Grüße\n".encode("utf-16"), "# Grüße"),
    "byte-order-mark": ("# Grüße\n".encode("utf-8-sig"), "# Grüße"),
    "long": ("ä".encode() * 20_000, "ä" * 8192 + "…"),
    "pointer-card": (POINTER, ""),
}
