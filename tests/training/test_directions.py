"""Slider directions: orthonormal, ordered by change, and they find the direction that matters."""

import torch
from torch import nn

from playground.models.flow import Flow, FlowConfig
from playground.models.rbm import RBM, RBMConfig
from playground.models.vae import VAE, VAEConfig
from playground.training.directions import find_directions
from tests.tiny import SHAPE


class LineDecoder(nn.Module):
    """Only the sum of the first two latent coordinates changes the picture."""

    def activations(self, z: torch.Tensor) -> torch.Tensor:
        return torch.stack([z[:, 0] + z[:, 1], 0.1 * z[:, 2]], dim=1)

    def forward(self, z: torch.Tensor) -> torch.Tensor:
        return (z[:, 0] + z[:, 1])[:, None, None, None].expand(-1, 1, 28, 28)

    def flops(self) -> float:
        return 1.0


def test_the_first_direction_is_the_one_that_changes_the_picture():
    model = VAE(VAEConfig(latent=4, width=4, hidden=8, shape=SHAPE))
    model.net.decoder = LineDecoder()  # type: ignore[assignment]
    find_directions(model, torch.rand(50, 1, 28, 28), count=4)
    vectors, change = model.direction_vectors, model.direction_change
    assert torch.allclose(vectors @ vectors.T, torch.eye(len(vectors)), atol=1e-4)
    expected = torch.tensor([0.5**0.5, 0.5**0.5, 0, 0])
    assert (vectors[0] @ expected).abs() > 0.99
    assert change[0] > 10 * change[1] and torch.equal(change, change.sort(descending=True).values)


def test_a_flow_moves_along_what_varies_in_real_pictures_and_an_rbm_along_what_varies_in_their_hidden_units():
    torch.manual_seed(0)
    pattern = torch.zeros(1, 28, 28)
    pattern[0, 4:8, 4:8] = 0.5
    items = 0.2 + torch.rand(60, 1, 1, 1) * pattern
    with torch.inference_mode():
        flow = Flow(FlowConfig(width=4, deep_blocks=1, condition=8, shape=SHAPE))
        assert (flow.directions_of(items)[0] @ pattern.flatten() / pattern.norm()).abs() > 0.999
        rbm = RBM(RBMConfig(hidden=6, chains=2, shape=SHAPE))
        rbm.weight.normal_(0, 0.3)
        hidden, first = rbm.encode(items, {}), rbm.directions_of(items)[0]
    along = (hidden - hidden.mean(0)) @ (first / first.norm())
    assert torch.allclose(along.std(), first.norm(), rtol=1e-3)
    assert first.norm() > 0.99 * hidden.var(0).sum().sqrt()  # nothing else varies
