"""Spreads over seeds of sampling: the value is that of the first seed, and cards that can have one do."""

import numpy as np
import pytest

from playground.checkpoint import default_root, find_checkpoint
from playground.datasets.evaluation import SPREAD_SEEDS, entry, over_seeds


def test_the_first_seed_gives_the_value_and_all_of_them_its_spread():
    values: dict[int, float] = dict(zip(SPREAD_SEEDS, (3.0, 5.0, 4.0), strict=True))
    found = over_seeds(
        lambda seed: {"a": entry(values[seed], "dB", "higher", "", floor=9.0), "b": entry(1.0, "", "lower", "")}
    )
    assert found["a"]["value"] == 3.0 and found["a"]["floor"] == 9.0
    assert found["a"]["spread"] == pytest.approx(np.std([3.0, 5.0, 4.0], ddof=1)) and found["b"]["spread"] == 0.0


@pytest.mark.parametrize(
    ("model", "part"),
    [
        ("audio/melodies-vae", "-prior1000"),
        ("text/names-rbm", "-drawn-5k"),
        ("text/names-rbm", "-likeliest-5k"),
        ("text/sentences-gan", "bleu4-500-"),
        ("text/sentences-vae", "bleu4-500-"),
        ("text/sentences-lm", "bleu4-500-"),
        ("text/sentences-plain-vae", "bleu4-500-"),
        ("text/sentences-plain-vae", "reverse-perplexity-"),
    ],
)
def test_numbers_of_cheap_samples_have_a_spread_on_their_cards(model, part):
    checkpoint = find_checkpoint(default_root(), model)
    numbers = {name: one for name, one in checkpoint.facts["metrics"].items() if part in name}
    card = (checkpoint.folder / "README.md").read_text(encoding="utf-8")
    assert numbers and all(one["spread"] >= 0 for one in numbers.values())
    assert card.count("±") >= len(numbers)
