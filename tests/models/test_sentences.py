"""Sentence models: likelihoods that add up, padding that counts for nothing, texts there and back."""

import math

import pytest
import torch

from playground.errors import BadRequest
from playground.formats.sentences import END, PADDING, rows_of
from playground.metrics.edit_distance import edit_distance
from playground.models.arae import ARAE, ARAEConfig, on_sphere
from playground.models.base import sample_generator
from playground.models.sentence_lm import SentenceLM, SentenceLMConfig
from playground.nets.sentences import SentenceDecoder, drawing
from playground.protocol.fields import settings_of
from tests.tiny_text import make_latent_model


def decoder(latent: int) -> SentenceDecoder:
    torch.manual_seed(3)
    return SentenceDecoder(latent, 12).eval().requires_grad_(False)


def test_the_likelihood_is_the_product_over_tokens_the_end_included():
    net, z = decoder(3), torch.randn(1, 3)
    tokens = torch.tensor([[7, 9, 4, END] + [PADDING] * 21])
    expected, state, before = 0.0, None, torch.tensor([[PADDING]])
    for token in (7, 9, 4, END):
        known, state = net.states(before, z, state)
        expected += float(net.logits(known[:, 0]).log_softmax(1)[0, token])
        before = torch.tensor([[token]])
    assert math.isclose(float(net.log_likelihood(z, tokens)), expected, rel_tol=1e-5)


def test_odds_of_the_next_token_sum_to_one_and_padding_never_comes():
    net = decoder(0)
    known, _ = net.states(torch.tensor([[PADDING, 5, 6]]), torch.zeros(1, 0))
    odds = net.logits(known).softmax(-1)
    assert torch.allclose(odds.sum(-1), torch.ones(1, 3)) and (odds[..., PADDING] == 0).all()


def test_what_is_written_is_the_likeliest_token_each_time_and_ends_with_the_end():
    net, z = decoder(3), torch.randn(5, 3)
    tokens = net.write(z)
    assert tokens.shape == (5, 25)
    for row in tokens.tolist():
        body = row[: row.index(END)] if END in row else row
        assert PADDING not in body and all(one == PADDING for one in row[len(body) + 1 :])


def test_samples_of_the_language_model_depend_on_their_own_generator_alone():
    model = make_latent_model("text/sentences-vae")  # for its tokenizer
    lm = SentenceLM(SentenceLMConfig(width=8)).eval()
    lm.tokenizer = model.net.tokenizer
    settings = {"temperature": 1.0}

    def texts(*indices: int) -> list[str]:
        return lm.decode(torch.zeros(len(indices), 0), settings, [sample_generator(1, i) for i in indices])

    assert texts(0, 1, 2)[1:] == texts(1, 2) and texts(2) == texts(2)


def test_the_vaes_bound_is_below_its_likelihood_and_rises_with_samples():
    model = make_latent_model("text/sentences-vae")
    x = torch.from_numpy(rows_of(model.net.tokenizer, ["hello how are you today", "the cat sleeps on the roof"]))
    weights, kl = model.log_weights(x, 400, torch.Generator().manual_seed(0))
    one, many = weights.mean(0), weights.logsumexp(0) - math.log(400)
    assert (many > one).all() and (kl > 0).all()


def test_codes_lie_on_the_sphere_and_the_prior_runs_the_generator():
    torch.manual_seed(0)
    model = ARAE(ARAEConfig(code=6, width=8, hidden=4, noise=3, adversaries=8)).eval()
    z = model.sample_latents([sample_generator(1, i) for i in range(4)], {"temperature": 1.0})
    assert torch.allclose(z.norm(dim=1), torch.full((4,), 6**0.5))
    few = model.sample_latents([sample_generator(1, i) for i in (2, 3)], {"temperature": 1.0})
    assert torch.allclose(z[2:], few, atol=1e-6)
    assert torch.allclose(on_sphere(3 * z), z, atol=1e-6)


def test_the_players_of_the_arae_leave_the_autoencoder_alone():
    torch.manual_seed(0)
    model = ARAE(ARAEConfig(code=6, width=8, hidden=4, noise=3, adversaries=8))
    x = torch.tensor([[7, 9, 4, END] + [PADDING] * 21] * 4)
    own = {name: phase.parameters for phase in model.phases() for name in [phase.name]}
    for phase in model.phases():
        loss, _ = phase.loss(x, torch.zeros(4, dtype=torch.int64), torch.Generator().manual_seed(1))
        others = [p for name, several in own.items() if name != phase.name for p in several]
        gradients = torch.autograd.grad(loss, [*phase.parameters, *others], allow_unused=True)
        assert all(g is not None for g in gradients[: len(phase.parameters)])
        assert phase.name == "generator" or all(g is None for g in gradients[len(phase.parameters) :])


def test_a_typed_sentence_is_read_in_small_letters_or_refused():
    model = make_latent_model("text/sentences-vae")
    assert model.read_typed("  The CAT sleeps ") == "the cat sleeps"
    for bad in (
        "two words",
        "\u05e9\u05dc\u05d5\u05dd \u05e9\u05dc\u05d5\u05dd \u05e9\u05dc\u05d5\u05dd",
        "word " * 17,
    ):
        with pytest.raises(BadRequest, match="has 3 to 16 words of English letters"):
            model.read_typed(bad)
    with pytest.raises(BadRequest, match="at most 24 tokens and 96 characters"):
        model.read_typed("xqzxqzxqzxqz " * 3)


def test_edit_distance_is_that_of_levenshtein():
    assert edit_distance("kitten", "sitting") == 3
    assert edit_distance(["a", "b"], []) == 2 and edit_distance([], []) == 0


@pytest.mark.parametrize("name", ["text/sentences-vae", "text/sentences-gan"])
def test_words_are_drawn_by_the_generator_of_their_own_row_or_are_the_likeliest(name: str):
    model, z = make_latent_model(name), torch.randn(3, 4, generator=torch.Generator().manual_seed(1))
    drawn, likeliest = ({"temperature": 1.0, "words": words} for words in ("drawn", "likeliest"))

    def texts(settings: dict, rows: list[int], seed: int = 1) -> list[str]:
        return model.decode(z[rows], settings, [sample_generator(seed, i) for i in rows])

    assert texts(drawn, [0, 1, 2])[1:] == texts(drawn, [1, 2]) != texts(drawn, [1, 2], seed=2)
    assert texts(likeliest, [0, 1, 2]) == texts(likeliest, [0, 1, 2], seed=2) != texts(drawn, [0, 1, 2])


def test_drawn_tokens_have_the_odds_of_the_likelihood():
    net, many = decoder(3), 4000
    z = torch.randn(1, 3)
    tokens = net.write(z.expand(many, -1), drawing([sample_generator(5, i) for i in range(many)]))
    known, _ = net.states(torch.tensor([[PADDING]]), z)
    odds = net.logits(known[:, 0]).double().softmax(1)[0]
    seen = torch.bincount(tokens[:, 0], minlength=len(odds)).double() / many
    top = odds.topk(20).indices
    assert ((seen - odds)[top].abs() < 4 * (odds[top] / many).sqrt()).all()


def test_a_vae_is_shown_by_its_likeliest_words_and_measured_by_drawn_ones():
    vae, gan = (make_latent_model(f"text/sentences-{name}") for name in ("vae", "gan"))
    assert settings_of(vae, {})["words"] == "likeliest" and settings_of(vae, {}, measured=True)["words"] == "drawn"
    assert settings_of(vae, {"settings": {"words": "likeliest"}}, measured=True)["words"] == "likeliest"
    assert settings_of(gan, {}, measured=True)["words"] == "likeliest"
