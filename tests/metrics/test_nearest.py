"""Nearest training items: equal to brute force, exact copies at zero, packed and grey data, memorised share."""

import tracemalloc

import numpy as np
import pytest

from playground.metrics import nearest as nearest_file
from playground.metrics.nearest import memorised_share, nearest_items


def brute_force(samples, training):
    differences = samples[:, None].astype(np.int64) - training.astype(np.int64)
    distances = np.sqrt(np.square(differences).mean(-1)) / 255
    return distances.argmin(1), distances.min(1)


@pytest.mark.parametrize("pixels", [784, 13])
def test_grey_training_data_gives_the_brute_force_answer(pixels, monkeypatch):
    monkeypatch.setattr(nearest_file, "TRAINING_ROWS_AT_ONCE", 37)
    monkeypatch.setattr(nearest_file, "SAMPLES_AT_ONCE", 11)
    generator = np.random.default_rng(0)
    samples = generator.integers(0, 256, (50, pixels), dtype=np.uint8)
    training = generator.integers(0, 256, (200, pixels), dtype=np.uint8)
    found, (index, distance) = nearest_items(samples, training), brute_force(samples, training)
    assert found.index.tolist() == index.tolist()
    assert found.distance == pytest.approx(distance, abs=1e-12)


@pytest.mark.parametrize("pixels", [784, 13])
def test_packed_training_data_gives_the_answer_of_the_unpacked(pixels):
    generator = np.random.default_rng(1)
    bits = generator.integers(0, 2, (150, pixels), dtype=np.uint8)
    samples = generator.integers(0, 256, (40, pixels), dtype=np.uint8)
    packed = nearest_items(samples, np.packbits(bits, axis=1), packed=True)
    plain = nearest_items(samples, bits * np.uint8(255))
    assert packed.index.tolist() == plain.index.tolist()
    assert packed.distance.tolist() == plain.distance.tolist()


def test_a_copy_is_at_zero_and_a_single_grey_level_is_not():
    training = np.random.default_rng(2).integers(0, 256, (300, 784), dtype=np.uint8)
    samples = training[[7, 250]].copy()
    samples[1, 5] ^= 1
    found = nearest_items(samples, training)
    assert found.index.tolist() == [7, 250]
    assert found.distance[0] == 0
    assert found.distance[1] == pytest.approx(np.sqrt(1 / 784) / 255)


def test_the_negative_of_a_black_and_white_picture_is_at_one():
    training = np.random.default_rng(3).integers(0, 2, (1, 64), dtype=np.uint8) * np.uint8(255)
    assert nearest_items(255 - training, training).distance[0] == 1


def test_memory_stays_bounded():
    generator = np.random.default_rng(4)
    training = generator.integers(0, 256, (20_000, 98), dtype=np.uint8)  # 63 MB as float32, were it unpacked whole
    samples = generator.integers(0, 256, (3000, 784), dtype=np.uint8)
    tracemalloc.start()
    try:
        nearest_items(samples, training, packed=True)
        peak_bytes = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak_bytes < 60e6


def test_a_perfect_sampler_looks_memorised_as_often_as_the_quantile_says():
    generator = np.random.default_rng(5)
    share = memorised_share(generator.random(20_000), generator.random(20_000))
    assert share == pytest.approx(0.01, abs=0.005)


def test_copies_look_memorised_and_distant_samples_do_not():
    held_out = np.linspace(0.1, 0.3, 500)
    assert memorised_share(np.array([0, 0, 0.2, 0.2]), held_out) == 0.5
    assert memorised_share(np.full(9, 0.4), held_out) == 0


def test_wrong_arguments_are_refused_with_what_came():
    pictures = np.zeros((3, 784), dtype=np.uint8)
    with pytest.raises(ValueError, match=r"samples must be \(items, pixels\) of uint8, got \(3, 784\) of float32\."):
        nearest_items(pictures.astype(np.float32), pictures)  # pyright: ignore[reportArgumentType]
    with pytest.raises(ValueError, match=r"training must be \(at least 1 item, 98\) for these samples, got \(3, 784\)"):
        nearest_items(pictures, pictures, packed=True)
    with pytest.raises(ValueError, match=r"at least 1 item,\), got \(0,\) and \(1,\)"):
        memorised_share([], [1.0])
