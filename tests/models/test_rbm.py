"""The RBM: centred and plain forms are one machine; Gibbs sampling visits states as often as enumeration says."""

import torch

from playground.metrics.ais import exact_log_z, free_energy
from playground.models.base import sample_generator
from playground.models.rbm import RBM, RBMConfig


def small(visible: int = 6, hidden: int = 4, scale: float = 0.6) -> RBM:
    torch.manual_seed(3)
    model = RBM(RBMConfig(hidden=hidden, shape=(1, 1, visible), chains=4))
    model.weight.data.normal_(0, scale)
    model.visible_bias.data.normal_(0, 0.3)
    model.hidden_bias.data.normal_(0, 0.3)
    model.visible_centre.uniform_(0.2, 0.8)
    model.hidden_centre.uniform_(0.2, 0.8)
    return model


def states(units: int) -> torch.Tensor:
    return torch.cartesian_prod(*[torch.tensor([0.0, 1.0])] * units)


def test_centred_and_plain_forms_give_the_same_distribution():
    model = small()
    v = states(6)
    centred = torch.log_softmax(-model.free_energy(v), 0)
    plain = torch.log_softmax(-free_energy(v, *model.plain_parameters()), 0)
    assert torch.allclose(centred.double(), plain.double(), atol=1e-5)


def test_moving_the_hidden_centre_keeps_the_distribution():
    model = small()
    v = states(6)
    before = torch.log_softmax(-model.free_energy(v), 0)
    model._mean_hidden = torch.tensor([0.9, 0.1, 0.5, 0.7])
    centre = model.hidden_centre.clone()
    model.after_step()
    assert not torch.equal(centre, model.hidden_centre)
    assert torch.allclose(before, torch.log_softmax(-model.free_energy(v), 0), atol=1e-5)


def test_the_gradient_of_the_free_energy_difference_is_the_exact_likelihood_gradient_when_the_chain_is_exact():
    model = small()
    v = states(6)
    data = v[[3, 3, 40, 61]]
    p = torch.softmax(-model.free_energy(v), 0).detach()
    surrogate = model.free_energy(data).mean() - (p * model.free_energy(v)).sum()
    exact = model.free_energy(data).mean() + torch.logsumexp(-model.free_energy(v), 0)
    for a, b in zip(
        torch.autograd.grad(surrogate, list(model.parameters())),
        torch.autograd.grad(exact, list(model.parameters())),
        strict=True,
    ):
        assert torch.allclose(a, b, atol=1e-5)


def test_long_gibbs_chains_visit_states_as_often_as_enumeration_says():
    model = small()
    v = states(6)
    exact = torch.exp(-free_energy(v, *model.plain_parameters()).double() - exact_log_z(*model.plain_parameters()))
    assert abs(float(exact.sum()) - 1) < 1e-6
    generators = [sample_generator(1, i) for i in range(4000)]
    with torch.inference_mode():
        last, _ = model.gibbs(torch.zeros(4000, 6), 30, 1.0, generators)
    codes = (last @ (2.0 ** torch.arange(5, -1, -1))).long()
    shares = torch.bincount(codes, minlength=64).double() / 4000
    assert 0.5 * (shares - exact).abs().sum() < 0.06  # total variation; its expectation for 4000 draws is about 0.045


def test_clamped_pixels_keep_their_value_through_the_whole_chain():
    torch.manual_seed(0)
    model = RBM(RBMConfig(hidden=10, chains=2, shape=(1, 28, 28)))
    picture = torch.bernoulli(torch.full((784,), 0.5))
    held = torch.arange(784) < 392
    start, generators = torch.zeros(1, 10), [torch.Generator().manual_seed(0)]
    shown = model.chain(start, {"temperature": 1.0, "settle": 0}, generators, 5, 3, clamp=(picture, held))
    assert shown.shape == (5, 1, 28, 28)
    assert torch.equal(shown.view(5, 784)[:, :392], picture[:392].expand(5, 392))
    assert not torch.equal(shown[1], shown[4])


def test_stored_chains_take_a_byte_for_eight_pixels_and_come_back_as_they_were():
    model = small(visible=13)
    v = torch.bernoulli(torch.full((7, 13), 0.5), generator=torch.Generator().manual_seed(0))
    packed = model.packed(v)
    assert packed.shape == (7, 2) and packed.dtype == torch.uint8 and model.particles.shape == (4, 2)
    assert torch.equal(model.unpacked(packed), v)


def test_the_chains_stored_after_training_are_distributed_as_enumeration_says_wherever_they_began():
    torch.manual_seed(3)
    model = RBM(RBMConfig(hidden=4, shape=(1, 2, 3), chains=4, stored=4001, stored_steps=40))
    model.weight.data.normal_(0, 0.6)
    ones = torch.ones(20, 1, 2, 3)  # no such picture is likely
    with torch.inference_mode():
        model.finish_on_data(ones, torch.zeros(20, dtype=torch.int64))
    v = states(6)
    exact = torch.exp(-free_energy(v, *model.plain_parameters()).double() - exact_log_z(*model.plain_parameters()))
    codes = (model.unpacked(model.particles) @ (2.0 ** torch.arange(5, -1, -1))).long()
    shares = torch.bincount(codes, minlength=64).double() / 4001
    assert 0.5 * (shares - exact).abs().sum() < 0.06


def test_without_steps_half_of_the_stored_chains_are_data_and_half_are_those_of_training():
    model = RBM(RBMConfig(hidden=4, shape=(1, 2, 3), chains=4, stored=10, stored_steps=0))
    model.particles.copy_(model.packed(torch.eye(6)[:4]))
    with torch.inference_mode():
        model.finish_on_data(torch.ones(3, 1, 2, 3), torch.zeros(3, dtype=torch.int64))
    stored = model.unpacked(model.particles)
    assert torch.equal(stored[:5], torch.ones(5, 6)) and torch.equal(stored[5:], torch.eye(6)[[0, 1, 2, 3, 0]])
