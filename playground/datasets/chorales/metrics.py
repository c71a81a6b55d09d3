"""The metric suite of the chorales."""

from playground.datasets.shared.music_metrics import MusicMetricSuite
from playground.formats.rolls import CHORALE_GRID

SUITE = MusicMetricSuite("chorales", CHORALE_GRID, max_samples=360)
