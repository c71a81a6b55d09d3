"""One contract for every family of the registry, whatever it makes; and a family that only the tests have."""

from dataclasses import dataclass
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from playground.checkpoint import find_checkpoint, load_model, save_checkpoint
from playground.errors import BadRequest
from playground.models import REGISTRY
from playground.models.base import (
    CAPABILITIES,
    Family,
    GenerativeModel,
    LatentSpace,
    Phase,
    are_texts,
    sample_generator,
)
from playground.operations import generate, inverse, kinds
from playground.protocol.fields import settings_of
from playground.protocol.output import OutputSpec
from playground.protocol.request import Item
from playground.protocol.wire import unpack
from tests.models.cases import CASES, COLOUR, EVERY, GENERATIVE, SAMPLING, Case, build, generative
from tests.models.meanings import MEANINGS


@dataclass(frozen=True)
class FakeConfig:
    """Of the tests' own family."""

    size: int = 2


class Fake(GenerativeModel):
    """The smallest family there can be: a linear map of noise to points, by least squares."""

    capabilities = frozenset({"decode"})

    def __init__(self, config: FakeConfig) -> None:
        super().__init__()
        self.config = config
        self.latent = LatentSpace(config.size, "normal")
        self.output = OutputSpec("points", 1, 2)
        self.map = nn.Linear(config.size, 2)

    def phases(self) -> list[Phase]:
        return [Phase("fit", list(self.parameters()), self.loss)]

    def loss(self, x: Tensor, labels: Tensor, generator: torch.Generator) -> tuple[Tensor, dict[str, float]]:
        z = torch.randn(len(x), self.config.size, generator=generator)
        return (self.map(z) - x).square().mean(), {}

    def decode(self, z: Tensor, settings: dict, generators: Any) -> Tensor:
        return self.map(z)

    def flops_per_sample(self, settings: dict) -> float:
        return 2.0 * self.map.weight.numel()


@pytest.fixture(autouse=True)
def fake_family(monkeypatch: pytest.MonkeyPatch) -> None:
    family = Family("fake", FakeConfig, Fake)
    monkeypatch.setitem(REGISTRY, family.name, (family.config, family.model))


def ask(model: GenerativeModel, operation: str, request: dict[str, Any], body: bytes = b"") -> Any:
    (reply,) = generate.run_decoding(model, [Item("m", operation, request, body)], generate.PLANS[operation])
    if isinstance(reply, Exception):
        raise reply
    return unpack(reply)


@EVERY
def test_every_phase_has_a_finite_loss_and_gradients_reach_every_parameter(case: Case) -> None:
    model = build(case)
    reached: set[int] = set()
    for phase in model.phases():
        x, labels = case.batch()
        loss, numbers = phase.loss(x, labels, torch.Generator().manual_seed(2))
        parameters = list(phase.parameters)
        gradients = torch.autograd.grad(loss, parameters, allow_unused=True)
        assert loss.isfinite() and all(value == value for value in numbers.values())
        for parameter, gradient in zip(parameters, gradients, strict=True):
            if gradient is not None and gradient.abs().sum() > 0:
                reached.add(id(parameter))
    missed = [name for name, parameter in model.named_parameters() if id(parameter) not in reached]
    assert missed == [*case.unreached]


@SAMPLING
def test_a_sample_is_as_its_output_says_and_the_same_alone_and_in_a_batch(case: Case) -> None:
    model = generative(case)
    settings = settings_of(model, {})

    def made(indices: list[int]) -> Any:
        generators = [sample_generator(5, i) for i in indices]
        z = model.sample_latents(generators, settings)
        assert z.shape == (len(indices), model.latent.size)
        return model.decode(z, settings, generators)

    alone, together = made([3]), made([0, 1, 2, 3, 4])
    output = model.output
    if are_texts(together):
        assert alone[0] == together[3] and all(len(text) <= output.width for text in together)
        return
    shape = (output.width,) if output.kind == "points" else (output.channels, output.height, output.width)
    assert together.shape == (5, *shape) and together.dtype == torch.float32 and together.isfinite().all()
    assert output.kind == "points" or (together.min() >= 0 and together.max() <= 1)
    assert torch.allclose(alone[0], together[3], atol=1e-5) and not torch.allclose(alone[0], together[4], atol=1e-4)


@EVERY
def test_saved_equals_loaded(case: Case, tmp_path: Any) -> None:
    model = build(case)
    facts = {"id": "image/x", "name": "x", "summary": "", "modality": "image", "family": case.family}
    facts |= {"dataset": "x", "config": case.config, "cost": {}, "metrics": {}}
    save_checkpoint(tmp_path, model, facts)
    loaded = load_model(find_checkpoint(tmp_path, "image/x"))
    for name, tensor in model.state_dict().items():
        assert torch.equal(tensor, loaded.state_dict()[name]), name


@SAMPLING
def test_what_a_model_says_of_itself_holds(case: Case) -> None:
    model = generative(case)
    assert settings_of(model, {}) == {setting.name: setting.default for setting in model.settings}
    assert all(setting.help.endswith(".") for setting in model.settings)
    assert model.flops_per_sample(settings_of(model, {})) > 0
    assert model.latent.classes in (0, len(model.output.classes))
    assert bool(model.latent.classes) == (model.class_setting in {setting.name for setting in model.settings})


@SAMPLING
@torch.no_grad()
def test_every_capability_that_a_model_names_it_has(case: Case) -> None:
    model = generative(case)
    for capability in sorted(model.capabilities):
        assert isinstance(model, CAPABILITIES.get(capability, GenerativeModel)), capability
        MEANINGS[capability](model)


def test_no_family_and_no_capability_lacks_a_case() -> None:
    assert set(REGISTRY) == {case.family for case in CASES.values()}
    named = {name for case in GENERATIVE.values() for name in generative(case).capabilities}
    assert named == set(MEANINGS) == {*CAPABILITIES, "chat"}


@SAMPLING
def test_a_reply_says_what_it_holds_from_sampling_to_a_square_between_corners(case: Case) -> None:
    model = generative(case)
    corners = {"corners": [{"seed": i} for i in range(4)], "side": 3}
    of_latents = (
        ("sweep", {"latent": {"seed": 1}, "dimension": 0, "frames": 4}, 4),
        ("pad", {"latent": {"seed": 1}, "dimensions": [0, 1], "side": 3}, 9),
        ("interpolate", {"a": {"seed": 1}, "b": {"seed": 2}, "frames": 5}, 5),
        ("corners", corners, 9),
    )
    for operation, request, count in (
        ("sample", {"seed": 1, "count": 3}, 3),
        *(of_latents if model.latent.size else ()),
    ):
        header, body = ask(model, operation, request)
        output = model.output
        assert {name: header[name] for name in ("kind", "frames", "height", "width", "channels")} == {
            "kind": output.kind,
            "frames": count,
            "height": output.height,
            "width": output.width,
            "channels": output.channels,
        }
        size = {"text": 0, "points": 4 * output.width}.get(output.kind, output.size)
        assert len(body) == count * size and len(header.get("texts", [])) == (count if output.kind == "text" else 0)


@SAMPLING
def test_what_a_model_cannot_do_is_refused_in_a_sentence_and_what_it_can_is_done(case: Case) -> None:
    model = generative(case)
    asked = {
        "encode": (inverse.run_encode, Item("m", "encode", {"raw": True}, bytes(model.output.size))),
        "invert": (inverse.run_invert, Item("m", "invert", {"raw": True, "steps": 1}, bytes(model.output.size))),
        "chain": (kinds.run_chain, Item("m", "chain", {"frames": 3})),
    }
    for capability, (run, item) in asked.items():
        if capability in model.capabilities and (capability == "chain" or model.output.kind in ("image", "roll")):
            header, _ = unpack(run(model, item))
            assert header["kind"] == model.output.kind
        else:
            with pytest.raises(BadRequest) as refusal:
                run(model, item)
            assert str(refusal.value).endswith(".")


def test_a_class_is_asked_for_by_its_name_and_leaves_the_noise_as_it_was() -> None:
    model = generative(CASES["colour gan"])
    (species,) = (setting for setting in model.settings if setting.name == "species")
    assert species.choices == ("any", *COLOUR["classes"]) and species.label == "Species"
    free = model.sample_latents([sample_generator(1, 2)], settings_of(model, {}))
    fifth = model.sample_latents([sample_generator(1, 2)], settings_of(model, {"settings": {"species": "species 5"}}))
    assert torch.equal(free[:, :-12], fifth[:, :-12]) and fifth[0, -12:].tolist() == [0.0] * 5 + [1.0] + [0.0] * 6


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"shape": [1, 30, 28]}, "the sides of pictures must be multiples of 4, got 30 x 28"),
        ({"shape": [1, 28]}, "shape must be three whole numbers from 1 to 512"),
        ({"shape": [1, 28, 4096]}, "shape must be three whole numbers from 1 to 512"),
        ({"classes": ["a", "a"]}, "classes must be different names"),
        ({"net": "words"}, "net must be one of image, notes, points, got 'words'"),
    ],
)
def test_a_configuration_that_fits_no_network_is_refused_in_a_sentence(config: dict[str, Any], words: str) -> None:
    make_config, family = REGISTRY["gan"]
    with pytest.raises(ValueError, match=words):
        family(make_config(**config))


def test_seeds_and_indices_give_unrelated_noise():
    noise = torch.stack([torch.randn(500, generator=sample_generator(s, i)) for s in range(20) for i in range(20)])
    correlation = torch.corrcoef(noise) - torch.eye(len(noise))
    assert correlation.abs().max() < 0.25  # 5.5 standard deviations of 1 / sqrt(500)
