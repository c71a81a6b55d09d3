"""The numbers of music on the benchmark's own data: what is known of them without any model."""

import numpy as np
import pytest
import torch

from playground.datasets.chorales.evaluations import best_threshold, frequency_accuracy, frequency_nats
from playground.datasets.jsb.build import load as load_jsb
from playground.metrics.conditional_ais import expected_frame_accuracy
from tests.golden import load_golden


def test_the_papers_random_frames_call_every_key_so_its_accuracy_is_that_of_decisions():
    frames = torch.from_numpy(load_golden("JSB_Chorales.npz")["test"]).float()
    assert 100 * expected_frame_accuracy(frames, torch.ones_like(frames)) == pytest.approx(4.42, abs=0.005)
    assert 100 * expected_frame_accuracy(frames, 0.5 * torch.ones_like(frames)) == pytest.approx(4.23, abs=0.005)


def test_the_floors_of_the_benchmark_are_the_known_ones():
    arrays = load_golden("JSB_Chorales.npz")
    # 11.060 with 88 keys; ours smooths the bits of 128 keys, struck and held.
    assert frequency_nats(load_jsb()) == pytest.approx(11.060, abs=0.01)
    pieces = np.split(arrays["test"], np.cumsum(arrays["test_lengths"])[:-1])
    now, last = (torch.from_numpy(np.concatenate([p[part] for p in pieces])) for part in (slice(1, None), slice(-1)))
    assert expected_frame_accuracy(now, last) == pytest.approx(0.2220, abs=5e-5)
    assert 0.17 < frequency_accuracy(load_jsb()) < 0.22  # the paper's 1-gram has 17.41 %


def test_the_threshold_is_where_the_accuracy_is_highest():
    sounds = torch.tensor([[1.0, 0.0, 1.0, 0.0]])
    likely = torch.tensor([[0.6, 0.3, 0.35, 0.1]])
    threshold = best_threshold(sounds, likely)
    assert 0.3 <= threshold < 0.35
    assert expected_frame_accuracy(sounds, (likely > threshold).float()) == 1.0
