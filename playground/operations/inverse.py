"""From a picture back to a latent: encode (an encoder, or the process run backwards) and invert (search by gradient)."""

from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from playground.errors import BadRequest
from playground.models.base import CLASS_COUNT, GenerativeModel, one_hot, sample_generator
from playground.nets.image import PIXELS
from playground.operations import fields
from playground.operations.generate import decode
from playground.operations.pictures import frame_facts, from_frames, read_upload, to_frames
from playground.serving.request import Item
from playground.serving.wire import pack

CANDIDATES = 256  # random latents tried before the search starts
STEP_SIZE = 0.05
PRIOR_WEIGHT = 1e-5  # keeps the latent near where the model was trained, at hardly any cost in error
ADAM_BETAS = (0.9, 0.99)


def read_target(item: Item) -> tuple[Tensor, str, memoryview]:
    """The picture (1, 1, 28, 28) of a request, what was done to it, and the bytes after it."""
    body = memoryview(item.body)
    if item.request.get("raw") is True:
        if len(body) < PIXELS:
            raise BadRequest(f"A raw picture has {PIXELS} bytes, got {len(body)}.")
        return from_frames(body[:PIXELS], 1), "Used as drawn.", body[PIXELS:]
    if not len(body):
        raise BadRequest("A picture is needed: upload a PNG, JPEG or WEBP file, or draw one.")
    picture, note = read_upload(body)
    return picture, note, memoryview(b"")


def run_encode(model: Any, item: Item) -> bytes:
    """Latent of a picture, beside what the model makes of it again."""
    if "encode" not in model.capabilities:
        raise BadRequest("This model has no encoder: its latents are found by search (operation 'invert').")
    settings = fields.settings_of(model, item.request)
    target, note, _ = read_target(item)
    z = model.encode(target.to(next(model.parameters()).device), settings).cpu()
    again = decode(model, z, _neutral(settings), [sample_generator(0, 0)])
    mse = (again - target).square().mean().item()
    both = torch.cat([target, again])
    header = {**frame_facts(both), "z": z[0].double().round(decimals=6).tolist(), "mse": mse, "note": note}
    return pack(header, to_frames(both))


def _neutral(settings: dict) -> dict:
    """The settings under which decode undoes encode: no guidance, enough solver steps."""
    neutral = {"guidance": 0.0, "steps": 25, "solver": "heun", "settle": 0}
    return settings | {name: value for name, value in neutral.items() if name in settings}


def run_invert(model: GenerativeModel, item: Item) -> bytes:
    """Some steps of Adam on |G(z) - x|^2; the state travels with the request, so the visitor can stop at any time."""
    if "invert" not in model.capabilities:
        raise BadRequest("This model needs no search: it encodes a picture directly (operation 'encode').")
    request = item.request
    steps, done = fields.whole(request, "steps", 1, 50, 25), fields.whole(request, "step", 0, 2000, 0)
    seed = fields.whole(request, "seed", 0, fields.MAX_SEED, 0)
    settings = fields.settings_of(model, request)
    target, note, rest = read_target(item)
    size = model.latent.size
    if done == 0:
        point = _best_candidate(model, target, seed, settings)
        mean, square = torch.zeros(size), torch.zeros(size)
    else:
        if len(rest) != 3 * 4 * size:
            raise BadRequest(f"Continuing a search needs {12 * size} state bytes after the picture, got {len(rest)}.")
        state = torch.from_numpy(np.frombuffer(rest, np.float32).copy())
        if not bool(state.isfinite().all()):
            raise BadRequest("The search state holds numbers that are not finite: start again from step 0.")
        point, mean, square = state.view(3, size)
    for step in range(done, done + steps):
        point, mean, square = _adam_step(model, point, mean, square, step, target)
    z = to_latent(model, point[None])
    now = decode(model, z, settings, [sample_generator(0, 0)])
    state_bytes = torch.stack([point, mean, square]).numpy().astype(np.float32).tobytes()
    both = torch.cat([target, now])
    header = {
        **frame_facts(both),
        "step": done + steps,
        "mse": (now - target).square().mean().item(),
        "z": z[0].double().round(decimals=6).tolist(),
        "note": note,
        "state_bytes": len(state_bytes),
    }
    return pack(header, to_frames(both) + state_bytes)


def to_latent(model: GenerativeModel, point: Tensor) -> Tensor:
    """Search coordinates (n, d) to latents: the class weights are the softmax of the last ten coordinates."""
    return torch.cat([point[:, :-CLASS_COUNT], point[:, -CLASS_COUNT:].softmax(1)], dim=1)


def _best_candidate(model: GenerativeModel, target: Tensor, seed: int, settings: dict) -> Tensor:
    generators = [sample_generator(seed, i) for i in range(CANDIDATES)]
    noise = torch.stack([torch.randn(model.latent.size - CLASS_COUNT, generator=generator) for generator in generators])
    labels = torch.arange(CANDIDATES) % CLASS_COUNT
    pictures = decode(model, torch.cat([noise, one_hot(labels)], dim=1), settings, generators)
    best = int((pictures - target).square().mean((1, 2, 3)).argmin())
    return torch.cat([noise[best], 4.0 * one_hot(labels[best])])  # logits: 88 % on that digit, free to move


def _adam_step(model: GenerativeModel, point: Tensor, mean: Tensor, square: Tensor, step: int, target: Tensor):
    """One step of Adam (Kingma & Ba 2015) written out, because its state travels in the request."""
    with torch.inference_mode(False), torch.enable_grad():
        variable = point.clone().requires_grad_(True)
        picture = model.decode(to_latent(model, variable[None]), {}, [])
        loss = F.mse_loss(picture, target.clone()) + PRIOR_WEIGHT * variable.square().mean()
        (gradient,) = torch.autograd.grad(loss, variable)
    mean = ADAM_BETAS[0] * mean + (1 - ADAM_BETAS[0]) * gradient
    square = ADAM_BETAS[1] * square + (1 - ADAM_BETAS[1]) * gradient.square()
    mean_hat, square_hat = mean / (1 - ADAM_BETAS[0] ** (step + 1)), square / (1 - ADAM_BETAS[1] ** (step + 1))
    return point - STEP_SIZE * mean_hat / (square_hat.sqrt() + 1e-8), mean, square
