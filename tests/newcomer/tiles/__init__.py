"""tiles: a data set of the tests, 20 x 24 colour pictures of twelve classes, made by a formula."""

from playground.datasets.base import Dataset
from playground.protocol.output import OutputSpec
from playground.protocol.words import Words

CLASSES = ("ash", "bay", "elm", "fig", "fir", "gum", "haw", "ivy", "oak", "pear", "pine", "yew")

DATASET = Dataset(
    name="tiles",
    title="tiles by a formula",
    license="CC0",
    modality="image",
    output=OutputSpec("image", 20, 24, 3, CLASSES),
    words=Words(
        title="Tiles",
        one="tile",
        many="tiles",
        real="tiles never trained on",
        made="made by a formula",
        modes="kinds of tile",
        trained="the tiles that the models were trained on",
        distance="root mean square of pixels, 0 to 1",
        unit="rms pixel",
        slow="A second.",
        fewest_samples=50,
        most_samples=100,
        usual_samples=50,
        shown=6,
    ),
)
