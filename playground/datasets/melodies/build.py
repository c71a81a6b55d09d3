"""melodies: two-bar windows of Irish, Scottish and American folk tunes, from the ABC files inside the package music21.

O'Neill's Music of Ireland (1850 tunes), Aird's Airs, Ryan's Mammoth Collection and two small books; the tunes are public
domain, the transcriptions are by volunteers. Tunes with triplets or notes shorter than a sixteenth are left out, and so are
bars other than 4/4, 2/2 and 2/4 (a 2/4 window spans four bars).

A step is a sixteenth. A tune is an int8 array over its steps: p = MIDI pitch p struck here, -p = pitch p held on, 0 = rest.
Split by tune: 80 % training, 10 % validation, 10 % test.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from playground.datasets.base import TrainingTensors, without_classes
from playground.datasets.shared.music21_corpus import music21_corpus, natural_order
from playground.datasets.storage import SPLIT, built, random_parts, save_arrays
from playground.formats.rolls import MELODY_GRID, rolls_of

FOLDERS = ("oneills1850", "airdsAirs", "ryansMammoth", "miscFolk", "nottingham-dataset")
STEPS = MELODY_GRID.window  # sixteenths of a window: two bars of 4/4
LOWEST, HIGHEST = MELODY_GRID.lowest, MELODY_GRID.highest  # MIDI pitches of a roll; tunes beyond are left out
MINIMUM_NOTES, MAXIMUM_SPAN = 4, 24


def sixteenths(quarter_length: Any) -> int | None:
    """A time in quarters as whole sixteenths, or None when it is off the grid."""
    steps = float(quarter_length) * 4
    return round(steps) if abs(steps - round(steps)) < 1e-3 else None


def parse_tune(score: Any) -> tuple[np.ndarray, np.ndarray, int] | None:
    """One music21 score as (notes (steps,) int8, bar starts (steps,) bool, sixteenths a bar), or None when off the grid."""
    meters = list(score.recurse().getElementsByClass("TimeSignature"))
    bar = sixteenths(meters[0].barDuration.quarterLength) if meters else None
    total = sixteenths(score.duration.quarterLength)
    if not bar or not total:
        return None
    notes, bars = np.zeros(total, np.int8), np.zeros(total, bool)
    tied = 0  # the pitch that a tie leads on from
    for element in score.flatten().notesAndRests:
        if element.duration.isGrace or type(element).__name__ == "ChordSymbol":
            continue
        start, length = sixteenths(element.offset), sixteenths(element.quarterLength)
        if start is None or not length:
            return None
        if element.isRest:
            tied = 0
            continue
        pitch = max(one.midi for one in element.pitches)
        if notes[start] > 0:
            continue  # a second voice: the first one leads
        notes[start : start + length] = -pitch
        # A slur between two pitches is written as a tie in some of the files: only the same pitch goes on.
        if tied != pitch:
            notes[start] = pitch
        tied = pitch if element.tie is not None and element.tie.type != "stop" else 0
    for measure in score.recurse().getElementsByClass("Measure"):
        start = sixteenths(measure.offset)
        if start is not None and start < total and measure.paddingLeft == 0:
            bars[start] = True
    return notes, bars, bar


def parse_tunes() -> Iterator[tuple[str, np.ndarray, np.ndarray, int]]:
    """Every tune on the grid: its name, notes, bar starts and sixteenths a bar. Takes about five minutes."""
    with music21_corpus("melodies") as (converter, folder):
        for book in FOLDERS:
            for path in sorted((folder / book).glob("*.abc"), key=lambda path: natural_order(path.name)):
                parsed: Any = converter.parse(path, forceSource=True, storePickle=False)
                for number, score in enumerate(getattr(parsed, "scores", None) or [parsed]):
                    tune = parse_tune(score)
                    if tune is not None:
                        yield f"{book}/{path.stem}/{number}", *tune


def build_melodies(path: Path) -> None:
    """Parse, drop tunes whose first 40 pitches are another's, split by tune, write ``path``."""
    tunes, seen = [], set()
    for name, notes, bars, bar in parse_tunes():
        struck = notes[notes > 0]
        if not len(struck) or struck.min() < LOWEST or struck.max() > HIGHEST:
            continue
        start = tuple(struck[:40] - struck[0])
        if start not in seen:
            seen.add(start)
            tunes.append((name, notes, bars, bar))
    save_arrays(
        path,
        names=np.array([name for name, *_ in tunes]),
        notes=np.concatenate([notes for _, notes, _, _ in tunes]),
        bars=np.concatenate([bars for _, _, bars, _ in tunes]),
        lengths=np.array([len(notes) for _, notes, _, _ in tunes], np.int32),
        sixteenths_a_bar=np.array([bar for *_, bar in tunes], np.int16),
        split=random_parts(len(tunes), (0.8, 0.9)).astype(np.uint8),
    )


@dataclass(frozen=True)
class Melodies:
    """Two-bar windows by split, distinct ones only, none of the test set transposed from one of training.

    windows[split] (n, 32) int8: p struck, -p held on, 0 rest; the first step never holds on.
    """

    windows: dict[str, np.ndarray]
    tunes: int

    def rolls(self, split: str) -> np.ndarray:
        """The windows of a split as roll pictures (n, 1, 44, 32) uint8."""
        return rolls_of(self.windows[split][:, :, None], MELODY_GRID)[:, None]

    def training_tensors(self) -> TrainingTensors:
        """Roll pictures (n, 1, 44, 32) uint8 of the training windows."""
        return without_classes(self.rolls("train"))

    def counts(self) -> str:
        """One line of facts."""
        parts = [f"{len(part):,} {name}" for name, part in self.windows.items()]
        return f"{' + '.join(parts)} two-bar windows of {self.tunes:,} tunes"


def load() -> Melodies:
    """The data set from the cache, built first when it is not there."""
    with np.load(built("melodies", build_melodies), allow_pickle=False) as file:
        arrays = dict(file)
    ends = np.cumsum(arrays["lengths"])[:-1]
    found: dict[str, list[np.ndarray]] = {name: [] for name in SPLIT}
    tunes = 0
    for notes, bars, bar, part in zip(
        np.split(arrays["notes"], ends), np.split(arrays["bars"], ends), arrays["sixteenths_a_bar"], arrays["split"]
    ):
        windows = tune_windows(notes, bars, int(bar))
        tunes += bool(windows)
        found[SPLIT[part]] += windows
    trained = {shape_of(window) for window in found["train"]}
    for name in SPLIT[1:]:
        found[name] = [window for window in found[name] if shape_of(window) not in trained]
    return Melodies({name: np.unique(np.stack(part), axis=0) for name, part in found.items()}, tunes)


def tune_windows(notes: np.ndarray, bars: np.ndarray, bar: int) -> list[np.ndarray]:
    """Every two bars of 4/4 (four of 2/4) that begin with a bar and keep to it, with 4 notes or more within two octaves."""
    if bar not in (8, 16):
        return []
    windows = []
    for start in np.flatnonzero(bars[: max(0, len(notes) - STEPS + 1)]):
        if bars[start : start + STEPS : bar].all():
            window = notes[start : start + STEPS].copy()
            window[0] = abs(window[0])  # a note that was tied in begins here
            pitches = np.abs(window[window != 0])
            if (window > 0).sum() >= MINIMUM_NOTES and np.ptp(pitches) <= MAXIMUM_SPAN:
                windows.append(window)
    return windows


def shape_of(window: np.ndarray) -> bytes:
    """What a window shares with its transpositions."""
    lowest = np.abs(window[window != 0]).min()
    return (window - np.sign(window) * lowest).tobytes() + np.sign(window).tobytes()
