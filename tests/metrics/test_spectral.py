"""Errors between spectrograms, where they are known exactly."""

import pytest
import torch

from playground.metrics.spectral import log_mel_error_db, spectral_convergence

RANGE = {"floor_db": -78.0, "top_db": 2.0}


def test_both_are_zero_for_equals_and_known_for_a_factor():
    power = torch.rand(1, 128, 64) * 0.1 + 0.01
    assert log_mel_error_db(power, power, **RANGE) == 0 and spectral_convergence(power, power) == 0
    assert log_mel_error_db(power * 10, power, **RANGE).item() == pytest.approx(10, abs=1e-3)
    assert spectral_convergence(power * 4, power).item() == pytest.approx(1, abs=1e-5)


def test_each_item_has_its_own_number():
    real = torch.full((2, 8, 4), 0.01)
    power = real * torch.tensor([1.0, 100.0])[:, None, None]
    assert log_mel_error_db(power, real, **RANGE).tolist() == pytest.approx([0, 20], abs=1e-4)
    assert spectral_convergence(power, real).tolist() == pytest.approx([0, 9], abs=1e-4)


def test_the_error_ends_where_the_range_does_and_silence_has_finite_numbers():
    silent, loud = torch.zeros(1, 8, 4), torch.full((1, 8, 4), 1e6)
    assert log_mel_error_db(silent, torch.full((1, 8, 4), 1e-9), **RANGE) == 0  # both are below the floor
    assert log_mel_error_db(loud, silent, **RANGE).item() == pytest.approx(80, abs=1e-4)
    assert spectral_convergence(loud, silent).isfinite().all()
