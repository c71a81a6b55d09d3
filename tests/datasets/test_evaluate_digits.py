"""What the digits' cards say of samples that are not independent."""

from playground.datasets.digits.evaluations import sampling_note
from playground.models.rbm import RBM, RBMConfig
from playground.models.vae import VAE, VAEConfig
from tests.tiny import SHAPE


def test_samples_of_an_rbm_are_said_to_continue_stored_chains_and_others_need_no_note():
    note = sampling_note(RBM(RBMConfig(hidden=3, chains=7, shape=SHAPE)))
    assert note == (
        " Each sample continues one of 7 stored chains, chosen at random, for 20 Gibbs steps; "
        "the floor is for independent samples."
    )
    assert sampling_note(VAE(VAEConfig(latent=2, width=4, hidden=8, shape=SHAPE))) == ""
