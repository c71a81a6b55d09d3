"""A typed text to its latent and back: what a model with an encoder keeps of it."""

from playground.errors import BadRequest
from playground.metrics.edit_distance import edit_distance
from playground.models.base import Encodes, GenerativeModel, ReadsTexts, are_texts, require, sample_generator
from playground.models.decoding import decode
from playground.protocol import fields, typed
from playground.protocol.request import Item
from playground.protocol.wire import pack

NO_WAY = "This model has no way from a text back to a latent: choose one with an encoder."


def run_rebuild(model: GenerativeModel, item: Item) -> bytes:
    """{"text", "settings"}: {"z", "read": the text as the model reads it, "text": what comes back, "edits", "words", "exact"}.

    edits: words to insert, delete or replace to get from what was read to what came back (Levenshtein 1966); for names letters.
    """
    encoder = require(model, "encode", Encodes, NO_WAY)
    if not isinstance(model, ReadsTexts) or model.output.kind != "text":
        raise BadRequest(NO_WAY)
    settings = fields.settings_of(model, item.request)
    asked = typed.text(item.request, "text", most=model.output.width).strip()
    text = model.read_typed(asked)
    z = encoder.encode([text], settings)
    made = decode(model, z.cpu(), settings, [sample_generator(0, 0)])
    assert are_texts(made)
    (back,) = made
    parts, parts_back = (one.split() if " " in text else list(one) for one in (text, back))
    return pack(
        {
            "z": z[0].double().cpu().round(decimals=6).tolist(),
            "read": text,
            "text": back,
            "edits": edit_distance(parts, parts_back),
            "words": len(parts),
            "exact": text == back,
        }
    )
