"""What a topic model's hidden units stand for, and which of them a typed text has."""

from playground.errors import BadRequest
from playground.formats.content_words import words_of
from playground.models.base import GenerativeModel, ReadsTopics, require
from playground.protocol import fields, typed
from playground.protocol.request import Item
from playground.protocol.wire import pack

MAX_WORDS = 30
WORDS_BESIDE = 5


def run_topics(model: GenerativeModel, item: Item) -> bytes:
    """{"words": 1 to 30 each}: {"topics": [{"topic", "words", "rises", "mean"}]}, in the order of the hidden units.

    words: those that tell most that the unit is on; rises: of their probability then; mean: how often it is on over the data.
    """
    machine = _machine(model)
    count = fields.whole(item.request, "words", 1, MAX_WORDS, 8)
    means = machine.hidden_centre.tolist()
    topics = [
        {
            "topic": i,
            "words": [machine.vocabulary[number] for number, _ in row],
            "rises": [round(rise, 5) for _, rise in row],
            "mean": round(means[i], 4),
        }
        for i, row in enumerate(machine.topic_words(count))
    ]
    return pack({"topics": topics})


def run_read_topics(model: GenerativeModel, item: Item) -> bytes:
    """{"text"}: {"topics": [{"topic", "p", "mean", "words"}], "known": [...], "unknown": number, "z": [...]}.

    The topics are sorted by how much more likely the text makes them than they are over the data; known: the words read, at most
    32, in order; unknown: how many words, function words aside, were not. BadRequest when no word is known.
    """
    machine = _machine(model)
    text = typed.text(item.request, "text")
    counts = machine.read([text])
    if not counts.any():
        raise BadRequest(
            "None of these words is among the 2,000 the model knows, which are those of dictionary definitions: try others."
        )
    vocabulary = set(machine.vocabulary)
    words = words_of(text)
    known = [word for word in words if word in vocabulary][: int(counts.sum())]
    z = machine.encode([text], {})[0].double().cpu()
    means = machine.hidden_centre.double().cpu()
    beside = machine.topic_words(WORDS_BESIDE)
    topics = [
        {
            "topic": i,
            "p": round(float(z[i]), 6),
            "mean": round(float(means[i]), 4),
            "words": [machine.vocabulary[number] for number, _ in beside[i]],
        }
        for i in (z - means).argsort(descending=True).tolist()
    ]
    return pack(
        {"topics": topics, "known": known, "unknown": len(words) - len(known), "z": z.round(decimals=6).tolist()}
    )


def _machine(model: GenerativeModel) -> ReadsTopics:
    return require(model, "topics", ReadsTopics, "This model has no topics: choose the topic model.")
