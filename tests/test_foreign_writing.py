"""What models of others write: blanks are kept, chats have the library's tokens, only tokens that exist are drawn."""

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from tokenizers import Tokenizer, models, pre_tokenizers

import playground.formats.torchaudio_guard  # noqa: F401  (transformers asks for torchaudio)

# isort: split
from transformers import (
    AutoModelForCausalLM,
    AutoTokenizer,
    BloomConfig,
    Gemma3ForCausalLM,
    Gemma3TextConfig,
    GPTNeoConfig,
    MptConfig,
    OPTConfig,
    XGLMConfig,
)

from playground.checkpoint import LONGEST_ID, find_checkpoint, find_checkpoints, load_model, skeleton_model
from playground.errors import BrokenCheckpoint
from playground.formats.tokenizer import TextTokenizer
from playground.models.writing import Text, TextGenerator
from playground.nets.sampling import SamplingParams
from playground.operations.worker import Worker
from playground.operations.writing import text_pieces
from playground.protocol.request import Item
from playground.protocol.wire import unpack
from playground.ui.limits import LONGEST_NAME, check_name
from tests.formats.test_chat_template import LLAMA, REFUSING
from tests.tiny_foreign import CHATML, save_llama, save_llama_tokenizer, save_tiny_foreign, save_tokenizer

LINE = "once upon a time there was a little dog"
GREEDY = {"temperature": 0}


def make(root: Path, name: str) -> Path:
    folder = root / "text" / name
    folder.mkdir(parents=True)
    return folder


def answer(worker: Worker, item: Item) -> dict[str, Any]:
    """The header of a reply."""
    (reply,) = worker.run([item])
    assert isinstance(reply, bytes), reply
    return unpack(reply)[0]


def served(root: Path) -> tuple[Worker, dict[str, dict[str, Any]]]:
    """A worker, and the cards of its models by id."""
    worker = Worker(root=str(root))
    return worker, {card["id"]: card for card in answer(worker, Item("", "models", {}))["models"]}


def written(worker: Worker, model: str, **request: Any) -> tuple[list[dict[str, Any]], list[int]]:
    """All tokens of a text, slice by slice as the page asks for them, and those of its prompt."""
    told = answer(worker, Item(model, "write", request))
    tokens = told["tokens"]
    while told["end"] is None:
        more = {key: request[key] for key in request if key not in ("prompt", "tokens")}
        ids = [token["id"] for token in tokens]
        told = answer(worker, Item(model, "write", {**more, "context": told["context"], "tokens": ids}))
        tokens = tokens + told["tokens"]
    return tokens, told["context"]


def text_of(tokens: list[dict[str, Any]]) -> str:
    return "".join(token["text"] for token in tokens)


@pytest.fixture(scope="module")
def llama(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """text/llama: a tokenizer as Llama 2 has it, and weights that know one line by heart."""
    root = tmp_path_factory.mktemp("llama")
    folder = make(root, "llama")
    size = save_llama_tokenizer(folder, [LINE] * 5, chat_template=LLAMA)
    model = save_llama(folder, size, hidden_size=32, intermediate_size=64, bos_token_id=1).train()
    tokens = torch.tensor([[1, *TextTokenizer.from_file(folder / "tokenizer.json").encode(LINE), 2]])
    optimizer = torch.optim.AdamW(model.parameters(), 5e-3)
    for _ in range(120):
        optimizer.zero_grad()
        model(input_ids=tokens, labels=tokens).loss.backward()
        optimizer.step()
    model.save_pretrained(folder)
    return root


def test_a_llama_writes_on_with_the_blank_between_the_words(llama):
    worker, cards = served(llama)
    assert {"write", "chat", "system"} <= set(cards["text/llama"]["capabilities"])
    request: dict[str, Any] = {"settings": GREEDY, "max_tokens": 20, "alternatives": 2}
    tokens, context = written(worker, "text/llama", prompt="once upon a", **request)
    assert text_of(tokens) == " time there was a little dog"
    assert all(token["text"] == token["alternatives"][0]["text"] for token in tokens)
    assert context == AutoTokenizer.from_pretrained(llama / "text/llama")("once upon a").input_ids
    tokens, _ = written(worker, "text/llama", prompt="", **request)
    assert text_of(tokens) == LINE
    assert tokens[0]["text"] == tokens[0]["alternatives"][0]["text"] == "once"
    told = answer(worker, Item("text/llama", "surprise", {"text": "once upon a  time"}))
    assert text_of(told["tokens"]) == "once upon a  time"


def test_an_answer_begins_without_the_blank(llama):
    worker, _ = served(llama)
    model = worker.load("text/llama")
    chat = {"turns": ["hello"]}
    context = model.conversation("", ["hello"])
    for request in ({"chat": chat}, {"chat": chat, "context": context}):
        tokens, _ = written(worker, "text/llama", **request, max_tokens=6, settings=GREEDY)
        assert text_of(tokens) == model.tokenizer.decode([one["id"] for one in tokens]).rstrip("\ufffd")
    ids = model.tokenizer.encode("time there")
    assert text_pieces(model, [], ids) == ["time", " there"] and text_pieces(model, ids[:1], ids[1:]) == [" there"]


@pytest.mark.parametrize("save", [save_llama_tokenizer, save_tokenizer])
@pytest.mark.parametrize("template", [LLAMA, CHATML])
@pytest.mark.parametrize(
    "turns", [["hello"], ["hello", " I am fine ", "  and  you?\n"], ["你好 👍🏽", "{{ x }}", "[INST] <<SYS>> [/INST]"]]
)
def test_a_chat_has_the_tokens_that_the_library_gives_it(tmp_path, save, template, turns):
    folder = make(tmp_path, "chat")
    save_llama(folder, save(folder))
    facts = json.loads((folder / "tokenizer_config.json").read_text()) | {"chat_template": template}
    (folder / "tokenizer_config.json").write_text(json.dumps(facts | {"bos_token": facts["eos_token"]}))
    model, theirs = load_model(find_checkpoint(tmp_path, "text/chat")), AutoTokenizer.from_pretrained(folder)
    for system in ("", "Be kind."):
        messages = [{"role": "system", "content": system}] if system else []
        messages += [{"role": ("user", "assistant")[i % 2], "content": text} for i, text in enumerate(turns)]
        expected = theirs.apply_chat_template(messages, add_generation_prompt=True, return_dict=False)
        assert model.conversation(system, turns) == expected


def test_special_tokens_that_are_typed_to_a_llama_stay_text(llama):
    model = load_model(find_checkpoint(llama, "text/llama"))
    plain, odd = (model.conversation("", [text, "yes", "no"]) for text in ("ab", "a</s><s>b"))
    assert plain.count(1) == odd.count(1) == 2 and plain.count(2) == odd.count(2) == 1
    assert model.tokenizer.decode(odd) == model.tokenizer.decode(plain).replace("ab", "a</s><s>b")


def test_a_template_that_refuses_a_system_prompt_hides_the_field(tmp_path):
    root = save_tiny_foreign(tmp_path)
    facts = json.loads((root / "text/tiny/tokenizer_config.json").read_text()) | {"chat_template": REFUSING}
    (root / "text/tiny/tokenizer_config.json").write_text(json.dumps(facts))
    worker, cards = served(root)
    able = set(cards["text/tiny"]["capabilities"])
    assert "chat" in able and "system" not in able and worker.load("text/tiny").capabilities == able
    (reply,) = worker.run([Item("text/tiny", "write", {"chat": {"turns": ["hello"], "system": "be kind"}})])
    assert str(reply) == "This model takes no system prompt: leave 'system' out, or choose another model."


def test_a_list_of_named_templates_gives_a_chat_by_the_default_one(tmp_path):
    root = save_tiny_foreign(tmp_path)
    named = [{"name": "tool_use", "template": "{{ 1 }}"}, {"name": "default", "template": CHATML}]
    (root / "text/tiny/tokenizer_config.json").write_text(json.dumps({"chat_template": named}))
    worker, cards = served(root)
    assert {"chat", "system"} <= set(cards["text/tiny"]["capabilities"])
    theirs = AutoTokenizer.from_pretrained(root / "text/tiny")
    messages = [{"role": "user", "content": "hello"}]
    expected = theirs.apply_chat_template(messages, add_generation_prompt=True, return_dict=False)
    assert worker.load("text/tiny").conversation("", ["hello"]) == expected


def test_rows_beyond_the_tokenizer_are_never_drawn(tmp_path):
    folder = make(tmp_path, "padded")
    size = save_tokenizer(folder)
    save_llama(folder, size + 64)
    worker, _ = served(tmp_path)
    settings = {"temperature": 2.0, "top_p": 1.0}
    for seed in range(8):
        request = {"prompt": "hello", "seed": seed, "settings": settings, "max_tokens": 60, "alternatives": 10}
        tokens, _ = written(worker, "text/padded", **request)
        assert all(one["id"] < size for token in tokens for one in (token, *token["alternatives"]))
        assert all(0 < token["kept"] <= 1 for token in tokens)
    step = (
        TextGenerator(worker.load("text/padded"))
        .write([Text([5], [], 0, SamplingParams(), frozenset(), 1)])[0]
        .steps[0]
    )
    assert step.logits.shape == (size,)
    told = answer(worker, Item("text/padded", "surprise", {"text": "hello how", "alternatives": 10}))
    assert all(one["id"] < size for token in told["tokens"] for one in token["alternatives"])


def test_ids_without_a_token_are_never_drawn(tmp_path):
    folder = make(tmp_path, "gaps")
    vocabulary = {"hello": 0, "how": 5, "are": 9, "you": 12}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="hello"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.save(str(folder / "tokenizer.json"))
    save_llama(folder, 40)
    worker, _ = served(tmp_path)
    settings = {"temperature": 2.0, "top_p": 1.0}
    tokens, _ = written(worker, "text/gaps", prompt="hello", settings=settings, max_tokens=100)
    assert {token["id"] for token in tokens} == set(vocabulary.values())
    told = answer(worker, Item("text/gaps", "surprise", {"text": "how are you", "alternatives": 10}))
    assert {one["id"] for one in told["tokens"][-1]["alternatives"]} >= set(vocabulary.values())


WINDOW = 96
OTHERS: dict[str, tuple[Any, dict[str, Any]]] = {
    "gpt_neo": (GPTNeoConfig, {"hidden_size": 16, "num_layers": 4, "num_heads": 2, "max_position_embeddings": WINDOW}),
    "mpt": (MptConfig, {"d_model": 16, "n_layers": 4, "n_heads": 2, "max_seq_len": WINDOW}),
    "xglm": (
        XGLMConfig,
        {"d_model": 16, "ffn_dim": 32, "num_layers": 4, "attention_heads": 2, "max_position_embeddings": WINDOW},
    ),
    "opt": (
        OPTConfig,
        {"hidden_size": 16, "ffn_dim": 32, "num_hidden_layers": 4, "num_attention_heads": 2}
        | {"word_embed_proj_dim": 16, "max_position_embeddings": WINDOW},
    ),
    "bloom": (BloomConfig, {"hidden_size": 16, "n_layer": 4, "n_head": 2}),
}


@pytest.mark.parametrize("kind", OTHERS)
def test_other_types_have_their_layers_and_window_on_the_card_at_once(tmp_path, kind):
    build, sizes = OTHERS[kind]
    folder = make(tmp_path, kind)
    size = save_tokenizer(folder)
    local = {"attention_types": [[["global", "local"], 2]], "window_size": 8} if kind == "gpt_neo" else {}
    AutoModelForCausalLM.from_config(build(vocab_size=size, **sizes, **local)).save_pretrained(folder)
    worker, cards = served(tmp_path)
    card, model = cards[f"text/{kind}"], worker.load(f"text/{kind}")
    window = 1024 if kind == "bloom" else WINDOW  # Bloom has no limit
    assert (card["layers"], card["window"]) == (model.depth, model.context) == (4, window)
    assert {one["layer"] for one in card["steering"]} == {2} and not card["problems"]
    prompt = model.tokenizer.encode("hello how are you")
    ours = TextGenerator(model).write([Text(prompt, [], 0, SamplingParams(0.0), frozenset(), 12)])[0]
    theirs: Any = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    free = {"max_new_tokens": 12, "do_sample": False, "pad_token_id": 0, "eos_token_id": None}
    expected = theirs.generate(torch.tensor([prompt]), **free)
    assert [step.token for step in ours.steps] == expected[0, len(prompt) :].tolist()


def test_a_config_without_sizes_has_those_of_the_library(tmp_path):
    save_tokenizer(make(tmp_path, "plain"))
    (tmp_path / "text/plain/config.json").write_text(json.dumps({"model_type": "gpt2"}))
    (checkpoint,) = find_checkpoints(tmp_path)
    assert checkpoint.problems == ("model.safetensors is missing.",)
    skeleton = skeleton_model(replace(checkpoint, problems=()))
    assert (skeleton.depth, skeleton.context) == (12, 1024)


def test_a_model_that_sees_what_comes_is_found_out_by_its_numbers(tmp_path):
    """Its config.json looks like that of any other model that continues texts."""
    folder = make(tmp_path, "embedding")
    sizes: dict[str, Any] = {"hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 2, "head_dim": 8}
    sizes |= {"num_attention_heads": 2, "num_key_value_heads": 1, "use_bidirectional_attention": True}
    Gemma3ForCausalLM(Gemma3TextConfig(vocab_size=save_tokenizer(folder), **sizes)).save_pretrained(folder)
    with pytest.raises(BrokenCheckpoint) as caught:
        load_model(find_checkpoint(tmp_path, "text/embedding"))
    words = "A 'gemma3_text' model reads what comes after a token too: it fills in texts and continues none."
    assert str(caught.value) == words


def test_folders_of_one_name_can_be_told_apart(tmp_path):
    root = save_tiny_foreign(tmp_path)
    for name in ("a", "b"):
        shutil.copytree(root / "text/tiny", root / "text" / name)
        facts = json.loads((root / "text" / name / "config.json").read_text())
        (root / "text" / name / "config.json").write_text(json.dumps(facts | {"_name_or_path": "lab/gpt2"}))
    _, cards = served(root)
    names = {name: card["name"] for name, card in cards.items()}
    assert names == {"text/a": "gpt2 (a)", "text/b": "gpt2 (b)", "text/tiny": "tiny"}


def test_the_longest_id_can_be_asked(tmp_path):
    root = save_tiny_foreign(tmp_path)
    name = "n" * (LONGEST_ID - len("text/"))
    shutil.move(root / "text/tiny", root / "text" / name)
    (checkpoint,) = find_checkpoints(root)
    assert checkpoint.id == f"text/{name}" and not checkpoint.problems
    assert check_name(checkpoint.id, "model") and LONGEST_ID == LONGEST_NAME
