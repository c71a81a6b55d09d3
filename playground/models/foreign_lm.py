"""Any causal language model of the transformers library that lies as a folder under checkpoints/text: served, never trained here.

The folder holds config.json, tokenizer.json and safetensors as the library writes them. Only its own classes are built, by the
"model_type" of config.json: code that a folder brings along is never run, and a chat template runs in the library's sandbox.
"""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from playground.errors import BrokenCheckpoint
from playground.formats.tokenizer import TextTokenizer
from playground.models.causal_lm import CausalLM, CausalLMConfig

LONGEST_WINDOW = 2048  # tokens: longer ones cost memory that a visitor among thirty should not take
PLACE = re.compile("\ue000(\\d+)\ue001")  # stands for a visitor's text while a template is filled in
TEMPLATE_FILES = ("tokenizer_config.json", "chat_template.jinja")


class ForeignLM(CausalLM):
    """A folder of the transformers library as one of our language models."""

    def __init__(self, folder: Path, *, skeleton: bool = False):
        """Read the folder's facts; without ``skeleton`` its weights and tokenizer too. Raises BrokenCheckpoint."""
        self.facts = read_json(folder / "config.json")
        window = min(LONGEST_WINDOW, self._size("max_position_embeddings", "n_positions", default=1024))
        sizes = CausalLMConfig(layers=self._size("num_hidden_layers", "n_layer", default=1), context=window)
        super().__init__(sizes, skeleton=True)
        self.template = find_template(folder)
        self.variables = special_names(folder)
        if self.template:
            self.capabilities = self.capabilities | {"chat"}
            if "system" in self.template:
                self.capabilities = self.capabilities | {"system"}
        if not skeleton:
            body, layers = build(folder, self.facts)
            self.wire(body, layers)
            self.open_files(folder)
            self._stops = stops_of(folder, self.facts, self.tokenizer)
            self._start = self.tokenizer.prefix()

    def _size(self, *names: str, default: int) -> int:
        value = next((self.facts[name] for name in names if isinstance(self.facts.get(name), int)), default)
        if not 1 <= value <= 1 << 20:
            raise BrokenCheckpoint(f"config.json has {names[0]} = {value}: it must be from 1 to {1 << 20}.")
        return value

    def start_tokens(self) -> list[int]:
        """What the tokenizer puts before every text."""
        return list(self._start)

    def passage_tokens(self, text: str) -> list[int]:
        """A prompt to write on from, as the tokenizer begins a text."""
        return self.prompt_tokens(text)

    def stop_tokens(self) -> frozenset[int]:
        """Tokens that end a text or turn."""
        return self._stops

    def conversation(self, system: str, turns: Sequence[str]) -> list[int]:
        """A conversation ready for the model's answer, as its chat template writes it; what was typed stays text."""
        from transformers.utils.chat_template_utils import render_jinja_template

        roles = ("user", "assistant")
        texts = [*([system] if system.strip() else []), *turns]
        names = [*(["system"] if system.strip() else []), *(roles[i % 2] for i in range(len(turns)))]
        messages = [{"role": name, "content": f"\ue000{i}\ue001"} for i, name in enumerate(names)]
        try:
            known: dict[str, Any] = dict(self.variables)
            rendered, _ = render_jinja_template(
                [messages], chat_template=self.template, add_generation_prompt=True, **known
            )
        except Exception as error:  # whatever a foreign template does
            raise BrokenCheckpoint(f"The chat template of this model failed: {str(error)[:200]}.") from error
        tokens: list[int] = []
        for i, part in enumerate(PLACE.split(rendered[0])):
            if part:
                tokens += self.tokenizer.encode(texts[int(part)]) if i % 2 else self.tokenizer.encode_template(part)
        return tokens


def build(folder: Path, facts: dict[str, Any]) -> tuple[Any, Any]:
    """The library's model in float32 with all its weights, and its layers. Raises BrokenCheckpoint."""
    import playground.formats.torchaudio_guard  # noqa: F401  (transformers asks for torchaudio)

    # isort: split
    from transformers import AutoModelForCausalLM
    from transformers.cache_utils import DynamicCache, DynamicLayer, DynamicSlidingWindowLayer
    from transformers.models.auto.modeling_auto import MODEL_FOR_CAUSAL_LM_MAPPING_NAMES
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()

    kind = str(facts.get("model_type"))[:60]
    if kind not in MODEL_FOR_CAUSAL_LM_MAPPING_NAMES:
        raise BrokenCheckpoint(
            f"config.json has the model_type '{kind}', which the installed transformers library knows no language model for; "
            "code that a folder brings along is never run."
        )
    try:
        loaded: Any = AutoModelForCausalLM.from_pretrained(
            folder,
            local_files_only=True,
            trust_remote_code=False,
            use_safetensors=True,
            dtype=torch.float32,
            output_loading_info=True,
        )
        body, info = loaded
    except Exception as error:  # the library raises whatever it met
        reason = str(error).partition("\n")[0][:200]
        raise BrokenCheckpoint(f"The transformers library cannot load this folder: {reason}.") from error
    for name, what in (("missing_keys", "lacks"), ("mismatched_keys", "has of another shape")):
        odd = sorted(str(one) for one in info.get(name, ()))
        if odd:
            raise BrokenCheckpoint(f"The weights do not fit config.json: the file {what} '{odd[0][:80]}'.")
    if not all(bool(p.isfinite().all()) for p in body.parameters()):
        raise BrokenCheckpoint("The weights hold numbers that are not finite.")
    depth = body.config.num_hidden_layers
    layers = next((m for m in body.modules() if isinstance(m, torch.nn.ModuleList) and len(m) == depth), None)
    kinds = {type(layer) for layer in DynamicCache(config=body.config).layers}
    if layers is None or not kinds <= {DynamicLayer, DynamicSlidingWindowLayer}:
        raise BrokenCheckpoint(
            f"A model of type '{kind}' keeps its past in another way than by attention: it is not served."
        )
    body.generation_config = None
    lay_by_inputs(body)
    return body, layers


def lay_by_inputs(body: torch.nn.Module) -> None:
    """Store every linear layer's weight (out, in) input by input; shape and numbers stay.

    Writing for one visitor is a product of one row with every weight, which is as fast as memory is read: laid so, a quarter
    faster on a CPU.
    """
    for module in body.modules():
        if isinstance(module, torch.nn.Linear):
            module.weight.data = module.weight.data.t().contiguous().t()


def stops_of(folder: Path, facts: dict[str, Any], tokenizer: TextTokenizer) -> frozenset[int]:
    """The tokens that end a text, by generation_config.json, else config.json."""
    path = folder / "generation_config.json"
    told = read_json(path) if path.exists() else {}
    value = told.get("eos_token_id", facts.get("eos_token_id"))
    values = value if isinstance(value, list) else [value]
    return frozenset(one for one in values if type(one) is int and 0 <= one < tokenizer.size)


def find_template(folder: Path) -> str:
    """The chat template, "" when there is none."""
    config, file = (folder / name for name in TEMPLATE_FILES)
    if file.exists() and file.stat().st_size <= 1 << 20:
        return file.read_text("utf-8", "replace")
    template = read_json(config).get("chat_template") if config.exists() else None
    return template if isinstance(template, str) else ""


def special_names(folder: Path) -> dict[str, str]:
    """What templates call bos_token, eos_token and so on."""
    path = folder / TEMPLATE_FILES[0]
    facts = read_json(path) if path.exists() else {}
    found = {}
    for name in ("bos_token", "eos_token", "unk_token", "pad_token"):
        value = facts.get(name)
        value = value.get("content") if isinstance(value, dict) else value
        if isinstance(value, str):
            found[name] = value
    return found


def read_json(path: Path) -> dict[str, Any]:
    """An object from a JSON file of at most 4 MiB; raises BrokenCheckpoint."""
    try:
        if path.stat().st_size > 4 << 20:
            raise BrokenCheckpoint(f"{path.name} is larger than 4 MiB: it should hold facts only.")
        facts = json.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise BrokenCheckpoint(
            f"{path.name} cannot be read as JSON ({type(error).__name__}): write it anew."
        ) from error
    if not isinstance(facts, dict):
        raise BrokenCheckpoint(f"{path.name} must hold an object, it holds a {type(facts).__name__}.")
    return facts
