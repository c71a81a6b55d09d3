"""The Gibbs chain of a Boltzmann machine of words, to be watched in letters, and around letters that are held."""

from typing import Any

from playground.models.categorical_rbm import CategoricalRBM
from playground.operations import generate
from playground.protocol.request import Item


def run_names_chain(model: CategoricalRBM, item: Item) -> bytes:
    """As other chains; header {"texts", "free_energy": nats of each state}.

    "clamp" says which words are allowed, at most 12 letters: a letter stands for itself, "_" (or "?") for any letter, and one "*"
    for any letters or none. "ma___a" has six letters; "ma*a" starts with "ma", ends with "a" and may have any length. The chain
    samples the machine's own distribution over the allowed words, and starts at random letters that fit. Without it (or with an
    empty one) the chain starts at the word of the latent and runs free.
    """
    if "clamp" not in model.capabilities:
        return generate.run_chain(model, item)

    def watch(*asked: Any) -> generate.Watched:
        symbols = model.watch(*asked)
        energies = model.free_energy(model.one_hot(symbols)).double().round(decimals=3).tolist()
        return model.texts_of(symbols), {"free_energy": energies}

    return generate.run_chain(model, item, watch)
