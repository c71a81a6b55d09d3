"""What each capability means, as a check of a model that names it."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pytest
import torch
from torch import Tensor

from playground.errors import BadRequest
from playground.formats.tokenizer import TURN
from playground.metrics.conditional_ais import annealed_log_probability
from playground.models.base import are_texts, sample_generator
from playground.protocol.fields import settings_of
from tests.tiny_text import WORDS

SOPRANO = [72, -72, 74, 76, -76, 77, 76, 74] * 2


def sampled(model: Any, indices: Sequence[int]) -> tuple[Tensor, Any]:
    """Latents and outputs of the samples of these indices under one seed."""
    settings = settings_of(model, {})
    z = model.sample_latents([sample_generator(5, i) for i in indices], settings)
    return z, model.decode(z, settings, [sample_generator(5, i) for i in indices])


def same(one: Any, other: Any) -> bool:
    """Whether outputs are equal, up to how a product over a batch is rounded."""
    if are_texts(one):
        return one == other
    return one.shape == other.shape and torch.allclose(one, other, atol=1e-5)


def decode(model: Any) -> None:
    """Row i depends on z[i] and generators[i] alone."""
    z, made = sampled(model, range(4))
    generators = [sample_generator(5, i) for i in (3, 1)]
    chosen = model.decode(z[[3, 1]], settings_of(model, {}), generators)
    assert same(chosen, [made[3], made[1]] if are_texts(made) else made[[3, 1]])


def encode(model: Any) -> None:
    """Outputs have finite latents, each its own whatever the batch, which can be decoded."""
    settings, (_, made) = settings_of(model, {}), sampled(model, range(3))
    z = model.encode(made, settings)
    assert z.shape == (3, model.latent.size) and z.dtype == torch.float32 and z.isfinite().all()
    assert torch.allclose(model.encode(made[2:], settings), z[2:], atol=1e-4)
    again = model.decode(z, settings, [sample_generator(0, i) for i in range(3)])
    assert len(again) == 3 and (are_texts(again) or again.shape == made.shape)


def chain(model: Any) -> None:
    """So many frames, from the start, and the same again; a flow's last is its output, and ``every`` leaves out Gibbs steps."""
    settings, flows = settings_of(model, {}), model.latent.prior.startswith("noise")
    start, decoded = sampled(model, [0])
    if model.output.kind == "roll":
        start = model.grid.from_roll(decoded[0, 0, :, :16])
        first: Any = model.grid.to_roll(start)[None, None]
    elif flows:
        first = model.net.to_output(start[:, : model.size].view(1, *model.net.shape))
    else:
        first = model.decode(start, settings, [sample_generator(1, 0)])
        if not are_texts(first):
            first = model.units.observe(first.flatten(), sample_generator(1, 0)).view_as(first)

    def watch(frames: int, every: int) -> Any:
        return model.chain(start, settings, [sample_generator(1, 0)], frames, every)

    frames = watch(5, 1)
    assert len(frames) == 5 and same(frames, watch(5, 1)) and same(frames[:1], first)
    assert same(frames[-1:], decoded) if flows else same(watch(3, 2)[1:2], frames[2:3])


def clamp(model: Any) -> None:
    """What is held stays in every frame; nothing held is a free chain, and what cannot be held is refused."""
    settings, (start, _) = settings_of(model, {}), sampled(model, [0])
    assert model.read_clamp({}, memoryview(b"")) is None
    texts = model.output.kind == "text"
    if texts:
        request, body, wrong = {"clamp": "ma*"}, b"", {"clamp": "m4"}
    else:
        output, top = model.output, model.output.height // 2
        held_bytes = top * output.width * output.channels
        half = held_bytes * b"\xff" + bytes(output.size - held_bytes)
        request, body, wrong = {"clamped": True}, half + half, {"clamped": True}
    held = model.read_clamp(request, memoryview(body))
    frames = model.chain(start, settings, [sample_generator(1, 0)], 6, 2, held)
    if texts:
        assert all(text.startswith("ma") for text in frames)
    else:
        assert (frames[:, :, :top] == 1).all() and not (frames[:, :, top:] == 1).all()
    with pytest.raises(BadRequest):
        model.read_clamp(wrong, memoryview(b"short"))


def compose(model: Any) -> None:
    """A roll grows by so many steps and keeps its beginning; made in parts it is the same, and the seed decides."""
    settings, nothing = settings_of(model, {}), torch.zeros(model.output.height, 0)
    piece = model.compose(nothing, None, 24, 5, settings)
    begun = model.compose(nothing, None, 8, 5, settings)
    assert piece.shape == (model.output.height, 24) and torch.equal(piece[:, :8], begun)
    assert torch.equal(model.compose(begun, None, 16, 5, settings), piece)
    assert not torch.equal(model.compose(nothing, None, 24, 6, settings), piece)


def harmonise(model: Any) -> None:
    """The soprano stands in the roll, and nothing above it."""
    roll = model.compose(torch.zeros(model.output.height, 0), SOPRANO, 16, 3, settings_of(model, {}))
    for note, column in zip(SOPRANO, roll.T):
        row = 81 - abs(note)
        assert column[row] > 0 and not column[:row].any()


def score(model: Any) -> None:
    """Nats of every step; exact ones are positive and know nothing of the steps to come."""
    roll = model.compose(torch.zeros(model.output.height, 0), None, 16, 3, settings_of(model, {}))
    estimate = partial(annealed_log_probability, temperatures=20, chains=4)
    nats = model.frame_nats(roll, estimate)
    assert nats.shape == (16,) and nats.isfinite().all() and model.scored in ("exact", "estimate")
    if model.scored == "exact":
        assert (nats >= 0).all() and torch.allclose(model.frame_nats(roll[:, :9], estimate), nats[:9], atol=1e-4)


def topics(model: Any) -> None:
    """Every hidden unit has its words, and texts are counted and read by the words that are known."""
    found = model.topic_words(4)
    assert len(found) == model.latent.size == len(model.hidden_centre)
    assert all(len({word for word, _ in row}) == 4 and 0 <= word < len(WORDS) for row in found for word, _ in row)
    counts = model.read(["The boat, a boat and the sea", "nothing known"])
    assert counts.shape == (2, len(WORDS)) and counts.sum(1).tolist() == [3, 0]
    assert counts[0, WORDS.index("boat")] == 2
    likely = model.encode(["boat sea"], {})
    assert likely.shape == (1, model.latent.size) and ((likely > 0) & (likely < 1)).all()


def write(model: Any) -> None:
    """A prompt's tokens are those of its text, each with the nats it costs after those before it."""
    tokens = model.prompt_tokens("hello how are you")
    nats = model.token_nats(tokens)
    assert model.tokenizer.decode(tokens[len(model.start_tokens()) :]) == "hello how are you"
    assert nats.shape == (len(tokens) - 1,) and (nats >= 0).all() and model.depth > 0 and model.context > 0
    assert torch.allclose(model.token_nats(tokens[:4]), nats[:3], atol=1e-5)


def chat(model: Any) -> None:
    """Every turn of a conversation has its mark, and so has the answer to come, which ends with the next mark."""
    turn = model.tokenizer.mark(TURN)
    tokens = model.conversation("", ["hello", "how are you"])
    assert tokens.count(turn) == 3 and tokens[-1] == turn and turn in model.stop_tokens()


def invert(model: Any) -> None:
    """Outputs have a gradient by every latent."""
    z, _ = sampled(model, [0, 1])
    with torch.enable_grad():
        z = z.clone().requires_grad_(True)
        (gradient,) = torch.autograd.grad(model.decode(z, settings_of(model, {}), []).square().sum(), z)
    assert gradient.isfinite().all() and (gradient.abs().sum(1) > 0).all()


def manifold(model: Any) -> None:
    """The latent is a plane."""
    assert model.latent.size == 2 and not model.latent.classes


MEANINGS: dict[str, Callable[[Any], None]] = {
    "decode": decode,
    "encode": encode,
    "chain": chain,
    "clamp": clamp,
    "compose": compose,
    "harmonise": harmonise,
    "score": score,
    "topics": topics,
    "write": write,
    "chat": chat,
    "invert": invert,
    "manifold": manifold,
}
