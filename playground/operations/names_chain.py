"""The Gibbs chain of a Boltzmann machine of words, to be watched in letters, and around letters that are held."""

from playground.models.base import Clamps, require, sample_generator
from playground.models.categorical_rbm import CategoricalRBM
from playground.operations import generate
from playground.operations.latents import read_latent
from playground.operations.replies import pack_outputs
from playground.protocol import fields
from playground.protocol.request import Item

MAX_FRAMES, MAX_EVERY = 64, 100
NO_CHAIN = "This model writes a text in one pass and has no chain to watch: choose an RBM of names."


def run_names_chain(model: CategoricalRBM, item: Item) -> bytes:
    """{"latent", "frames", "every", "clamp", "settings"}: frames of text; header {"texts", "free_energy": nats of each state}.

    "clamp" says which words are allowed, at most 12 letters: a letter stands for itself, "_" (or "?") for any letter, and one "*"
    for any letters or none. "ma___a" has six letters; "ma*a" starts with "ma", ends with "a" and may have any length. The chain
    samples the machine's own distribution over the allowed words, and starts at random letters that fit. Without it (or with an
    empty one) the chain starts at the word of the latent and runs free.
    """
    require(model, "clamp", Clamps, NO_CHAIN)
    request = item.request
    settings = fields.settings_of(model, request)
    frames = fields.whole(request, "frames", 2, MAX_FRAMES, 16)
    every = fields.whole(request, "every", 1, MAX_EVERY, 1)
    latent = read_latent(model, request.get("latent", {}))
    clamp = model.read_clamp(request, memoryview(item.body))
    generate.require_affordable(model, 1, settings | {"steps": frames * every})
    z = generate.chain_start(model, latent, settings, clamp)
    generators = [sample_generator(latent.seed, latent.index)]
    symbols = model.watch(z, settings, generators, frames, every, clamp)
    energies = model.free_energy(model.one_hot(symbols)).double().round(decimals=3).tolist()
    return pack_outputs(model.output, model.texts_of(symbols), {"every": every, "free_energy": energies})
