"""Slider directions of a trained model, ordered by how much they change the output.

GANSpace (Härkönen et al. 2020, arXiv:2004.02546): principal components of first-layer activations, carried back to the latent
by regression. Families whose latent is itself an activation (RBM: hidden units) or a picture (flow: noise) take the principal
components of real data in that space. Directions are made orthonormal, so that one slider does not do another's work.
"""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from playground.metrics.edit_distance import edit_distance
from playground.models.base import GenerativeModel, sample_generator
from playground.models.components import principal_components
from playground.models.decoding import decode
from playground.protocol.fields import settings_of

SAMPLES = 4096
PROBES = 24  # latents on which the change of a direction is measured
REACH = 2.0  # a direction is judged by the move from -2 to +2


def find_directions(model: GenerativeModel, items: Tensor, count: int = 32) -> None:
    """Set ``direction_vectors`` (k, d) and ``direction_change`` (k,) of the model; items (n, ...) are real ones, as in losses."""
    if not model.latent.size:
        return  # no latent, no sliders
    noise = model.latent.size - model.latent.classes
    with torch.inference_mode():
        of_data = model.directions_of(items)
        vectors = (_from_activations(model, noise) if of_data is None else of_data)[:count]
        change = _measure_change(model, vectors)
        order = change.argsort(descending=True)
        model.direction_vectors = vectors[order].clone()
        model.direction_change = change[order].clone()


def _from_activations(model: GenerativeModel, noise: int) -> Tensor:
    settings = settings_of(model, {})
    z = model.sample_latents([sample_generator(0, i) for i in range(SAMPLES)], settings)
    activations = model.activations(z)
    deviations, components = principal_components(activations)
    scores = (activations - activations.mean(0)) @ components.T  # (n, a)
    # Least squares: which latent move goes with one standard deviation of each component?
    moves = torch.linalg.lstsq(scores / deviations.clamp_min(1e-6), z[:, :noise] - z[:, :noise].mean(0)).solution
    orthonormal, _ = torch.linalg.qr(moves[:noise].T)
    return orthonormal.T


def _measure_change(model: GenerativeModel, vectors: Tensor) -> Tensor:
    """How much (k,) the move from -2 to +2 along each direction changes the output, the mean of PROBES prior samples."""
    settings = settings_of(model, {})
    generators = [sample_generator(1, i) for i in range(PROBES)]
    z = model.sample_latents(generators, settings)
    changes = []
    for vector in vectors:
        move = torch.zeros(model.latent.size)
        move[: len(vector)] = REACH * vector
        low, high = (decode(model, z + sign * move, settings, generators) for sign in (-1, 1))
        changes.append(difference(low, high))
    return torch.tensor(changes)


def difference(one: Tensor | Sequence[str], other: Tensor | Sequence[str]) -> float:
    """How much outputs differ: mean absolute difference of numbers; of texts the edits a character."""
    if isinstance(one, Tensor) and isinstance(other, Tensor):
        return float((other - one).abs().mean())
    pairs: list[Any] = list(zip(one, other, strict=True))
    return sum(edit_distance(a, b) / max(len(a), len(b), 1) for a, b in pairs) / len(pairs)
