"""Outputs as packed replies: the header describes them, the body holds them."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from playground.formats.pictures import to_frames
from playground.models.base import Outputs
from playground.protocol.output import OutputSpec
from playground.protocol.wire import pack


def pack_outputs(
    output: OutputSpec, made: Outputs | NDArray[np.uint8], header: dict[str, Any], rest: bytes = b""
) -> bytes:
    """A reply with the outputs ``made`` (or frames of them), more header fields, and ``rest`` after the outputs in its body."""
    if isinstance(made, list):
        return pack({**output.header(len(made)), "texts": made, **header}, rest)
    return pack({**output.header(len(made)), **header}, body_of(output, made) + rest)


def body_of(output: OutputSpec, made: Tensor | NDArray) -> bytes:
    """Pictures as levels, points as their numbers, as the OutputSpec says."""
    if isinstance(made, np.ndarray):
        return made.tobytes()
    return to_frames(made) if output.in_levels else made.cpu().numpy().astype(np.float32).tobytes()
