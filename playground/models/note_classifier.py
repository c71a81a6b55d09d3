"""The note classifier: pitch tracker and family recogniser; its 64 features measure fidelity and diversity of the notes models.

Not a generator: it is trained and shipped like one, so that its card, seed and accuracy stand beside theirs.
"""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from playground.formats.spectrogram import LOWEST_PITCH, PITCH_COUNT
from playground.models.base import Family, FeatureNetwork, Phase
from playground.nets.timbres import pitch_of_label, vary_notes
from playground.nets.tracker import NoteClassifier as Net


@dataclass(frozen=True)
class NoteClassifierConfig:
    """Sizes, and the share of training notes turned into another instrument's."""

    width: int = 64
    families: int = 14
    varied_share: float = 0.6
    noise: float = 0.03  # of random height added to the pictures, in units of their range


class NoteClassifier(FeatureNetwork):
    """Pitch, family and features of note pictures (n, 1, 128, 64) in [0, 1]."""

    def __init__(self, config: NoteClassifierConfig):
        super().__init__()
        self.config = config
        self.net = Net(config.families, config.width)

    def loss(self, x: Tensor, labels: Tensor, generator: torch.Generator) -> tuple[Tensor, dict[str, float]]:
        """Sum of three cross-entropies in nats: pitch by harmonics, pitch and family by features."""
        pitch, family = pitch_of_label(labels), labels // PITCH_COUNT
        x = vary_notes(x, pitch, self.config.varied_share, generator)
        height = self.config.noise * torch.rand(len(x), 1, 1, 1, generator=generator)
        noise = height * torch.randn(x.shape, generator=generator)
        x = (x + noise.to(x.device)).clamp(0, 1)
        heard = self.net.pitch_logits(x).float()
        features = self.net.embed(x)
        by_features = F.cross_entropy(self.net.pitch(features).float(), pitch, label_smoothing=0.05)
        families = self.net.family(features).float()
        loss = F.cross_entropy(heard, pitch) + by_features + F.cross_entropy(families, family, label_smoothing=0.05)
        accuracies = {
            "pitch_accuracy": (heard.argmax(1) == pitch).float().mean().item(),
            "family_accuracy": (families.argmax(1) == family).float().mean().item(),
        }
        return loss, accuracies

    def phases(self) -> list[Phase]:
        return [Phase("cross-entropy", list(self.parameters()), self.loss)]

    def hear(self, x: Tensor) -> Tensor:
        """MIDI pitches (n,) int64 of pictures."""
        return self.net.pitch_logits(x).argmax(1) + LOWEST_PITCH

    def embed(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Features (n, 64) and predicted families (n,) int64."""
        features = self.net.embed(x)
        return features, self.net.family(features).argmax(1)


FAMILY = Family("note-classifier", NoteClassifierConfig, NoteClassifier)
