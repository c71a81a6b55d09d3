"""Melodies as strings of tokens, one a step: 0 rest, 1 hold, 2 + k = the k-th pitch from the lowest struck.

A melody is a roll picture (n, 1, 44, steps) in [0, 1], row 0 the highest pitch, at most one note at a time.
"""

import torch
from torch import Tensor
from torch.nn import functional as F

from playground.formats.rolls import MELODY_GRID

ROWS = MELODY_GRID.rows
REST, HOLD, FIRST_PITCH = 0, 1, 2
TOKENS = FIRST_PITCH + ROWS
STRUCK, HELD = 1.0, 0.6  # values of a roll picture


def tokens_of(pictures: Tensor) -> Tensor:
    """Roll pictures (n, 1, 44, steps) to tokens (n, steps) int64; of a chord the top note counts, only what sounds can hold."""
    rows = pictures[:, 0].flip(1)  # row 0 = lowest pitch
    struck, sounds = rows > 0.8, rows > 0.3
    choice = 2.0 * struck + sounds + torch.arange(ROWS, device=rows.device)[:, None] / (2 * ROWS)
    pitch = choice.argmax(1)  # (n, steps)
    sounding = torch.where(sounds.any(1), pitch + FIRST_PITCH, REST)
    before = F.pad(sounding, (1, 0))[:, :-1]
    goes_on = (sounding == before) & (sounding != REST) & ~struck.any(1)
    return torch.where(goes_on, HOLD, sounding)


def sounding_pitches(tokens: Tensor) -> Tensor:
    """The pitch token (or REST) that each step of tokens (n, steps) sounds, holds resolved: (n, steps)."""
    steps = torch.arange(tokens.shape[1], device=tokens.device)
    last = torch.where(tokens == HOLD, 0, steps).cummax(1).values
    sounding = tokens.gather(1, last)
    return torch.where(sounding == HOLD, REST, sounding)


def pictures_of(tokens: Tensor) -> Tensor:
    """Tokens (n, steps) to roll pictures (n, 1, 44, steps); a hold with nothing to hold is silent."""
    sounding = sounding_pitches(tokens)
    value = torch.where(tokens == HOLD, HELD, STRUCK) * (sounding != REST)
    planes = F.one_hot(sounding, TOKENS).float()[:, :, FIRST_PITCH:] * value[..., None]
    return planes.transpose(1, 2).flip(1)[:, None]
