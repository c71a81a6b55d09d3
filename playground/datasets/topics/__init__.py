"""topics: the glosses of WordNet, each a document of a few words, for models of what words go together."""

from playground.datasets.base import Dataset
from playground.protocol.output import OutputSpec

DATASET = Dataset(
    name="topics",
    title="WordNet glosses as bags of words",
    license="WordNet 3.0 licence (Princeton University)",
    modality="text",
    output=OutputSpec("topics", 1, 96),
    place=5,
)
