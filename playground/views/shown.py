"""The outputs of a reply as arrays or texts, by the kind that its header says; and drawn as one picture."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from playground.errors import BadRequest
from playground.protocol.output import REACH, frame_bytes
from playground.views import exports, sprites

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from playground.views.canvas import Theme

SCATTER_INCHES = 4.0


@dataclass(frozen=True)
class Shown:
    """n outputs of one kind: frames uint8 (n, H, W) or (n, H, W, C), points float32 (n, coordinates), or texts; and sound.

    samples: the int16 samples of each output, of replies that can be heard. walk: they follow one another on one way.
    """

    kind: str
    frames: NDArray[Any] = field(default_factory=lambda: np.zeros((0, 0, 0), np.uint8))
    texts: Sequence[str] = ()
    samples: bytes = b""
    walk: bool = False

    def __len__(self) -> int:
        return len(self.texts) or len(self.frames)

    def only(self, frame: int) -> "Shown":
        """A single output."""
        each = len(self.samples) // len(self)
        sound = self.samples[frame * each : (frame + 1) * each]
        here = slice(frame, frame + 1)
        return replace(self, frames=self.frames[here], texts=self.texts[here], samples=sound)

    def roll(self) -> NDArray[np.uint8]:
        """All rolls one after the other, (rows, steps)."""
        return np.concatenate(list(self.frames), axis=1)


def read_shown(header: Mapping[str, Any], body: bytes | memoryview) -> Shown:
    """The outputs of a reply; what follows them in the body is their sound. Raises BadRequest when the body is too short."""
    kind, count, width = header["kind"], header["frames"], header["width"]
    if kind == "text":
        return Shown(kind, texts=header["texts"])
    if kind == "points":
        if count < 1 or len(body) < 4 * count * width:
            raise BadRequest(f"{count} points need {4 * count * width} bytes, got {len(body)}; ask for them again.")
        frames: NDArray[Any] = np.frombuffer(body, "<f4", count=count * width).reshape(count, width)
    else:
        frames = sprites.read_frames(
            body, count=count, height=header["height"], width=width, channels=header.get("channels", 1)
        )
    return Shown(kind, frames, samples=bytes(body[frames.nbytes :]), walk=header.get("walk", False))


def read_column(output: Mapping[str, Any], content: str | list[str]) -> Shown:
    """The outputs that a comparison shows of a model, as it keeps them: base64 of frames, or texts."""
    if isinstance(content, list):
        return Shown(output["kind"], texts=content)
    frames = base64.b64decode(content)
    return read_shown({**output, "frames": len(frames) // frame_bytes(output)}, frames)


def draw_shown(shown: Shown, settings: dict[str, Any], *, columns: int, scale: int = 1) -> bytes:
    """A PNG file of all outputs, with the settings inside: a grid of so many columns, or points scattered over the plane."""
    if shown.kind == "points":
        return scatter(shown.frames, settings, shown.walk)
    sheet = sprites.draw_grid(shown.frames, columns=columns)
    return exports.encode_png(sheet, settings, scale=scale, kind=shown.kind)


def scatter(points: NDArray[np.float32], settings: dict[str, Any], walk: bool = False) -> bytes:
    """Points (n, 2) as a PNG file, those of a walk with a line through them; of more coordinates the first two."""
    from playground.views.canvas import render  # matplotlib's part of the page: only when it is needed

    def draw(figure: "Figure", colours: "Theme") -> None:
        axes = figure.subplots()
        axes.set(xlim=(-REACH, REACH), ylim=(-REACH, REACH), xlabel="x", ylabel="y", aspect="equal")
        x, y = points[:, 0], points[:, 1] if points.shape[1] > 1 else np.zeros(len(points))
        if walk:
            axes.plot(x, y, color=colours.quiet, linewidth=1.2)
        axes.scatter(x, y, s=12, color=colours.models[0], zorder=2)

    return render(draw, "light", settings, height=SCATTER_INCHES)
