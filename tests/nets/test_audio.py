"""The networks of the notes models, and the random instruments they are trained on."""

import pytest
import torch

from playground.formats.spectrogram import picture_of
from playground.models.gan import GAN, GANConfig
from playground.models.note_classifier import NoteClassifier, NoteClassifierConfig
from playground.models.vae import VAE, VAEConfig
from playground.nets.audio import Pitches
from playground.nets.timbres import vary_notes
from playground.protocol.fields import settings_of

VAE_SIZES = VAEConfig(net="notes", latent=6, width=8, hidden=16, importance_samples=1, kl_weight=2.0, kl_warmup_steps=3)
GAN_SIZES = GANConfig(net="notes", noise=6, generator_width=8, critic_width=8)


def pictures(n: int) -> torch.Tensor:
    """Harmonic-looking noise."""
    return torch.rand(n, 1, 128, 64, generator=torch.Generator().manual_seed(0)) * Pitches().comb[:n, :1, :, None]


@pytest.mark.parametrize(
    "model",
    [VAE(VAE_SIZES), GAN(GAN_SIZES), NoteClassifier(NoteClassifierConfig(width=8))],
    ids=["vae", "gan", "classifier"],
)
def test_gradients_reach_every_parameter(model):
    x, labels = pictures(6).clamp(0, 1), torch.tensor([3, 3 + 73, 3, 40, 40, 72])
    for phase in model.phases():
        loss, numbers = phase.loss(x, labels, torch.Generator().manual_seed(1))
        gradients = torch.autograd.grad(loss, list(phase.parameters), allow_unused=True)
        assert torch.isfinite(loss) and all(gradient is not None for gradient in gradients), phase.name
        assert numbers.keys() or phase.name == "generator"


@pytest.mark.parametrize("model", [VAE(VAE_SIZES), GAN(GAN_SIZES)], ids=["vae", "gan"])
def test_decode_makes_pictures_that_depend_on_the_pitch_asked_for(model):
    z = torch.randn(2, 6)
    low, high = (model.decode(z, settings_of(model, {"settings": {"pitch": pitch}}), []) for pitch in (30, 90))
    assert low.shape == (2, 1, 128, 64)
    assert low.min() >= 0 and low.max() <= 1
    assert not torch.allclose(low, high)
    assert model.flops_per_sample({}) > 1e6


@pytest.mark.parametrize("model", [VAE(VAE_SIZES), GAN(GAN_SIZES)], ids=["vae", "gan"])
def test_labels_are_made_where_the_latents_are(model):
    labels = model.net.labels_of({"pitch": 60}, torch.empty(3, 6, device="meta"))
    assert labels.device.type == "meta" and labels.shape == (3,)
    assert model.net.labels_of({"pitch": 60}, torch.zeros(2, 6)).tolist() == [36, 36]


def test_the_label_carries_pitch_and_family_and_the_vae_reads_the_pitch():
    model = VAE(VAE_SIZES)
    x = pictures(2).clamp(0, 1)
    own, other = (model.posterior(x, torch.tensor([5, 9]) + 73 * family)[0] for family in (0, 13))
    assert torch.equal(own, other)


def test_the_likelihood_is_highest_for_the_picture_itself():
    model = VAE(VAE_SIZES)
    z, labels = torch.randn(1, 2, 6), torch.tensor([30, 31])
    made = model.net.generate(z[0], labels).detach()
    best = model.net.log_likelihood(z, made, labels)
    worse = model.net.log_likelihood(z, (made + 0.05).clamp(0, 1), labels)
    assert best.shape == (1, 2) and (best > worse).all()
    assert best.max().item() == pytest.approx(0, abs=1e-3)


def test_varied_notes_stay_pictures_keep_silence_and_follow_the_generator():
    x, labels = pictures(8).clamp(0, 1), torch.tensor([0, 0, 1, 1, 2, 2, 3, 3])
    once, again = (vary_notes(x, labels, 1.0, torch.Generator().manual_seed(4)) for _ in range(2))
    assert torch.equal(once, again)
    assert once.min() >= 0 and once.max() <= 1 and not torch.allclose(once, x)
    assert torch.equal(vary_notes(x, labels, 0.0, torch.Generator().manual_seed(4)), x)
    assert vary_notes(torch.zeros_like(x), labels, 1.0, torch.Generator().manual_seed(4)).max() == 0


def test_varied_notes_keep_their_harmonics():
    time = torch.arange(16000) / 16000
    wave = sum(torch.sin(2 * torch.pi * 261.63 * h * time) / h for h in range(1, 9))
    assert isinstance(wave, torch.Tensor)
    x = picture_of(0.5 * wave[None]).expand(16, -1, -1, -1)
    varied = vary_notes(x, torch.full((16,), 60 - 24), 1.0, torch.Generator().manual_seed(0))
    # Where the note has a ridge along frequency, its variations have one too.
    column, columns = x[0, 0, :, 20], varied[:, 0, :, 20]
    ridge = (column[1:-1] > column[:-2]) & (column[1:-1] > column[2:]) & (column[1:-1] > 0.5)
    still = (columns[:, 1:-1] > columns[:, :-2]) & (columns[:, 1:-1] > columns[:, 2:])
    assert still[:, ridge].float().mean() > 0.85


def test_refining_a_latent_raises_the_likelihood_even_in_inference_mode_and_alone_as_in_a_batch():
    model = VAE(VAE_SIZES)
    x, labels = pictures(3).clamp(0, 1), torch.tensor([0, 1, 2])
    with torch.inference_mode():
        guess = model.posterior(x, labels)[0]
        found = model.net.refine(guess, x, labels)
        before, after = (model.net.log_likelihood(z[None], x, labels)[0] for z in (guess, found))
        alone = model.net.refine(guess[1:2], x[1:2], labels[1:2])
    assert (after > before).all()
    assert torch.allclose(alone, found[1:2], atol=1e-3)
