"""From an upload back to a latent: encode (an encoder, or the process run backwards) and invert (search by gradient)."""

from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from playground.errors import BadRequest
from playground.models.base import Decodes, Encodes, GenerativeModel, one_hot, require, sample_generator
from playground.models.decoding import decode_numbers
from playground.operations.kinds import KINDS
from playground.operations.replies import pack_outputs
from playground.operations.targets import Target
from playground.protocol import fields
from playground.protocol.request import Item

CANDIDATES = 256  # random latents tried before the search starts
NO_ENCODER = "This model has no encoder: its latents are found by search (operation 'invert')."
STEP_SIZE = 0.05
PRIOR_WEIGHT = 1e-5  # keeps the latent near where the model was trained, at hardly any cost in error
ADAM_BETAS = (0.9, 0.99)


def run_encode(model: GenerativeModel, item: Item) -> bytes:
    """Latent of an upload, beside what the model makes of it again."""
    encoder = require(model, "encode", Encodes, NO_ENCODER)
    target = read_target(model, item)
    guess = encoder.encode(target.picture.to(next(model.parameters()).device), target.settings)
    z = target.improve(model, guess).cpu()
    again = decode_numbers(model, z, _neutral(target.settings), [sample_generator(0, 0)])
    return _reply(model, target, z, again, {}, b"")


def read_target(model: GenerativeModel, item: Item) -> Target:
    """The upload of a request, made to look like what the model was trained on."""
    read = KINDS[model.output.kind].read_upload
    if read is None:
        raise BadRequest("Nothing can be uploaded for this model: choose another.")
    return read(item, fields.settings_of(model, item.request), model.output)


def _reply(model: GenerativeModel, target: Target, z: Tensor, made: Tensor, more: dict[str, Any], last: bytes) -> bytes:
    """Target and reconstruction as frames, what the target's kind adds (sound), and ``last``."""
    both = torch.cat([target.picture, made])
    report, media = target.report(made)
    header = {"z": z[0].double().round(decimals=6).tolist(), **report, "note": target.note, **more}
    return pack_outputs(model.output, both, header, media + last)


def _neutral(settings: dict) -> dict:
    """The settings under which decode undoes encode: no guidance, enough solver steps."""
    neutral = {"guidance": 0.0, "steps": 25, "solver": "heun", "settle": 0}
    return settings | {name: value for name, value in neutral.items() if name in settings}


def run_invert(model: GenerativeModel, item: Item) -> bytes:
    """Some steps of Adam on |G(z) - x|^2; the state travels with the request, so the visitor can stop at any time."""
    require(model, "invert", Decodes, "This model needs no search: it encodes a picture directly (operation 'encode').")
    request = item.request
    steps, done = fields.whole(request, "steps", 1, 50, 25), fields.whole(request, "step", 0, 2000, 0)
    seed = fields.whole(request, "seed", 0, fields.MAX_SEED, 0)
    target = read_target(model, item)
    size = model.latent.size
    if done == 0:
        point = _best_candidate(model, target, seed)
        mean, square = torch.zeros(size), torch.zeros(size)
    else:
        if len(target.rest) != 3 * 4 * size:
            raise BadRequest(
                f"Continuing a search needs {12 * size} state bytes after the upload, got {len(target.rest)}."
            )
        state = torch.from_numpy(np.frombuffer(target.rest, np.float32).copy())
        if not bool(state.isfinite().all()):
            raise BadRequest("The search state holds numbers that are not finite: start again from step 0.")
        point, mean, square = state.view(3, size)
    for step in range(done, done + steps):
        point, mean, square = _adam_step(model, point, mean, square, step, target)
    z = to_latent(model, point[None])
    now = decode_numbers(model, z, target.settings, [sample_generator(0, 0)])
    state_bytes = torch.stack([point, mean, square]).numpy().astype(np.float32).tobytes()
    return _reply(model, target, z, now, {"step": done + steps, "state_bytes": len(state_bytes)}, state_bytes)


def to_latent(model: GenerativeModel, point: Tensor) -> Tensor:
    """Search coordinates (n, d) to latents: class weights, where there are any, are the softmax of the last coordinates."""
    classes = model.latent.classes
    return torch.cat([point[:, :-classes], point[:, -classes:].softmax(1)], dim=1) if classes else point


def _best_candidate(model: GenerativeModel, target: Target, seed: int) -> Tensor:
    classes = model.latent.classes
    generators = [sample_generator(seed, i) for i in range(CANDIDATES)]
    noise = torch.stack([torch.randn(model.latent.size - classes, generator=generator) for generator in generators])
    labels = one_hot(torch.arange(CANDIDATES) % max(classes, 1), classes)
    pictures = decode_numbers(model, torch.cat([noise, labels], dim=1), target.settings, generators)
    best = int((pictures - target.picture).square().flatten(1).mean(1).argmin())
    return torch.cat([noise[best], 4.0 * labels[best]])  # logits: 88 % on that class, free to move


def _adam_step(model: GenerativeModel, point: Tensor, mean: Tensor, square: Tensor, step: int, target: Target):
    """One step of Adam (Kingma & Ba 2015) written out, because its state travels in the request."""
    with torch.inference_mode(False), torch.enable_grad():
        variable = point.clone().requires_grad_(True)
        z = to_latent(model, variable[None]).to(next(model.parameters()).device)
        made = model.decode(z, target.settings, [])
        assert isinstance(made, Tensor)
        picture = made.cpu()
        loss = F.mse_loss(picture, target.picture.clone()) + PRIOR_WEIGHT * variable.square().mean()
        (gradient,) = torch.autograd.grad(loss, variable)
    mean = ADAM_BETAS[0] * mean + (1 - ADAM_BETAS[0]) * gradient
    square = ADAM_BETAS[1] * square + (1 - ADAM_BETAS[1]) * gradient.square()
    mean_hat, square_hat = mean / (1 - ADAM_BETAS[0] ** (step + 1)), square / (1 - ADAM_BETAS[1] ** (step + 1))
    return point - STEP_SIZE * mean_hat / (square_hat.sqrt() + 1e-8), mean, square
