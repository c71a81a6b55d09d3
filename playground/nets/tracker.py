"""The network that hears a note's pitch and family in its picture (nets/spectrogram.py).

Every pitch is a hypothesis: the picture is read where its harmonics and the gaps between them would lie, and one small network,
the same for all pitches, judges what it finds. An unknown instrument's pitch is therefore heard as a known one's.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from playground.formats.spectrogram import BANDS, FRAMES, PITCH_COUNT, harmonic_bands


class NoteClassifier(nn.Module):
    """Pitch logits (n, 73) by comparing harmonics, and 64 features with family and pitch heads."""

    features = 64
    harmonics = 24

    def __init__(self, families: int, width: int = 64):
        super().__init__()
        places = harmonic_bands(2 * self.harmonics, step=0.5)  # gaps and harmonics in turn
        self.register_buffer("places", places / places.sum(2, keepdim=True).clamp_min(1e-6), persistent=False)
        self.judge = nn.Sequential(
            nn.Linear(2 * self.harmonics * 4 + 1, 96), nn.SiLU(), nn.Linear(96, 64), nn.SiLU(), nn.Linear(64, 1)
        )
        self.prior = nn.Parameter(torch.zeros(PITCH_COUNT))
        self.inlet = nn.Conv1d(FRAMES, width, 5, padding=2)
        self.down = nn.ModuleList([nn.Conv1d(width, width, 6, stride=2, padding=2) for _ in range(3)])
        self.dense = nn.Linear(width * 16, self.features)
        self.family = nn.Linear(self.features, families)
        self.pitch = nn.Linear(self.features, PITCH_COUNT)

    places: Tensor

    def pitch_logits(self, x: Tensor) -> Tensor:
        """(n, 73)."""
        frames = F.adaptive_avg_pool2d(x[:, 0], (BANDS, 4)) - x.mean((1, 2, 3))[:, None, None]
        read = torch.einsum("nbt,pkb->npkt", frames, self.places).flatten(2)  # (n, 73, 48 * 4)
        height = torch.linspace(-1, 1, PITCH_COUNT, device=x.device)[None, :, None].expand(len(x), -1, -1)
        return self.judge(torch.cat([4 * read, height], dim=2)).squeeze(2) + self.prior

    def embed(self, x: Tensor) -> Tensor:
        """Features (n, 64): tanh, so that no single unit dominates a distance."""
        bands = self.inlet((2 * x[:, 0] - 1).transpose(1, 2))
        for down in self.down:
            bands = down(F.silu(bands))
        return torch.tanh(self.dense(F.silu(bands).flatten(1)))
