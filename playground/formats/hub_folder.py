"""A model folder as the transformers library writes it, read without that library: what a card needs, and what is wrong.

Importing the library takes seconds, and the list of models must not wait for it.
"""

import math
from pathlib import Path
from typing import Any

from playground.errors import BrokenCheckpoint
from playground.formats.plain_files import read_object, read_start
from playground.formats.safetensors_header import read_header

CONFIG, WEIGHTS, INDEX = "config.json", "model.safetensors", "model.safetensors.index.json"
TOKENIZER, TOKENIZER_CONFIG, SPECIALS_MAP = "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json"
MAX_JSON_BYTES = 4 << 20
MAX_TOKENIZER_BYTES = 32 << 20
MAX_WEIGHT_BYTES = 2 << 30
LARGEST_SIZE = 1 << 20
DEFAULT_WINDOW = 1024  # tokens, of models whose config.json names no limit
LONGEST_WINDOW = 2048  # tokens: longer ones cost memory that a visitor among thirty should not take
# One fact, several names: the first that config.json has counts.
LAYER_NAMES = ("decoder_layers", "num_hidden_layers", "n_layer", "n_layers", "num_layers")
WINDOW_NAMES = ("max_position_embeddings", "n_positions", "max_seq_len", "model_max_length", "context_length")
# Parts of a model that reads more than text.
PARTS = frozenset(
    "text_config language_config llm_config thinker_config decoder encoder text_encoder encoder_config decoder_config "
    "vision_config audio_config vq_config audio_encoder audio_encoder_config".split()
)
WRITER_ENDINGS = ("ForCausalLM", "LMHeadModel", "GenerationDecoder")
# Types that fill in texts and write only when config.json has "is_decoder".
ENCODERS = frozenset(
    "bert big_bird camembert data2vec-text electra ernie megatron-bert reformer rembert roberta roberta-prelayernorm "
    "roc_bert roformer xlm xlm-roberta xlm-roberta-xl xmod".split()
)
# Of a text that was read the page keeps keys and values; these types, and other types' layers, go on from something else.
WITHOUT_KEYS = frozenset(
    "openai-gpt bamba falcon_h1 falcon_mamba jamba mamba mamba2 nemotron_h recurrent_gemma rwkv xlnet xlstm zamba "
    "zamba2".split()
)
ATTENTION_LAYERS = {"full_attention", "sliding_attention", "chunked_attention"}
OTHER_PAST = "does not go on from keys and values of what it has read: it is not served"
SPECIAL_NAMES = ("bos_token", "eos_token", "unk_token", "pad_token", "sep_token", "cls_token", "mask_token")
OLD_TOKENIZERS = ("tokenizer.model", "spiece.model", "sentencepiece.bpe.model", "vocab.json", "vocab.txt")


def check_folder(folder: Path, config: dict[str, Any]) -> int:
    """How many numbers the weights hold, by their headers; raises BrokenCheckpoint for whatever cannot be served."""
    check_kind(config)
    layers, _ = stated_sizes(config)
    tensors = [entry for file in weight_files(folder) for entry in read_header(file, MAX_WEIGHT_BYTES).values()]
    if layers is not None and layers > len(tensors):  # such a model would be built for minutes before it is found out
        raise BrokenCheckpoint(f"config.json says {layers} layers, the weights hold {len(tensors)} tensors in all.")
    check_tokenizer(folder)
    return sum(math.prod(entry["shape"]) for entry in tensors)


def check_kind(config: dict[str, Any]) -> None:
    """Raises BrokenCheckpoint unless config.json describes a model that continues texts."""
    kind = config["model_type"]
    if not isinstance(kind, str):
        raise BrokenCheckpoint(f"config.json needs 'model_type' as a text, it has a {type(kind).__name__} there.")
    parts = sorted(name for name in PARTS if isinstance(config.get(name), dict))
    if parts:
        raise BrokenCheckpoint(
            f"A '{kind[:40]}' model is made of several ({', '.join(parts)}): only models of text alone are served."
        )
    if config.get("is_encoder_decoder") is True:
        raise BrokenCheckpoint(
            f"A '{kind[:40]}' model reads one text and writes another: only models that continue a text are served."
        )
    named = config.get("architectures")
    classes = [str(one) for one in named] if isinstance(named, list) else []
    writes = any(name.endswith(WRITER_ENDINGS) for name in classes)
    if (classes and not writes) or (kind in ENCODERS and config.get("is_decoder") is not True):
        name = classes[0][:60] if classes else kind[:40]
        raise BrokenCheckpoint(
            f"A {name} fills in or sorts texts and writes none: only models that continue a text (...ForCausalLM) are served."
        )
    layer_types = config.get("layer_types")
    others = (
        [one for one in map(str, layer_types) if one not in ATTENTION_LAYERS] if isinstance(layer_types, list) else []
    )
    if others or config.get("num_kv_shared_layers") or kind in WITHOUT_KEYS:
        raise BrokenCheckpoint(f"A '{kind[:40]}' model {OTHER_PAST}.")
    if isinstance(config.get("quantization_config"), dict):
        method = str(config["quantization_config"].get("quant_method", "an unknown way"))[:40]
        raise BrokenCheckpoint(f"The weights are quantised ({method}): only float16, bfloat16 and float32 are served.")


def stated_sizes(config: dict[str, Any]) -> tuple[int | None, int | None]:
    """(layers, tokens seen at once) as config.json has them, None where it says nothing; raises BrokenCheckpoint."""
    found: list[int | None] = []
    for names in (LAYER_NAMES, WINDOW_NAMES):
        name = next((one for one in names if type(config.get(one)) is int), "")
        value = config[name] if name else None
        if value is not None and not 1 <= value <= LARGEST_SIZE:
            raise BrokenCheckpoint(f"config.json has {name} = {value}: it must be from 1 to {LARGEST_SIZE}.")
        found.append(value)
    return found[0], found[1]


def weight_files(folder: Path) -> list[Path]:
    """The files of the weights, all there; raises BrokenCheckpoint that says what is missing, or that they are too large."""
    whole, index = folder / WEIGHTS, folder / INDEX
    shards = sorted(folder.glob("model-*.safetensors"))
    if _is_there(whole) or not (shards or _is_there(index)):
        files = [whole]
    else:
        if not _is_there(index):
            raise BrokenCheckpoint(f"{INDEX} is missing: it says what lies in {shards[0].name}; download it too.")
        table = read_object(index, MAX_JSON_BYTES).get("weight_map")
        names = sorted({str(name) for name in table.values()}) if isinstance(table, dict) else []
        if not names or any(Path(name).name != name for name in names):
            raise BrokenCheckpoint(f"{INDEX} needs a 'weight_map' from tensors to files of this folder: write it anew.")
        files = [folder / name for name in names]
        missing = [file.name for file in files if not _is_there(file)]
        if missing:
            raise BrokenCheckpoint(
                f"{missing[0]} is missing: {INDEX} names {len(files)} files, and {len(missing)} of them are not there."
            )
    size = sum(_size(file) for file in files)
    if size > MAX_WEIGHT_BYTES:
        limit = MAX_WEIGHT_BYTES >> 30
        raise BrokenCheckpoint(
            f"The weights take {size / 2**30:.1f} GiB, more than {limit} GiB: choose a smaller model."
        )
    return files


def check_tokenizer(folder: Path) -> None:
    """Raises BrokenCheckpoint where tokenizer.json is missing or no file that can be opened."""
    old = next((name for name in OLD_TOKENIZERS if _is_there(folder / name)), "")
    if old and not _is_there(folder / TOKENIZER):
        raise BrokenCheckpoint(
            f"{TOKENIZER} is missing, only {old} is there: load and save the tokenizer with the transformers library, "
            "which writes it."
        )
    read_start(folder / TOKENIZER, 1, MAX_TOKENIZER_BYTES)


def model_name(folder: Path, config: dict[str, Any]) -> str:
    """What the folder calls its model: the last part of "_name_or_path", else the folder's own name; at most 60 characters."""
    given = config.get("_name_or_path")
    path = given if isinstance(given, str) else ""
    name = path.replace("\\", "/").rstrip("/").rpartition("/")[2]
    return "".join(one for one in name if one.isprintable()).strip()[:60] or folder.name[:60]


def special_names(folder: Path) -> dict[str, Any]:
    """What chat templates call bos_token, eos_token and so on."""
    found: dict[str, Any] = {}
    for file in (SPECIALS_MAP, TOKENIZER_CONFIG):
        facts = read_object(folder / file, MAX_JSON_BYTES) if _is_there(folder / file) else {}
        for name in SPECIAL_NAMES:
            value = facts.get(name)
            value = value.get("content") if isinstance(value, dict) else value
            if isinstance(value, str):
                found[name] = value
    return found


def stop_ids(folder: Path, config: dict[str, Any]) -> list[int]:
    """The tokens that end a text, by generation_config.json, else by config.json."""
    path = folder / "generation_config.json"
    value = read_object(path, MAX_JSON_BYTES).get("eos_token_id") if _is_there(path) else None
    value = config.get("eos_token_id") if value is None else value
    return [one for one in (value if isinstance(value, list) else [value]) if type(one) is int]


def missing_config(folder: Path) -> str:
    """Where config.json may be instead, as the end of a sentence; "" where nothing is known."""
    deeper = sorted([*folder.glob("*/config.json"), *folder.glob("snapshots/*/config.json")])
    if deeper:
        return f"it lies deeper, in {deeper[0].parent.relative_to(folder).as_posix()[:80]}: move that folder's files up"
    if _is_there(folder / "adapter_config.json"):
        return "this is an adapter without its model: merge the two and save the whole"
    if any(folder.glob("*.gguf")):
        return "GGUF files are not read: convert the model to safetensors"
    return ""


def _is_there(path: Path) -> bool:
    """Whether something has that name, a link that leads nowhere included."""
    return path.is_symlink() or path.exists()


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0  # reading the header says what is wrong
