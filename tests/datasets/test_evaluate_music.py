"""The numbers of music on the benchmark's own data: what is known of them without any model."""

import numpy as np
import pytest
import torch

from playground.datasets.chorales.build import Chorales, Piece
from playground.datasets.chorales.evaluations import voice_leading_entries
from playground.datasets.jsb.build import load as load_jsb
from playground.datasets.shared.chorale_likelihood import (
    best_threshold,
    frequency_accuracy,
    frequency_nats,
    measured_parts,
    nats_metrics,
)
from playground.metrics.conditional_ais import expected_frame_accuracy
from tests.golden import load_golden


def test_the_papers_random_frames_call_every_key_so_its_accuracy_is_that_of_decisions():
    frames = torch.from_numpy(load_golden("JSB_Chorales.npz")["test"]).float()
    assert 100 * expected_frame_accuracy(frames, torch.ones_like(frames)) == pytest.approx(4.42, abs=0.005)
    assert 100 * expected_frame_accuracy(frames, 0.5 * torch.ones_like(frames)) == pytest.approx(4.23, abs=0.005)


def test_the_floors_of_the_benchmark_are_the_known_ones():
    arrays = load_golden("JSB_Chorales.npz")
    # 11.060 with 88 keys; ours smooths the bits of 128 keys, struck and held.
    data = load_jsb()
    (whole,) = measured_parts(data)
    assert whole.name == "jsb-test4725" and whole.of(data) == data.pieces["test"]
    assert frequency_nats(data, whole) == pytest.approx(11.060, abs=0.01)
    pieces = np.split(arrays["test"], np.cumsum(arrays["test_lengths"])[:-1])
    now, last = (torch.from_numpy(np.concatenate([p[part] for p in pieces])) for part in (slice(1, None), slice(-1)))
    assert expected_frame_accuracy(now, last) == pytest.approx(0.2220, abs=5e-5)
    assert 0.17 < frequency_accuracy(data, whole) < 0.22  # the paper's 1-gram has 17.41 %


def test_the_threshold_is_where_the_accuracy_is_highest():
    sounds = torch.tensor([[1.0, 0.0, 1.0, 0.0]])
    likely = torch.tensor([[0.6, 0.3, 0.35, 0.1]])
    threshold = best_threshold(sounds, likely)
    assert 0.3 <= threshold < 0.35
    assert expected_frame_accuracy(sounds, (likely > threshold).float()) == 1.0


def chorale(name: str, soprano: list[int], bass: list[int]) -> Piece:
    """Two outer voices around the same inner ones, a bar of eighths."""
    notes = np.array([[s, 69, 65, b] for s, b in zip(soprano, bass, strict=True)], np.int8)
    return Piece(name, notes, np.arange(len(notes), dtype=np.int8) % 8, 0)


def test_numbers_on_unseen_tunes_stand_before_those_of_all_test_pieces():
    known, new, other = (
        chorale("a", [79, 81], [60, 62]),
        chorale("b", [79, 81, 79], [60, 59, 60]),
        chorale("c", [79], [60]),
    )
    data = Chorales({"train": [known], "valid": [], "test": [known, new, other]}, known_tunes=frozenset("a"))
    unseen, whole = measured_parts(data)
    assert (unseen.name, whole.name) == ("chorales-unseen4", "chorales-test6")
    assert unseen.of(data) == [new, other] and whole.of(data) == [known, new, other]
    assert "of which 1 are sung to a hymn tune that a training piece has too" in whole.words
    metrics = nats_metrics(data, "exact", "nll", torch.tensor([1.0, 2.0, 4.0, 5.0, 6.0, 9.0]))
    assert [one["value"] for one in metrics.values()] == [6.0, 4.5]
    assert "standard error over pieces 2.00" in metrics["nll-chorales-unseen4"]["help"]  # of 5 and 9


def test_voice_leading_stands_beside_that_of_real_pieces_and_of_their_frames_in_a_random_order():
    parallel = chorale("own", [79, 81], [60, 62]).notes
    contrary = chorale("real", [79, 77, 76], [60, 62, 64]).notes
    metrics = voice_leading_entries([parallel], [contrary] * 3)
    fifths = metrics["parallel-fifths"]
    assert (fifths["value"], fifths["floor"], fifths["two_sided"]) == (100.0, 0.0, True)
    assert metrics["leaps"]["value"] == 0 and set(metrics) == {"parallel-fifths", "parallel-octaves", "leaps"}
    assert all("baseline" in one for one in metrics.values())
