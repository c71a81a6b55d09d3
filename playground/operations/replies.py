"""Outputs on their way to whoever asked: the header says what they are, the body holds them."""

from typing import Any

import numpy as np

from playground.formats.pictures import to_frames
from playground.models.base import Outputs
from playground.protocol.output import OutputSpec
from playground.protocol.wire import pack


def pack_outputs(output: OutputSpec, made: Outputs, header: dict[str, Any], rest: bytes = b"") -> bytes:
    """A reply with the outputs ``made``, more header fields, and ``rest`` after the outputs in its body."""
    if isinstance(made, list):
        return pack({**output.header(len(made)), "texts": made, **header}, rest)
    body = made.cpu().numpy().astype(np.float32).tobytes() if output.kind == "points" else to_frames(made)
    return pack({**output.header(len(made)), **header}, body + rest)
