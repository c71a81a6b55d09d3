"""Any causal language model of the transformers library that lies as a folder under checkpoints/text: served, never trained here.

The folder holds config.json, tokenizer.json and safetensors as the library writes them. Only its own classes are built, by the
"model_type" of config.json: code that a folder brings along is never run, and a chat template runs in a sandbox.
"""

import re
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import torch

from playground.errors import BrokenCheckpoint
from playground.formats import hub_folder
from playground.formats.chat_template import capabilities_of, find_template, render
from playground.formats.hub_folder import OTHER_PAST
from playground.formats.plain_files import sentence_of
from playground.models.causal_lm import CausalLM, CausalLMConfig
from playground.models.size_limit import size_limit
from playground.models.writing import Text, TextGenerator
from playground.nets.sampling import SamplingParams

PLACE = re.compile("\ue000(\\d+)\ue001")  # stands for a visitor's text while a template is filled in
ROLES = ("user", "assistant")
CLOSE = 1e-3  # how far logits of two ways to compute them may be apart, as a share of the largest


class ForeignLM(CausalLM):
    """A folder of the transformers library as one of our language models."""

    def __init__(self, folder: Path, config: dict[str, Any], held: int, *, skeleton: bool = False):
        """config: what config.json holds; held: how many numbers the weights hold.

        Without ``skeleton`` the weights and the tokenizer are read too. Raises BrokenCheckpoint.
        """
        layers, window = hub_folder.stated_sizes(config)
        if layers is None or "auto_map" in config or not config.get("architectures"):
            layers, window = hub_folder.stated_sizes(library_config(config))
        if layers is None:
            raise BrokenCheckpoint("config.json does not say how many layers the model has: add 'num_hidden_layers'.")
        context = min(hub_folder.LONGEST_WINDOW, window or hub_folder.DEFAULT_WINDOW)
        super().__init__(CausalLMConfig(layers=layers, context=context), skeleton=True)
        self.template = find_template(folder)
        self.special_names = hub_folder.special_names(folder)
        self.capabilities = self.capabilities | capabilities_of(self.template, self.special_names)
        ends = hub_folder.stop_ids(folder, config)
        if skeleton:
            return
        body = build(folder, config, held)
        self.wire(body, find_layers(body, layers))
        self.open_files(folder)
        self._start = self.tokenizer.prefix()
        self._stops = frozenset(one for one in ends if 0 <= one < self.tokenizer.size)
        self._check_writing(str(config["model_type"]))

    def _check_writing(self, kind: str) -> None:
        """Raises BrokenCheckpoint unless a token's logits depend on what stands before it alone, however it was read."""
        a, b, c, d, e = (i * max(1, self.tokenizer.size // 6) % self.tokenizer.size for i in range(1, 6))
        # Two texts with the same beginning, and one that is read in a batch beside a longer one.
        rows = torch.tensor([[a, b, c, d], [a, b, c, e], [b, c, a, a]])
        texts = [Text(tokens, [], 0, SamplingParams(0.0), frozenset(), 1) for tokens in ([a, b, c], [b, c])]
        self._seen = {}
        try:
            with torch.inference_mode():
                whole = self._known(self.logits(rows))
                streams, self._seen = len(self._seen), None
                written = [progress.steps[0].logits for progress in TextGenerator(self).write(texts)]
        except Exception as error:  # the library raises whatever it met
            reason = f"{type(error).__name__}: {sentence_of(error, Path(kind))}"
            raise BrokenCheckpoint(f"A '{kind[:40]}' model cannot write token by token here ({reason}).") from error
        finally:
            self._seen = None
        if bool(whole.isnan().any()):
            raise BrokenCheckpoint("The model computes numbers that are not finite.")
        if not _close(whole[0, :3], whole[1, :3]):
            raise BrokenCheckpoint(
                f"A '{kind[:40]}' model reads what comes after a token too: it fills in texts and continues none."
            )
        if streams != self.depth or not (_close(written[0], whole[0, 2]) and _close(written[1], whole[2, 1])):
            raise BrokenCheckpoint(f"A '{kind[:40]}' model {OTHER_PAST}.")

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
        """A conversation ready for the model's answer, as the library makes tokens of it; what was typed stays text.

        The library reads the filled-in template as one text. Where that would make special tokens of something typed, the
        template's own special tokens are kept and all between them is read as text.
        """
        said = [("system", system)] if system.strip() else []
        said += [(ROLES[i % 2], text) for i, text in enumerate(turns)]
        tokens = self.tokenizer.encode_template(self._filled([{"role": role, "content": text} for role, text in said]))
        marked = self._filled([{"role": role, "content": f"\ue000{i}\ue001"} for i, (role, _) in enumerate(said)])
        parts: list[str | int] = []
        for i, piece in enumerate(PLACE.split(marked)):
            typed = i % 2 and int(piece) < len(said)
            parts += [said[int(piece)][1]] if typed else self.tokenizer.cut_at_specials(piece)
        own = [part for part in parts if isinstance(part, int)]
        if self.tokenizer.specials_in(tokens) == self.tokenizer.specials_in(own):
            return tokens
        return self._joined(parts)

    def _joined(self, parts: Sequence[str | int]) -> list[int]:
        """Tokens of special tokens and of the texts between them."""
        tokens: list[int] = []
        for kind, group in groupby(parts, key=type):
            found: list[Any] = list(group)
            tokens += self.tokenizer.encode("".join(found)) if kind is str else found
        return tokens

    def _filled(self, messages: Sequence[dict[str, str]]) -> str:
        return render(self.template, messages, self.special_names)


def library_config(config: dict[str, Any]) -> dict[str, Any]:
    """config.json with everything that the library adds to it; raises BrokenCheckpoint for a type that it does not know."""
    import playground.formats.torchaudio_guard  # noqa: F401  (transformers asks for torchaudio)

    # isort: split
    from transformers import CONFIG_MAPPING
    from transformers.models.auto.modeling_auto import MODEL_FOR_CAUSAL_LM_MAPPING_NAMES

    kind = config["model_type"]
    if kind not in MODEL_FOR_CAUSAL_LM_MAPPING_NAMES:
        raise BrokenCheckpoint(
            f"config.json has the model_type '{kind[:60]}', which the installed transformers library knows no language model "
            "for; code that a folder brings along is never run."
        )
    try:
        return CONFIG_MAPPING[kind].from_dict(config).to_dict()
    except Exception as error:  # the library raises whatever it met
        reason = sentence_of(error, Path(kind))
        raise BrokenCheckpoint(f"The transformers library cannot read config.json: {reason}.") from error


def build(folder: Path, config: dict[str, Any], held: int) -> Any:
    """The library's model in float32 with all its weights. Raises BrokenCheckpoint."""
    library_config(config)
    from transformers import AutoConfig, AutoModelForCausalLM
    from transformers.cache_utils import DynamicCache, DynamicLayer, DynamicSlidingWindowLayer
    from transformers.utils.logging import disable_progress_bar, set_verbosity_error

    disable_progress_bar()
    set_verbosity_error()
    local: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}
    try:
        with size_limit(held), torch.device("meta"):  # no memory yet
            AutoModelForCausalLM.from_config(AutoConfig.from_pretrained(folder, **local))
        loaded: Any = AutoModelForCausalLM.from_pretrained(
            folder,
            **local,
            use_safetensors=True,
            ignore_mismatched_sizes=True,  # told below, by name
            dtype=torch.float32,
            output_loading_info=True,
        )
        body, info = loaded
        past = {type(layer) for layer in DynamicCache(config=body.config).layers}
    except BrokenCheckpoint:
        raise
    except Exception as error:  # the library raises whatever it met
        reason = sentence_of(error, folder)
        raise BrokenCheckpoint(f"The transformers library cannot load this folder: {reason}.") from error
    for name, what in (("missing_keys", "is missing"), ("mismatched_keys", "has another shape")):
        odd = sorted(str(one[0] if isinstance(one, tuple) else one) for one in info.get(name, ()))
        if odd:
            raise BrokenCheckpoint(f"The weights do not fit config.json: '{odd[0][:80]}' {what}.")
    if not all(bool(p.isfinite().all()) for p in body.parameters()):
        raise BrokenCheckpoint("The weights hold numbers that are not finite.")
    if not past <= {DynamicLayer, DynamicSlidingWindowLayer}:
        raise BrokenCheckpoint(f"A '{config['model_type'][:40]}' model {OTHER_PAST}.")
    body.generation_config = None
    lay_by_inputs(body)
    return body


def find_layers(body: Any, depth: int) -> torch.nn.ModuleList:
    """The list of a transformer's layers; raises BrokenCheckpoint where there is none of that length."""
    found = next((m for m in body.modules() if isinstance(m, torch.nn.ModuleList) and len(m) == depth), None)
    if found is None:
        raise BrokenCheckpoint(f"A '{body.config.model_type[:40]}' model {OTHER_PAST}.")
    return found


def _close(one: torch.Tensor, other: torch.Tensor) -> bool:
    finite = one.isfinite() & other.isfinite()
    return bool((one - other)[finite].abs().max() <= CLOSE * (1 + other[finite].abs().max()))


def lay_by_inputs(body: torch.nn.Module) -> None:
    """Store every linear layer's weight (out, in) input by input; shape and numbers stay.

    Writing for one visitor is a product of one row with every weight, which is as fast as memory is read: laid so, a quarter
    faster on a CPU.
    """
    for module in body.modules():
        if isinstance(module, torch.nn.Linear):
            module.weight.data = module.weight.data.t().contiguous().t()
