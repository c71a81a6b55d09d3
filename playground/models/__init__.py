"""The families: the mathematics of each, one per file. A module that defines FAMILY is in the registry.

base.py        what every family promises, and capabilities; per-sample random generators
vae.py         variational autoencoder, importance-weighted bound
gan.py         relativistic GAN with R1 + R2
boltzmann.py   what Boltzmann machines share: energy, centred PCD, Gibbs steps
rbm.py         restricted Boltzmann machine of pictures, of bits or of real-valued pixels
visible_units.py   what those pixels are
categorical_rbm.py  that of letters
replicated_softmax.py  that of bags of words
rnn_rbm.py     recurrent network of RBMs over frames of music
transformer.py note-wise transformer over frames of music
chorale_frames.py  what both families of chorales share
arae.py        GAN in the space of sentences
sentence_lm.py recurrent language model of sentences
foreign_lm.py  language models of others, as folders of the transformers library
causal_lm.py   language models: small Llamas of our own, and any other of the transformers library
writing.py     writes on at several texts at once
flow.py        flow matching with a choice of solver
ode.py         solvers and exact log-density of a velocity field
size_limit.py  refuses a model that is far larger than its weights
components.py  principal components, of which slider directions are made
decoding.py    latents to outputs, a bounded number at a time
classifier.py  the classifier of pictures behind the fidelity metrics
note_classifier.py  the pitch tracker and feature network of the notes
"""

from importlib import import_module
from pkgutil import iter_modules

from playground.models.base import Family, Trainable

_modules = [import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__)]
_families: list[Family] = [module.FAMILY for module in _modules if hasattr(module, "FAMILY")]
REGISTRY: dict[str, tuple[type, type[Trainable]]] = {family.name: (family.config, family.model) for family in _families}
