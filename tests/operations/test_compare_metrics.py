"""Compare's numbers: real digits score inside their own band, collapse and noise do not, and slices refuse wrong sizes."""

import numpy as np
import pytest

from playground.datasets.digits.metrics import SUITE as DIGITS
from playground.datasets.digits.reference import load_reference
from playground.errors import BadRequest
from playground.operations import compare
from playground.protocol.request import Item
from playground.protocol.wire import unpack

N = 200


def measure(features: np.ndarray, digits: np.ndarray) -> dict:
    body = features.astype(np.float32).tobytes() + digits.astype(np.uint8).tobytes()
    header, _ = unpack(compare.run_measure(DIGITS, Item("", "measure", {"n": len(features)}, body)))
    return header | {
        "by_name": {name.split("-" + str(len(features)))[0]: one for name, one in header["metrics"].items()}
    }


def real_part(start: int) -> tuple[np.ndarray, np.ndarray]:
    real = DIGITS.real()
    rows = np.random.default_rng(0).permutation(len(real.rows))[start : start + N]
    return real.rows[rows], real.labels[rows]


def test_real_digits_score_within_or_near_the_band_of_a_perfect_sampler():
    metrics = measure(*real_part(N))["by_name"]
    assert set(metrics) == set(DIGITS.protocols)
    for name, one in metrics.items():
        low, high = one["band"]
        slack = 0.75 * (high - low)  # the band holds 90 % of perfect samplers, and this is one draw of eight metrics
        assert low - slack <= one["value"] <= high + slack, name
        assert low <= one["floor"] <= high


def test_one_digit_repeated_is_seen_by_every_diversity_metric():
    features, digits = real_part(N)
    metrics = measure(
        np.repeat(features[:1], N, 0) + 1e-4 * np.random.default_rng(0).normal(size=features.shape),
        digits[:1].repeat(N),
    )
    by = metrics["by_name"]
    assert by["coverage"]["value"] < 0.1 and by["recall"]["value"] < 0.1 and by["vendi"]["value"] < 1.1
    assert by["digit-kl"]["value"] > 1.5 and by["frechet"]["value"] > 5 * by["frechet"]["band"][1]
    assert sum(metrics["histogram"]) == N and max(metrics["histogram"]) == N


def test_noise_has_no_precision():
    noise = np.random.default_rng(1).normal(size=(N, DIGITS.features))
    assert measure(noise, np.zeros(N))["by_name"]["precision"]["value"] < 0.05


@pytest.mark.parametrize(
    ("request_", "body", "message"),
    [
        ({"n": 10}, b"", "'n' must be a whole number from 50 to 2000, got 10."),
        ({"n": 100}, bytes(7), "Measuring 100 samples needs 25700 bytes of features and labels, got 7."),
        ({"n": 50}, np.full(50 * 64, np.nan, np.float32).tobytes() + bytes(50), "The features hold numbers"),
    ],
)
def test_wrong_sizes_and_numbers_are_refused(request_, body, message):
    with pytest.raises(BadRequest, match=message):
        compare.run_measure(DIGITS, Item("", "measure", request_, body))


def test_the_nearest_training_digit_of_a_training_digit_is_itself():
    bits = load_reference().training_bits[[5, 40_000]]
    pictures = np.unpackbits(bits, axis=1) * np.uint8(255)
    header, body = unpack(compare.run_nearest(DIGITS, Item("", "nearest", {"count": 2}, pictures.tobytes())))
    assert header["distances"] == [0.0, 0.0] and bytes(body) == pictures.tobytes()


def test_the_reference_rows_carry_labels_and_features():
    header, body = unpack(compare.run_reference(DIGITS, Item("", "reference", {"count": 3, "seed": 1})))
    assert len(header["predictions"]) == 3 and len(body) == 3 * (784 + 4 * header["features"])
