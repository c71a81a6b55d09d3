"""The RBM of letters: enumeration, AIS and long chains agree; clamped chains sample the conditional distribution."""

import itertools

import pytest
import torch

from playground.errors import BadRequest
from playground.metrics.ais import Symbols, ais_log_z, exact_log_z, log_probability, reverse_ais_log_z
from playground.models.base import sample_generator
from playground.models.categorical_rbm import CategoricalRBM, CategoricalRBMConfig, draw_fitting
from playground.protocol.fields import settings_of
from playground.training.directions import find_directions


def small(places: int = 3, symbols: int = 4, hidden: int = 3, scale: float = 0.7) -> CategoricalRBM:
    torch.manual_seed(2)
    model = CategoricalRBM(CategoricalRBMConfig(hidden=hidden, places=places, symbols=symbols, chains=4))
    for parameter in model.parameters():
        parameter.data.normal_(0, scale)
    model.visible_centre.uniform_(0.1, 0.4)
    model.hidden_centre.uniform_(0.2, 0.8)
    return model.requires_grad_(False)


def all_words(places: int, symbols: int) -> torch.Tensor:
    return torch.tensor(list(itertools.product(range(symbols), repeat=places)))


def exact_probabilities(model: CategoricalRBM) -> torch.Tensor:
    parameters = model.plain_parameters()
    log_z = exact_log_z(*parameters, units=Symbols(model.config.symbols))
    words = all_words(model.config.places, model.config.symbols)
    return log_probability(model.one_hot(words), *parameters, log_z).exp()


def test_probabilities_of_all_words_add_up_to_one():
    assert float(exact_probabilities(small()).sum()) == pytest.approx(1, rel=1e-9)


def test_centred_and_plain_forms_give_the_same_distribution():
    model = small()
    centred = torch.softmax(-model.free_energy(model.one_hot(all_words(3, 4))).double(), 0)
    assert torch.allclose(centred, exact_probabilities(model), atol=1e-6)


def test_moving_the_hidden_centre_keeps_the_distribution():
    model = small()
    before = exact_probabilities(model)
    model._mean_hidden = torch.tensor([0.9, 0.1, 0.5])
    model.after_step()
    assert torch.allclose(before, exact_probabilities(model), atol=1e-6)


def test_ais_from_both_sides_meets_enumeration_of_sixteen_hidden_units():
    model = small(places=6, symbols=9, hidden=16, scale=0.6)
    parameters, units = model.plain_parameters(), Symbols(9)
    exact = exact_log_z(*parameters, units=units)
    base, betas = torch.zeros(54), torch.linspace(0, 1, 1001)
    forward = ais_log_z(*parameters, base, betas=betas, generator=torch.Generator().manual_seed(0), units=units)
    start = units.draw(base.expand(100, -1), torch.Generator().manual_seed(1))
    samples, _ = model.gibbs(start, 500, 1.0, [sample_generator(2, i) for i in range(100)])
    generator = torch.Generator().manual_seed(3)
    backward = reverse_ais_log_z(samples, *parameters, base, betas=betas, generator=generator, units=units)
    assert forward.log_z == pytest.approx(exact, abs=0.3)
    assert backward.log_z == pytest.approx(exact, abs=0.3)


def test_long_gibbs_chains_visit_words_as_often_as_enumeration_says():
    model = small()
    last, _ = model.gibbs(model.one_hot(torch.zeros(4000, 3)), 30, 1.0, [sample_generator(1, i) for i in range(4000)])
    codes = model.packed(last).long() @ torch.tensor([16, 4, 1])
    shares = torch.bincount(codes, minlength=64).double() / 4000
    assert 0.5 * (shares - exact_probabilities(model)).abs().sum() < 0.06


def test_a_clamped_chain_samples_the_conditional_distribution_over_all_lengths_that_fit():
    """Words of 1 or 2 letters that end in symbol 2, of three places: "2", and x2 for every x of 1 to 3."""
    model = small()
    allowed = torch.zeros(2, 3, 4, dtype=torch.bool)
    allowed[0, 0, 2] = allowed[0, 1:, 0] = True
    allowed[1, 0, 1:] = allowed[1, 1, 2] = allowed[1, 2, 0] = True
    words = all_words(3, 4)
    fits = allowed[:, torch.arange(3), words].all(-1).any(0)
    assert fits.sum() == 4
    exact = exact_probabilities(model)[fits]
    generator = torch.Generator().manual_seed(0)
    start = draw_fitting(torch.zeros(3, 4), allowed, generator)
    chain = model.gibbs_words(start, allowed, 4001, 1, 1.0, generator)
    codes = {tuple(word): i for i, word in enumerate(words[fits].tolist())}
    visits = torch.bincount(torch.tensor([codes[tuple(word)] for word in chain.tolist()]), minlength=4)
    assert torch.allclose(visits / len(chain), (exact / exact.sum()).float(), atol=0.04)


def test_training_raises_the_exact_likelihood():
    words = torch.tensor([[1, 2, 0], [1, 2, 3], [3, 1, 0], [3, 1, 2]]).repeat(8, 1)
    torch.manual_seed(0)
    model = CategoricalRBM(CategoricalRBMConfig(hidden=6, places=3, symbols=4, chains=64, gibbs_steps=2))
    model.start_from_data(words, torch.zeros(len(words)))
    assert model.particles.max() <= 3
    optimiser = torch.optim.Adam(model.parameters(), lr=0.05)

    def nats() -> float:
        parameters = model.plain_parameters()
        log_z = exact_log_z(*parameters, units=Symbols(4))
        return -float(log_probability(model.one_hot(words), *parameters, log_z).mean())

    before = nats()
    for step in range(500):
        loss, _ = model.loss(words, torch.zeros(len(words)), torch.Generator().manual_seed(step))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        model.after_step()
    assert before == pytest.approx(2.43, abs=0.02)  # the entropies of the three places, independent of one another
    assert 1.386 < nats() < 2.15  # log 4, were there nothing but the four words


def test_words_come_back_as_texts_and_end_at_the_first_nothing():
    model = CategoricalRBM(CategoricalRBMConfig(hidden=2, chains=2))
    symbols = torch.tensor([[13, 1, 0, 9, 1, 0, 0, 0, 0, 0, 0, 0]])
    assert model.texts_of(symbols) == ["ma"]
    assert model.symbols_of(["ma"]).tolist() == [[13, 1, *[0] * 10]]
    assert torch.equal(model.encode(["ma"], {}), model.encode(model.symbols_of(["ma"]), {}))


def test_a_sample_is_the_same_alone_and_in_a_batch_and_letters_may_be_the_likeliest():
    model = CategoricalRBM(CategoricalRBMConfig(hidden=5, chains=3))
    model.weight.data.normal_(0, 0.5)
    settings = settings_of(model, {"settings": {"steps": 3}})

    def draw(indices):
        generators = [sample_generator(4, i) for i in indices]
        z = model.sample_latents(generators, settings)
        return model.decode(z, settings, generators)

    with torch.inference_mode():
        assert draw([3]) == draw(range(6))[3:4]
        likeliest = settings | {"letters": "likeliest"}
        z = torch.rand(4, 5)
        assert model.decode(z, likeliest, []) == model.decode(z, likeliest, [])


def test_slider_directions_are_found_from_names():
    model = CategoricalRBM(CategoricalRBMConfig(hidden=5, chains=3))
    model.weight.data.normal_(0, 0.5)
    find_directions(model, torch.randint(0, 27, (40, 12)))
    assert model.direction_vectors.shape == (5, 5)


@pytest.mark.parametrize("text", ["", "x" * 13, "jo ann", "zo\u00eb", "r2d2"])
def test_what_is_no_name_is_refused(text):
    model = CategoricalRBM(CategoricalRBMConfig(hidden=2, chains=2))
    with pytest.raises(BadRequest, match="1 to 12 letters"):
        model.read_typed(text)
    assert model.read_typed(" Mary ") == "mary"


def test_sizes_below_one_are_refused():
    with pytest.raises(ValueError, match="at least 1"):
        CategoricalRBMConfig(hidden=0)
