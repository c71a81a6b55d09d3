"""What ``encode`` and ``invert`` aim at: the picture or point of an upload, however made, and how a reconstruction is judged."""

import abc
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from playground.errors import BadRequest
from playground.formats.pictures import from_frames
from playground.formats.point_files import LARGEST, read_points
from playground.formats.uploaded_pictures import read_upload
from playground.models.base import GenerativeModel
from playground.protocol.output import OutputSpec
from playground.protocol.request import Item


@dataclass(frozen=True)
class Target(abc.ABC):
    """The picture aimed at, (1, C, H, W) in [0, 1], or the point (1, coordinates), and what was done to it, in a sentence.

    Also the settings, and the bytes after the upload.
    """

    picture: Tensor
    note: str
    settings: dict[str, Any]
    rest: memoryview

    def improve(self, model: GenerativeModel, z: Tensor) -> Tensor:
        """A better latent (1, d) than the encoder's guess z, on the model's device; the guess itself where it is good enough."""
        return z

    @abc.abstractmethod
    def report(self, picture: Tensor) -> tuple[dict[str, Any], bytes]:
        """Header fields on a reconstruction of the same shape, and what follows the two frames in the reply's body."""


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


@dataclass(frozen=True)
class PointTarget(Target):
    """A point that was uploaded, clicked at or typed."""

    def report(self, picture: Tensor) -> tuple[dict[str, Any], bytes]:
        """Euclidean distance, and the mean squared error of the coordinates."""
        error = picture - self.picture
        return {"distance": error.norm().item(), "mse": error.square().mean().item()}, b""


def read_point(item: Item, settings: dict[str, Any], output: OutputSpec) -> PointTarget:
    """The first row of a CSV file; with {"raw": true} float32 coordinates and whatever follows them."""
    body = memoryview(item.body)
    if item.request.get("raw") is not True:
        if not len(body):
            raise BadRequest("A point is needed: send a CSV file with a row of its coordinates.")
        points = read_points(body, output.width)
        note = f"The file has {len(points)} points; the first is used." if len(points) > 1 else "Used as given."
        return PointTarget(torch.from_numpy(points[:1]), note, settings, memoryview(b""))
    size = 4 * output.width
    if len(body) < size:
        raise BadRequest(f"A raw point has {size} bytes, got {len(body)}: send {output.width} float32 numbers.")
    point = np.frombuffer(body[:size], "<f4").astype(np.float32)
    if not (np.abs(point) <= LARGEST).all():
        raise BadRequest(f"Coordinates must be numbers from -1e6 to 1e6, got {point.tolist()}: choose another point.")
    return PointTarget(torch.from_numpy(point[None]), "Used as given.", settings, body[size:])
