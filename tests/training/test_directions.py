"""Slider directions: orthonormal, ordered by change, and they find the direction that matters."""

import torch
from torch import nn

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
