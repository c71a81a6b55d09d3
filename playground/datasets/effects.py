"""What can be told of an output in numbers and in words, so that a slider can be named by what it does.

A data set has the effects of its kind of output (shared/*_effects.py), or those that ``effects(root)`` in an effects.py of its
own folder gives; ``root`` is the checkpoints folder, where a classifier may lie.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

Measures = Mapping[str, NDArray]  # effect -> its value (n,) of every output


@dataclass(frozen=True)
class Effect:
    """What an output is called that has less or more of it than another.

    least: the smallest spread among real outputs, in the effect's own unit, that anybody could tell.
    """

    lower: str
    higher: str
    least: float = 1e-6


@dataclass(frozen=True)
class Effects:
    """Effects by their names, and how much of each outputs have (see ``GenerativeModel.decode`` for their form)."""

    known: Mapping[str, Effect]
    measure: Callable[[Any], Measures]

    def and_also(self, others: "Effects") -> "Effects":
        """These and others together."""
        return Effects({**self.known, **others.known}, lambda made: {**self.measure(made), **others.measure(made)})
