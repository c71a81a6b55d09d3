"""Compare of music: real windows score inside their own band, noise and repetition do not; windows of longer pieces line up."""

import numpy as np
import pytest
import torch

from playground.datasets import find_dataset
from playground.datasets.chorales.metrics import SUITE as CHORALES
from playground.datasets.melodies.metrics import SUITE as MELODIES
from playground.datasets.metric_suite import Drawn, Samples
from playground.datasets.shared.music_metrics import MusicMetricSuite
from playground.errors import BadRequest
from playground.formats.rolls import rolls_of
from playground.models.decoding import decode_numbers
from playground.operations import compare
from playground.operations.generate import plan_sample
from playground.protocol.fields import settings_of
from playground.protocol.request import Item
from playground.protocol.wire import unpack
from tests.tiny_music import make_music_model

N = 200
BOTH = pytest.mark.parametrize("suite", [MELODIES, CHORALES], ids=["melodies", "chorales"])


def measure(suite: MusicMetricSuite, rows: np.ndarray, labels: np.ndarray) -> tuple[dict, dict]:
    body = rows.astype(np.float32).tobytes() + labels.astype(np.uint8).tobytes()
    header, _ = unpack(compare.run_measure(suite, Item("", "measure", {"n": len(rows)}, body)))
    return {name.rsplit(f"-{len(rows)}-music", 1)[0]: one for name, one in header["metrics"].items()}, header


def real_part(suite: MusicMetricSuite, start: int) -> tuple[np.ndarray, np.ndarray]:
    real = suite.real()
    chosen = np.random.default_rng(0).permutation(len(real.rows))[start : start + N]
    return real.rows[chosen], real.labels[chosen]


def numbers_of(drawn: Drawn) -> np.ndarray:
    assert isinstance(drawn.pictures, torch.Tensor)
    return drawn.pictures.numpy()


@BOTH
def test_other_real_windows_score_within_or_beyond_the_band_of_a_perfect_sampler(suite):
    metrics, header = measure(suite, *real_part(suite, N))
    assert set(metrics) == set(suite.protocols)
    for name, one in metrics.items():
        low, high = one["band"]
        slack = 0.75 * (high - low)
        # These windows share tunes with the reference, which the band's do not: better is no surprise.
        if one["better"] == "higher" and name not in ("vendi", "pairwise", "in-key"):
            assert one["value"] >= low - slack, name
        elif one["better"] == "lower":
            assert one["value"] <= high + slack, name
        else:
            assert low - slack <= one["value"] <= high + slack, name
    for histogram in header["histograms"]:
        assert len(histogram["labels"]) == len(histogram["shares"]) == len(histogram["real_shares"])
        assert sum(histogram["shares"]) == pytest.approx(1, abs=1e-3)


@BOTH
def test_one_window_repeated_is_seen_by_every_diversity_metric(suite):
    rows, labels = (np.repeat(part[:1], N, 0) for part in real_part(suite, 0))
    rows = rows + 1e-4 * np.random.default_rng(0).normal(size=rows.shape)
    metrics, _ = measure(suite, rows, labels)
    assert metrics["coverage"]["value"] < 0.1 and metrics["recall"]["value"] < 0.1 and metrics["vendi"]["value"] < 1.1
    assert metrics["steps-kl"]["value"] > 3 * metrics["steps-kl"]["band"][1]


@BOTH
def test_random_notes_have_no_precision_and_are_out_of_key(suite):
    grid = suite.grid
    notes = np.random.default_rng(1).integers(grid.lowest, grid.highest + 1, (N, grid.window, grid.voices))
    rolls = rolls_of(notes.astype(np.int8), grid)
    rows, labels = suite.embed(None, torch.from_numpy(rolls)[:, None].float() / 255, np.zeros(N))
    metrics, _ = measure(suite, rows, labels)
    assert metrics["precision"]["value"] < 0.05 and metrics["in-key"]["value"] < metrics["in-key"]["band"][0] - 0.1
    assert metrics["tones-kl"]["value"] > 3 * metrics["tones-kl"]["band"][1]


@BOTH
def test_silent_samples_are_measured_without_fault(suite):
    rows, labels = suite.embed(None, torch.zeros(N, 1, suite.grid.rows, suite.grid.window), np.zeros(N))
    metrics, _ = measure(suite, rows, labels)
    assert all(np.isfinite(one["value"]) for one in metrics.values()) and metrics["in-key"]["value"] == 0
    assert suite.facts(rows)["keys"] == [""] * N and set(labels) == {12}


@BOTH
def test_the_nearest_window_of_a_transposed_copy_is_shown_in_its_key(suite):
    reference, grid = suite.reference, suite.grid
    window = reference.training[[11]]
    copy = window + np.int8(1) * np.sign(window)
    frames = rolls_of(copy, grid)
    header, body = unpack(compare.run_nearest(suite, Item("", "nearest", {"count": 1}, frames.tobytes())))
    assert header["distances"] == [0.0] and header["shifts"] == [1] and bytes(body) == frames.tobytes()


@pytest.mark.parametrize("name", ["audio/chorales-rbm", "audio/chorales-transformer"])
def test_samples_of_chorales_are_the_windows_of_consecutive_pieces(name):
    model = make_music_model(name)

    def draw(start: int, count: int, body: bytes = b"") -> Drawn:
        with torch.inference_mode():
            return CHORALES.draw(model, Samples(4, start, count, settings_of(model, {}), body))

    drawn = draw(0, 8)
    whole = numbers_of(drawn)
    assert whole.shape == (8, 1, 46, 16) and drawn.unfinished == 0
    with torch.inference_mode():
        plan = plan_sample(model, Item("m", "sample", {"seed": 4, "count": 2}))
        pieces = decode_numbers(model, plan.z, plan.settings, plan.generators).numpy()
    assert np.array_equal(np.concatenate([*whole[:4, 0]], axis=1), pieces[0, 0])
    assert np.array_equal(np.concatenate([*whole[4:, 0]], axis=1), pieces[1, 0])
    assert not np.array_equal(whole[0], whole[4])
    assert np.array_equal(numbers_of(draw(2, 3)), whole[2:5])
    frames = (whole * 255).round().astype(np.uint8)
    for start, count in ((0, 1), (1, 1), (2, 1), (3, 2), (5, 3)):  # continued, not made again
        part = draw(start, count, frames[start - start % 4 : start].tobytes())
        assert np.array_equal(numbers_of(part), whole[start : start + count])
        assert part.unfinished == (start + count) % 4


def test_windows_that_are_to_be_continued_must_be_all_there():
    model = make_music_model("audio/chorales-rbm")
    with pytest.raises(BadRequest, match="must hold 2 pictures of 46 x 16 bytes"):
        CHORALES.draw(model, Samples(4, 2, 1, settings_of(model, {}), bytes(46 * 16)))


def test_real_windows_and_features_come_in_the_form_of_samples():
    header, body = unpack(compare.run_reference(MELODIES, Item("", "reference", {"count": 3, "seed": 1})))
    assert len(header["keys"]) == 3 and len(body) == 3 * (44 * 32 + 4 * MELODIES.columns)
    model = make_music_model("audio/melodies-vae")
    with torch.inference_mode():
        reply = compare.run_features(MELODIES, model, None, Item("m", "features", {"count": 2}))
    header, body = unpack(reply)
    assert header["columns"] == MELODIES.columns and len(body) == 2 * (44 * 32 + 4 * MELODIES.columns)


def test_both_are_named_among_the_metric_suites():
    assert find_dataset("melodies").suite is MELODIES and find_dataset("chorales").suite is CHORALES
