"""The families: the mathematics of each, one per file, and the registry that names them.

base.py        what every family promises; per-sample random generators
vae.py         variational autoencoder, importance-weighted bound
gan.py         relativistic GAN with R1 + R2
rbm.py         restricted Boltzmann machine, centred PCD
flow.py        flow matching with a choice of solver
ode.py         solvers and exact log-density of a velocity field
classifier.py  the digit classifier behind the fidelity metrics
"""

from playground.models.classifier import Classifier, ClassifierConfig
from playground.models.flow import Flow, FlowConfig
from playground.models.gan import GAN, GANConfig
from playground.models.rbm import RBM, RBMConfig
from playground.models.vae import VAE, VAEConfig

REGISTRY = {
    "vae": (VAEConfig, VAE),
    "gan": (GANConfig, GAN),
    "rbm": (RBMConfig, RBM),
    "flow": (FlowConfig, Flow),
    "classifier": (ClassifierConfig, Classifier),
}
