"""How far one spectrogram is from another: log-mel error in decibels and spectral convergence, item by item; 0 for equals.

Both look at powers (n, bands, frames). The error hears soft and loud alike, over the range that is shown; the convergence (Arik,
Jun & Diamos 2018, arXiv:1808.06719) is about what is loud.
"""

import torch
from torch import Tensor


def log_mel_error_db(power: Tensor, real: Tensor, *, floor_db: float, top_db: float) -> Tensor:
    """Mean absolute difference (n,) in dB, both powers limited to ``floor_db``..``top_db``."""
    decibels, real_decibels = (
        10 * torch.log10(one.clamp(10 ** (floor_db / 10), 10 ** (top_db / 10))) for one in (power, real)
    )
    return (decibels - real_decibels).abs().mean((1, 2))


def spectral_convergence(power: Tensor, real: Tensor) -> Tensor:
    """|amplitude - real amplitude| / |real amplitude| (n,), Euclidean norms over all cells of an item."""
    amplitude, real_amplitude = power.sqrt().flatten(1), real.sqrt().flatten(1)
    return (amplitude - real_amplitude).norm(dim=1) / real_amplitude.norm(dim=1).clamp_min(1e-9)
