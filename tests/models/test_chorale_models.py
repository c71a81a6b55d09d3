"""RNN-RBM and chorale transformer: exact where they say so, and a piece made bar by bar is the piece made at once."""

import itertools
from dataclasses import replace
from functools import partial

import pytest
import torch

from playground.metrics.conditional_ais import annealed_log_probability
from playground.models.chorale_frames import CHORALE_GRID, FrameGrid, composition_key, valid_frames
from playground.models.rnn_rbm import RNNRBM, RNNRBMConfig, free_energy
from playground.models.transformer import ChoraleTransformer, ChoraleTransformerConfig
from playground.protocol.fields import settings_of

TINY_RBM = {"hidden": 9, "recurrent": 8, "gibbs_steps": 2, "chords": 16, "candidates": 8}
TINY_TRANSFORMER = {"width": 16, "layers": 1, "heads": 2, "ahead": 3}
FAMILIES = {
    "rnn-rbm": lambda **sizes: RNNRBM(RNNRBMConfig(**TINY_RBM, **sizes)),
    "transformer": lambda **sizes: ChoraleTransformer(ChoraleTransformerConfig(**TINY_TRANSFORMER, **sizes)),
}


def tiny(family: str, **sizes):
    torch.manual_seed(0)
    model = FAMILIES[family](**sizes)
    for parameter in model.parameters():  # away from the even odds of fresh weights
        parameter.data += 0.3 * torch.randn_like(parameter)
    if family == "rnn-rbm":
        model.visible_head.bias.data -= 3.0
    return model.eval()


def window() -> torch.Tensor:
    """Two pieces of 12 and 9 frames, (2, 12, 6)."""
    x = torch.zeros(2, 12, 6, dtype=torch.int64)
    x[:, :, 0], x[:, 0, 1] = torch.arange(12) % 8, 1
    x[:, ::2, 2:] = torch.tensor([72, 67, 64, 48])
    x[:, 1::2, 2:5] = torch.tensor([-72, 65, -48])
    x[1, 9:] = 0
    x[1, 9:, 0] = -1
    return x


@torch.inference_mode()
@pytest.mark.parametrize("family", FAMILIES)
def test_a_piece_made_bar_by_bar_equals_the_piece_made_at_once_and_the_seed_decides(family):
    model = tiny(family)
    settings = settings_of(model, {})
    nothing = torch.zeros(46, 0)
    at_once = model.compose(nothing, None, 72, 5, settings)
    roll = nothing
    for _ in range(9):
        roll = model.compose(roll, None, 8, 5, settings)
    assert at_once.shape == (46, 72) and torch.equal(roll, at_once)
    assert not torch.equal(model.compose(nothing, None, 72, 6, settings), at_once)


@torch.inference_mode()
@pytest.mark.parametrize("family", FAMILIES)
def test_harmonising_keeps_the_soprano_on_top(family):
    model = tiny(family)
    soprano = [72, -72, 74, 76, -76, -76, 0, 0, 60, 36, 81]
    roll = model.compose(torch.zeros(46, 0), soprano, 11, 3, settings_of(model, {}))
    for t, note in enumerate(soprano):
        column = roll[:, t]
        if note:
            assert column[81 - abs(note)] == (1.0 if note > 0 else pytest.approx(0.6))
            assert not column[: 81 - abs(note)].any()
        else:
            assert not column[: 81 - 76 + 1].any()


@torch.inference_mode()
@pytest.mark.parametrize("family", FAMILIES)
def test_harmonising_bar_by_bar_equals_harmonising_at_once(family):
    model = tiny(family)
    settings, soprano = settings_of(model, {}), [72, -72, 74, 76, 77, -77, 76, 74] * 3
    roll = torch.zeros(46, 0)
    for _ in range(3):
        roll = model.compose(roll, soprano, 8, 3, settings)
    assert torch.equal(roll, model.compose(torch.zeros(46, 0), soprano, 24, 3, settings))


@torch.inference_mode()
def test_the_transformer_knows_a_few_notes_of_the_melody_ahead_where_told():
    model, x, key = tiny("transformer"), window()[:1], torch.tensor([12])
    soprano = model.tokens_of(x[:, :, 2])
    other = soprano.clone()
    other[0, 8] += 2
    untold, told, changed = (model.token_nats(x, key, line)[0].sum(2)[0] for line in (None, soprano, other))
    assert not torch.allclose(untold, told)
    assert torch.equal(told[:5], changed[:5]) and (told[5:8] != changed[5:8]).all()


@torch.inference_mode()
@pytest.mark.parametrize("family", FAMILIES)
def test_only_what_sounds_is_held_on(family):
    roll = tiny(family).compose(torch.zeros(46, 0), None, 32, 1, settings_of(tiny(family), {}))
    held = (roll > 0.3) & (roll < 0.8)
    assert held[:, 1:].any() and not (held[:, 1:] & (roll[:, :-1] == 0)).any() and not held[:, 0].any()


@torch.inference_mode()
@pytest.mark.parametrize("planes", [1, 2])
def test_the_probabilities_of_all_frames_of_the_transformer_sum_to_one(planes):
    model = tiny("transformer", lowest=60, keys=3, planes=planes)
    states = (0, 60, -60)[: planes + 1]
    total = 0.0
    for choice in itertools.product(range(len(states)), repeat=3):
        notes = [(key + 60) * (1 if state == 1 else -1) for key, state in enumerate(choice) if state][::-1]
        x = torch.zeros(1, 2, 6, dtype=torch.int64)
        x[0, 0] = torch.tensor([0, 1, 62, 60, 0, 0])
        x[0, 1, :2] = torch.tensor([1, 0])
        x[0, 1, 2 : 2 + len(notes)] = torch.tensor(notes)
        nats, _ = model.token_nats(x, torch.tensor([12]))
        total += float(torch.exp(-nats[0, 1].sum()))
    assert total == pytest.approx(1.0, abs=1e-5)


@torch.inference_mode()
def test_the_transformer_hears_more_than_the_frame_before():
    model = tiny("transformer")
    x = window()[:1]
    other = x.clone()
    other[0, 2, 3] += 1
    before, after = (model.token_nats(one, torch.tensor([12]))[0].sum(2)[0] for one in (x, other))
    assert torch.equal(before[:2], after[:2]) and (before[6:] != after[6:]).any()


@torch.inference_mode()
def test_cached_logits_equal_those_of_the_whole_window():
    from transformers import DynamicCache

    model = tiny("transformer")
    queries, _, real = model.queries(window()[:1])
    queries = queries.map(lambda part: part[real][None])
    key = torch.tensor([3])
    whole = model.logits(queries, key)
    cache = DynamicCache(config=model.body.config)
    parts = [model.logits(queries.map(lambda part, i=i: part[:, i : i + 1]), key, cache) for i in range(whole.shape[1])]
    assert torch.allclose(torch.cat(parts, 1), whole, atol=1e-4)


@torch.inference_mode()
def test_nats_of_a_roll_equal_those_of_its_frames_and_padding_changes_nothing():
    model = tiny("transformer")
    x = window()
    both, _ = model.token_nats(x, torch.tensor([12, 12]))
    alone = model.window_nats(x[1, :9])
    assert torch.allclose(both[1, :9].sum(1), alone, atol=1e-4) and not both[1, 9:].any()
    roll = model.grid.to_roll(model.grid.planes_of(x[1, :9, 2:]))
    assert torch.allclose(model.frame_nats(roll), alone, atol=1e-4)


@torch.inference_mode()
def test_nats_of_the_rnn_rbm_are_finite_and_near_those_of_more_annealing():
    model = tiny("rnn-rbm")
    roll = model.grid.to_roll(model.grid.planes_of(window()[0, :, 2:]))
    quick, thorough = (
        model.frame_nats(roll, partial(annealed_log_probability, temperatures=temperatures, chains=chains))
        for temperatures, chains in ((300, 10), (1000, 20))
    )
    assert quick.shape == (12,) and quick == pytest.approx(thorough, abs=0.3)


@torch.inference_mode()
def test_the_rnn_rbm_hears_a_piece_alike_in_every_key():
    model, x = tiny("rnn-rbm"), window()[:1]
    in_c = model.conditionals(x, torch.tensor([0]))
    for key, moved in ((2, 2), (7, -5), (6, -6)):
        other = x.clone()
        other[:, :, 2:] += moved * x[:, :, 2:].sign()
        for one, two in zip(model.conditionals(other, torch.tensor([key])), in_c):
            assert torch.equal(one, two)
        bits = model.grid.planes_of(other[0, :, 2:])
        assert torch.equal(model.to_c(bits, key), in_c[0][0]) and torch.equal(model.from_c(in_c[0][0], key), bits)
    unknown = model.conditionals(other, torch.tensor([12]))[0][0]
    assert torch.equal(unknown, model.to_c(model.grid.planes_of(other[0, :, 2:]), 0))


@torch.inference_mode()
def test_the_rnn_rbm_writes_the_same_piece_in_every_key():
    model = tiny("rnn-rbm")
    model.visible_head.bias[model.visible_head.bias.shape[0] // 4 :] -= 99.0  # low notes, which fit in both keys
    model.visible_head.bias[:12] -= 99.0
    in_c, in_d = (
        model.compose(torch.zeros(46, 0), None, 16, 4, settings_of(model, {"settings": {"key": key}})) for key in "CD"
    )
    assert in_c.any() and torch.equal(in_c[2:], in_d[:-2])


@torch.inference_mode()
def test_chains_begin_at_kept_chords_as_often_as_the_machine_likes_them():
    model = tiny("rnn-rbm", lowest=60, keys=3, planes=1, keyed=0)
    kinds = torch.tensor(list(itertools.product([0, 1], repeat=3)), dtype=torch.uint8)
    drawn = torch.tensor([0, 0, 0, 0, 0, 1, 2, 2, 3, 4, 5, 5, 6, 6, 6, 7])  # some sound more often than others
    model.chords.copy_(kinds[drawn])
    model.chord_log_shares.copy_((drawn.bincount() / 16).log()[drawn])
    model.config = replace(model.config, candidates=1000)  # nearly all of the weights' noise gone
    b, c = torch.randn(1, 3), torch.randn(1, 9)
    begun = model.likely_chords(b.expand(3000, -1), c.expand(3000, -1), torch.Generator().manual_seed(0))
    wanted = (-free_energy(kinds.float(), model.weight, b, c)).softmax(0)
    found = (begun @ torch.tensor([4.0, 2.0, 1.0])).long().bincount(minlength=8) / 3000
    assert found == pytest.approx(wanted, abs=0.03)


@torch.inference_mode()
def test_training_begins_at_the_frames_of_the_data():
    model, x = tiny("rnn-rbm"), window()
    keys = torch.tensor([2, 12])
    model.start_from_data(x, keys)
    frames = model.frames_in_c(x, keys)[valid_frames(x)[0]]
    kept = model.chords.float()
    same = (kept[:, None] == frames[None]).all(2)
    assert same.any(1).all()
    assert model.chord_log_shares.exp() == pytest.approx(same.double().mean(1), abs=1e-6)
    often = frames.mean(0).clamp(0.0005, 0.99)
    assert torch.allclose(model.visible_head.bias.sigmoid(), often, atol=1e-6)


def test_rolls_and_frames_are_the_same_and_stray_holds_become_struck():
    bits = CHORALE_GRID.planes_of(window()[0, :, 2:])
    roll = CHORALE_GRID.to_roll(bits)
    assert torch.equal(CHORALE_GRID.from_roll(roll), bits)
    assert torch.equal(CHORALE_GRID.to_columns(bits, 0), window()[0])
    stray = CHORALE_GRID.from_roll(torch.where(torch.arange(12) == 1, roll, 0.0))
    assert stray[1, : CHORALE_GRID.keys].sum() == 3 and not stray[1, CHORALE_GRID.keys :].any()


def test_transposition_moves_pitches_and_key_together_and_keeps_the_range():
    x, keys = window(), torch.tensor([0, 12])
    seen = set()
    for seed in range(40):
        moved, key = FrameGrid(47, 28, 2).transpose(x, keys, 6, torch.Generator().manual_seed(seed))
        shift = int(moved[0, 0, 2] - x[0, 0, 2])
        seen.add(shift)
        assert int(key[0]) == shift % 12 and int(key[1]) == 12
        notes, original = moved[0, :, 2:], x[0, :, 2:]
        assert torch.equal(notes, original + shift * original.sign()) and torch.equal(moved[:, :, :2], x[:, :, :2])
    assert seen == {-1, 0, 1, 2}


def test_windows_that_begin_inside_a_piece_teach_only_from_their_fifth_frame_on():
    x = window()
    x[1, 0, 1] = 0
    exists, learnt = valid_frames(x)
    assert exists.sum().item() == 21 and learnt[0].all() and learnt[1].nonzero()[:, 0].tolist() == [4, 5, 6, 7, 8]


def test_the_key_is_the_setting_or_that_of_the_melody_or_the_seeds():
    assert composition_key({"key": "E♭"}, 1, [60]) == 3
    assert composition_key({"key": "any"}, 1, [62, 64, 66, 67, 69, 71, 73, 74, 69, 62]) == 2
    assert len({composition_key({"key": "any"}, seed, None) for seed in range(99)}) == 12
