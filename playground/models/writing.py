"""Writing on at several texts at once, token after token, with what was read before kept for the next time.

A text's next tokens are a function of the text, its odds, its seed and its steering alone; a batch only shares the work
(iteration-level batching: Yu et al. 2022, Orca). Rounding differs a little between batches of different sizes, by about 1e-6 of
a logit, which can matter only where a draw falls that close to the border between two tokens.
"""

import time
from collections import Counter, OrderedDict
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol

import torch
from torch import Tensor

from playground.nets.sampling import SamplingParams, changed_probabilities, draw, noise

if TYPE_CHECKING:
    from playground.nets.kv_cache import KVState

READ_AT_ONCE = 256  # tokens of a prompt per forward pass


class ReadsTokens(Protocol):
    """A language model (models/causal_lm.py) as far as writing needs it."""

    context: int  # tokens seen at once

    @property
    def device(self) -> torch.device:
        """Where its weights are."""
        ...

    def steered(self, steering: Sequence[dict[int, Tensor]]) -> AbstractContextManager[None]:
        """While it lasts, row i of every batch has the vectors of steering[i] added behind their layers."""
        ...

    def read(self, tokens: Tensor, cache: Any, mask: Tensor | None, positions: Tensor) -> Tensor:
        """Logits (B, 1, V) after the last of tokens (B, t), given what the cache holds."""
        ...


@dataclass(frozen=True)
class Text:
    """A text to be written on: the tokens of its prompt and those written since, in the window that the model sees.

    steering: layer -> vector (width,), added to the residual stream from the prompt's last token on.
    """

    prompt: Sequence[int]
    written: Sequence[int]
    seed: int
    odds: SamplingParams
    stops: frozenset[int]
    count: int  # tokens wanted, at least 1
    steering: dict[int, Tensor] = field(default_factory=dict)
    steering_key: str = ""  # equal for equal steering

    @property
    def tokens(self) -> list[int]:
        """All tokens."""
        return [*self.prompt, *self.written]


@dataclass
class Step:
    """One token: its id, its logits (V,) float32 and its odds (V,) float64 after temperature, top-k and top-p."""

    token: int
    logits: Tensor
    odds: Tensor


@dataclass
class Progress:
    """What has become of a text: new tokens, whether a stop token was drawn, how many tokens of the prompt are unread."""

    steps: list[Step]
    stopped: bool
    unread: int = 0


class PrefixCache:
    """Memories of texts lately read, least recently used out first."""

    def __init__(self, most_bytes: int = 192 << 20) -> None:
        self.most_bytes = most_bytes
        self._kept: OrderedDict[tuple, KVState] = OrderedDict()
        self._lengths: Counter[int] = Counter()  # of the kept: hundreds of memories have a few dozen
        self._bytes = 0

    def put(self, key: tuple, memory: "KVState") -> None:
        """Keep a memory under (steering, tokens read)."""
        if not memory.layers or memory.bytes > self.most_bytes // 4:
            return
        if key in self._kept:
            self._forget(self._kept.pop(key))
        self._kept[key] = memory
        self._bytes += memory.bytes
        self._lengths[memory.length] += 1
        while self._bytes > self.most_bytes:
            self._forget(self._kept.popitem(last=False)[1])

    def _forget(self, memory: "KVState") -> None:
        self._bytes -= memory.bytes
        self._lengths[memory.length] -= 1
        if not self._lengths[memory.length]:
            del self._lengths[memory.length]

    def longest(self, key_of: Any, length: int) -> "tuple[int, KVState | None]":
        """The longest kept memory among those of the first ``length`` tokens or fewer: (tokens, memory)."""
        for one in sorted((one for one in self._lengths if one <= length), reverse=True):
            key = key_of(one)
            if key in self._kept:
                self._kept.move_to_end(key)
                return one, self._kept[key]
        return 0, None


def visible_from(length: int, window: int) -> int:
    """Where the window begins in a text of so many tokens: it moves by half windows, so that it is read anew but seldom."""
    half = max(1, window // 2)
    return 0 if length <= window else -(-(length - window) // half) * half


class TextGenerator:
    """Writes with one language model; one thread only."""

    def __init__(self, model: ReadsTokens) -> None:
        from playground.nets import kv_cache  # only now: it brings the transformers library, which takes seconds

        self.kv_cache = kv_cache
        self.model = model
        self.shelf = PrefixCache()

    def write(self, texts: Sequence[Text], seconds: float = float("inf")) -> list[Progress]:
        """Up to ``count`` tokens of every text, or as many as ``seconds`` allow, at least one of each that is read.

        A prompt is read a piece at a time: what is left of a long one is told as ``unread``, and the next call goes on.
        """
        started = time.monotonic()
        progress = [Progress([], False) for _ in texts]
        ready: list[int] = []
        memories: list[KVState] = []
        for i, text in enumerate(texts):
            memory, progress[i].unread = self._read(text, started + seconds)
            if memory is not None:
                ready.append(i)
                memories.append(memory)
        if ready:
            self._continue([texts[i] for i in ready], memories, [progress[i] for i in ready], started + seconds)
        return progress

    def _key(self, text: Text, start: int, length: int) -> tuple:
        """A name for the memory of ``length`` tokens of a text from ``start`` on."""
        steered = text.steering_key if start + length > len(text.prompt) - 1 else ""
        return (steered, start, tuple(text.tokens[start : start + length]))

    def _read(self, text: Text, until: float) -> "tuple[KVState | None, int]":
        """The memory of everything but the last token, None when time is up before; and how many tokens are still unread."""
        tokens = text.tokens
        start = visible_from(len(tokens), self.model.context)
        wanted = len(tokens) - 1 - start
        done, memory = self.shelf.longest(lambda length: self._key(text, start, length), wanted)
        known = done
        while done < wanted:
            if done > known and time.monotonic() > until:
                return None, wanted - done
            # Tokens before the prompt's last are read without steering, so that they serve every strength.
            plain = len(text.prompt) - 1 - start
            end = min(done + READ_AT_ONCE, wanted if done >= plain else min(wanted, plain))
            piece = torch.tensor([tokens[start + done : start + end]], device=self.model.device)
            if memory is None:
                cache, mask = self.kv_cache.empty_cache(), None
            else:
                cache, mask = self.kv_cache.join([memory], end - done)
                mask = torch.cat([mask, mask.new_ones(1, end - done)], dim=1)
            steering = text.steering if done >= plain else {}
            with self.model.steered([steering]):
                self.model.read(piece, cache, mask, torch.arange(done, end, device=piece.device)[None])
            memory = self.kv_cache.memory_of(cache)
            done = end
            self.shelf.put(self._key(text, start, done), memory)
        return memory if memory is not None else self.kv_cache.KVState([]), 0

    def _continue(
        self, texts: Sequence[Text], memories: "list[KVState]", progress: list[Progress], until: float
    ) -> None:
        model = self.model
        most = max(text.count for text in texts)
        like = next((memory for memory in memories if memory.layers), None)
        if like is None:  # every text is one token long
            cache = self.kv_cache.empty_cache()
            mask = torch.zeros(len(texts), 0, dtype=torch.int64, device=model.device)
        else:
            whole = [memory if memory.layers else self.kv_cache.nothing_like(like) for memory in memories]
            cache, mask = self.kv_cache.join(whole, most)
        starts = [visible_from(len(text.tokens), model.context) for text in texts]
        last = [text.tokens[-1] for text in texts]
        places = [len(text.tokens) - 1 - start for text, start in zip(texts, starts)]
        width = mask.shape[1]
        fed = [0] * len(texts)
        with model.steered([text.steering for text in texts]):
            for step in range(most):
                mask = torch.cat([mask, mask.new_ones(len(texts), 1)], dim=1)
                positions = torch.tensor(places, device=model.device)[:, None] + step
                tokens = torch.tensor(last, device=model.device)[:, None]
                logits = model.read(tokens, cache, mask, positions)[:, -1].float()
                odds = changed_probabilities(logits, [text.odds for text in texts])
                noises = [noise(text.seed, len(text.written) + step) for text in texts]
                last = draw(odds, noises).tolist()
                going = False
                for i, (text, one) in enumerate(zip(texts, progress)):
                    if one.stopped or len(one.steps) >= text.count or starts[i] != self._start_after(text, one):
                        continue
                    fed[i] = step + 1
                    one.steps.append(Step(last[i], logits[i].cpu(), odds[i].cpu()))
                    one.stopped = last[i] in text.stops
                    more = not one.stopped and len(one.steps) < text.count
                    going |= more and starts[i] == self._start_after(text, one)
                if not going or time.monotonic() > until:
                    break
        for i, (text, one) in enumerate(zip(texts, progress)):
            if not one.stopped:  # what has stopped is not written on
                begin = width - places[i]
                memory = self.kv_cache.memory_of(cache, i, begin, width + fed[i])
                grown = replace(text, written=[*text.written, *(step.token for step in one.steps)])
                self.shelf.put(self._key(grown, starts[i], memory.length), memory)

    def _start_after(self, text: Text, one: Progress) -> int:
        """Where the window begins once the new tokens are part of the text; when it moves, the text is read anew."""
        return visible_from(len(text.prompt) + len(text.written) + len(one.steps), self.model.context)
