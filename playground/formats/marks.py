"""One written sign in a picture of ink, without frames, ruled lines, specks and what reaches in from the edge."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from playground.formats.components import Parts, connected_parts
from playground.formats.ink import SMALLEST_PHOTO, Grey, Ink, Mask, spread
from playground.formats.ruled_lines import without_rules

WEAK, STRONG = 0.33, 0.55  # ink is what reaches the first level, and somewhere the second
RIM = 0.008  # of the longer side: what comes so near the edge touches it
SPECK = 0.06  # of the longer side: nothing shorter is a sign
BESIDE_SPECK = 0.02  # of the sign's area: what is smaller is no part of it
NEAR = 0.15  # of the sign's size: how far a loose stroke may lie from it
ANOTHER = 0.25  # of the sign's area: a mark that is not near, and larger than this, is another sign
MANY = 40  # marks longer than a speck
INSIDE = 0.25  # of a ring's size: a mark in it that is at least so long was ringed
SOLID = 0.72  # of its box: more ink is a patch (of 3,000 test digits of MNIST the boldest has 0.71)
WIDEST = 2.2  # times its height (MNIST: 1.8)
SOFT, SOFT_WIDTH = (
    0.47,
    2.5,
)  # share of half-inked pixels, and their width in pixels: patches of light, no strokes out of focus
LOOPS = 3  # one more than an 8 has
LOOP = 0.01  # of the box: what is smaller is no loop
REACHING = 0.1  # of the edge: what covers more of it besides the sign is a shadow or a table


class NoSign(Exception):
    """Why there is no sign, in words that follow "it shows"; sure: whether no other reading of the light would find one."""

    def __init__(self, reason: str, sure: bool = False) -> None:
        super().__init__(reason)
        self.sure = sure


@dataclass(frozen=True)
class Sign:
    """level (H, W) in [0, 1]: the ink of the sign alone; its mask; what was left out, in words; whether it touches the edge."""

    ink: Ink
    level: Grey
    mask: Mask
    left_out: tuple[str, ...]
    at_edge: bool


def find_sign(readings: list[Ink]) -> Sign:
    """The sign in the first reading of the ink that shows one clear of the edge, else in the first that shows one at all.

    Ruled lines are looked for last. Raises NoSign.
    """
    reason: NoSign | None = None
    second: Sign | None = None
    for ruled in (False, True):
        for ink in readings:
            mask = without_rules(ink.level > WEAK) if ruled else ink.level > WEAK
            if mask is None:
                continue
            try:
                sign = _Marks(ink, mask).sign(("ruled lines",) if ruled else ())
            except NoSign as error:
                if error.sure:
                    raise
                reason = reason or error
                continue
            if not sign.at_edge:
                return sign
            second = second or sign
        if second:
            return second
    raise reason or NoSign("nothing that stands out")


def line_width(mask: Mask) -> float:
    """How wide the lines of a mask (H, W) are, in pixels: its area over half its outline, for lines much longer than wide."""
    padded = np.pad(mask, 1)
    outline = (padded[1:] != padded[:-1]).sum() + (padded[:, 1:] != padded[:, :-1]).sum()
    return float(2 * mask.sum() / outline)


@dataclass
class _Marks:
    """The marks of one reading of the ink."""

    ink: Ink
    mask: Mask
    parts: Parts = field(init=False)

    def __post_init__(self) -> None:
        self.parts = parts = connected_parts(self.mask)
        height, width = self.mask.shape
        strong = parts.labels[(self.ink.level > STRONG) & self.mask]
        self.inked = np.bincount(strong, minlength=len(parts.areas)) > 0
        top, bottom, left, right = parts.boxes.T
        rim = int(RIM * max(height, width))
        self.edges = np.stack([top <= rim, bottom >= height - rim, left <= rim, right >= width - rim], axis=1)
        self.lengths = np.maximum(bottom - top, right - left)

    def sign(self, left_out: tuple[str, ...]) -> Sign:
        """The sign, or NoSign."""
        long = np.flatnonzero(self.inked & (self.lengths >= SPECK * max(self.mask.shape))).tolist()
        if len(long) > MANY:
            raise NoSign("many marks")
        frames = {part for part in long if self._is_frame(self.parts.labels == part, self.parts.boxes[part])}
        frames |= {ring for ring in long for part in long if self._rings(ring, part)}
        signs = [part for part in long if part not in frames]
        clear = [part for part in signs if not self.edges[part].any()]
        if not signs:
            raise NoSign("only a frame" if frames else "only specks")
        main = max(clear or signs, key=lambda part: self.parts.areas[part])
        chosen, box = self._with_loose_strokes(main, frames)
        self._check(chosen, box)
        others = np.flatnonzero(self.inked & ~np.isin(np.arange(len(self.inked)), [*chosen, *frames]))
        at_edge = self.edges[others].any(1) if len(others) else np.zeros(0, bool)
        if self.ink.even and self._share_of_edge(others[at_edge]) > REACHING:
            raise NoSign("shadows at the edge")
        left_out += ("a frame",) * bool(frames) + ("what reaches in from the edge",) * bool(at_edge.any())
        left_out += ("small specks",) * bool((~at_edge).any())
        mask = np.isin(self.parts.labels, chosen)
        level = np.where(spread(mask, 5, np.maximum), self.ink.level, 0) / np.percentile(self.ink.level[mask], 95)
        soft = float(((level > 0.25) & (level < 0.75))[mask].mean())
        if soft > SOFT and soft * line_width(mask) > SOFT_WIDTH:
            raise NoSign("only soft patches")
        return Sign(self.ink, np.minimum(level, 1), mask, left_out, bool(self.edges[chosen].any()))

    def _with_loose_strokes(self, main: int, frames: set[int]) -> tuple[list[int], NDArray[np.int64]]:
        """The main mark with the strokes that belong to it, and their box; NoSign when others are as large."""
        areas, chosen, box = self.parts.areas, [main], self.parts.boxes[main]
        loose = self.inked & ~self.edges.any(1) & (areas >= BESIDE_SPECK * areas[main])
        for part in sorted(np.flatnonzero(loose).tolist(), key=lambda part: -areas[part]):
            if part == main or part in frames:
                continue
            top, bottom, left, right = own = self.parts.boxes[part]
            down, across = max(top - box[1], box[0] - bottom, 0), max(left - box[3], box[2] - right, 0)
            shared = min(bottom, box[1]) - max(top, box[0])
            beside = across > 0 and shared > 0.6 * max(bottom - top, box[1] - box[0])  # as two digits of a number stand
            if max(down, across) <= NEAR * max(box[1] - box[0], box[3] - box[2]) and not beside:
                chosen.append(part)
                box = np.where([True, False, True, False], np.minimum(box, own), np.maximum(box, own))
            elif areas[part] > ANOTHER * areas[main]:
                raise NoSign("several marks apart from each other")
        return chosen, box

    def _check(self, chosen: list[int], box: NDArray[np.int64]) -> None:
        """NoSign when the chosen marks look like nothing that is written."""
        top, bottom, left, right = box
        height, width = bottom - top, right - left
        edges = np.any(self.edges[chosen], axis=0)
        up, down, before, behind = edges.tolist()
        sure = self.ink.even and not edges.any()
        own = np.isin(self.parts.labels, chosen)
        if self._is_frame(own, box):
            raise NoSign("only a frame", sure)
        half_a_page = before != behind and max(own.shape) >= SMALLEST_PHOTO
        if own.sum() > SOLID * height * width and (width > 0.5 * height or half_a_page):
            raise NoSign("a solid patch", sure)
        if width > WIDEST * height:
            raise NoSign("a line or something wider than a digit", sure)
        if not self.ink.even and (edges.sum() > 1 or (up and down) or (before and behind)):
            raise NoSign("lines or shadows from edge to edge")
        around = connected_parts(~np.pad(own[top:bottom, left:right], 1), diagonal=False)
        if (around.areas > LOOP * height * width).sum() - 1 > LOOPS:
            raise NoSign("more loops than a digit has", sure)

    def _is_frame(self, mask: Mask, box: NDArray[np.int64]) -> bool:
        """Whether a mark is large and lies along at least three sides of its box, with hardly anything within."""
        top, bottom, left, right = box
        own = mask[top:bottom, left:right]
        band = max(2, round(0.06 * min(own.shape)))
        if own.size < 0.25 * mask.size or 2 * band >= min(own.shape):
            return False
        sides = (own[:band].any(0), own[-band:].any(0), own[:, :band].any(1), own[:, -band:].any(1))
        within = own[band:-band, band:-band].sum() / own.sum()
        return within < 0.1 and sum(side.mean() > 0.6 for side in sides) >= 3

    def _rings(self, ring: int, part: int) -> bool:
        """Whether a mark goes all round another that is not much smaller: a box or circle drawn about it."""
        top, bottom, left, right = self.parts.boxes[ring]
        up, down, before, behind = self.parts.boxes[part]
        if not (top < up and down < bottom and left < before and behind < right):
            return False
        if self.lengths[part] < INSIDE * self.lengths[ring]:
            return False
        around = connected_parts(~np.pad(self.parts.labels[top:bottom, left:right] == ring, 1), diagonal=False).labels
        row, column = np.argwhere(self.parts.labels[up:down, before:behind] == part)[0]
        return around[up + row - top + 1, before + column - left + 1] != around[0, 0]

    def _share_of_edge(self, parts: NDArray[np.int64]) -> float:
        labels = self.parts.labels
        edge = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
        return float(np.isin(edge, parts).mean())
