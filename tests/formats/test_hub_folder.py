"""What is read of a config.json without the transformers library agrees with what the library makes of it."""

import json
from typing import Any

import pytest

import playground.formats.torchaudio_guard  # noqa: F401  (transformers asks for torchaudio)

# isort: split
from transformers import CONFIG_MAPPING
from transformers.cache_utils import DynamicCache, DynamicLayer, DynamicSlidingWindowLayer
from transformers.models.auto.modeling_auto import (
    MODEL_FOR_CAUSAL_LM_MAPPING_NAMES,
    MODEL_FOR_MASKED_LM_MAPPING_NAMES,
)
from transformers.utils.logging import set_verbosity_error

from playground.errors import BrokenCheckpoint
from playground.formats.hub_folder import ENCODERS, check_kind, model_name, stated_sizes

set_verbosity_error()
ATTENTION = {DynamicLayer, DynamicSlidingWindowLayer}


def config_of(kind: str) -> Any:
    """The library's own configuration of a type, None where it has no defaults."""
    try:
        return CONFIG_MAPPING[kind]()
    except Exception:
        return None


@pytest.mark.parametrize("kind", sorted(MODEL_FOR_CAUSAL_LM_MAPPING_NAMES))
def test_layers_and_window_are_those_of_the_library(kind):
    config = config_of(kind)
    if config is None:
        pytest.skip("the library has no defaults for it")
    named = MODEL_FOR_CAUSAL_LM_MAPPING_NAMES[kind]
    facts = json.loads(config.to_json_string(use_diff=False)) | {"model_type": kind}
    facts["architectures"] = [named if isinstance(named, str) else named[0]]
    parts = hasattr(config, "text_config") or bool(type(config).sub_configs)
    try:
        past = {type(layer) for layer in DynamicCache(config=config).layers}
    except Exception:
        past = {object}
    try:
        check_kind(facts)
    except BrokenCheckpoint as refused:
        other = not past <= ATTENTION or kind in ("openai-gpt", "rwkv", "xlnet", "xlstm")
        assert parts or other or getattr(config, "is_encoder_decoder", False) or kind in ENCODERS, refused
        return
    assert past <= ATTENTION
    layers, window = stated_sizes(facts)
    assert layers == getattr(config, "num_hidden_layers", None) or kind == "longcat_flash"  # two caches a layer
    assert window == getattr(config, "max_position_embeddings", window)


def test_every_type_that_fills_in_texts_is_known_as_such():
    """A decoder is marked in config.json; a model that reads one text and writes another is refused by another mark."""
    both = set(MODEL_FOR_CAUSAL_LM_MAPPING_NAMES) & set(MODEL_FOR_MASKED_LM_MAPPING_NAMES)
    assert both - {"bart", "mbart", "mvp"} == ENCODERS


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("HuggingFaceTB/SmolLM2-135M", "SmolLM2-135M"),
        ("/home/somebody/runs/checkpoint-500/", "checkpoint-500"),
        ("C:\\models\\mine", "mine"),
        ("", "folder"),
        (None, "folder"),
        (["a"], "folder"),
        ("\x00\n", "folder"),
        ("n" * 500, "n" * 60),
    ],
)
def test_a_name_is_the_last_part_of_what_the_folder_says(tmp_path, given, name):
    assert model_name(tmp_path / "folder", {"_name_or_path": given}) == name
