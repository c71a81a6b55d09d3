"""The metric suite of the melodies."""

from playground.datasets.shared.music_metrics import MusicMetricSuite
from playground.formats.rolls import MELODY_GRID

SUITE = MusicMetricSuite("melodies", MELODY_GRID, max_samples=1900)
