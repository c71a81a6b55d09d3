"""Keys and values that a transformer keeps of what it has read: for one text (``KVState``), and joined for a batch.

Rows of a batch are as long as the longest and filled up on their left side, so that all end at the same place; a mask says
what is filling. A batch has room for the tokens to come: growing by copying at every token would cost more than the model.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from transformers.cache_utils import DynamicCache, DynamicLayer

GROWTH = 64  # tokens of further room when there is none


@dataclass(frozen=True)
class KVState:
    """What was read of one text: keys and values of every layer, each (1, heads, T, size)."""

    layers: Sequence[tuple[Tensor, Tensor]]

    @property
    def length(self) -> int:
        """T, tokens read."""
        return self.layers[0][0].shape[2] if self.layers else 0

    @property
    def bytes(self) -> int:
        """Memory that it takes."""
        return sum(part.nbytes for layer in self.layers for part in layer)


class RoomyLayer(DynamicLayer):
    """A layer of the library's cache that keeps room behind its end."""

    def __init__(self, keys: Tensor, values: Tensor, length: int) -> None:
        """keys, values (B, heads, room, size), of which the first ``length`` places are taken."""
        super().__init__()
        self._keys, self._values, self._length = keys, values, length
        self.dtype, self.device, self.is_initialized = keys.dtype, keys.device, True
        self._show()

    def update(self, key_states: Tensor, value_states: Tensor, *args: Any, **more: Any) -> tuple[Tensor, Tensor]:
        """Append (B, heads, t, size); returns everything so far."""
        end = self._length + key_states.shape[2]
        if end > self._keys.shape[2]:
            self._keys, self._values = (
                torch.cat([old, old.new_zeros(*old.shape[:2], end - old.shape[2] + GROWTH, old.shape[3])], dim=2)
                for old in (self._keys, self._values)
            )
        self._keys[:, :, self._length : end] = key_states
        self._values[:, :, self._length : end] = value_states
        self._length = end
        return self._show()

    def _show(self) -> tuple[Tensor, Tensor]:
        self.keys = self._keys[:, :, : self._length]
        self.values = self._values[:, :, : self._length]
        return self.keys, self.values


def empty_cache() -> DynamicCache:
    """A cache for a first reading of one text."""
    return DynamicCache()


def join(memories: Sequence[KVState], room: int) -> tuple[DynamicCache, Tensor]:
    """One cache of several texts with room for so many further tokens, and the mask (B, T) int64: 0 = filling."""
    longest = max(memory.length for memory in memories)
    cache = DynamicCache()
    for parts in zip(*(memory.layers for memory in memories)):
        joined = []
        for which in range(2):
            like = parts[0][which]
            whole = like.new_zeros(len(parts), like.shape[1], longest + room, like.shape[3])
            for row, part in enumerate(parts):
                length = part[which].shape[2]
                whole[row, :, longest - length : longest] = part[which][0]
            joined.append(whole)
        cache.layers.append(RoomyLayer(joined[0], joined[1], longest))
    mask = torch.zeros(len(memories), longest, dtype=torch.int64, device=memories[0].layers[0][0].device)
    for row, memory in enumerate(memories):
        mask[row, longest - memory.length :] = 1
    return cache, mask


def memory_of(cache: DynamicCache, row: int = 0, start: int = 0, end: int | None = None) -> KVState:
    """What a cache holds of one row between two places, copied, so that the batch can be let go."""
    parts = []
    layers: list[Any] = cache.layers
    for layer in layers:
        parts.append(tuple(kept[row : row + 1, :, start:end].clone() for kept in (layer.keys, layer.values)))
    return KVState(parts)


def nothing_like(memory: KVState) -> KVState:
    """A memory of no token, of the same shapes otherwise."""
    return KVState([(keys[:, :, :0], values[:, :, :0]) for keys, values in memory.layers])
