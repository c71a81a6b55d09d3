"""The melody network: rolls and tokens are the same, transposition moves rows, writing agrees with what it was told."""

import torch

from playground.formats.melody_tokens import HOLD, REST, pictures_of, sounding_pitches, tokens_of
from playground.models.vae import VAE, VAEConfig
from playground.nets.music import REACH, MelodyVAENet

MELODY = [14, HOLD, 16, HOLD, HOLD, REST, REST, 14, 14, HOLD] + [18, HOLD] * 11


def melody_vae() -> VAE:
    torch.manual_seed(0)
    config = VAEConfig(
        net="melody", latent=3, width=8, hidden=6, importance_samples=1, kl_weight=0.5, kl_warmup_steps=2
    )
    return VAE(config).eval()


def test_tokens_come_back_from_their_picture():
    tokens = torch.tensor([MELODY, [REST] * 32])
    pictures = pictures_of(tokens)
    assert pictures.shape == (2, 1, 44, 32) and torch.equal(tokens_of(pictures), tokens)
    assert sounding_pitches(tokens)[0, :8].tolist() == [14, 14, 16, 16, 16, 0, 0, 14]
    assert pictures[0, 0, 43 - 12, :2].tolist() == [1.0, torch.tensor(0.6).item()]


def test_a_hold_of_nothing_is_silent_and_a_chord_gives_its_top_note():
    assert not pictures_of(torch.tensor([[HOLD, REST, HOLD, 5]]))[0, 0, :, :3].any()
    picture = pictures_of(torch.tensor([MELODY]))
    picture[0, 0, 40, 0] = 1.0  # below
    assert torch.equal(tokens_of(picture), torch.tensor([MELODY]))
    stray = pictures_of(torch.tensor([MELODY]))
    stray[0, 0, :, 0] = 0.0  # its first note's beginning is gone: the hold begins it
    assert tokens_of(stray)[0, :3].tolist() == [REST, 14, 16]


def test_observing_transposes_within_the_range():
    net = melody_vae().net
    picture = pictures_of(torch.tensor([MELODY] * 64))
    seen = net.observe(picture, None, torch.Generator().manual_seed(0))
    rows = (seen[:, 0].amax(2) > 0).float().argmax(1) - 27
    assert rows.min() == -REACH and rows.max() == REACH
    assert torch.equal((seen > 0).sum(), (picture > 0).sum())


@torch.inference_mode()
def test_what_is_written_is_likeliest_at_each_step_and_the_same_alone_and_in_a_batch():
    model = melody_vae()
    net = model.net
    assert isinstance(net, MelodyVAENet)
    z = torch.randn(5, 3, generator=torch.Generator().manual_seed(1))
    tokens = net.write(z)
    assert torch.equal(net.token_logits(z, tokens).argmax(2), tokens)
    assert torch.equal(net.write(z[2:3])[0], tokens[2])
    pictures = model.decode(z, {"temperature": 1.0}, [])
    assert (
        isinstance(pictures, torch.Tensor)
        and pictures.shape == (5, 1, 44, 32)
        and torch.equal(tokens_of(pictures), tokens)
    )


@torch.inference_mode()
def test_probabilities_of_the_next_token_sum_to_one_and_nothing_is_held_after_a_rest():
    net = melody_vae().net
    assert isinstance(net, MelodyVAENet)
    tokens = torch.tensor([MELODY])
    p = net.token_logits(torch.zeros(1, 3), tokens).softmax(2)[0]
    assert torch.allclose(p.sum(1), torch.ones(32), atol=1e-5)
    assert p[0, HOLD] == 0 and p[6, HOLD] == 0 and p[1, HOLD] > 0
    nats = net.log_likelihood(torch.zeros(1, 1, 3), pictures_of(tokens), None)
    assert torch.allclose(nats[0, 0], p[torch.arange(32), tokens[0]].log().sum(), atol=1e-4)


def test_the_loss_reaches_every_parameter():
    model = melody_vae().train()
    model.after_step()
    loss, _ = model.loss(pictures_of(torch.tensor([MELODY] * 4)), torch.zeros(4), torch.Generator().manual_seed(0))
    assert all(gradient.abs().sum() > 0 for gradient in torch.autograd.grad(loss, list(model.parameters())))
