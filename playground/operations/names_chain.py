"""The Gibbs chain of a Boltzmann machine of words, to be watched in letters, and around letters that are held."""

import torch
from torch import Tensor

from playground.errors import BadRequest
from playground.formats.letters import texts_of
from playground.models.base import sample_generator
from playground.models.categorical_rbm import BEFORE_A, CategoricalRBM, draw_fitting
from playground.operations import generate
from playground.operations.latents import read_latent, resolve
from playground.operations.replies import pack_outputs
from playground.protocol import fields
from playground.protocol.request import Item

MAX_FRAMES, MAX_EVERY = 64, 100


def run_names_chain(model: CategoricalRBM, item: Item) -> bytes:
    """{"latent", "frames", "every", "clamp", "settings"}: frames of text; header {"texts", "free_energy": nats of each state}.

    "clamp" says which words are allowed, at most 12 letters: a letter stands for itself, "_" (or "?") for any letter, and one "*"
    for any letters or none. "ma___a" has six letters; "ma*a" starts with "ma", ends with "a" and may have any length. The chain
    samples the machine's own distribution over the allowed words, and starts at random letters that fit. Without it (or with an
    empty one) the chain starts at the word of the latent and runs free.
    """
    request = item.request
    settings = fields.settings_of(model, request)
    frames = fields.whole(request, "frames", 2, MAX_FRAMES, 16)
    every = fields.whole(request, "every", 1, MAX_EVERY, 1)
    latent = read_latent(model, request.get("latent", {}))
    pattern = request.get("clamp", "")
    allowed = read_pattern(pattern, model.config.places, model.config.symbols) if pattern != "" else None
    generate.require_affordable(model, 1, settings | {"steps": frames * every})
    device = next(model.parameters()).device
    generator = sample_generator(latent.seed, latent.index)
    if allowed is None:
        z = resolve(model, [latent], settings)
        start = model.symbols_of(generate.decode(model, z, settings, [generator]))[0]
    else:
        start = draw_fitting(torch.zeros(allowed.shape[1:]), allowed, generator)
        allowed = allowed.to(device)
    temperature = float(settings["temperature"])
    symbols = model.chain(start.to(device), allowed, frames, every, temperature, generator)
    energies = model.free_energy(model.one_hot(symbols))
    pictures = model.pictures_of(symbols).cpu()
    header = {"every": every, "texts": texts_of(pictures), "free_energy": energies.double().round(decimals=3).tolist()}
    return pack_outputs(model.output, pictures, header)


def read_pattern(pattern: object, places: int, symbols: int) -> Tensor:
    """A pattern as templates (m, places, symbols) bool, one for each length that fits; raises BadRequest. See above."""
    rule = f"'clamp' must be a text of letters from a to z, '_' for any letter and at most one '*', {places} letters at most"
    if not isinstance(pattern, str):
        raise BadRequest(f"{rule}, got {type(pattern).__name__}.")
    parts = [pattern.lower().replace("?", "_")] if "*" not in pattern else pattern.lower().replace("?", "_").split("*")
    letters = "".join(parts)
    if len(parts) > 2 or not all(part == "_" or "a" <= part <= "z" for part in letters) or len(letters) > places:
        raise BadRequest(f"{rule}, got '{pattern[:40]}': change it.")
    lengths = [len(letters)] if len(parts) == 1 else range(max(1, len(letters)), places + 1)
    templates = torch.zeros(len(lengths), places, symbols, dtype=torch.bool)
    for template, length in zip(templates, lengths):
        word = parts[0] + "_" * (length - len(letters)) + (parts[1] if len(parts) == 2 else "")
        for place in range(places):
            if place >= length:
                template[place, 0] = True
            elif word[place] == "_":
                template[place, 1:] = True
            else:
                template[place, ord(word[place]) - BEFORE_A] = True
    return templates
