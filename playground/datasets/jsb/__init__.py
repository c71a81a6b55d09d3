"""jsb: the exact split of the JSB Chorales benchmark (Boulanger-Lewandowski et al. 2012), to compare with papers.

Its file is not ours to ship: its build says where it is looked for. Its models are never shipped either.
"""

from playground.datasets.base import Dataset
from playground.protocol.output import OutputSpec

DATASET = Dataset(
    name="jsb",
    title="JSB Chorales, quarter frames",
    license="no licence stated",
    modality="audio",
    output=OutputSpec("roll", 88, 32),
    place=4,
)
