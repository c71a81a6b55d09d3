"""PPMd as a baseline: noise costs its entropy, and what was read before is cheap."""

import math

import numpy as np

from playground.metrics.compressor import ppmd_nats

GENERATOR = np.random.default_rng(0)


def letters(size: int) -> bytes:
    return bytes(GENERATOR.integers(97, 105, size).astype(np.uint8))


def test_noise_costs_its_entropy_and_what_was_read_before_far_less():
    noise = letters(40_000)
    assert math.log(8) < ppmd_nats(noise, letters(20_000)) < 1.08 * math.log(8)
    assert ppmd_nats(noise, noise[-10_000:]) < 0.15 * math.log(8)
