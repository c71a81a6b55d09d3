"""Replicated Softmax: all documents of a length have probabilities that add up to one; AIS and long chains agree with it."""

import itertools
from types import SimpleNamespace

import pytest
import torch

from playground.checkpoint import find_checkpoint, load_model, save_checkpoint
from playground.errors import BadRequest, BrokenCheckpoint
from playground.metrics.ais import Words, ais_log_z, exact_log_z, log_probability
from playground.models.base import sample_generator
from playground.models.replicated_softmax import FILE, ReplicatedSoftmax, ReplicatedSoftmaxConfig
from playground.protocol.fields import settings_of

VOCABULARY = ["boat", "sea", "sail", "tree", "leaf"]


def small(scale: float = 0.8) -> ReplicatedSoftmax:
    torch.manual_seed(5)
    model = ReplicatedSoftmax(ReplicatedSoftmaxConfig(hidden=3, words=5, chains=6))
    for parameter in model.parameters():
        parameter.data.normal_(0, scale)
    model.visible_centre.copy_(torch.tensor([0.3, 0.2, 0.2, 0.2, 0.1]))
    model.hidden_centre.uniform_(0.2, 0.8)
    model.adopt(SimpleNamespace(vocabulary=VOCABULARY))
    return model.requires_grad_(False)


def sequences(length: int) -> torch.Tensor:
    return 1 + torch.tensor(list(itertools.product(range(5), repeat=length)))


def exact_probabilities(model: ReplicatedSoftmax, length: int) -> torch.Tensor:
    parameters = model.parameters_for(length)
    log_z = exact_log_z(*parameters, units=Words(length))
    return log_probability(model.counts_of(sequences(length)), *parameters, log_z).exp()


@pytest.mark.parametrize("length", [1, 2, 4])
def test_probabilities_of_all_documents_of_a_length_add_up_to_one(length):
    assert float(exact_probabilities(small(), length).sum()) == pytest.approx(1, rel=1e-9)


@pytest.mark.parametrize("length", [2, 4])
def test_centred_and_plain_forms_give_the_same_distribution(length):
    model = small()
    centred = torch.softmax(-model.free_energy(model.counts_of(sequences(length))).double(), 0)
    assert torch.allclose(centred, exact_probabilities(model, length), atol=1e-6)


def test_moving_the_hidden_centre_keeps_the_distribution():
    model = small()
    before = exact_probabilities(model, 3)
    model._mean_hidden = torch.tensor([0.9, 0.1, 0.5])
    model.after_step()
    assert torch.allclose(before, exact_probabilities(model, 3), atol=1e-6)


def test_ais_meets_enumeration():
    model = small()
    parameters = model.parameters_for(6)
    estimate = ais_log_z(
        *parameters,
        model.visible_centre.log(),
        betas=torch.linspace(0, 1, 301),
        chains=300,
        generator=torch.Generator().manual_seed(0),
        units=Words(6),
    )
    assert estimate.log_z == pytest.approx(exact_log_z(*parameters, units=Words(6)), abs=0.1)


def test_long_gibbs_chains_keep_the_length_and_visit_bags_as_often_as_enumeration_says():
    model = small()
    start = model.counts_of(torch.tensor([[1, 1, 1]])).expand(4000, -1)
    last, _ = model.gibbs(start, 30, 1.0, [sample_generator(1, i) for i in range(4000)])
    assert torch.equal(last.sum(1), torch.full((4000,), 3.0))
    place = torch.tensor([1, 4, 16, 64, 256])
    codes = (model.counts_of(sequences(3)).long() @ place, last.long() @ place)
    exact = torch.zeros(1024, dtype=torch.float64).index_add_(0, codes[0], exact_probabilities(model, 3))
    shares = torch.bincount(codes[1], minlength=1024).double() / 4000
    assert 0.5 * (shares - exact).abs().sum() < 0.06


def test_chains_start_as_long_as_documents_are():
    model = small()
    documents = torch.zeros(60, 32, dtype=torch.int64)
    for i, row in enumerate(documents):
        row[: 3 + i % 3] = 1 + torch.arange(3 + i % 3)
    model.start_from_data(documents, torch.zeros(60))
    assert sorted(model.particles.sum(1).tolist()) == [3, 3, 4, 4, 5, 5]


def test_text_goes_in_and_the_most_probable_words_come_out():
    model = small()
    assert model.read(["A BOAT, the sea; a boat?", "nothing of it"]).tolist() == [[2, 1, 0, 0, 0], [0] * 5]
    assert torch.equal(model.counts_of(["boat sea"]), model.read(["boat sea"]))
    assert model.read_typed("my boat in a storm at sea") == "boat sea"
    with pytest.raises(BadRequest, match="None of the words"):
        model.read_typed("42")
    z = torch.zeros(1, 3)
    settings = settings_of(model, {"settings": {"words": 3}})
    best = model.visible_inputs(z)[0].topk(3).indices.tolist()
    assert model.decode(z, settings, []) == [" ".join(VOCABULARY[i] for i in best)]


def test_a_topics_words_are_those_it_makes_more_probable():
    model = small()
    h = model.hidden_centre.clone()
    rises = []
    for value in (1.0, 0.0):
        h[1] = value
        rises.append(model.visible_inputs(h[None]).softmax(1)[0])
    number, rise = model.topic_words(2)[1][0]
    assert number == int(((rises[0] - rises[1]) / (rises[0] + rises[1]).sqrt()).argmax())
    assert rise == pytest.approx(float(rises[0][number] - rises[1][number]), abs=1e-6)


def test_the_vocabulary_lies_beside_the_weights(tmp_path):
    facts = {"id": "text/x", "name": "x", "summary": "", "modality": "text", "family": "replicated-softmax"}
    facts |= {"dataset": "topics", "config": {"hidden": 3, "words": 5, "chains": 6}, "cost": {}, "metrics": {}}
    model = small()
    checkpoint = save_checkpoint(tmp_path, model, facts)
    loaded = load_model(checkpoint)
    assert loaded.vocabulary == VOCABULARY
    assert torch.equal(loaded.state_dict()["weight"], model.weight)
    for broken in ("[", '["boat"]', '["a", "a", "b", "c", "d"]', "[1, 2, 3, 4, 5]"):
        (checkpoint.folder / FILE).write_text(broken)
        with pytest.raises(BrokenCheckpoint, match=FILE):
            load_model(find_checkpoint(tmp_path, "text/x"))
