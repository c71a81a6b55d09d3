"""What a model makes, a reply holds or a data set's items are: one description for models, jobs, exports and the page."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

REACH = 3.0


@dataclass(frozen=True)
class OutputSpec:
    """Kind, shape and class names of one output. Nobody guesses any of them from a height.

    kind     what it is                                             in Python                       in a reply's body
    image    a picture; values in [0, 1]                            float32 (n, C, H, W)            uint8 (n, H, W, C)
    sound    a log-mel spectrogram, the highest band on top         float32 (n, 1, bands, frames)   uint8 (n, H, W)
    roll     a piano roll, the highest semitone on top:
             1 = struck, 0.6 = held on, 0 = silent                  float32 (n, 1, rows, steps)     uint8 (n, H, W)
    text     a text of at most ``width`` characters                 list of n str                   none; header "texts"
    points   a point with ``width`` coordinates                     float32 (n, width)              float32 (n, width)
    topics   words drawn from topics, read as a text                list of n str                   none; header "texts"

    Coordinates of points are of about unit size; where they are drawn, axes run from -REACH to REACH.
    """

    kind: str
    height: int  # rows; 1 of texts and points
    width: int  # columns; the most characters of a text; the coordinates of a point
    channels: int = 1  # colours of an image
    classes: tuple[str, ...] = ()  # names of the classes that may be asked for; empty: unconditional

    @property
    def size(self) -> int:
        """Numbers of one output: channels x height x width."""
        return self.channels * self.height * self.width

    def describe(self) -> dict[str, Any]:
        """Plain JSON, as a card has it."""
        return asdict(self) | {"classes": list(self.classes)} | self._drawn()

    def header(self, frames: int) -> dict[str, Any]:
        """What a reply with ``frames`` outputs says of them."""
        return {
            "kind": self.kind,
            "frames": frames,
            "height": self.height,
            "width": self.width,
            "channels": self.channels,
            **self._drawn(),
        }

    def _drawn(self) -> dict[str, float]:
        """What else whoever draws an output must know: how far the axes of points reach."""
        return {"reach": REACH} if self.kind == "points" else {}

    @property
    def in_levels(self) -> bool:
        """Whether values in [0, 1] are shown as 256 levels, a byte each."""
        return self.kind in ("image", "sound", "roll")

    def resized(self, width: int) -> "OutputSpec":
        """The same with another width: a piece of music of another length."""
        return replace(self, width=width)


def frame_bytes(header: Mapping[str, Any]) -> int:
    """Bytes of one output in the body of a reply with this header."""
    return header["channels"] * header["height"] * header["width"] * (4 if header["kind"] == "points" else 1)
