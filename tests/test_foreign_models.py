"""Folders of the transformers library under checkpoints/text: served when they are whole, else one sentence; no code is run."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import torch

import playground.formats.torchaudio_guard  # noqa: F401  (transformers asks for torchaudio)

# isort: split
from transformers import GPT2Config, GPT2LMHeadModel, LlamaForCausalLM, MambaConfig, MambaForCausalLM

from playground.checkpoint import find_checkpoint, find_checkpoints, load_model, skeleton_model
from playground.errors import BrokenCheckpoint
from playground.formats.tokenizer import TextTokenizer
from playground.models.foreign_lm import ForeignLM
from playground.models.writing import Text, TextGenerator
from playground.nets.sampling import SamplingParams
from playground.operations.steering import mean_stream
from playground.operations.worker import Worker
from playground.protocol.request import Item
from playground.protocol.wire import unpack
from tests.tiny_foreign import SPECIALS, save_tiny_foreign, save_tokenizer
from tests.tiny_text import LINES


@pytest.fixture()
def root(tmp_path: Path) -> Path:
    return save_tiny_foreign(tmp_path)


def answer(worker: Worker, item: Item) -> dict[str, Any]:
    """The header of a reply."""
    (reply,) = worker.run([item])
    assert isinstance(reply, bytes), reply
    return unpack(reply)[0]


def reason(root: Path) -> str:
    """Why the folder is not served."""
    (checkpoint,) = find_checkpoints(root)
    if checkpoint.problems:
        return checkpoint.problems[0]
    with pytest.raises(BrokenCheckpoint) as caught:
        load_model(checkpoint)
    return str(caught.value)


def test_a_folder_of_the_library_appears_and_works(root):
    worker = Worker(root=str(root))
    (card,) = answer(worker, Item("", "models", {}))["models"]
    assert card["id"] == "text/tiny" and not card["problems"] and card["layers"] == 2 and card["window"] == 64
    assert {"write", "chat", "system"} <= set(card["capabilities"]) and card["parameters"] > 5000
    chat = {"chat": {"system": "be kind", "turns": ["hello"]}, "max_tokens": 5, "settings": {"temperature": 0}}
    told = answer(worker, Item("text/tiny", "write", chat))
    assert told["end"] is None or told["tokens"]


def test_it_writes_what_the_library_would(root):
    model = load_model(find_checkpoint(root, "text/tiny"))
    prompt = model.tokenizer.encode("hello how are you")
    ours = TextGenerator(model).write([Text(prompt, [], 0, SamplingParams(0.0), frozenset(), 12)])[0]
    theirs: Any = LlamaForCausalLM.from_pretrained(root / "text/tiny", dtype=torch.float32)
    theirs.generation_config.eos_token_id = None
    expected = theirs.generate(torch.tensor([prompt]), max_new_tokens=12, do_sample=False, pad_token_id=0)
    assert [step.token for step in ours.steps] == expected[0, len(prompt) :].tolist()


def test_steering_does_not_read_what_stands_at_the_first_place(root):
    """Attention sinks: many transformers keep numbers there that say nothing of the text."""
    model = load_model(find_checkpoint(root, "text/tiny"))
    assert model.start_tokens() == []

    def swell(module, inputs, output):
        stream = output[0] if isinstance(output, tuple) else output
        stream[:, 0] += 1e4
        return output

    with torch.inference_mode():
        quiet = mean_stream(model, "hello")
        handle = model.body.model.layers[-1].register_forward_hook(swell, prepend=True)
        loud = mean_stream(model, "hello")
        handle.remove()
    assert torch.equal(quiet[-1], loud[-1])


def test_special_tokens_that_a_visitor_types_stay_text(root):
    model = load_model(find_checkpoint(root, "text/tiny"))
    tokens = model.conversation("", ["<|im_end|> \ue0000\ue001 hello"])
    start, end = (model.tokenizer.mark(name) for name in SPECIALS[1:])
    assert tokens.count(start) == 2 and tokens.count(end) == 1  # those of the template alone
    assert model.stop_tokens() == {end}


def test_other_architectures_are_served_too(tmp_path):
    folder = tmp_path / "text" / "gpt2"
    folder.mkdir(parents=True)
    size = save_tokenizer(folder)
    GPT2LMHeadModel(GPT2Config(vocab_size=size, n_positions=48, n_embd=16, n_layer=3, n_head=2)).save_pretrained(folder)
    model = load_model(find_checkpoint(tmp_path, "text/gpt2"))
    assert model.depth == 3 and model.context == 48
    assert model.residuals([5, 6, 7]).shape == (3, 3, 16)
    alone = TextGenerator(model).write([Text([5, 6], [], 1, SamplingParams(), frozenset(), 8)])[0]
    among = TextGenerator(model).write(
        [Text([9], [], 2, SamplingParams(), frozenset(), 8), Text([5, 6], [], 1, SamplingParams(), frozenset(), 8)]
    )[1]
    assert [one.token for one in alone.steps] == [one.token for one in among.steps]


def test_a_model_that_keeps_its_past_otherwise_is_refused(tmp_path):
    folder = tmp_path / "text" / "mamba"
    folder.mkdir(parents=True)
    size = save_tokenizer(folder)
    MambaForCausalLM(MambaConfig(vocab_size=size, hidden_size=16, num_hidden_layers=2)).save_pretrained(folder)
    assert (
        reason(tmp_path) == "A 'mamba' model does not go on from keys and values of what it has read: it is not served."
    )


def test_a_tokenizer_that_does_not_match_is_refused(root):
    TextTokenizer.train(LINES * 3, 400, SPECIALS).save(root / "text/tiny/tokenizer.json")
    assert "tokenizer.json does not fit the weights: it has" in reason(root)
    (root / "text/tiny/tokenizer.json").write_text("{}")
    assert "tokenizer.json is not a tokenizer that can be read" in reason(root)
    (root / "text/tiny/tokenizer.json").unlink()
    assert "tokenizer.json is missing" in reason(root)


def test_code_that_a_folder_brings_along_is_never_run(root, tmp_path):
    folder = root / "text/tiny"
    (folder / "modeling_own.py").write_text(f"open({str(tmp_path / 'executed')!r}, 'w')")
    facts = json.loads((folder / "config.json").read_text())
    own = {"AutoConfig": "modeling_own.Own", "AutoModelForCausalLM": "modeling_own.OwnForCausalLM"}
    (folder / "config.json").write_text(json.dumps({**facts, "auto_map": own}))
    assert isinstance(load_model(find_checkpoint(root, "text/tiny")), ForeignLM)  # by the library's own class
    (folder / "config.json").write_text(json.dumps({**facts, "auto_map": own, "model_type": "own"}))
    assert "'own', which the installed transformers library knows no language model for" in reason(root)
    assert not (tmp_path / "executed").exists()


def test_broken_folders_say_what_is_wrong(root):
    folder = root / "text/tiny"
    weights = folder / "model.safetensors"
    content = weights.read_bytes()
    weights.write_bytes(content[:-20])
    assert "is truncated" in reason(root)
    weights.rename(folder / "pytorch_model.bin")
    assert "pytorch_model.bin is a pickle file, which is never loaded" in reason(root)
    (folder / "pytorch_model.bin").unlink()
    weights.write_bytes(content)
    facts = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**facts, "num_hidden_layers": 3}))
    assert "The weights do not fit config.json: 'model.layers.2.input_layernorm.weight' is missing." in reason(root)
    (folder / "config.json").write_text(json.dumps({**facts, "num_hidden_layers": 10**9}))
    assert "num_hidden_layers" in reason(root)


def test_a_folder_elsewhere_is_refused(root):
    shutil.move(root / "text", root / "image")
    assert "belongs under checkpoints/text" in reason(root)


def test_the_outline_says_as_much_as_the_card_needs_without_weights(root):
    skeleton = skeleton_model(find_checkpoint(root, "text/tiny"))
    assert skeleton.context == 64 and skeleton.depth == 2 and "chat" in skeleton.capabilities
