"""The metric suite of the passages."""

from playground.datasets.shared.text_features import LINES
from playground.datasets.shared.text_metrics import TextMetricSuite

SUITE = TextMetricSuite(
    "shakespeare",
    "passages",
    LINES,
    width=512,
    max_samples=300,
    order=4,
    copied_from=8,
    sizes=("Lines of a passage", (8, 10, 12, 14, 16, 18, 21)),
)
