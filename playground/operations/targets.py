"""What ``encode`` and ``invert`` aim at: the picture of an upload, however it was made, and how a reconstruction is judged."""

import abc
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from playground.errors import BadRequest
from playground.formats.pictures import from_frames
from playground.formats.uploaded_pictures import read_upload
from playground.models.base import GenerativeModel
from playground.protocol.output import OutputSpec
from playground.protocol.request import Item


@dataclass(frozen=True)
class Target(abc.ABC):
    """The picture aimed at, (1, C, H, W) in [0, 1]; what was done to it, in a sentence; settings; the bytes after the upload."""

    picture: Tensor
    note: str
    settings: dict[str, Any]
    rest: memoryview

    def improve(self, model: GenerativeModel, z: Tensor) -> Tensor:
        """A better latent (1, d) than the encoder's guess z, on the model's device; the guess itself where it is good enough."""
        return z

    @abc.abstractmethod
    def report(self, picture: Tensor) -> tuple[dict[str, Any], bytes]:
        """Header fields on a reconstruction (1, C, H, W), and what follows the two frames in the reply's body."""


@dataclass(frozen=True)
class PictureTarget(Target):
    """An uploaded picture."""

    def report(self, picture: Tensor) -> tuple[dict[str, Any], bytes]:
        """The mean squared error."""
        return {"mse": (picture - self.picture).square().mean().item()}, b""


def read_image(item: Item, settings: dict[str, Any], output: OutputSpec) -> PictureTarget:
    """A PNG, JPEG or WEBP file; with {"raw": true} the H x W x C bytes of a drawn picture and whatever follows them."""
    body = memoryview(item.body)
    if item.request.get("raw") is True:
        if len(body) < output.size:
            raise BadRequest(f"A raw picture has {output.size} bytes, got {len(body)}.")
        drawn = from_frames(body[: output.size], 1, output.height, output.width, output.channels)
        return PictureTarget(drawn, "Used as drawn.", settings, body[output.size :])
    if not len(body):
        raise BadRequest("A picture is needed: upload a PNG, JPEG or WEBP file, or draw one.")
    picture, note = read_upload(body, output)
    return PictureTarget(picture, note, settings, memoryview(b""))
