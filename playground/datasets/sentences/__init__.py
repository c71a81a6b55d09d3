"""sentences: short English sentences, examples of use from WordNet and messages of the data set chat."""

from playground.datasets.base import Dataset
from playground.datasets.shared.words import text_words
from playground.protocol.output import OutputSpec

DATASET = Dataset(
    name="sentences",
    title="short English sentences (WordNet examples and chat)",
    license="WordNet 3.0 licence (Princeton University) and MIT (chitchat-dataset)",
    modality="text",
    output=OutputSpec("text", 1, 96),
    place=1,
    examples={
        "prompts": ["the", "she is", "a kind of", "we went to the"],
        "ends": ["the cat sleeps on the warm roof", "we will go to the market tomorrow"],
        "typed": "the children are playing in the garden",
    },
    words=text_words(
        title="Sentences",
        one="sentence",
        many="sentences",
        real="real sentences never trained on",
        modes="kinds of sentence",
        headlines=("Sense (3-grams)", "Invented words", "BLEU-3", "Self-BLEU-3", "Copied"),
        trained="the sentences that the models were trained on",
        shown=16,
        temperatures=(0.5, 0.7, 0.85, 1.0, 1.2),
        note="Models with a temperature are drawn at five temperatures besides, for the plane of fluency and repetition.",
        slow="Some seconds for each model; a model with a temperature takes six times as long.",
    ),
)
