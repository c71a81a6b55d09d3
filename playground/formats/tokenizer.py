"""Text to tokens and back: byte-level BPE (tokenizers library), so that every character of every script has its tokens.

What a visitor types is always text: the special tokens, which only we put in, cannot be typed.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from playground.errors import BadRequest, BrokenCheckpoint
from playground.formats.plain_files import read_bytes, sentence_of

FILE = "tokenizer.json"
MAX_FILE_BYTES = 32 * 2**20
START, TURN = "<|start|>", "<|turn|>"  # before a text or conversation; before every turn of a conversation
SPECIALS = (START, TURN)
ANY_TEXT, UNKNOWN = "a", "\ue000"  # the second is a character that no text has


class TextTokenizer:
    """A tokenizer of the tokenizers library that keeps special tokens apart from what visitors type."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        # A file may ask for texts cut or filled up to a length, or for random merges: never here.
        tokenizer.no_truncation()
        tokenizer.no_padding()
        for randomness in ("dropout", "alpha"):
            if getattr(tokenizer.model, randomness, None):
                setattr(tokenizer.model, randomness, None)
        self.tokenizer = tokenizer
        self._ids = set(tokenizer.get_vocab(with_added_tokens=True).values())
        self.size = max(self._ids, default=-1) + 1  # ids are below it
        added = tokenizer.get_added_tokens_decoder()
        self._specials = {id: token.content for id, token in added.items() if token.special}

    @classmethod
    def from_file(cls, path: Path) -> "TextTokenizer":
        """Read tokenizer.json; raises BrokenCheckpoint when it is missing, too large or not one."""
        content = read_bytes(path, MAX_FILE_BYTES)
        try:
            tokenizer = cls(_asked(Tokenizer.from_buffer, content))
            tokenizer.prefix()
            if not tokenizer.size:
                raise ValueError("it has no tokens")
        except Exception as error:
            reason = sentence_of(error.__cause__ or error, path.parent)
            raise BrokenCheckpoint(f"{path.name} is not a tokenizer that can be read: {reason}.") from error
        return tokenizer

    @classmethod
    def train(cls, texts: Iterable[str], vocabulary: int, specials: Sequence[str] = SPECIALS) -> "TextTokenizer":
        """Byte-level BPE (Sennrich et al. 2016, arXiv:1508.07909) with ``vocabulary`` tokens in all, specials first."""
        tokenizer = Tokenizer(models.BPE())
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        tokenizer.decoder = decoders.ByteLevel()
        trainer = trainers.BpeTrainer(
            vocab_size=vocabulary,
            special_tokens=list(specials),
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
            show_progress=False,
        )
        tokenizer.train_from_iterator(texts, trainer)
        return cls(tokenizer)

    def save(self, path: Path) -> None:
        """Write tokenizer.json."""
        path.write_text(self.tokenizer.to_str(pretty=False) + "\n", encoding="utf-8")

    def special(self, content: str) -> int | None:
        """The id of a special token, None when there is no such token."""
        return self.tokenizer.token_to_id(content)

    def mark(self, content: str) -> int:
        """The id of a special token of ours; ValueError when the tokenizer has no such token."""
        token = self.special(content)
        if token is None:
            raise ValueError(f"the tokenizer has no special token {content}")
        return token

    def prefix(self) -> list[int]:
        """What the tokenizer itself puts before every text."""
        text = self.decode(self._word)
        plain = _asked(self.tokenizer.encode, text, add_special_tokens=False).ids
        whole = _asked(self.tokenizer.encode, text, add_special_tokens=True).ids
        starts = range(len(whole) - len(plain) + 1)
        return next((whole[:start] for start in starts if whole[start : start + len(plain)] == plain), [])

    def unused(self) -> list[int]:
        """Ids below ``size`` that stand for no token."""
        return [] if len(self._ids) == self.size else [id for id in range(self.size) if id not in self._ids]

    @property
    def specials(self) -> dict[int, str]:
        """Special tokens by id."""
        return self._specials

    def encode(self, text: str) -> list[int]:
        """Tokens of a text; what looks like a special token in it stays text. BadRequest where there are none for it."""
        self.tokenizer.encode_special_tokens = True
        return _asked(self.tokenizer.encode, text, add_special_tokens=False).ids if text else []

    def encode_template(self, text: str) -> list[int]:
        """Tokens of a text of ours (what a chat template wrote), in which special tokens are meant."""
        self.tokenizer.encode_special_tokens = False
        return _asked(self.tokenizer.encode, text, add_special_tokens=False).ids if text else []

    def cut_at_specials(self, text: str) -> list[str | int]:
        """A text of ours as the special tokens in it and the texts between them."""
        self.tokenizer.encode_special_tokens = False
        if not text:
            return []
        found = _asked(self.tokenizer.encode, text, add_special_tokens=False)
        parts: list[str | int] = []
        done = 0
        for token, (start, end) in zip(found.ids, found.offsets):
            if token in self._specials:
                parts += [text[done:start], token]
                done = end
        return [*parts, text[done:]]

    def specials_in(self, tokens: Sequence[int]) -> list[int]:
        """The special tokens among tokens, that of unknown characters left out."""
        unknown = self._tokens_of(UNKNOWN)
        return [token for token in tokens if token in self._specials and token not in unknown]

    def encode_all(self, texts: Sequence[str]) -> list[list[int]]:
        """``encode`` of many texts, faster together."""
        self.tokenizer.encode_special_tokens = True
        return [one.ids for one in self.tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)]

    def decode(self, tokens: Sequence[int]) -> str:
        """The text of tokens without special ones; bytes that are no whole character become U+FFFD."""
        return _asked(self.tokenizer.decode, list(tokens), skip_special_tokens=True)

    def decode_after(self, tokens: Sequence[int]) -> str:
        """The text of tokens that stand behind others: many tokenizers strip the blank before the first word of a text."""
        before = self._word
        whole, known = self.decode([*before, *tokens]), self.decode(before)
        return whole[len(known) :] if whole.startswith(known) else self.decode(tokens)

    @cached_property
    def _word(self) -> list[int]:
        """Tokens of a text that no decoder changes."""
        candidates = ([id] for id in sorted(self._ids))
        texts = ((one, self.decode(one)) for one in chain([self._tokens_of(ANY_TEXT)], candidates))
        return next((one for one, text in texts if text and text == text.strip() and "\ufffd" not in text), [])

    def _tokens_of(self, text: str) -> list[int]:
        """As ``encode``; none where there are none for it."""
        try:
            return self.encode(text)
        except BadRequest:
            return []


def _asked(call: Callable[..., Any], *values: Any, **options: Any) -> Any:
    """What the library answers; BadRequest where it fails, also by a panic of its Rust code, which would end the process."""
    try:
        return call(*values, **options)
    except BaseException as error:
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        reason = str(error).partition("\n")[0][:200].rstrip(". ")
        raise BadRequest(
            f"The tokenizer of this model cannot read that ({reason}): change the text or choose another model."
        ) from error
