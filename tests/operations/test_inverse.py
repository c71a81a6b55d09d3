"""Encoding and searching: a search recovers what the model itself made, can be interrupted, and refuses a broken state."""

import numpy as np
import pytest
import torch

from playground.errors import BadRequest
from playground.formats.pictures import to_frames
from playground.models.flow import Flow, FlowConfig
from playground.models.gan import GAN, GANConfig
from playground.models.vae import VAE, VAEConfig
from playground.operations import inverse
from playground.protocol.request import Item
from playground.protocol.wire import unpack
from tests.tiny import CLASSES, SHAPE


@pytest.fixture(scope="module")
def gan() -> GAN:
    torch.manual_seed(1)
    model = (
        GAN(GANConfig(noise=3, generator_width=4, critic_width=4, shape=SHAPE, classes=CLASSES, class_name="digit"))
        .eval()
        .requires_grad_(False)
    )
    for parameter in model.net.generator.parameters():
        parameter.mul_(1.7)
    return model


def search(model, target: bytes, steps: int, done: int = 0, state: bytes = b""):
    request = {"raw": True, "steps": steps, "step": done, "seed": 0}
    header, body = unpack(inverse.run_invert(model, Item("m", "invert", request, target + state)))
    return header, bytes(body[2 * 784 :])


def own_picture(model: GAN) -> bytes:
    z = torch.cat([torch.tensor([0.8, -0.6, 0.3]), torch.nn.functional.one_hot(torch.tensor(4), 10)])[None]
    return to_frames(model.decode(z, {}, []))


def test_a_search_in_slices_equals_one_search_and_lowers_the_error(gan):
    target = own_picture(gan)
    first, state = search(gan, target, 20)
    second, sliced = search(gan, target, 20, 20, state)
    whole, straight = search(gan, target, 40)
    assert second["step"] == whole["step"] == 40
    assert np.allclose(np.frombuffer(sliced, np.float32), np.frombuffer(straight, np.float32), atol=1e-5)
    assert second["mse"] <= first["mse"] + 1e-9 and second["mse"] < 1e-3


def test_the_class_weights_of_a_found_latent_add_up_to_one(gan):
    header, _ = search(gan, own_picture(gan), 5)
    assert sum(header["z"][-10:]) == pytest.approx(1, abs=1e-4) and len(header["z"]) == 13


@pytest.mark.parametrize(
    ("state", "message"),
    [(b"", "needs 156 state bytes"), (b"\xff" * 156, "not finite")],
)
def test_a_broken_state_is_refused(gan, state, message):
    with pytest.raises(BadRequest, match=message):
        search(gan, own_picture(gan), 5, 5, state)


def test_models_name_the_operation_that_suits_them(gan):
    vae = VAE(VAEConfig(latent=2, width=4, hidden=8, shape=SHAPE)).eval().requires_grad_(False)
    with pytest.raises(BadRequest, match="has no encoder: its latents are found by search"):
        inverse.run_encode(gan, Item("m", "encode", {"raw": True}, bytes(784)))
    with pytest.raises(BadRequest, match="needs no search: it encodes a picture directly"):
        inverse.run_invert(vae, Item("m", "invert", {"raw": True}, bytes(784)))
    with pytest.raises(BadRequest, match="A picture is needed"):
        inverse.run_encode(vae, Item("m", "encode", {}))


def test_a_flow_run_backwards_and_forwards_returns_the_picture():
    torch.manual_seed(0)
    model = (
        Flow(FlowConfig(width=8, deep_blocks=1, condition=8, shape=SHAPE, classes=CLASSES, class_name="digit"))
        .eval()
        .requires_grad_(False)
    )
    for parameter in model.parameters():
        parameter += 0.02 * torch.randn_like(parameter)
    picture = np.random.default_rng(0).integers(0, 255, 784, dtype=np.uint8).tobytes()
    header, _ = unpack(inverse.run_encode(model, Item("m", "encode", {"raw": True}, picture)))
    assert header["mse"] < 1e-4 and len(header["z"]) == 794
