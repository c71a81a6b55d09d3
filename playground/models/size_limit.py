"""Stops a model from being built that is far larger than its weights: a wrong number in config.json must not take all memory."""

from collections.abc import Iterator
from contextlib import contextmanager

from torch import Tensor, nn
from torch.nn.modules.module import (
    register_module_buffer_registration_hook,
    register_module_parameter_registration_hook,
)

from playground.errors import BrokenCheckpoint

MOST_TIMES = 4  # the numbers that the weights hold
FREE = 4 << 20  # numbers that a model may make for itself, such as filters


@contextmanager
def size_limit(held: int) -> Iterator[None]:
    """BrokenCheckpoint as soon as modules built inside the block have far more numbers than the ``held`` ones of their weights.

    A parameter is registered before it is filled, so that memory for it was asked for and is not in use yet.
    """
    limit = MOST_TIMES * held + FREE
    built = 0

    def count(module: nn.Module, name: str, tensor: Tensor | None) -> None:
        nonlocal built
        built += 0 if tensor is None else tensor.numel()
        if built > limit:
            raise BrokenCheckpoint(
                f"config.json describes a model of more than {limit:,} numbers, its weights hold {held:,}: write it anew."
            )

    hooks = [
        register(count)
        for register in (register_module_parameter_registration_hook, register_module_buffer_registration_hook)
    ]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()
