"""names: English first names in small letters, from two packages of @stdlib (npm; data PDDL / CC0)."""

from playground.datasets.base import Dataset
from playground.datasets.shared.words import text_words
from playground.protocol.output import OutputSpec

DATASET = Dataset(
    name="names",
    title="English first names",
    license="PDDL / CC0 (stdlib name lists)",
    modality="text",
    output=OutputSpec("text", 1, 12),
    place=2,
    examples={"ends": ["Maria", "Jonathan"], "typed": "Marianne", "patterns": ["ma*a", "jo___", "*ette"]},
    words=text_words(
        title="Names",
        one="name",
        many="names",
        real="real names never trained on",
        made="given by people",
        modes="kinds of name",
        headlines=("Sense (5-grams)", "Precision", "BLEU-3", "Self-BLEU-3", "Copied"),
        trained="the names that the models were trained on",
        most_samples=800,
        cost="Time per letter",
        cost_help="Seconds of drawing over the letters that were drawn, on this machine.",
        cost_note="of a name",
        piece="letter",
        shared="letters that a training name has in this order",
        slow="A few seconds.",
    ),
)
