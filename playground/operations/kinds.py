"""What depends on the kind of a model's outputs, once for each kind: reading an upload, watching a chain, a card's facts."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from playground.formats.spectrogram import RATE_HZ, SAMPLES
from playground.models.base import GenerativeModel
from playground.operations import generate
from playground.operations.gibbs import run_music_chain
from playground.operations.midi import read_melody
from playground.operations.music import grid_facts
from playground.operations.names_chain import run_names_chain
from playground.operations.notes import read_note
from playground.operations.targets import Target, read_image, read_point
from playground.protocol.output import OutputSpec
from playground.protocol.request import Item


def no_facts(model: GenerativeModel) -> dict[str, Any]:
    """Nothing beyond the OutputSpec."""
    return {}


@dataclass(frozen=True)
class OutputKind:
    """read_upload: what encode and invert aim at (None: nothing can be uploaded); operations: those of every such model."""

    read_upload: Callable[[Item, dict[str, Any], OutputSpec], Target] | None = None
    chain: Callable[[Any, Item], bytes] = generate.run_chain
    facts: Callable[[GenerativeModel], dict[str, Any]] = no_facts  # what a card says beside the OutputSpec
    operations: frozenset[str] = field(default_factory=frozenset)


def sound_facts(model: GenerativeModel) -> dict[str, Any]:
    """Samples a second, and how long a note lasts."""
    return {"rate": RATE_HZ, "seconds": SAMPLES / RATE_HZ}


KINDS = {
    "image": OutputKind(read_image),
    "sound": OutputKind(read_note, facts=sound_facts, operations=frozenset({"sound", "listen"})),
    "roll": OutputKind(
        read_melody,
        chain=run_music_chain,
        facts=grid_facts,
        operations=frozenset({"render", "read_midi", "score"}),
    ),
    "text": OutputKind(chain=run_names_chain),
    "points": OutputKind(read_point),
    "topics": OutputKind(),
}


def run_chain(model: GenerativeModel, item: Item) -> bytes:
    """Frames of a model's chain, as its kind of output has them."""
    return KINDS[model.output.kind].chain(model, item)
