"""What a model thinks of a roll: score, in nats a frame.

Exact for the transformer, estimated by annealed importance sampling for the RNN-RBM, a bound for the VAE.
"""

from functools import partial

import torch
from torch import Tensor

from playground.errors import BadRequest
from playground.metrics.conditional_ais import annealed_log_probability
from playground.models.base import Bounds, GenerativeModel, ScoresFrames, require, sample_generator
from playground.models.chorale_frames import BAR
from playground.operations.music import grid_of, read_roll
from playground.protocol.request import Item
from playground.protocol.wire import pack

MAX_BARS = 16
ANNEALED = partial(annealed_log_probability, temperatures=100, chains=6)  # half a second for eight bars
NO_SCORE = "This model gives no probability to music: choose one of chorales or melodies."
DRAWS = 16  # of the latent, for the bound
SOUNDING = 0.3  # values of a roll above this sound


def run_score(model: GenerativeModel, item: Item) -> bytes:
    """A roll: header {"nats_per_frame", "frames", "how": "exact" | "estimate" | "bound", "nats": [of each frame, where known]}.

    Of chorales 1 to 128 steps from the beginning of a piece, of melodies the whole window. The transformer is not told
    the key signature; the RNN-RBM is told that of all the notes.
    """
    grid = grid_of(model)
    if "score" not in model.capabilities and not isinstance(model, Bounds):
        raise BadRequest(NO_SCORE)
    roll = strike_first(read_roll(item.body, grid.rows))
    least, most = (grid.window, grid.window) if grid.voices == 1 else (1, MAX_BARS * BAR)
    steps = roll.shape[1]
    if not least <= steps <= most:
        rule = f"{least}" if least == most else f"{least} to {most}"
        raise BadRequest(f"A roll to score has {rule} steps, got {steps}: cut it or fill it up.")
    if "score" in model.capabilities:
        scorer = require(model, "score", ScoresFrames, NO_SCORE)
        nats, how = scorer.frame_nats(roll, ANNEALED).double(), scorer.scored
    else:
        nats, how = bound_nats(model, roll).double(), "bound"
    each = nats.round(decimals=3).tolist() if len(nats) == steps else []
    return pack({"nats_per_frame": float(nats.sum()) / steps, "frames": steps, "how": how, "nats": each})


def strike_first(roll: Tensor) -> Tensor:
    """The roll (rows, steps) with notes that are held on from nothing struck instead: no model can write the others."""
    before = torch.cat([torch.zeros(len(roll), 1), roll[:, :-1]], dim=1)
    return torch.where((roll > SOUNDING) & (before <= SOUNDING), 1.0, roll)


def bound_nats(model: GenerativeModel, roll: Tensor) -> Tensor:
    """The evidence lower bound (1,) of the whole melody, in nats to pay."""
    assert isinstance(model, Bounds)
    weights, _ = model.log_weights(roll[None, None].to(next(model.parameters()).device), DRAWS, sample_generator(0, 0))
    return -weights.mean().view(1).cpu()
