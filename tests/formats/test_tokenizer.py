"""Tokenizers of every make: what is written on keeps its blanks, pieces join to the whole, odd settings are left out."""

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

from playground.errors import BadRequest, BrokenCheckpoint
from playground.formats.tokenizer import TextTokenizer
from playground.operations.writing import shown_token, text_pieces
from tests.tiny_foreign import save_llama_tokenizer, save_tokenizer

TEMPLATE_WITHOUT_ITS_TOKENS = {
    "type": "TemplateProcessing",
    "single": [{"SpecialToken": {"id": "<start>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
    "pair": [],
    "special_tokens": {},
}
LINES = ["once upon a time there was a little dog", "the dog did not see the cat", "it's a dog, isn't it?"] * 5
TEXTS = ["once upon a time", "the little cat", "a dog", "it was a cat"]
ODD_TEXTS = ["  two blanks", "line\nbreak \n\n", "Ünïcödé 你好 👍🏽", "\t<s> </s> [CLS]", " "]


def metaspace(scheme: str) -> Tokenizer:
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme=scheme)
    tokenizer.decoder = decoders.Metaspace(prepend_scheme=scheme)
    specials = ["<unk>", "<s>", "</s>"]
    trainer = trainers.UnigramTrainer(vocab_size=90, special_tokens=specials, unk_token="<unk>", show_progress=False)
    tokenizer.train_from_iterator(LINES, trainer)
    return tokenizer


def word_piece() -> Tokenizer:
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece(cleanup=True)
    specials = ["[UNK]", "[CLS]", "[SEP]"]
    tokenizer.train_from_iterator(
        LINES, trainers.WordPieceTrainer(vocab_size=70, special_tokens=specials, show_progress=False)
    )
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 1), ("[SEP]", 2)]
    )
    return tokenizer


def words() -> Tokenizer:
    tokenizer = Tokenizer(models.WordLevel(unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.train_from_iterator(LINES, trainers.WordLevelTrainer(special_tokens=["<unk>"], show_progress=False))
    return tokenizer


def from_folder(save: Callable[[Path], int]) -> Callable[[Path], TextTokenizer]:
    def build(folder: Path) -> TextTokenizer:
        save(folder)
        return TextTokenizer.from_file(folder / "tokenizer.json")

    return build


MAKES: dict[str, Callable[[Path], TextTokenizer]] = {
    "byte-level": from_folder(save_tokenizer),
    "llama-2": from_folder(lambda folder: save_llama_tokenizer(folder, LINES)),
    "metaspace-first": lambda folder: TextTokenizer(metaspace("first")),
    "metaspace-always": lambda folder: TextTokenizer(metaspace("always")),
    "word-piece": lambda folder: TextTokenizer(word_piece()),
    "words": lambda folder: TextTokenizer(words()),
}


@pytest.fixture(params=MAKES)
def tokenizer(request: pytest.FixtureRequest, tmp_path: Path) -> TextTokenizer:
    return MAKES[request.param](tmp_path)


@pytest.mark.parametrize("text", TEXTS)
def test_what_is_written_on_joins_what_stood_before(tokenizer, text):
    """At every cut: the text of all tokens is that of the first ones and what the rest adds."""
    tokens = tokenizer.encode(text)
    for cut in range(1, len(tokens)):
        before, after = tokens[:cut], tokens[cut:]
        assert tokenizer.decode(before) + tokenizer.decode_after(after) == tokenizer.decode(tokens) == text


@pytest.mark.parametrize("text", TEXTS + ODD_TEXTS)
@pytest.mark.parametrize("begins", [True, False])
def test_pieces_join_to_the_whole(tokenizer, text, begins):
    model: Any = SimpleNamespace(tokenizer=tokenizer)
    tokens = tokenizer.encode(text)
    whole = tokenizer.decode(tokens) if begins else tokenizer.decode_after(tokens)
    for cut in range(len(tokens)):
        parts = [tokens[:cut], tokens[cut:]]
        pieces = text_pieces(model, [], parts[0], begins) + text_pieces(model, parts[0], parts[1], begins)
        assert "".join(pieces) == whole.rstrip("\ufffd")


def test_a_llama_keeps_the_blank_of_what_it_writes_on(tmp_path):
    tokenizer = MAKES["llama-2"](tmp_path)
    tokens = tokenizer.encode("once upon a time")
    assert tokenizer.decode(tokens[3:]) == "time" and tokenizer.decode_after(tokens[3:]) == " time"
    model: Any = SimpleNamespace(tokenizer=tokenizer)
    assert shown_token(model, tokens[3]) == " time" and shown_token(model, tokens[3], first=True) == "time"
    assert shown_token(model, 1) == "<s>"
    for text in TEXTS + ODD_TEXTS:
        assert tokenizer.decode(tokenizer.encode(text)) == text


def test_what_stands_before_every_text_is_found(tmp_path):
    assert MAKES["llama-2"](tmp_path).prefix() == [1]
    assert MAKES["word-piece"](tmp_path).prefix() == [1]
    assert MAKES["byte-level"](tmp_path).prefix() == []
    ending = words()
    ending.post_processor = processors.TemplateProcessing(single="$A <unk>", special_tokens=[("<unk>", 0)])
    assert TextTokenizer(ending).prefix() == []  # it only ends them


def change_file(path: Path, **fields: object) -> TextTokenizer:
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | fields), "utf-8")
    return TextTokenizer.from_file(path)


def test_cutting_filling_and_random_merges_are_left_out(tmp_path):
    save_tokenizer(tmp_path)
    path = tmp_path / "tokenizer.json"
    text = "hello how are you today"
    plain = TextTokenizer.from_file(path).encode(text)
    model = json.loads(path.read_text("utf-8"))["model"] | {"dropout": 0.9}
    truncation = {"direction": "Right", "max_length": 2, "strategy": "LongestFirst", "stride": 0}
    padding = {"strategy": {"Fixed": 60}, "direction": "Right", "pad_to_multiple_of": None, "pad_id": 0}
    padding |= {"pad_type_id": 0, "pad_token": "<|endoftext|>"}
    odd = change_file(path, model=model, truncation=truncation, padding=padding)
    assert len(plain) > 2 and [odd.encode(text) for _ in range(5)] == [plain] * 5 == odd.encode_all([text] * 5)


def test_ids_with_gaps_are_known():
    odd = TextTokenizer(Tokenizer(models.WordLevel({"a": 0, "b": 5}, unk_token="a")))
    assert odd.size == 6 and odd.unused() == [1, 2, 3, 4]
    assert TextTokenizer(words()).unused() == []


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[]", b"\xff\xfe", b'{"model": {"type": "BPE"}}', b"null", b"{" * 10_000]
)
def test_what_is_no_tokenizer_is_one_sentence(tmp_path, content):
    (tmp_path / "tokenizer.json").write_bytes(content)
    with pytest.raises(BrokenCheckpoint, match=r"^tokenizer.json is not a tokenizer that can be read: [^\n]*[^.]\.$"):
        TextTokenizer.from_file(tmp_path / "tokenizer.json")


@pytest.mark.parametrize(
    "fields",
    [
        {"normalizer": {"type": "Precompiled", "precompiled_charsmap": "AAAA"}},
        {"pre_tokenizer": {"type": "FixedLength", "length": 0}},
        {"decoder": {"type": "Strip", "content": "a", "start": 9, "stop": 9}},
        {"post_processor": TEMPLATE_WITHOUT_ITS_TOKENS},
    ],
)
def test_a_tokenizer_that_makes_the_library_panic_is_one_sentence(tmp_path, fields):
    """Such a panic is no Exception: it would end the process, and all other models with it."""
    save_tokenizer(tmp_path)
    with pytest.raises(BrokenCheckpoint, match=r"^tokenizer.json is not a tokenizer that can be read: [^\n]*[^.]\.$"):
        change_file(tmp_path / "tokenizer.json", **fields)


def test_a_character_without_a_token_is_told(tmp_path):
    tokenizer = TextTokenizer(Tokenizer(models.Unigram([("a", -1.0)], None)))
    assert tokenizer.encode("aa") == [0, 0] and tokenizer.encode("") == []
    made = Tokenizer(models.Unigram([("你", -1.0), ("好", -1.0)], None))
    made.decoder = decoders.Fuse()
    chinese = TextTokenizer(made)
    assert chinese.prefix() == [] and chinese.decode_after([1]) == "好" and chinese.specials_in([0]) == []
    words = "The tokenizer of this model cannot read that (Encountered an unknown token but `unk_id` is missing): "
    with pytest.raises(BadRequest) as caught:
        tokenizer.encode("ab")
    assert str(caught.value) == words + "change the text or choose another model."


def test_a_tokenizer_without_tokens_is_told(tmp_path):
    Tokenizer(models.BPE()).save(str(tmp_path / "tokenizer.json"))
    with pytest.raises(
        BrokenCheckpoint, match="^tokenizer.json is not a tokenizer that can be read: it has no tokens.$"
    ):
        TextTokenizer.from_file(tmp_path / "tokenizer.json")
