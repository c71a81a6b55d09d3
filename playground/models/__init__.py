"""The families: the mathematics of each, one per file, and the registry that names them.

base.py        what every family promises; per-sample random generators
vae.py         variational autoencoder, importance-weighted bound
gan.py         relativistic GAN with R1 + R2
boltzmann.py   what Boltzmann machines share: energy, centred PCD, Gibbs steps
rbm.py         restricted Boltzmann machine of pixels
categorical_rbm.py  that of letters
replicated_softmax.py  that of bags of words
rnn_rbm.py     recurrent network of RBMs over frames of music
transformer.py note-wise transformer over frames of music
arae.py        GAN in the space of sentences
sentence_lm.py recurrent language model of sentences
foreign_lm.py  language models of others, as folders of the transformers library
causal_lm.py   language models: small Llamas of our own, and any other of the transformers library
flow.py        flow matching with a choice of solver
ode.py         solvers and exact log-density of a velocity field
classifier.py  the digit classifier behind the fidelity metrics
note_classifier.py  the pitch tracker and feature network of the notes
"""

from playground.models.arae import ARAE, ARAEConfig
from playground.models.categorical_rbm import CategoricalRBM, CategoricalRBMConfig
from playground.models.causal_lm import CausalLM, CausalLMConfig
from playground.models.classifier import Classifier, ClassifierConfig
from playground.models.flow import Flow, FlowConfig
from playground.models.gan import GAN, GANConfig
from playground.models.note_classifier import NoteClassifier, NoteClassifierConfig
from playground.models.rbm import RBM, RBMConfig
from playground.models.replicated_softmax import ReplicatedSoftmax, ReplicatedSoftmaxConfig
from playground.models.rnn_rbm import RNNRBM, RNNRBMConfig
from playground.models.sentence_lm import SentenceLM, SentenceLMConfig
from playground.models.transformer import ChoraleTransformer, ChoraleTransformerConfig
from playground.models.vae import VAE, VAEConfig

REGISTRY = {
    "vae": (VAEConfig, VAE),
    "gan": (GANConfig, GAN),
    "rbm": (RBMConfig, RBM),
    "rnn-rbm": (RNNRBMConfig, RNNRBM),
    "transformer": (ChoraleTransformerConfig, ChoraleTransformer),
    "categorical-rbm": (CategoricalRBMConfig, CategoricalRBM),
    "replicated-softmax": (ReplicatedSoftmaxConfig, ReplicatedSoftmax),
    "flow": (FlowConfig, Flow),
    "causal-lm": (CausalLMConfig, CausalLM),
    "sentence-lm": (SentenceLMConfig, SentenceLM),
    "arae": (ARAEConfig, ARAE),
    "classifier": (ClassifierConfig, Classifier),
    "note-classifier": (NoteClassifierConfig, NoteClassifier),
}
