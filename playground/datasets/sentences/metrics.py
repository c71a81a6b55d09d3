"""The metric suite of the sentences."""

from playground.datasets.shared.text_features import SENTENCE
from playground.datasets.shared.text_metrics import TextMetricSuite

SUITE = TextMetricSuite(
    "sentences",
    "sentences",
    SENTENCE,
    width=96,
    max_samples=1000,
    order=3,
    copied_from=None,
    sizes=("Words and marks of a sentence", (5, 7, 9, 11, 13, 15, 17)),
)
