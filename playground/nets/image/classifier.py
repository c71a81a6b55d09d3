"""Classes of pictures, and the features before them."""

import torch
from torch import Tensor, nn

from playground.nets.image.picture import places
from playground.protocol.output import OutputSpec


class ImageClassifier(nn.Module):
    """Class logits (n, classes) and the 64 features before them, for fidelity and diversity metrics; pictures in [0, 1]."""

    features = 64

    def __init__(self, picture: OutputSpec, width: int = 32):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(picture.channels, width, 3, padding=1, bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(),
            nn.Conv2d(width, width, 4, stride=2, padding=1, bias=False),  # H / 2
            nn.BatchNorm2d(width),
            nn.ReLU(),
            nn.Conv2d(width, 2 * width, 3, padding=1, bias=False),
            nn.BatchNorm2d(2 * width),
            nn.ReLU(),
            nn.Conv2d(2 * width, 2 * width, 4, stride=2, padding=1, bias=False),  # h
            nn.BatchNorm2d(2 * width),
            nn.ReLU(),
            nn.Flatten(),
            nn.Dropout(0.3),
            nn.Linear(2 * width * places(picture, 4), self.features),
        )
        self.head = nn.Linear(self.features, len(picture.classes))

    def embed(self, x: Tensor) -> Tensor:
        """Features (n, 64): tanh of the last hidden layer, so that no single unit dominates a distance."""
        return torch.tanh(self.body(x))

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.embed(x))
