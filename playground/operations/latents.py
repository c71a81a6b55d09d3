"""From a latent as a request spells it to the numbers a model decodes.

{"seed", "index"} draws from the prior, {"z": [...]} is explicit; "offsets" move along ordered slider directions (unit: prior
standard deviations), "raw" adds to single dimensions.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from playground.errors import BadRequest
from playground.models.base import GenerativeModel, one_hot, sample_generator
from playground.protocol import fields

OFFSET_LIMIT = 10.0
COORDINATE_LIMIT = 100.0


@dataclass(frozen=True)
class Latent:
    """A checked latent: where it starts, and how far it is moved."""

    seed: int
    index: int
    z: tuple[float, ...] | None
    offsets: dict[int, float]
    raw: dict[int, float]


def read_latent(model: GenerativeModel, spec: Any) -> Latent:
    """Check one latent of a request; raises BadRequest naming the field."""
    if not isinstance(spec, Mapping):
        raise BadRequest(
            'A latent must be an object such as {"seed": 7, "index": 0} or {"z": [...]}, got ' + repr(spec)[:60] + "."
        )
    z = None
    if "z" in spec:
        size = model.latent.size
        values = fields.items(spec, "z", size, size)
        z = tuple(fields.number({"z": value}, "z", -COORDINATE_LIMIT, COORDINATE_LIMIT) for value in values)
    return Latent(
        seed=fields.whole(spec, "seed", 0, fields.MAX_SEED, 0),
        index=fields.whole(spec, "index", 0, fields.MAX_INDEX, 0),
        z=z,
        offsets=_moves(spec, "offsets", len(model.direction_vectors)),
        raw=_moves(spec, "raw", model.latent.size),
    )


def _moves(spec: Mapping, name: str, count: int) -> dict[int, float]:
    moves = {}
    for key, value in fields.table(spec, name).items():
        text = str(key)
        if not (text.isascii() and text.isdigit() and len(text) <= 9 and int(text) < count):
            raise BadRequest(f"'{name}' has the key '{str(key)[:40]}': keys are whole numbers from 0 to {count - 1}.")
        moves[int(text)] = fields.number({name: value}, name, -OFFSET_LIMIT, OFFSET_LIMIT)
    return moves


def generators_of(latents: Sequence[Latent]) -> list[torch.Generator]:
    """One generator per latent, from its own seed and index."""
    return [sample_generator(latent.seed, latent.index) for latent in latents]


def resolve(model: GenerativeModel, latents: Sequence[Latent], settings: dict) -> Tensor:
    """Numbers (n, d) float32 on the CPU for the given latents; a chosen class overrides the class of an explicit z too."""
    z = torch.zeros(len(latents), model.latent.size)
    drawn = [i for i, latent in enumerate(latents) if latent.z is None]
    if drawn:
        z[drawn] = model.sample_latents(
            [sample_generator(latents[i].seed, latents[i].index) for i in drawn], settings
        ).cpu()
    vectors = model.direction_vectors.cpu()
    classes, chosen = model.latent.classes, model.chosen_class(settings)
    for i, latent in enumerate(latents):
        if latent.z is not None:
            z[i] = torch.tensor(latent.z)
            if classes and chosen is not None:
                z[i, -classes:] = one_hot(torch.tensor(chosen), classes)
        for direction, amount in latent.offsets.items():
            z[i, : vectors.shape[1]] += amount * vectors[direction]
        for dimension, amount in latent.raw.items():
            z[i, dimension] += amount
    return z


def direction_vector(model: GenerativeModel, request: Mapping) -> tuple[Tensor, str, int]:
    """The unit move (d,) a sweep runs along, the field it replaces in the latent ("offsets" or "raw"), and its number."""
    name, count = (
        ("dimension", model.latent.size) if "dimension" in request else ("direction", len(model.direction_vectors))
    )
    if count == 0:
        raise BadRequest("This model has no slider directions: use 'dimension' instead of 'direction'.")
    number = fields.whole(request, name, 0, count - 1)
    return unit_move(model, name, number), "raw" if name == "dimension" else "offsets", number


def unit_move(model: GenerativeModel, name: str, number: int) -> Tensor:
    """The vector (d,) of a move by one along ordered direction or single dimension ``number``."""
    move = torch.zeros(model.latent.size)
    if name == "dimension":
        move[number] = 1.0
    else:
        vector = model.direction_vectors[number].cpu()
        move[: len(vector)] = vector
    return move


def without(latent: Latent, kind: str, *numbers: int) -> Latent:
    """The latent with its own moves along the given directions taken out."""
    moves = {key: value for key, value in getattr(latent, kind).items() if key not in numbers}
    changed = {"offsets": latent.offsets, "raw": latent.raw, kind: moves}
    return Latent(latent.seed, latent.index, latent.z, **changed)


def slerp(a: Tensor, b: Tensor, t: Tensor) -> Tensor:
    """Spherical interpolation (Shoemake 1985) of vectors a, b (d,) at t (m,) in [0, 1]: (m, d). Linear when (anti)parallel.

    Radii are interpolated linearly, so that points between two typical Gaussian samples stay as far out as typical ones.
    """
    radius_a, radius_b = a.norm(), b.norm()
    if radius_a < 1e-6 or radius_b < 1e-6:
        return torch.lerp(a, b, t[:, None])
    angle = torch.arccos(((a / radius_a) @ (b / radius_b)).clamp(-1.0, 1.0))
    if angle < 1e-4 or angle > torch.pi - 1e-4:
        return torch.lerp(a, b, t[:, None])
    weight_a, weight_b = torch.sin((1 - t) * angle) / torch.sin(angle), torch.sin(t * angle) / torch.sin(angle)
    direction = weight_a[:, None] * (a / radius_a) + weight_b[:, None] * (b / radius_b)
    return direction * torch.lerp(radius_a, radius_b, t)[:, None]


def path_between(model: GenerativeModel, a: Tensor, b: Tensor, t: Tensor, path: str) -> Tensor:
    """Points (m, d) from a to b (d,) at t (m,): linear, or spherical in the noise and linear in the class weights."""
    if path == "linear":
        return torch.lerp(a, b, t[:, None])
    noise = model.latent.size - model.latent.classes
    return torch.cat([slerp(a[:noise], b[:noise], t), torch.lerp(a[noise:], b[noise:], t[:, None])], dim=1)
