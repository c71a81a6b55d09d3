"""Names of slider directions: by what they do over many seeds, each effect once, and only where it happens often enough."""

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from playground.checkpoint import default_root, find_checkpoints, load_model
from playground.datasets import find_dataset
from playground.datasets.effects import Effect, Effects
from playground.evaluation.directions import (
    CHECKING_SEEDS,
    FINDING_SEEDS,
    SHARE,
    Seeds,
    choose_names,
    share_of,
    strongest,
)
from playground.evaluation.effects import effects_of, real_outputs, spreads_of
from playground.models.vae import VAE, VAEConfig
from playground.operations.describe import direction_names

SHIPPED = {one.id: one for one in find_checkpoints(default_root()) if "directions" in one.facts}
EFFECTS = Effects(
    {"ink": Effect("thinner", "bolder"), "slant": Effect("leans right", "leans left")},
    lambda made: {"ink": made[:, 0, 0].mean(1).numpy(), "slant": made[:, 0, 1].mean(1).numpy()},
)
INK, FAINT_INK, NOTHING, FITFUL, CHANCE = range(5)


class Decoder(nn.Module):
    """The first row is ink, which two coordinates make; the second is slant, which a third makes, backwards in some seeds."""

    def __init__(self, backwards_below: float):
        super().__init__()
        self.backwards_below = backwards_below

    def forward(self, z: Tensor) -> Tensor:
        picture = torch.zeros(len(z), 1, 28, 28)
        side = torch.where(z[:, CHANCE] < self.backwards_below, -1.0, 1.0)
        picture[:, 0, 0] = 0.5 * (z[:, INK] - 0.6 * z[:, FAINT_INK])[:, None]
        picture[:, 0, 1] = -0.3 * (side * z[:, FITFUL])[:, None]
        return picture


def names_of(backwards_below: float) -> list[dict]:
    model = VAE(VAEConfig(shape=(1, 28, 28), latent=5, width=4, hidden=8))
    model.net.decoder = Decoder(backwards_below)  # type: ignore[assignment]
    model.direction_vectors = torch.eye(5)
    finding, checking = (Seeds(model, EFFECTS, seeds) for seeds in (FINDING_SEEDS, CHECKING_SEEDS))
    with torch.inference_mode():
        return choose_names(finding, checking, {"ink": 0.1, "slant": 0.1}, lambda line: None)


def test_an_effect_names_the_strongest_direction_that_has_it_and_the_ends_say_which_way():
    ink, slant = names_of(backwards_below=-1.3)
    assert ink == {"direction": INK, "effect": "ink", "low": "thinner", "high": "bolder", "share": 1.0, "seeds": 500}
    assert (slant["direction"], slant["low"], slant["high"]) == (FITFUL, "leans left", "leans right")
    assert slant["share"] == pytest.approx(0.90, abs=0.03)  # of a normal distribution 9.7 % lie below -1.3


def test_what_happens_in_fewer_than_four_seeds_of_five_is_no_name():
    assert [one["effect"] for one in names_of(backwards_below=-0.5)] == ["ink"]  # 31 % lie below -0.5


def test_the_strongest_of_the_effects_that_hold_is_taken():
    steady, fitful = np.full(10, -0.5), np.where(np.arange(10) < 7, 5.0, -5.0)
    assert strongest({"fitful": fitful, "steady": steady, "weak": np.full(10, 0.4)}, set()) == ("steady", -1)
    assert strongest({"steady": steady, "weak": np.full(10, 0.4)}, {"steady"}) == ("weak", 1)
    assert strongest({"unseen": np.full(10, 0.2)}, set()) is None
    assert share_of(fitful, 1) == 0.7 and share_of(fitful, -1) == 0.3


def test_directions_without_a_name_are_fine_detail_and_those_never_measured_have_numbers():
    stored = [{"direction": 1, "effect": "ink", "low": "thinner", "high": "bolder", "share": 0.9, "seeds": 500}]
    ink = {"name": "ink", "low": "thinner", "high": "bolder", "share": 0.9, "seeds": 500}
    assert direction_names(stored, 3) == [{"name": "fine detail 1"}, ink, {"name": "fine detail 2"}]
    assert direction_names([], 1) == [{"name": "fine detail 1"}]
    for strange in (None, "ink", [{"direction": 0}], [stored[0] | {"low": 3}]):
        assert direction_names(strange, 2) == [{"name": "direction 1"}, {"name": "direction 2"}]


def test_every_shipped_model_with_directions_has_measured_names():
    walked = {
        one.id for one in find_checkpoints(default_root()) if len(getattr(load_model(one), "direction_vectors", ()))
    }
    assert set(SHIPPED) == walked


@pytest.mark.parametrize("model_id", SHIPPED)
def test_no_two_sliders_of_a_shipped_model_share_a_name_and_each_name_holds(model_id):
    stored = SHIPPED[model_id].facts["directions"]
    names = direction_names(stored, 32)
    shown = [frozenset((one["low"], one["high"])) if "low" in one else one["name"] for one in names]
    assert len(set(shown)) == 32
    assert len({word for one in stored for word in (one["low"], one["high"])}) == 2 * len(stored)
    assert all(one["share"] >= SHARE and one["seeds"] == 500 for one in stored)


def test_the_names_of_a_shipped_model_hold_on_other_seeds():
    checkpoint = SHIPPED["image/digits-vae"]
    dataset = find_dataset("digits")
    effects = effects_of(dataset, default_root())
    assert effects is not None
    spreads = spreads_of(effects, real_outputs(dataset))
    seeds = Seeds(load_model(checkpoint), effects, range(50_000, 50_100))
    for one in checkpoint.facts["directions"]:
        side = 1 if effects.known[one["effect"]].higher == one["high"] else -1
        with torch.inference_mode():
            change = seeds.changes(one["direction"], spreads)[one["effect"]]
        assert share_of(change, side) >= SHARE - 0.1  # three standard errors of 100 seeds
