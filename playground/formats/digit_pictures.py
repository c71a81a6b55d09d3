"""Pictures of one written sign made like those of MNIST: light ink on black, scaled into a box, centred by mass."""

from contextlib import suppress
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from playground.errors import BadRequest
from playground.formats.ink import (
    SMALLEST_PHOTO,
    AllOneShade,
    Grey,
    Ink,
    ink_in_even_light,
    ink_in_uneven_light,
    spread,
)
from playground.formats.marks import NoSign, Sign, find_sign, line_width
from playground.formats.pictures import from_frames

BOX = 5 / 7  # of the smaller side: MNIST's digits are scaled into 20 x 20 of 28 x 28
LOOKED_AT = 400  # pixels of the longer side: enough for the box, and for ruled lines
THIN, THICKENED = 0.07, 0.09  # of the box: one in twenty training digits has thinner lines; one in four
LUMA = np.array([0.299, 0.587, 0.114], np.float32)
TRACE = 0.05  # the least ink that sets the box
PLAIN = 0.1  # of full scale: colours that differ less are one


def grey_of(pixels: NDArray[np.uint8]) -> Grey:
    """Pixels (H, W, 3 or 4) as a grey picture (H, W) in [0, 1] in which what is drawn stands out.

    Of a drawing in one colour on nothing the opacity; else on white, or on black where white hides it. Of colours that are
    equally light, the channel that differs most.
    """
    colours = np.divide(pixels[..., :3], 255, dtype=np.float32)
    grey = np.dot(colours, LUMA)
    if pixels.shape[2] == 4:
        opacity = np.divide(pixels[..., 3], 255, dtype=np.float32)
        if _range(colours[opacity > 0.5]) < PLAIN:
            return opacity
        on_white = grey * opacity + 1 - opacity
        return on_white if _range(on_white) >= PLAIN else grey * opacity
    if _range(grey) < PLAIN:
        return colours[..., max(range(3), key=lambda channel: _range(colours[..., channel]))]
    return grey


def _range(values: NDArray[np.float32]) -> float:
    """The widest span of a channel, but for the outermost thousandths."""
    if not values.size:
        return 0.0
    low, high = np.percentile(
        values.reshape(-1, values.shape[-1]) if values.ndim == 2 else values.ravel(), [0.1, 99.9], axis=0
    )
    return float(np.max(high - low))


def centre_digit(grey: Grey, height: int, width: int) -> tuple[Tensor, str]:
    """The digit of a grey picture (H, W) in [0, 1] as (1, 1, height, width), and one sentence on what was done.

    Raises BadRequest when the picture is all one shade, or shows something else than one digit.
    """
    readings = _readings(_reduced(grey))
    if not readings:
        raise BadRequest("The picture is all one shade: draw or upload a digit that stands out from its background.")
    try:
        sign = find_sign(readings)
    except NoSign as error:
        raise BadRequest(
            f"No digit was found in the picture: it shows {error}; crop it to one digit on plain paper."
        ) from error
    box = round(BOX * min(height, width))
    level, thickened = _thickened(sign, box)
    canvas = _placed(level, box, height, width)
    return from_frames(canvas.tobytes(), 1, height, width), _describe(sign, box, thickened)


def _readings(grey: Grey) -> list[Ink]:
    """The ways to tell ink from paper: in even light, where it is; under shadows, where this can be a photograph."""
    photo = max(grey.shape) >= SMALLEST_PHOTO
    readings = []
    for read in (ink_in_even_light, ink_in_uneven_light)[: 1 + photo]:
        with suppress(AllOneShade):
            readings.append(read(grey))
    if not photo:
        return [replace(ink, even=True) for ink in readings]
    return [ink for ink in readings if ink.even or ink is readings[-1]]


def _reduced(grey: Grey) -> Grey:
    height, width = grey.shape
    scale = LOOKED_AT / max(height, width)
    if scale >= 1:
        return grey
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return np.asarray(Image.fromarray(grey.astype(np.float32)).resize(size, Image.Resampling.BOX))


def _thickened(sign: Sign, box: int) -> tuple[Grey, bool]:
    """The sign's ink, its lines as thick as those of thin training digits at least; whether they were thinner."""
    rows, columns = np.flatnonzero(sign.mask.any(1)), np.flatnonzero(sign.mask.any(0))
    size = max(np.ptp(rows), np.ptp(columns)) + 1
    thickness = line_width(sign.mask)
    grow = round(THICKENED * size - thickness)
    if size <= box or thickness >= THIN * size or grow < 1:
        return sign.level, False
    return spread(np.pad(sign.level, grow), grow + 1, np.maximum), True


def _placed(level: Grey, box: int, height: int, width: int) -> NDArray[np.uint8]:
    """Ink (H, W) in [0, 1] cropped, scaled into the box and centred: (height, width)."""
    rows, columns = np.flatnonzero(level.max(1) > TRACE), np.flatnonzero(level.max(0) > TRACE)
    ink = level[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    scale = box / max(ink.shape)
    size = max(1, round(ink.shape[1] * scale)), max(1, round(ink.shape[0] * scale))
    way = Image.Resampling.BOX if scale < 1 else Image.Resampling.BILINEAR
    small = np.asarray(Image.fromarray((ink * 255).astype(np.uint8)).resize(size, way))
    canvas = np.zeros((height, width), np.uint8)
    # The mass of a training digit balances on pixel (14, 14) of 28 x 28.
    centre = [(small.sum(1 - axis) @ np.arange(small.shape[axis])) / small.sum() for axis in (0, 1)]
    top, left = (
        int(np.clip(round(whole / 2 - middle), 0, whole - part))
        for middle, whole, part in zip(centre, canvas.shape, small.shape, strict=True)
    )
    canvas[top : top + small.shape[0], left : left + small.shape[1]] = small
    return canvas


def _describe(sign: Sign, box: int, thickened: bool) -> str:
    before = []
    if sign.ink.dark:
        before.append("turning dark ink on light paper into light on dark")
    if not sign.ink.even:
        before.append("evening out the light")
    if sign.left_out:
        before.append("leaving out " + _listed(sign.left_out))
    thicker = "its thin lines thickened, " if thickened else ""
    note = f"Cropped to the ink, {thicker}scaled into {box} x {box} and centred by mass, as the training digits were"
    return note + (f", after {_listed(before)}." if before else ".")


def _listed(words: "list[str] | tuple[str, ...]") -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if words[1:] else words)
