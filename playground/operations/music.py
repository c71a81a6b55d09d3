"""Operations on music: compose a chorale bar by bar, harmonise a soprano, and the soprano lines to choose from.

Nothing is remembered between calls: a request carries the roll so far, and the noise of step t depends on (seed, t) alone, so a
piece made one bar a call equals the piece made at once. Rolls are uint8 (rows, steps): 255 struck, 153 held on, 0 silent.
"""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from playground.datasets.shared.music_reference import load_music_reference
from playground.errors import BadRequest
from playground.formats.rolls import GRIDS, RollGrid
from playground.formats.tonality import KEY_NAMES, UNKNOWN_KEY
from playground.models.base import Composes, GenerativeModel, require
from playground.models.chorale_frames import BAR, composition_key
from playground.operations.generate import require_affordable
from playground.operations.replies import pack_outputs
from playground.protocol import fields
from playground.protocol.request import Item
from playground.protocol.wire import pack

MAX_BARS = 16
SOPRANO = (57, 81)  # MIDI pitches: A3 to A5, what sopranos sing in Bach's chorales
NOTE_NAMES = ("C", "C♯", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B")


def run_compose(model: GenerativeModel, item: Item) -> bytes:
    """{"seed", "bars", "from", "harmonise"}, roll so far [+ soprano int16 (steps,)]: the roll with one more bar."""
    composer = require(model, "compose", Composes, "This model does not compose: choose a model of chorales.")
    request = item.request
    settings = fields.settings_of(model, request)
    seed = fields.whole(request, "seed", 0, fields.MAX_SEED, 0)
    bars = fields.whole(request, "bars", 1, MAX_BARS, 8)
    done = fields.whole(request, "from", 0, bars * BAR, 0)
    if done % BAR or done == bars * BAR:
        raise BadRequest(
            f"'from' must be whole bars of {BAR} steps before the end of {bars} bars, got {done}: "
            f"continue from 0, {BAR}, ..., {(bars - 1) * BAR}."
        )
    rows = model.output.height
    body = memoryview(item.body)
    harmonise = request.get("harmonise", False) is True
    if len(body) < rows * done or (len(body) > rows * done and not harmonise):
        raise BadRequest(
            f"The roll so far must have {rows} rows of {done} steps ({rows * done} bytes), got {len(body)}."
        )
    soprano = read_soprano(body[rows * done :], bars) if harmonise else None
    require_affordable(model, 1, settings)
    roll = read_roll(body[: rows * done], rows)
    made = composer.compose(roll, soprano, BAR, seed, settings)[None, None].cpu()
    key = composition_key(settings, seed, soprano)
    header = {
        "bars": bars,
        "done": done + BAR == bars * BAR,
        "key": KEY_NAMES[key] if key != UNKNOWN_KEY else "",
    }
    return pack_outputs(model.output.resized(made.shape[3]), made, header)


def read_roll_bytes(body: bytes | memoryview, rows: int) -> NDArray[np.uint8]:
    """A roll of ``rows`` rows, row after row, as (rows, steps) uint8; BadRequest when the rows are not equally long."""
    if len(body) % rows:
        raise BadRequest(
            f"A roll has {rows} rows of equal length, got {len(body)} bytes, which {rows} does not divide."
        )
    return np.frombuffer(body, np.uint8).reshape(rows, -1)


def read_roll(body: bytes | memoryview, rows: int) -> Tensor:
    """The same as a tensor (rows, steps) float32 in [0, 1]."""
    return torch.from_numpy(read_roll_bytes(body, rows).copy()).float() / 255


def read_soprano(body: bytes | memoryview, bars: int) -> list[int]:
    """A soprano line, int16 little-endian a step (p struck, -p held on, 0 rest), of whole bars, at most ``bars``; checked."""
    if len(body) % 2 or not len(body):
        raise BadRequest("Harmonising needs a soprano: two bytes (int16) a step after the roll, and none came.")
    line = np.frombuffer(body, "<i2").tolist()
    if len(line) % BAR or len(line) > bars * BAR:
        raise BadRequest(
            f"A soprano has whole bars of {BAR} steps, at most {bars} of them as asked for, got {len(line)} steps: "
            "fill up the last bar with a held note or rests."
        )
    return check_soprano(line)


def check_soprano(line: Sequence[int]) -> list[int]:
    """The line itself, or BadRequest naming the first step that cannot be sung."""
    low, high = SOPRANO
    before = 0
    for step, note in enumerate(line):
        pitch = abs(note)
        if note and not low <= pitch <= high:
            raise BadRequest(
                f"A soprano sings from MIDI {low} ({note_name(low)}) to {high} ({note_name(high)}), "
                f"got {pitch} at step {step}: move the line."
            )
        if note < 0 and pitch != abs(before):
            raise BadRequest(
                f"Step {step} of the soprano holds {pitch} on, which does not sound before it: strike it there."
            )
        before = note
    if not any(line):
        raise BadRequest("The soprano is silent throughout: write at least one note.")
    return list(line)


def note_name(pitch: int) -> str:
    """Such as A3 for MIDI 57."""
    return f"{NOTE_NAMES[pitch % 12]}{pitch // 12 - 1}"


def grid_of(model: GenerativeModel) -> RollGrid:
    """How the rolls of a model are read; BadRequest when it makes no rolls."""
    for grid in GRIDS:
        if model.output.kind == "roll" and model.output.height == grid.rows:
            return grid
    raise BadRequest("This model makes no music: choose a model of melodies or chorales.")


def grid_facts(model: GenerativeModel) -> dict[str, int]:
    """What a card says of a model's rolls beside their size; nothing of rolls that are no data set's here."""
    grid = next((grid for grid in GRIDS if model.output.height == grid.rows), None)
    if model.output.kind != "roll" or grid is None:
        return {}
    return {"highest": grid.highest, "lowest": grid.lowest, "steps_per_quarter": grid.steps_a_quarter}


def run_soprano_lines(model: GenerativeModel, item: Item) -> bytes:
    """Soprano lines of chorales that no model was trained on: header {"lines": [{"name", "steps"}]}, all int16 in the body."""
    require(model, "harmonise", Composes, "This model does not harmonise: choose a model of chorales.")
    lines = load_music_reference("chorales").lines
    header = {"lines": [{"name": name, "steps": len(line)} for name, line in lines.items()]}
    return pack(header, b"".join(line.astype("<i2").tobytes() for line in lines.values()))
