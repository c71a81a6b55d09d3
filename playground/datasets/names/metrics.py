"""The metric suite of the names."""

from playground.datasets.shared.text_features import NAME
from playground.datasets.shared.text_metrics import TextMetricSuite

SUITE = TextMetricSuite(
    "names",
    "names",
    NAME,
    pieces="letters",
    width=12,
    max_samples=800,
    order=3,
    copied_from=None,
    sizes=("Letters of a name", (4, 5, 6, 7, 8, 9, 10)),
)
