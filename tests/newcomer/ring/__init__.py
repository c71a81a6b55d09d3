"""ring: a data set of the tests, points of eight clusters on a circle in the plane, made by a formula."""

from playground.datasets.base import Dataset
from playground.protocol.output import OutputSpec
from playground.protocol.words import Words

CLASSES = ("east", "north-east", "north", "north-west", "west", "south-west", "south", "south-east")

DATASET = Dataset(
    name="ring",
    title="a ring of eight by a formula",
    license="CC0",
    modality="image",
    output=OutputSpec("points", 1, 2, classes=CLASSES),
    words=Words(
        title="Ring",
        one="point",
        many="points",
        real="points never trained on",
        made="made by a formula",
        modes="clusters",
        trained="the points that the models were trained on",
        distance="Euclidean distance in the plane",
        unit="distance",
        slow="A second.",
        fewest_samples=50,
        most_samples=400,
        usual_samples=200,
        shown=64,
    ),
)
