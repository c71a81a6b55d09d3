"""Writing on at a prompt or a conversation, a slice of time at a time; and how surprised a language model is at a text.

A request carries everything: the prompt, the tokens written so far, seed, settings and steering. So a text can continue after a
slice, after a restart, or from any of its tokens with another token in its place.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import torch

from playground.errors import BadRequest, PlaygroundError
from playground.models.causal_lm import CausalLM
from playground.models.writing import Progress, Step, Text, TextGenerator
from playground.operations.steering import steering_of
from playground.protocol import fields, typed
from playground.protocol.request import Item
from playground.protocol.wire import pack

SLICE_S = 0.1  # of writing, before others have their turn
FIRST_SLICE_S = (
    0.025  # of a batch with a new text: it is seen soon, and texts that come just behind it need not wait long
)
MOST_TOKENS = 400
MOST_CONTEXT = 16_384  # tokens of a prompt
MOST_ALTERNATIVES = 10
MOST_TURNS = 200
ANSWER_SHARE = 0.25  # of the window is kept free for the answer in a conversation


def writer_of(model: CausalLM) -> TextGenerator:
    """The model's writer, which remembers what was read lately."""
    kept = vars(model)
    if "_writer" not in kept:
        kept["_writer"] = TextGenerator(model)
    return kept["_writer"]


def run_write(model: CausalLM, items: Sequence[Item]) -> list[bytes | Exception]:
    """Go on with every item's text for a slice of time.

    {"prompt"} or {"chat": {"system", "turns"}}, or "context" (tokens of the prompt as an earlier answer gave them, with "chat"
    where they are a conversation); "tokens" already written; "settings", "seed", "max_tokens" (all written tokens count),
    "alternatives", "steer". Answers {"context", "trimmed", "tokens": the new ones, "unread", "end"}: see ``describe_step``; end
    is null while there is more to come, else "stop" (the model ended the text) or "length".

    "look": a token; the reply has it as its one token, whatever would be drawn: so the settings treat it and its alternatives.
    """
    replies: list[bytes | Exception] = [b""] * len(items)
    texts: list[tuple[int, Text, dict[str, Any]]] = []
    for i, item in enumerate(items):
        try:
            text, header = read_text(model, item.request)
            if text.count < 1:
                replies[i] = pack({**header, "tokens": [], "unread": 0, "end": "length"})
            else:
                texts.append((i, text, header))
        except PlaygroundError as error:
            replies[i] = error
    slice_s = SLICE_S if all(text.written for _, text, _ in texts) else FIRST_SLICE_S
    done = writer_of(model).write([text for _, text, _ in texts], slice_s) if texts else []
    for (i, text, header), progress in zip(texts, done):
        wanted = fields.whole(items[i].request, "alternatives", 0, MOST_ALTERNATIVES, 0)
        look = look_of(model, items[i].request)
        if look is not None and progress.steps:
            progress = Progress([replace(progress.steps[0], token=look)], False)
        steps = progress.steps[: len(progress.steps) - progress.stopped]  # the stop token itself is no text
        tokens = describe_steps(model, text.written, steps, wanted, begins_anew(model, items[i].request, text.prompt))
        end = "stop" if progress.stopped else "length" if len(progress.steps) == text.count else None
        replies[i] = pack({**header, "tokens": tokens, "unread": progress.unread, "end": end})
    return replies


def read_text(model: CausalLM, request: Mapping) -> tuple[Text, dict[str, Any]]:
    """A request as a text to go on with, and what its answer says of the prompt."""
    settings = fields.settings_of(model, request)
    seed = fields.whole(request, "seed", 0, fields.MAX_SEED, 0)
    written = read_tokens(model, request.get("tokens", []), "tokens", MOST_TOKENS)
    looks = look_of(model, request) is not None
    most = len(written) + 1 if looks else fields.whole(request, "max_tokens", 1, MOST_TOKENS, 100)
    if "context" in request:
        prompt, left_out = read_tokens(model, request["context"], "context", MOST_CONTEXT), 0
    elif "chat" in request:
        prompt, left_out = read_chat(model, fields.table(request, "chat"))
    else:
        prompt, left_out = model.passage_tokens(typed.text(request, "prompt", empty=True)), 0
    if not prompt:
        raise BadRequest("'prompt' is empty, and this model has no token to begin with: type something first.")
    steering, key = steering_of(model, request)
    text = Text(prompt, written, seed, model.odds(settings), model.stop_tokens(), most - len(written), steering, key)
    trimmed = left_out + max(0, len(prompt) - model.context)
    return text, {"context": prompt, "trimmed": trimmed, "window": model.context}


def read_chat(model: CausalLM, chat: Mapping) -> tuple[list[int], int]:
    """The tokens of a conversation up to the answer that is wanted, and how many of its oldest did not fit."""
    if "chat" not in model.capabilities:
        raise BadRequest("This model writes on at a text and knows no conversation: choose a chat model.")
    turns = fields.items(chat, "turns", 1, MOST_TURNS)
    if len(turns) % 2 == 0:
        raise BadRequest(f"'turns' must end with the visitor's, so their number is odd, got {len(turns)}.")
    system = typed.checked(chat.get("system", ""), "system", empty=True)
    if system.strip() and "system" not in model.capabilities:
        raise BadRequest("This model takes no system prompt: leave 'system' out, or choose another model.")
    texts = [*(typed.checked(one, "turns", empty=True) for one in turns[:-1]), typed.checked(turns[-1], "message")]
    if sum(map(len, texts)) > 4 * typed.MAX_CHARACTERS:
        raise BadRequest(f"A conversation may have {4 * typed.MAX_CHARACTERS} characters: begin a new one.")
    tokens = everything = model.conversation(system, texts)
    while len(texts) > 1 and len(tokens) > model.context * (1 - ANSWER_SHARE):
        texts = texts[2:]  # question and answer go together
        tokens = model.conversation(system, texts)
    return tokens, len(everything) - len(tokens)


def read_tokens(model: CausalLM, value: Any, name: str, most: int) -> list[int]:
    """A list of token numbers of this model."""
    size = model.tokenizer.size
    good = isinstance(value, list) and len(value) <= most
    if not good or not all(type(one) is int and 0 <= one < size for one in value):
        raise BadRequest(f"'{name}' must be a list of at most {most} token numbers from 0 to {size - 1}.")
    return value


def look_of(model: CausalLM, request: Mapping) -> int | None:
    """The token that is looked at, where the request names one."""
    if "look" not in request:
        return None
    return fields.whole(request, "look", 0, model.tokenizer.size - 1)


def begins_anew(model: CausalLM, request: Mapping, prompt: Sequence[int]) -> bool:
    """Whether what is written is a text of its own, an answer or one without a prompt, and does not go on with another."""
    return "chat" in request or all(token in model.tokenizer.specials for token in prompt)


def describe_steps(
    model: CausalLM, written: Sequence[int], steps: Sequence[Step], wanted: int, begins: bool
) -> list[dict[str, Any]]:
    """New tokens as plain JSON: id, text, p (as the model has it), kept (after the settings) and the likeliest alternatives."""
    pieces = text_pieces(model, written, [step.token for step in steps], begins)
    described = []
    for i, (step, piece) in enumerate(zip(steps, pieces)):
        first = begins and not written and i == 0
        probabilities = step.logits.double().softmax(0)
        likeliest = probabilities.topk(min(wanted, len(probabilities))).indices.tolist() if wanted else []
        described.append(
            {
                **describe_token(step.token, piece, probabilities, step.odds),
                "alternatives": [
                    describe_token(token, shown_token(model, token, first), probabilities, step.odds)
                    for token in likeliest
                ],
            }
        )
    return described


def describe_token(token: int, text: str, probabilities: torch.Tensor, odds: torch.Tensor) -> dict[str, Any]:
    """One token with its probability before and after the settings."""
    return {"id": token, "text": text, "p": _short(probabilities[token]), "kept": _short(odds[token])}


def _short(value: torch.Tensor) -> float:
    return float(f"{float(value):.4g}")


def shown_token(model: CausalLM, token: int, first: bool = False) -> str:
    """A token by itself, as a list of alternatives shows it; what is no whole character shows U+FFFD. first: of a text."""
    decode = model.tokenizer.decode if first else model.tokenizer.decode_after
    return model.tokenizer.specials.get(token) or decode([token])


def text_pieces(model: CausalLM, before: Sequence[int], tokens: Sequence[int], begins: bool = True) -> list[str]:
    """What each token adds to the text; a character of several tokens comes with the last of them.

    begins: whether ``before`` begins a text; if not, it stands behind one.
    """
    pieces: list[str] = []
    held: list[int] = []
    for token in [*before, *tokens]:
        held.append(token)
        text = model.tokenizer.decode(held) if begins else model.tokenizer.decode_after(held)
        if not text or text.endswith("\ufffd"):  # half a character may still become a whole one
            pieces.append("")
            continue
        pieces.append(text)
        held, begins = [], False
    return pieces[len(before) :]


def run_surprise(model: CausalLM, item: Item) -> bytes:
    """{"text", "alternatives"}: the text token by token, with the nats of each, and their sum.

    {"tokens": [{"id", "text", "p", "nats", "alternatives"}], "nats", "nats_per_character", "perplexity", "trimmed"}. A model
    without a start token gives the first one no number (null).
    """
    text = typed.text(item.request, "text")
    wanted = fields.whole(item.request, "alternatives", 0, MOST_ALTERNATIVES, 0)
    before = model.start_tokens()[-1:]
    typed_tokens = model.tokenizer.encode(text)
    tokens = [*before, *typed_tokens[: 4 * model.context]]
    logits = model.token_logits(tokens).cpu()
    first = 1 - len(before)  # how many tokens have no number
    shown = tokens[len(before) :]
    described: list[dict[str, Any]] = []
    total = 0.0
    for i, (token, piece) in enumerate(zip(shown, text_pieces(model, [], shown))):
        if i < first:
            described.append({"id": token, "text": piece, "p": None, "nats": None, "alternatives": []})
            continue
        log_odds = logits[i - first].double().log_softmax(0)
        nats = -float(log_odds[token])
        total += nats
        likeliest = log_odds.topk(min(wanted, len(log_odds))).indices.tolist() if wanted else []
        described.append(
            {
                "id": token,
                "text": piece,
                "p": _short(log_odds[token].exp()),
                "nats": round(nats, 4),
                "alternatives": [
                    {"id": one, "text": shown_token(model, one, i == 0), "p": _short(log_odds[one].exp())}
                    for one in likeliest
                ],
            }
        )
    counted = max(1, len(shown) - first)
    characters = len("".join(one["text"] for one in described[first:])) or 1
    return pack(
        {
            "tokens": described,
            "nats": round(total, 4),
            "nats_per_character": round(total / characters, 4),
            "perplexity": float(f"{float(torch.tensor(total / counted).exp()):.5g}"),
            "trimmed": len(typed_tokens) - len(shown),
        }
    )
