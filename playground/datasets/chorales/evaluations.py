"""Numbers of the models of chorales: nats and accuracy a frame, and what compositions are like beside real chorales."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from playground.datasets.chorales.build import Piece
from playground.datasets.evaluation import Evaluation, Metrics, Subject, entry
from playground.datasets.shared.chorale_likelihood import LIKELIHOOD
from playground.formats.tonality import in_key_share
from playground.metrics.voice_leading import shuffled_frames, voice_leading
from playground.models.base import Composes
from playground.models.chorale_frames import BAR
from playground.protocol.fields import settings_of

SEED = 20260
SAMPLES = 40  # compositions of eight bars


def evaluate_compositions(subject: Subject) -> Metrics:
    """Forty compositions of eight bars: in key, how full, voice leading, how much is copied, each beside held-out chorales."""
    model, data, settings = subject.model, subject.data, settings_of(subject.model, {})
    nothing = torch.zeros(model.config.keys, 0)
    own = []
    for i in range(SAMPLES):
        roll = model.compose(nothing, None, 8 * BAR, SEED + i, settings)
        own.append(model.grid.to_columns(model.grid.from_roll(roll), 0)[:, 2:].numpy())
        subject.report(f"{i + 1} of {SAMPLES} compositions")
    held_out = [*data.pieces["valid"], *data.pieces["test"]]
    real, unseen = (
        eight_bars(pieces) for pieces in (held_out, [piece for piece in held_out if piece.name not in data.known_tunes])
    )
    trained = {bar for piece in data.pieces["train"] for bar in bars_of(piece.notes.astype(np.int64), 1)}

    def number(score: Callable[[list[np.ndarray]], float], unit: str, better: str, text: str) -> dict[str, Any]:
        text += f" The floor is that of {len(held_out)} held-out chorales."
        return entry(score(own), unit, better, text, floor=score(real), two_sided=True)

    def copied(pieces: list[np.ndarray]) -> float:
        return float(np.mean([bar in trained for piece in pieces for bar in bars_of(piece, BAR)]))

    numbers = {
        "in-key": number(
            lambda pieces: float(np.mean([in_key_share(n[n > 0]) for n in pieces])),
            "share",
            "higher",
            "Share of struck notes inside the key that fits the piece best, its own signature.",
        ),
        "notes-per-frame": number(
            lambda pieces: float(np.mean([(n != 0).sum(1).mean() for n in pieces])),
            "keys",
            "higher",
            "Keys that sound in a frame; a chorale has four voices.",
        ),
        "struck-share": number(
            lambda pieces: float(np.mean([(n > 0).sum() / (n != 0).sum() for n in pieces])),
            "share",
            "higher",
            "Share of sounding keys that are struck and not held on: how lively the rhythm is.",
        ),
        "copied-bars": entry(
            copied(own),
            "share",
            "lower",
            "Share of bars (eight frames) that stand in a training chorale, in any transposition. The floor is that of "
            "held-out chorales whose tune no training chorale has.",
            floor=copied(unseen),
        ),
        **voice_leading_entries(own, [piece.notes for piece in held_out]),
    }
    return {f"{name}-{SAMPLES}x8bars": one for name, one in numbers.items()}


def voice_leading_entries(own: list[np.ndarray], real: list[np.ndarray]) -> Metrics:
    """Parallels and leaps beside those of real chorales, and of their frames in a random order: what chance would make."""
    found, floor = voice_leading(own), voice_leading(real)
    chance = voice_leading(shuffled_frames(real, np.random.default_rng(SEED)))
    against = (
        f"The floor is that of {len(real)} held-out chorales, the baseline that of their frames in a random order. Voices are "
        "read from the highest note to the lowest."
    )
    unit, motions = (
        "per 100 similar motions",
        f"of two voices that move the same way ({found.similar_motions:,} such motions)",
    )
    texts = {
        "parallel-fifths": (unit, "fifths_per_100", f"Parallel fifths {motions}, which Bach avoids. {against}"),
        "parallel-octaves": (unit, "octaves_per_100", f"Parallel octaves and unisons {motions}. {against}"),
        "leaps": ("share", "leap_share", f"Share of a voice's moves that are larger than a fifth. {against}"),
    }
    return {
        name: entry(
            getattr(found, of),
            unit,
            "lower",
            text,
            floor=getattr(floor, of),
            two_sided=True,
            baseline=getattr(chance, of),
        )
        for name, (unit, of, text) in texts.items()
    }


def eight_bars(pieces: list[Piece]) -> list[np.ndarray]:
    """Pieces cut into eight bars of 4/4 (64, 4), a shorter rest left out."""
    return [
        piece.notes[i : i + 8 * BAR].astype(np.int64)
        for piece in pieces
        for i in range(0, len(piece.notes) - 8 * BAR + 1, 8 * BAR)
    ]


def bars_of(notes: np.ndarray, stride: int) -> list[bytes]:
    """Every eight frames of notes (frames, n) that are not silent, up to transposition."""
    notes = np.pad(notes, ((0, 0), (0, max(0, 8 - notes.shape[1]))))[:, :8]
    found = []
    for start in range(0, len(notes) - BAR + 1, stride):
        bar = notes[start : start + BAR]
        if bar.any():
            lowest = np.abs(bar[bar != 0]).min()
            # Counted from one, so that the lowest note differs from silence.
            found.append((np.sign(bar) * (np.abs(bar) - lowest + 1)).astype(np.int8).tobytes())
    return found


EVALUATIONS = (
    LIKELIHOOD,
    Evaluation("compositions", evaluate_compositions, (f"*-{SAMPLES}x8bars",), needs=(Composes,)),
)
