"""Operations that decode: identities between them, batch invariance, and clear refusals. Small untrained models throughout."""

import numpy as np
import pytest
import torch

from playground.errors import BadRequest
from playground.models.base import sample_generator
from playground.models.flow import Flow, FlowConfig
from playground.models.gan import GAN, GANConfig
from playground.models.rbm import RBM, RBMConfig
from playground.models.vae import VAE, VAEConfig
from playground.operations import generate
from playground.operations.latents import path_between, slerp
from playground.protocol.request import Item
from playground.protocol.wire import unpack
from tests.tiny import CLASSES, SHAPE


@pytest.fixture(scope="module")
def vae() -> VAE:
    torch.manual_seed(0)
    model = VAE(VAEConfig(latent=5, width=4, hidden=16, shape=SHAPE)).eval().requires_grad_(False)
    for parameter in model.parameters():
        parameter.mul_(3)
    model.direction_vectors = torch.linalg.qr(torch.randn(5, 5))[0]
    model.direction_change = torch.arange(5, 0, -1).float()
    return model


@pytest.fixture(scope="module")
def gan() -> GAN:
    torch.manual_seed(0)
    model = (
        GAN(GANConfig(noise=4, generator_width=4, critic_width=4, shape=SHAPE, classes=CLASSES, class_name="digit"))
        .eval()
        .requires_grad_(False)
    )
    model.direction_vectors = torch.eye(4)
    return model


def ask(model, plan, *requests, body: bytes = b""):
    items = [Item("m", "op", request, body) for request in requests]
    return generate.run_decoding(model, items, plan)


def frames(reply) -> np.ndarray:
    if isinstance(reply, Exception):
        raise reply
    header, body = unpack(reply)
    return np.frombuffer(body, np.uint8).reshape(header["frames"], 28, 28)


def test_sample_is_decode_of_consecutive_indices(vae):
    (sampled,) = ask(vae, generate.plan_sample, {"seed": 9, "start": 2, "count": 3})
    (decoded,) = ask(vae, generate.plan_decode, {"latents": [{"seed": 9, "index": i} for i in (2, 3, 4)]})
    assert np.array_equal(frames(sampled), frames(decoded))


def test_a_sweep_passes_through_the_latent_itself_and_replaces_the_directions_own_offset(vae):
    spec = {"seed": 1, "index": 0, "offsets": {"1": 0.5, "2": -1.0}}
    (sweep,) = ask(vae, generate.plan_sweep, {"latent": spec, "direction": 2, "low": -3, "high": 3, "frames": 13})
    (itself,) = ask(vae, generate.plan_decode, {"latents": [spec]})
    assert np.abs(frames(sweep)[4].astype(int) - frames(itself)[0]).max() <= 1  # offset -1 is frame 4 of -3, -2.5, ...


def test_the_pad_agrees_with_sweeps_along_its_edges_and_has_its_top_row_at_the_high_end(vae):
    spec = {"seed": 4, "index": 0}
    (pad,) = ask(vae, generate.plan_pad, {"latent": spec, "directions": [0, 1], "side": 5, "low": -2, "high": 2})
    raised = spec | {"offsets": {"1": 2.0}}
    (top,) = ask(vae, generate.plan_sweep, {"latent": raised, "direction": 0, "frames": 5, "low": -2, "high": 2})
    assert np.abs(frames(pad)[:5].astype(int) - frames(top)).max() <= 1


@pytest.mark.parametrize("path", ["linear", "spherical"])
def test_an_interpolation_starts_at_a_and_ends_at_b_and_corners_hold_their_corners(gan, path):
    specs = [{"seed": i, "index": 0} for i in range(4)]
    (film,) = ask(gan, generate.plan_interpolate, {"a": specs[0], "b": specs[1], "path": path, "frames": 7})
    (corners,) = ask(gan, generate.plan_corners, {"corners": specs, "path": path, "side": 4})
    (ends,) = ask(gan, generate.plan_decode, {"latents": specs})
    ends = frames(ends).astype(int)
    assert np.abs(frames(film)[[0, -1]] - ends[:2]).max() <= 1
    assert np.abs(frames(corners)[[0, 3, 12, 15]] - ends).max() <= 1


def test_requests_in_one_batch_give_what_each_gives_alone_and_a_bad_one_fails_alone(vae):
    requests = [{"seed": i, "count": 2, "settings": {"temperature": 0.5 + i % 2}} for i in range(5)]
    together = ask(vae, generate.plan_sample, *requests, {"seed": -1})
    for request, reply in zip(requests, together):
        assert np.abs(frames(reply).astype(int) - frames(ask(vae, generate.plan_sample, request)[0])).max() <= 1
    assert isinstance(together[-1], BadRequest) and "'seed' must be a whole number from 0" in str(together[-1])


def test_slerp_keeps_the_radius_and_the_angle_grows_evenly():
    a, b = torch.tensor([2.0, 0, 0]), torch.tensor([0, 2.0, 0])
    points = slerp(a, b, torch.linspace(0, 1, 5))
    assert torch.allclose(points.norm(dim=1), torch.full((5,), 2.0))
    assert torch.allclose(torch.atan2(points[:, 1], points[:, 0]), torch.linspace(0, torch.pi / 2, 5), atol=1e-6)
    assert torch.allclose(slerp(a, -a, torch.tensor([0.5])), torch.zeros(1, 3))  # antiparallel: the straight line


def test_class_weights_are_interpolated_linearly_whatever_the_path(gan):
    a, b = torch.randn(14), torch.randn(14)
    t = torch.linspace(0, 1, 3)
    assert torch.allclose(path_between(gan, a, b, t, "spherical")[:, 4:], torch.lerp(a, b, t[:, None])[:, 4:])


def test_a_chosen_digit_overrides_the_class_of_an_explicit_latent(gan):
    z = [0.1] * 4 + [1.0] + [0.0] * 9
    (plain,) = ask(gan, generate.plan_decode, {"latents": [{"z": z}], "settings": {"digit": "3"}})
    z[4], z[7] = 0.0, 1.0
    (wanted,) = ask(gan, generate.plan_decode, {"latents": [{"z": z}]})
    assert np.array_equal(frames(plain), frames(wanted))


BAD = [
    (generate.plan_sample, {"count": 0}, "'count' must be a whole number from 1 to 64, got 0."),
    (generate.plan_sample, {"count": 2.5}, "'count' must be a whole number"),
    (generate.plan_sample, {"seed": "seven"}, "'seed' must be a whole number from 0 to 2147483647, got 'seven'."),
    (generate.plan_sample, {"seed": True}, "'seed' must be a whole number"),
    (generate.plan_sample, {"settings": {"temperature": 9}}, "'temperature' must be a number from 0 to 1.5, got 9."),
    (generate.plan_sample, {"settings": {"warmth": 1}}, "'warmth' is not a setting of this model: it has temperature."),
    (generate.plan_sample, {"settings": [1]}, "'settings' must be an object"),
    (generate.plan_decode, {"latents": []}, "'latents' must be a list of 1 to 64 entries, got 0 entries."),
    (generate.plan_decode, {"latents": [{"z": [1.0, 2.0]}]}, "'z' must be a list of 5 entries, got 2 entries."),
    (generate.plan_decode, {"latents": [{"z": [float("nan")] * 5}]}, "'z' must be a number from -100 to 100, got nan."),
    (generate.plan_decode, {"latents": [7]}, "A latent must be an object"),
    (generate.plan_decode, {"latents": [{"offsets": {"99": 1}}]}, "'offsets' has the key '99'"),
    (generate.plan_sweep, {"latent": {}, "direction": 5}, "'direction' must be a whole number from 0 to 4, got 5."),
    (generate.plan_sweep, {"latent": {}, "direction": 0, "low": 2, "high": 1}, "'low' must be below 'high'"),
    (generate.plan_sweep, {"direction": 0}, "A latent must be an object"),
    (generate.plan_pad, {"latent": {}, "directions": [0]}, "'directions' must be a list of 2 entries"),
    (generate.plan_interpolate, {"a": {}, "b": {}, "path": "scenic"}, "'path' must be one of linear, spherical"),
    (generate.plan_corners, {"corners": [{}, {}]}, "'corners' must be a list of 4 entries"),
]


@pytest.mark.parametrize(("plan", "request_", "message"), BAD)
def test_bad_fields_are_refused_in_one_sentence(vae, plan, request_, message):
    (reply,) = ask(vae, plan, request_)
    assert isinstance(reply, BadRequest) and str(reply).startswith(message) and str(reply).endswith(".")


def test_a_request_beyond_its_cost_is_refused_before_any_work():
    model = Flow(FlowConfig(width=48, shape=SHAPE, classes=CLASSES, class_name="digit")).eval()
    (reply,) = ask(model, generate.plan_sample, {"count": 64, "settings": {"steps": 100, "solver": "heun"}})
    assert isinstance(reply, BadRequest) and "are beyond the limit of 400 GFLOP a request" in str(reply)


def test_a_flows_chain_ends_at_its_sample():
    torch.manual_seed(0)
    model = (
        Flow(FlowConfig(width=4, deep_blocks=1, condition=8, shape=SHAPE, classes=CLASSES, class_name="digit"))
        .eval()
        .requires_grad_(False)
    )
    for parameter in model.parameters():  # the outlet starts at zero, which would be no flow at all
        parameter += 0.1 * torch.randn_like(parameter)
    request = {"latent": {"seed": 3, "index": 0}, "frames": 6, "settings": {"steps": 5}}
    chain = frames(generate.run_chain(model, Item("m", "chain", request)))
    (sample,) = ask(model, generate.plan_sample, {"seed": 3, "count": 1, "settings": {"steps": 5}})
    assert np.array_equal(chain[-1], frames(sample)[0]) and not np.array_equal(chain[0], chain[-1])


def test_clamped_pixels_stay_in_the_frames_and_a_wrong_body_is_refused():
    torch.manual_seed(0)
    model = RBM(RBMConfig(hidden=8, chains=2, shape=SHAPE)).eval().requires_grad_(False)
    picture = np.zeros(784, np.uint8)
    picture[:100] = 255
    mask = np.zeros(784, np.uint8)
    mask[:392] = 255
    request = {"frames": 4, "every": 2, "clamped": True}
    shown = frames(generate.run_chain(model, Item("m", "chain", request, picture.tobytes() + mask.tobytes())))
    assert np.array_equal(shown.reshape(4, 784)[:, :392], np.tile(picture[:392], (4, 1)))
    with pytest.raises(BadRequest, match="Clamping needs 784 picture bytes and 784 mask bytes, got 3 bytes"):
        generate.run_chain(model, Item("m", "chain", request, b"abc"))


def test_a_model_without_a_chain_says_so(vae):
    with pytest.raises(BadRequest, match="This model has no chain to watch"):
        generate.run_chain(vae, Item("m", "chain", {}))


def test_explicit_latents_reproduce_a_seeded_sample(vae):
    header, _ = unpack(generate.run_latents(vae, Item("m", "latents", {"latents": [{"seed": 8, "index": 1}]})))
    expected = torch.randn(5, generator=sample_generator(8, 1))
    assert np.allclose(header["z"][0], expected, atol=1e-6)


@pytest.mark.parametrize("model", ["vae", "gan"])
@pytest.mark.parametrize(
    ("operation", "request_"),
    [
        ("sample", {"seed": 4, "start": 2, "count": 5}),
        ("decode", {"latents": [{"seed": 1}, {"seed": 2, "offsets": {"1": 1.5}}]}),
        ("sweep", {"latent": {"seed": 3}, "direction": 1, "frames": 7}),
        ("pad", {"latent": {"seed": 3}, "directions": [0, 2], "side": 4}),
        ("interpolate", {"a": {"seed": 1}, "b": {"seed": 2}, "path": "spherical", "frames": 9}),
        ("corners", {"corners": [{"seed": i} for i in range(4)], "path": "linear", "side": 3}),
    ],
)
def test_the_latent_of_every_frame_decodes_to_that_frame(request, model, operation, request_):
    model = request.getfixturevalue(model)
    (shown,) = ask(model, generate.PLANS[operation], request_)
    header, body = unpack(generate.run_latents(model, Item("m", "latents", {"of": operation, "request": request_})))
    z = np.frombuffer(body, np.float32).reshape(header["count"], header["size"])
    assert header == {"count": len(frames(shown)), "size": model.latent.size}
    specs = [{"z": row} for row in z.astype(float).tolist()]
    (again,) = ask(model, generate.plan_decode, {"latents": specs})
    assert np.abs(frames(again).astype(int) - frames(shown)).max() <= 1


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        ({"of": "chain", "request": {}}, "'of' must be one of sample, decode, sweep, pad, interpolate, corners"),
        ({"of": "interpolate", "request": 7}, "'request' must be an object, got 7."),
        ({"of": "interpolate", "request": {"a": {}, "b": {}, "frames": 65}}, "'frames' must be a whole number"),
    ],
)
def test_latents_of_nonsense_are_refused(vae, request_, words):
    with pytest.raises(BadRequest, match=words):
        generate.run_latents(vae, Item("m", "latents", request_))
