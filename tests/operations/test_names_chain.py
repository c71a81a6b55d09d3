"""The chain of the names machine as an operation: patterns, replies, and what is refused."""

import json

import pytest
import torch

from playground.errors import BadRequest
from playground.models.categorical_rbm import CategoricalRBM, CategoricalRBMConfig, read_pattern
from playground.operations.kinds import run_chain
from playground.operations.sample_files import write_samples
from playground.protocol.fields import settings_of
from playground.protocol.request import Item
from playground.protocol.wire import unpack


def tiny() -> CategoricalRBM:
    torch.manual_seed(1)
    model = CategoricalRBM(CategoricalRBMConfig(hidden=6, chains=4)).eval().requires_grad_(False)
    model.weight.normal_(0, 0.5)
    return model


def chain(**request):
    with torch.inference_mode():
        return unpack(run_chain(tiny(), Item("text/names-rbm", "chain", request)))


def test_a_free_chain_starts_at_the_word_of_the_latent_and_repeats():
    header, body = chain(latent={"seed": 3}, frames=5, every=2)
    assert (header["frames"], header["height"], header["width"], header["channels"]) == (5, 1, 12, 1)
    assert not len(body) and len(header["texts"]) == len(header["free_energy"]) == 5
    assert chain(latent={"seed": 3}, frames=5, every=2)[0] == header
    assert chain(latent={"seed": 4}, frames=5, every=2)[0]["texts"] != header["texts"]


@pytest.mark.parametrize(
    ("pattern", "first", "last", "lengths"),
    [
        ("ma___a", "ma", "a", {6}),
        ("Ma*a", "ma", "a", set(range(3, 13))),
        ("jo*", "jo", "", set(range(2, 13))),
        ("*son", "", "son", set(range(3, 13))),
        ("mary", "mary", "mary", {4}),
        ("____________", "", "", {12}),
    ],
)
def test_held_letters_stay_through_the_whole_chain(pattern, first, last, lengths):
    texts = chain(clamp=pattern, frames=40)[0]["texts"]
    assert all(text.startswith(first) and text.endswith(last) and len(text) in lengths for text in texts)
    assert all(text.isalpha() for text in texts)
    if "*" in pattern:
        assert len({len(text) for text in texts}) > 1


def test_templates_are_one_for_each_length_and_no_word_fits_two():
    templates = read_pattern("m*a", 12, 27)
    assert templates.shape == (11, 12, 27)
    assert [int(template[:, 0].sum()) for template in templates] == list(range(10, -1, -1))
    assert read_pattern("m?a", 12, 27).equal(read_pattern("m_a", 12, 27))


@pytest.mark.parametrize("pattern", ["ma*l*a", "m4", "zo\u00eb", "a" * 13, "<b>", " ", 7, None, ["m"], "m\0"])
def test_patterns_that_mean_nothing_are_refused(pattern):
    with pytest.raises(BadRequest, match="'clamp' must be a text of letters from a to z"):
        chain(clamp=pattern)


def test_chains_beyond_the_limits_are_refused():
    with pytest.raises(BadRequest, match="'frames' must be a whole number from 2 to 64"):
        chain(frames=65)
    with pytest.raises(BadRequest, match="'every' must be a whole number from 1 to 100"):
        chain(every=0)


def test_samples_of_a_model_of_words_are_written_as_text(tmp_path):
    model = tiny()
    write_samples(model, "text/names-rbm", 8, 0, settings_of(model, {}), tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["samples.npz", "samples.txt"]
    lines = (tmp_path / "samples.txt").read_text().splitlines()
    assert len(lines) == 8 and all(line.isalpha() or not line for line in lines)
    assert json.dumps(lines).isascii()
