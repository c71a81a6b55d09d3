"""What ``encode`` and ``invert`` aim at: the picture of an upload, however it was made, and how a reconstruction is judged."""

import abc
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from playground.errors import BadRequest
from playground.formats.pictures import from_frames, read_upload
from playground.nets.image import PIXELS
from playground.protocol.request import Item


@dataclass(frozen=True)
class Target(abc.ABC):
    """picture (1, 1, H, W) in [0, 1]; a sentence on what was done; the settings to decode under; the bytes after the upload."""

    picture: Tensor
    note: str
    settings: dict[str, Any]
    rest: memoryview

    def improve(self, model: Any, z: Tensor) -> Tensor:
        """A better latent (1, d) than the encoder's guess z, on the model's device; the guess itself where it is good enough."""
        return z

    @abc.abstractmethod
    def report(self, picture: Tensor) -> tuple[dict[str, Any], bytes]:
        """Header fields on a reconstruction (1, 1, H, W), and what follows the two frames in the reply's body."""


@dataclass(frozen=True)
class PictureTarget(Target):
    """An uploaded picture."""

    def report(self, picture: Tensor) -> tuple[dict[str, Any], bytes]:
        """The mean squared error."""
        return {"mse": (picture - self.picture).square().mean().item()}, b""


def read_digit(item: Item, settings: dict[str, Any]) -> PictureTarget:
    """A PNG, JPEG or WEBP file; with {"raw": true} the 784 bytes of a drawn digit and whatever follows them."""
    body = memoryview(item.body)
    if item.request.get("raw") is True:
        if len(body) < PIXELS:
            raise BadRequest(f"A raw picture has {PIXELS} bytes, got {len(body)}.")
        return PictureTarget(from_frames(body[:PIXELS], 1), "Used as drawn.", settings, body[PIXELS:])
    if not len(body):
        raise BadRequest("A picture is needed: upload a PNG, JPEG or WEBP file, or draw one.")
    picture, note = read_upload(body)
    return PictureTarget(picture, note, settings, memoryview(b""))
