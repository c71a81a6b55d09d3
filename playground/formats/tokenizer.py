"""Text to tokens and back: byte-level BPE (tokenizers library), so that every character of every script has its tokens.

What a visitor types is always text: the special tokens, which only we put in, cannot be typed.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from playground.errors import BrokenCheckpoint

FILE = "tokenizer.json"
MAX_FILE_BYTES = 32 * 2**20
START, TURN = "<|start|>", "<|turn|>"  # before a text or conversation; before every turn of a conversation
SPECIALS = (START, TURN)


class TextTokenizer:
    """A tokenizer of the tokenizers library that keeps special tokens apart from what visitors type."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self.tokenizer = tokenizer
        self.size = tokenizer.get_vocab_size(with_added_tokens=True)  # ids are below it, in sound files
        self._specials = {
            id: token.content for id, token in tokenizer.get_added_tokens_decoder().items() if token.special
        }

    @classmethod
    def from_file(cls, path: Path) -> "TextTokenizer":
        """Read tokenizer.json; raises BrokenCheckpoint when it is missing, too large or not one."""
        if not path.exists():
            raise BrokenCheckpoint(
                f"{path.name} is missing: a text model needs the tokenizer that it was trained with."
            )
        if path.stat().st_size > MAX_FILE_BYTES:
            raise BrokenCheckpoint(f"{path.name} is larger than {MAX_FILE_BYTES >> 20} MiB: it should be a vocabulary.")
        try:
            return cls(Tokenizer.from_str(path.read_text("utf-8")))
        except Exception as error:  # the library raises bare Exceptions
            reason = str(error).partition("\n")[0][:200]
            raise BrokenCheckpoint(f"{path.name} is not a tokenizer that can be read: {reason}.") from error

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
        return self.tokenizer.encode("", add_special_tokens=True).ids[:1]

    @property
    def specials(self) -> dict[int, str]:
        """Special tokens by id."""
        return self._specials

    def encode(self, text: str) -> list[int]:
        """Tokens of a text; what looks like a special token in it stays text."""
        self.tokenizer.encode_special_tokens = True
        return self.tokenizer.encode(text, add_special_tokens=False).ids

    def encode_template(self, text: str) -> list[int]:
        """Tokens of a text of ours (a piece of a chat template), in which special tokens are meant."""
        self.tokenizer.encode_special_tokens = False
        return self.tokenizer.encode(text, add_special_tokens=False).ids

    def encode_all(self, texts: Sequence[str]) -> list[list[int]]:
        """``encode`` of many texts, faster together."""
        self.tokenizer.encode_special_tokens = True
        return [one.ids for one in self.tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)]

    def decode(self, tokens: Sequence[int]) -> str:
        """The text of tokens without special ones; bytes that are no whole character become U+FFFD."""
        return self.tokenizer.decode(list(tokens), skip_special_tokens=True)
