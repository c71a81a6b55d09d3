"""What both families of chorales share: frames as key planes, transposition, their settings, and music made frame by frame.

A frame has ``planes * keys`` bits: keys struck, from the lowest up, then (with two planes) keys held on from the frame before.
Letters: B batch, T frames, K keys, V = planes * keys. Rolls (K, T) are pictures: row 0 the highest key, 1 struck, 0.6 held.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from playground.formats import rolls
from playground.formats.tonality import KEY_NAMES, UNKNOWN_KEY, key_signature, pitch_histogram
from playground.models.base import sample_generator
from playground.protocol.settings import Setting

BEATS = 14  # places in a bar: eight eighths of 4/4, six of 3/4
BAR = 8  # frames of the bars that are composed
KEY_STATES = UNKNOWN_KEY + 1
STRUCK, HELD = 1.0, 0.6  # in a roll
KEY_STREAM = 1 << 40  # the index whose generator draws the key of a seed: no step counts so far

KEY = Setting(
    name="key",
    label="Key",
    kind="choice",
    default="any",
    choices=("any", *KEY_NAMES),
    help="The key signature, named by its major; its relative minor shares it. 'any' lets the seed, or your melody, choose.",
)


@dataclass(frozen=True)
class FrameGrid:
    """Which keys a model knows: MIDI ``lowest`` upwards, in one plane (struck) or two (struck, held)."""

    lowest: int
    keys: int
    planes: int

    @property
    def bits(self) -> int:
        """V, the bits of a frame."""
        return self.keys * self.planes

    def transpose(self, x: Tensor, keys: Tensor, reach: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """Each window of x (B, T, 6), with its signature of ``keys`` (B,), moved by up to ``reach`` semitones that fit."""
        pitches = x[:, :, 2:].abs()
        sounding = pitches > 0
        top = pitches.flatten(1).amax(1)
        bottom = torch.where(sounding, pitches, 127).flatten(1).amin(1)
        down = (bottom - self.lowest).clamp(0, reach)
        up = (self.lowest + self.keys - 1 - top).clamp(0, reach)
        draw = torch.rand(len(x), generator=generator).to(x.device)
        shift = (draw * (down + up + 1)).floor().long() - down
        notes = x[:, :, 2:] + shift[:, None, None] * x[:, :, 2:].sign()
        moved = torch.where(keys == UNKNOWN_KEY, keys, (keys + shift) % 12)
        return torch.cat([x[:, :, :2], notes], dim=2), moved

    def planes_of(self, notes: Tensor) -> Tensor:
        """Signed notes (..., n) int64 (0 = none) to bits (..., V) float32."""
        key = notes.abs() - self.lowest
        if self.planes == 2:
            key = key + self.keys * (notes < 0)
        bits = torch.zeros(*notes.shape[:-1], self.bits + 1, device=notes.device)
        return bits.scatter(-1, torch.where(notes == 0, self.bits, key), 1.0)[..., :-1]

    def to_columns(self, bits: Tensor, start: int) -> Tensor:
        """Frames (T, V) of a composition, the first one its frame ``start``, as a window (T, 2 + notes) int64, see ``data``."""
        planes = bits.unflatten(-1, (self.planes, self.keys)) > 0
        pitches = torch.arange(self.lowest, self.lowest + self.keys)
        signed = torch.where(
            planes[:, 0], pitches, torch.where(planes[:, -1], -pitches, 0)
        )  # (T, K), from the lowest up
        most = max(1, int((signed != 0).sum(1).max()))
        order = (signed != 0).long().flip(1).argsort(dim=1, descending=True, stable=True)[:, :most]
        notes = signed.flip(1).gather(1, order)
        number = torch.arange(start, start + len(bits))
        return torch.cat([(number % BAR)[:, None], (number == 0).long()[:, None], notes], dim=1)

    def sounding(self, bits: Tensor) -> Tensor:
        """Which keys sound, struck or held: bits (..., V) to (..., K)."""
        return bits.unflatten(-1, (self.planes, self.keys)).amax(-2)

    def limits(self, before: Tensor, soprano: int | None, last_soprano: int) -> tuple[Tensor, Tensor]:
        """Which bits of a frame may be on and which must be, each (V,) bool, after the frame ``before`` (V,).

        A key is held on only where it sounded. With a soprano (p struck, -p held, 0 rest), its key is on and none above it;
        while it rests, the others stay below its last note.
        """
        keys = torch.arange(self.keys)
        sounded = self.sounding(before) > 0
        allowed = torch.ones(self.planes, self.keys, dtype=torch.bool)
        allowed[1:] &= sounded
        forced = torch.zeros_like(allowed)
        if soprano:
            key = abs(soprano) - self.lowest
            plane = int(soprano < 0 and self.planes == 2 and bool(sounded[key]))
            allowed &= keys < key
            allowed[plane, key] = forced[plane, key] = True
        elif soprano == 0 and last_soprano:
            allowed &= keys < abs(last_soprano) - self.lowest
        return allowed.flatten(), forced.flatten()

    def to_roll(self, bits: Tensor) -> Tensor:
        """Frames (T, V) of 0 and 1 to a roll (K, T)."""
        planes = bits.unflatten(-1, (self.planes, self.keys))
        roll = torch.maximum(planes[:, 0] * STRUCK, planes[:, -1] * (HELD if self.planes == 2 else STRUCK))
        return roll.T.flip(0)

    def from_roll(self, roll: Tensor) -> Tensor:
        """A roll (K, T) in [0, 1] to frames (T, V): above 0.8 struck, above 0.3 held; what did not sound before is struck."""
        rows = roll.flip(0).T
        sounds = rows > 0.3
        before = torch.zeros_like(sounds)
        before[1:] = sounds[:-1]
        struck = sounds & ((rows > 0.8) | ~before) if self.planes == 2 else rows > 0.8
        return torch.cat((struck, sounds & ~struck)[: self.planes], dim=-1).float()


CHORALE_GRID = FrameGrid(rolls.CHORALE_GRID.lowest, rolls.CHORALE_GRID.rows, 2)


def valid_frames(x: Tensor, warm_up: int = 4) -> tuple[Tensor, Tensor]:
    """Which frames of windows x (B, T, 6) exist, and of which the past is known well enough to learn from, each (B, T)."""
    exists = x[:, :, 0] != rolls.PADDING
    known = torch.arange(x.shape[1], device=x.device) >= warm_up
    return exists, exists & (known | (x[:, :1, 1] == 1))


def composition_beats(start: int, stop: int) -> Tensor:
    """The places in the bar of frames ``start`` to ``stop``: compositions are in 4/4 and begin with a bar."""
    return torch.arange(start, stop) % BAR


def write_pieces(composer: Any, settings: dict[str, Any], generators: Sequence[torch.Generator]) -> Tensor:
    """Eight bars of every seed that the generators draw, as roll pictures (n, 1, K, 64)."""
    seeds = [composition_seed(generator) for generator in generators]
    nothing = torch.zeros(composer.output.height, 0)
    return torch.stack([composer.compose(nothing, None, composer.output.width, seed, settings)[None] for seed in seeds])


def sounding_soprano(soprano: Sequence[int] | None, t: int) -> tuple[int | None, int]:
    """The soprano's note at frame t (None: free, also beyond the end of its line) and its last pitch before."""
    if soprano is None or t >= len(soprano):
        return None, 0
    return soprano[t], next((note for note in reversed(soprano[:t]) if note), 0)


def composition_seed(generator: torch.Generator) -> int:
    """The seed of the piece that a sample's generator stands for."""
    return int(torch.randint(1 << 40, (), generator=generator))


def composition_key(settings: dict, seed: int, soprano: Sequence[int] | None) -> int:
    """The signature 0..11 of a composition: as set, else that of the soprano line, else drawn by the seed."""
    if settings["key"] != "any":
        return KEY_NAMES.index(settings["key"])
    if soprano is not None:
        pitches = [abs(note) for note in soprano if note]
        return key_signature(pitch_histogram(torch.tensor(pitches).numpy())) if pitches else UNKNOWN_KEY
    return int(torch.randint(12, (), generator=sample_generator(seed, KEY_STREAM)))
