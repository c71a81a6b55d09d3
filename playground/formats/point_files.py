"""Points as CSV text: a row of coordinates each, perhaps below a row of names; lines that begin with # are left out."""

import csv
import io
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from playground.errors import BadRequest

NAMES = ("x", "y", "z")
MOST_ROWS = 10_000
LARGEST = 1e6  # points are of about unit size


def write_points(points: NDArray[np.floating], comment: str = "") -> str:
    """Points (n, coordinates) as CSV text below the names of their coordinates and, before those, a comment."""
    width = points.shape[1]
    names = NAMES[:width] if width <= len(NAMES) else [f"x{i + 1}" for i in range(width)]
    lines = [f"# {comment}"] if comment else []
    lines += [",".join(names), *(",".join(f"{value:.6g}" for value in row) for row in points.tolist())]
    return "\n".join(lines) + "\n"


def read_points(content: bytes | memoryview, width: int) -> NDArray[np.float32]:
    """Points (n, width) of a CSV file; BadRequest in one sentence."""
    try:
        text = bytes(content).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadRequest("A file of points must be CSV text, and this one is no text: choose another file.") from error
    points = [point for _, point in zip(range(MOST_ROWS + 1), _rows(text, width), strict=False)]
    if not points:
        raise BadRequest(
            f"A file of points needs a row of {width} numbers, got none: add one, such as {_example(width)}."
        )
    if len(points) > MOST_ROWS:
        raise BadRequest(f"A file of points may have {MOST_ROWS} rows, got more: send fewer.")
    return np.array(points, np.float32)


def _rows(text: str, width: int) -> Iterator[list[float]]:
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip() and line[0] != "#"]
    for place, (number, line) in enumerate(lines):
        try:
            cells = next(csv.reader(io.StringIO(line)))
            point = [float(cell) for cell in cells]
        except (ValueError, csv.Error):
            if place == 0 and not any(_is_number(cell) for cell in line.split(",")):
                continue  # the names of the coordinates
            point = []
        if len(point) != width or not all(abs(value) <= LARGEST for value in point):
            raise BadRequest(
                f"A row of points has {width} numbers from -1e6 to 1e6 with commas between, got {line[:40]!r} "
                f"in line {number}: write it such as {_example(width)}."
            )
        yield point


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _example(width: int) -> str:
    return ",".join(["0.5", "-1", "0"][:width] + ["0"] * (width - 3))
