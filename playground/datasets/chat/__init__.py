"""chat: two students at a time talking about anything, from the package chitchat_dataset (PyPI; MIT, BYU)."""

from playground.datasets.base import Dataset
from playground.datasets.shared.words import text_words
from playground.protocol.output import OutputSpec

DATASET = Dataset(
    name="chat",
    title="chitchat, two people at a time",
    license="MIT (chitchat-dataset, Brigham Young University)",
    modality="text",
    output=OutputSpec("text", 1, 512),
    place=4,
    examples={
        "prompts": ["Hi! I am", "Last weekend I went to", "My favourite food is"],
        "typed": "Hi! How was your weekend? I went hiking.",
    },
    words=text_words(
        title="Conversations",
        one="conversation",
        many="conversations",
        real="conversations never trained on",
        made="written by students",
        modes="kinds of conversation",
        fewest_samples=50,
        most_samples=140,
        usual_samples=50,
        shown=6,
        headlines=("Sense (3-grams)", "Invented words", "BLEU-4", "Self-BLEU-4", "Copied"),
        trained="the conversations that the model was trained on",
        note="A sample is the beginning of a conversation: 160 tokens or 512 characters.",
        slow="A minute or two: every conversation is written token by token.",
    ),
)
