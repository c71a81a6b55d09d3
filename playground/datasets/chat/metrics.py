"""The metric suite of the conversations."""

from playground.datasets.shared.text_features import LINES
from playground.datasets.shared.text_metrics import TextMetricSuite

SUITE = TextMetricSuite(
    "chat",
    "conversations",
    LINES,
    width=512,
    max_samples=140,
    order=4,
    copied_from=8,
    sizes=("Turns of a conversation's beginning", (5, 8, 11, 14, 17, 20)),
)
