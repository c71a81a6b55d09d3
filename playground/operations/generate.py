"""Operations that decode: sample, decode, sweep, pad, interpolate, corners, chain, latents. Lists in, lists out.

Each operation first turns every item into a plan (latents and settings, all checked). Plans of equal settings are then decoded
together; a sample's randomness comes from its own seed, so no picture depends on its batch mates.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from playground.errors import BadRequest, PlaygroundError
from playground.models.base import Chains, Clamps, GenerativeModel, Outputs, require
from playground.models.decoding import decode
from playground.operations.latents import (
    Latent,
    direction_vector,
    generators_of,
    path_between,
    read_latent,
    resolve,
    unit_move,
    without,
)
from playground.operations.replies import pack_outputs
from playground.protocol import fields
from playground.protocol.request import Item
from playground.protocol.wire import pack

NO_CHAIN = "This model has no chain to watch: choose an RBM or a flow."
WALK: dict[str, Any] = {"walk": True}  # in the header of a reply whose outputs follow one another on one way
Watched = tuple[Outputs, dict[str, Any]]  # frames of a chain, and what else is said of them
MAX_GFLOPS = 400.0  # per request: a few seconds on two cores, below every deadline


@dataclass(frozen=True)
class Plan:
    """What one item wants decoded: latents (n, d), one generator a row, and the settings."""

    z: Tensor
    generators: Sequence[torch.Generator]
    settings: dict[str, Any]
    header: dict[str, Any]


def run_decoding(model: GenerativeModel, items: Sequence[Item], plan: Callable[..., Plan]) -> list[bytes | Exception]:
    """Plan each item, decode plans of equal settings together, pack a reply each; an item that fails has its own error."""
    plans: list[Plan | Exception] = []
    for item in items:
        try:
            plans.append(_affordable(model, plan(model, item)))
        except PlaygroundError as error:
            plans.append(error)
    groups: dict[str, list[int]] = {}
    for i, one in enumerate(plans):
        if isinstance(one, Plan):
            groups.setdefault(repr(sorted(one.settings.items())), []).append(i)
    replies: list[bytes | Exception] = [one if isinstance(one, Exception) else b"" for one in plans]
    for indices in groups.values():
        chosen = [one for i in indices if isinstance(one := plans[i], Plan)]
        z = torch.cat([one.z for one in chosen])
        generators = [generator for one in chosen for generator in one.generators]
        made, first = decode(model, z, chosen[0].settings, generators), 0
        for i, one in zip(indices, chosen):
            replies[i] = pack_outputs(model.output, made[first : first + len(one.z)], one.header)
            first += len(one.z)
    return replies


def _affordable(model: GenerativeModel, plan: Plan) -> Plan:
    require_affordable(model, len(plan.z), plan.settings)
    return plan


def require_affordable(model: GenerativeModel, samples: int, settings: dict) -> None:
    """BadRequest when so many samples under these settings would take longer than a visitor waits."""
    each = model.flops_per_sample(settings) / 1e9
    if samples * each > MAX_GFLOPS:
        raise BadRequest(
            f"{samples} pictures at {each:.2f} GFLOP each are beyond the limit of {MAX_GFLOPS:.0f} GFLOP a request: "
            "ask for fewer pictures or fewer steps."
        )


def plan_sample(model: GenerativeModel, item: Item) -> Plan:
    """{"seed", "start", "count"}: ``count`` samples of consecutive indices."""
    request = item.request
    count = fields.whole(request, "count", 1, 64, 16)
    start = fields.whole(request, "start", 0, fields.MAX_INDEX - 63, 0)
    seed = fields.whole(request, "seed", 0, fields.MAX_SEED, 0)
    specs = [{"seed": seed, "index": start + i} for i in range(count)]
    return _plan_latents(model, [read_latent(model, spec) for spec in specs], request)


def plan_decode(model: GenerativeModel, item: Item) -> Plan:
    """{"latents": [...]}: one picture each."""
    specs = fields.items(item.request, "latents", 1, 64)
    return _plan_latents(model, [read_latent(model, spec) for spec in specs], item.request)


def _plan_latents(model: GenerativeModel, latents: list[Latent], request: Mapping) -> Plan:
    settings = fields.settings_of(model, request)
    require_affordable(model, len(latents), settings)  # before the latents are drawn: an RBM's cost lies there
    return Plan(resolve(model, latents, settings), generators_of(latents), settings, {})


def plan_sweep(model: GenerativeModel, item: Item) -> Plan:
    """{"latent", "direction" | "dimension", "low", "high", "frames"}: pictures along one line through the latent."""
    request = item.request
    settings = fields.settings_of(model, request)
    move, kind, number = direction_vector(model, request)
    low, high = _limits(request)
    frames = fields.whole(request, "frames", 2, 33, 17)
    latent = without(read_latent(model, request.get("latent")), kind, number)
    base = resolve(model, [latent], settings)[0]
    amounts = torch.linspace(low, high, frames)
    return Plan(
        base + amounts[:, None] * move, generators_of([latent] * frames), settings, WALK | {"low": low, "high": high}
    )


def plan_pad(model: GenerativeModel, item: Item) -> Plan:
    """{"latent", "directions" | "dimensions": [i, j], "low", "high", "side"}: a square of pictures; row 0 is the top."""
    request = item.request
    settings = fields.settings_of(model, request)
    name, kind = ("dimension", "raw") if "dimensions" in request else ("direction", "offsets")
    numbers = fields.items(request, name + "s", 2, 2)
    count = model.latent.size if kind == "raw" else len(model.direction_vectors)
    first, second = (fields.whole({name: value}, name, 0, count - 1) for value in numbers)
    low, high = _limits(request)
    side = fields.whole(request, "side", 2, 24, 8)
    latent = without(read_latent(model, request.get("latent")), kind, first, second)
    base = resolve(model, [latent], settings)[0]
    if kind == "raw" and model.latent.size == 2:
        base = torch.zeros(2)  # the whole manifold: its own coordinates, not an offset from a sample
    amounts = torch.linspace(low, high, side)
    across = amounts.repeat(side)[:, None] * unit_move(model, name, first)
    up = amounts.flip(0).repeat_interleave(side)[:, None] * unit_move(model, name, second)
    return Plan(
        base + across + up, generators_of([latent] * side**2), settings, {"side": side, "low": low, "high": high}
    )


def plan_interpolate(model: GenerativeModel, item: Item) -> Plan:
    """{"a", "b", "path", "frames"}: pictures from a to b."""
    request = item.request
    settings = fields.settings_of(model, request)
    path = fields.choice(request, "path", ("linear", "spherical"), "spherical")
    frames = fields.whole(request, "frames", 2, 64, 16)
    a, b = (read_latent(model, request.get(name)) for name in ("a", "b"))
    ends = resolve(model, [a, b], settings)
    z = path_between(model, ends[0], ends[1], torch.linspace(0, 1, frames), path)
    return Plan(z, generators_of([a] * frames), settings, WALK)


def plan_corners(model: GenerativeModel, item: Item) -> Plan:
    """{"corners": [4 latents], "path", "side"}: a square of pictures between four."""
    request = item.request
    settings = fields.settings_of(model, request)
    path = fields.choice(request, "path", ("linear", "spherical"), "spherical")
    side = fields.whole(request, "side", 2, 16, 8)
    latents = [read_latent(model, spec) for spec in fields.items(request, "corners", 4, 4)]
    top_left, top_right, bottom_left, bottom_right = resolve(model, latents, settings)
    t = torch.linspace(0, 1, side)
    left = path_between(model, top_left, bottom_left, t, path)
    right = path_between(model, top_right, bottom_right, t, path)
    rows = [path_between(model, a, b, t, path) for a, b in zip(left, right)]
    return Plan(torch.cat(rows), generators_of([latents[0]] * side**2), settings, {"side": side})


def _limits(request: Mapping) -> tuple[float, float]:
    low, high = fields.number(request, "low", -10, 10, -3.0), fields.number(request, "high", -10, 10, 3.0)
    if low >= high:
        raise BadRequest(f"'low' must be below 'high', got {low:g} and {high:g}.")
    return low, high


PLANS: dict[str, Callable[[GenerativeModel, Item], Plan]] = {
    "sample": plan_sample,
    "decode": plan_decode,
    "sweep": plan_sweep,
    "pad": plan_pad,
    "interpolate": plan_interpolate,
    "corners": plan_corners,
}


def run_latents(model: GenerativeModel, item: Item) -> bytes:
    """The explicit numbers behind latents, or behind every picture of another request.

    {"latents": [...]} gives header {"z"}; {"of": an operation, "request": its own} gives header {"count", "size"} and the
    numbers as a float32 body (count, size): what ``decode`` would be given for each picture.
    """
    if "of" in item.request:
        plan = PLANS[fields.choice(item.request, "of", tuple(PLANS))]
        z = plan(model, Item(item.model, item.request["of"], fields.table(item.request, "request"))).z
        return pack({"count": len(z), "size": z.shape[1]}, z.numpy().astype(np.float32).tobytes())
    specs = fields.items(item.request, "latents", 1, 64)
    settings = fields.settings_of(model, item.request)
    z = resolve(model, [read_latent(model, spec) for spec in specs], settings)
    return pack({"z": z.double().round(decimals=6).tolist()})


def run_chain(model: GenerativeModel, item: Item, watch: Callable[..., Watched] | None = None) -> bytes:
    """{"latent", "frames", "every", and what is clamped}: frames of a Gibbs chain, or of a flow's way from noise to data.

    watch: takes what ``Chains.chain`` takes and gives what the reply says of the frames, besides them.
    """
    watched = require(model, "chain", Chains, NO_CHAIN)
    request = item.request
    settings = fields.settings_of(model, request)
    frames = fields.whole(request, "frames", 2, 64, 16)
    latent = read_latent(model, request.get("latent", {}))
    every, clamp, header = 1, None, {}
    if "clamp" in model.capabilities:
        every = fields.whole(request, "every", 1, 100, 1)
        clamp = require(model, "clamp", Clamps, "").read_clamp(request, memoryview(item.body))
        header = {"every": every}
    # A Gibbs chain takes so many steps; a flow takes those of its own setting.
    require_affordable(model, 1, settings | ({"steps": frames * every} if header else {}))
    # Nothing is drawn where a clamp decides the start.
    z = resolve(model, [latent], settings) if clamp is None else torch.zeros(1, model.latent.size)
    asked = z.to(next(model.parameters()).device), settings, generators_of([latent]), frames, every, clamp
    made, facts = watch(*asked) if watch else (watched.chain(*asked), {})
    return pack_outputs(model.output, made, WALK | header | facts)
