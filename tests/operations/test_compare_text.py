"""Compare of texts: real texts score inside their band, copies, repetition and nonsense do not; shared runs have their places."""

from dataclasses import replace

import numpy as np
import pytest

from playground.datasets.chat.metrics import SUITE as CHAT
from playground.datasets.metric_suite import NO_BANDS, Bands
from playground.datasets.names.metrics import SUITE as NAMES
from playground.datasets.sentences.metrics import SUITE as SENTENCES
from playground.datasets.shared.text_features import LINES, SENTENCE, letter_marks, plain_words, word_marks
from playground.datasets.shared.text_metrics import TextMetricSuite, class_names
from playground.datasets.shared.text_reference import TextReference, cut, dialogue_text, fitting_texts
from playground.errors import BadRequest
from playground.formats.tokenizer import TextTokenizer
from playground.metrics.lsa import fit_embedding
from playground.operations import compare
from playground.protocol.request import Item
from playground.protocol.wire import pack_texts, unpack

N = 200


def sentences(count: int, seed: int) -> list[str]:
    """Sentences of a small grammar, all different."""
    generator = np.random.default_rng(seed)
    parts = (
        "the old|my|her|a small|that|one".split("|"),
        "dog|king|teacher|river|house|child|car|winter".split("|"),
        "sees|never liked|will follow|had|thinks of|left".split("|"),
        "the sea|his hat|a song|them all|two friends|no one|the town".split("|"),
        ["", " today", " at night", ", i think", " and smiles", " again"],
    )
    texts: dict[str, None] = {}
    while len(texts) < count:
        a, b, c, d, e = (str(generator.choice(part)) for part in parts)
        texts[f"{a} {b} {c} {d}{e}."] = None
    return list(texts)


@pytest.fixture(scope="module")
def small() -> TextMetricSuite:
    """The sentences' suite over a small grammar, its bands those of the shipped one."""
    texts = sentences(1600, 0)
    training, real = texts[:800], texts[800:]
    embedding = fit_embedding(training, SENTENCE.terms, 400, 32)
    bands = np.tile(np.array([0.5, 0.0, 1.0], np.float32), (1, len(SENTENCES.protocols), 1))
    reference = TextReference(training, real, embedding, Bands(np.array([N]), list(SENTENCES.protocols), bands))
    return replace(SENTENCES, load=lambda name: reference)


def measure(kind: TextMetricSuite, texts: list[str]) -> tuple[dict, dict]:
    header, _ = unpack(compare.run_measure(kind, Item("", "measure", {"n": len(texts)}, pack_texts(texts))))
    return {name.rsplit(f"-{len(texts)}-lsa", 1)[0]: one for name, one in header["metrics"].items()}, header


def test_other_real_texts_score_like_real_ones(small):
    metrics, header = measure(small, small.reference.real[:N])
    assert set(metrics) == set(small.protocols)
    assert metrics["precision"]["value"] > 0.8 and metrics["coverage"]["value"] > 0.6
    # A short sentence of this grammar may begin a longer one of training.
    assert metrics["copied"]["value"] < 0.1 and metrics["ranks-kl"]["value"] < 0.05
    assert abs(metrics["bleu3"]["value"] - metrics["self-bleu3"]["value"]) < 0.1
    words = [len(SENTENCE.words(text)) for text in small.reference.real[:N]]
    assert header["pieces"] == pytest.approx(np.mean(words))
    for histogram in header["histograms"]:
        assert len(histogram["labels"]) == len(histogram["shares"]) == len(histogram["real_shares"])
        assert sum(histogram["shares"]) == pytest.approx(1, abs=1e-3)


def test_copies_of_training_are_told_as_such(small):
    texts = [*small.reference.training[: N // 2], *small.reference.real[: N // 2]]
    metrics, _ = measure(small, [text.upper() for text in texts])
    assert 0.5 <= metrics["copied"]["value"] < 0.6
    assert metrics["longest-run"]["value"] > 5


def test_repetition_and_nonsense_are_seen(small):
    repeated, _ = measure(small, small.reference.real[:4] * (N // 4))
    assert repeated["self-bleu3"]["value"] == pytest.approx(1) and repeated["distinct2"]["value"] < 0.1
    assert repeated["vendi"]["value"] < 5
    nonsense, _ = measure(small, [f"qv{i} zzyx{i} o{i} pt" for i in range(N)])
    assert nonsense["bleu3"]["value"] < 0.05 and nonsense["ranks-kl"]["value"] > 1
    # All of it falls on one point, where a text of rare words may lie; but little that is real has it near.
    assert (
        nonsense["coverage"]["value"] < 0.2
        and nonsense["vendi"]["value"] < 1.1
        and nonsense["longest-run"]["value"] == 0
    )


def test_words_in_a_random_order_and_invented_words_are_seen_as_nonsense(small):
    real = small.reference.real[:N]
    generator = np.random.default_rng(0)
    mixed = [" ".join(generator.permutation(plain_words(text))) for text in real]
    invented = [text.replace("dog", "dgo").replace("sea", "esa") for text in real]
    (good, _), (bad, _), (odd, _) = (measure(small, texts) for texts in (real, mixed, invented))
    assert good["invented"]["value"] == bad["invented"]["value"] == 0 and 0.03 < odd["invented"]["value"] < 0.1
    sense = good["ngram-nats"]
    assert sense["value"] < odd["ngram-nats"]["value"] < bad["ngram-nats"]["value"]
    # The baseline is the real texts' words in a random order.
    assert bad["ngram-nats"]["value"] == pytest.approx(sense["baseline"], rel=0.05)
    assert sense["two_sided"] and "baseline" not in good["bleu3"]


def test_empty_texts_are_measured_without_fault(small):
    metrics, _ = measure(small, [""] * N)
    assert all(np.isfinite(one["value"]) for one in metrics.values())
    assert metrics["copied"]["value"] == 0 and metrics["bleu3"]["value"] == 0


def test_the_nearest_text_is_given_with_the_places_of_the_shared_run(small):
    training = small.reference.training[5]
    words = training.rstrip(".").split()
    sample = f"Zounds! {' '.join(words[:4]).upper()} zounds."
    item = Item("", "nearest", {"count": 2}, pack_texts([sample, ""]))
    header, body = unpack(compare.run_nearest(small, item))
    near = header["texts"][0]
    assert len(body) == 0 and header["texts"][1] == ""
    (start, end), (near_start, near_end) = header["spans"][0], header["near_spans"][0]
    assert sample[start:end] == " ".join(words[:4]).upper()
    assert near[near_start:near_end] == " ".join(words[:4])
    assert header["distances"] == [pytest.approx(1 / 3), 1.0]
    assert header["spans"][1] == header["near_spans"][1] == [0, 0]


def test_long_training_texts_are_shown_around_the_shared_run():
    lines = [f"- {text}" for text in sentences(900, 3)]
    training = ["\n".join(lines[i : i + 90]) for i in range(0, 900, 90)]
    embedding = fit_embedding(list(fitting_texts(training)), LINES.terms, 200, 16)
    reference = TextReference(training, training[:1], embedding, NO_BANDS)
    kind = replace(CHAT, load=lambda name: reference)
    sample = "- well\n" + "\n".join(lines[400:404]) + "\n- bye"
    near = kind.nearest([sample])
    (text,) = near.items
    (start, end), (near_start, near_end) = near.facts["spans"][0], near.facts["near_spans"][0]
    assert plain_words(sample[start:end]) == plain_words(text[near_start:near_end])
    assert len(plain_words(sample[start:end])) >= len(plain_words("\n".join(lines[400:404])))
    assert near.indices[0] == 400 // 90 and 0 < near_start < 100


def test_real_names_score_inside_the_shipped_band_and_training_names_are_copies():
    real = NAMES.real()
    order = np.random.default_rng(0).permutation(len(real.rows))[N : 2 * N]
    metrics, header = measure(NAMES, real.rows[order].tolist())
    for name, one in metrics.items():
        low, high = one["band"]
        slack = 0.75 * (high - low) + 1e-6
        assert low - slack <= one["value"] <= high + slack, name
    assert header["histogram"] and metrics["copied"]["value"] == 0
    copied, _ = measure(NAMES, NAMES.reference.training[:N])
    assert copied["copied"]["value"] == 1
    lengths = [len(name) for name in NAMES.reference.training[:N]]
    assert copied["longest-run"]["value"] == pytest.approx(np.mean(lengths))


def test_random_letters_are_no_names():
    generator = np.random.default_rng(1)
    texts = ["".join(generator.choice(list("abcdefghijklmnopqrstuvwxyz"), generator.integers(4, 9))) for _ in range(N)]
    metrics, _ = measure(NAMES, texts)
    assert metrics["bleu3"]["value"] < metrics["bleu3"]["band"][0] - 0.1
    assert metrics["ranks-kl"]["value"] > 3 * metrics["ranks-kl"]["band"][1]


def test_characters_beyond_ascii_are_measured_as_they_are(small):
    foreign = ["caf\u00e9 \U0001f600 \u4f60\u597d", "\u00e9"]
    rows, _ = small.embed(None, foreign, np.zeros(2))
    assert rows.tolist() == foreign
    metrics, header = measure(small, [f"{foreign[0]} {i}" for i in range(N)])
    assert all(np.isfinite(one["value"]) for one in metrics.values()) and metrics["invented"]["value"] > 0.6
    cut, _ = small.embed(None, ["\U0001f600" * 100], np.zeros(1))
    assert cut[0] == "\U0001f600" * 96
    sample = f"\u0130\U0001f600 {small.reference.training[5].upper()} \u00e9"
    (start, end), (near_start, near_end) = (small.nearest([sample]).facts[name][0] for name in ("spans", "near_spans"))
    run, near = sample[start:end], small.nearest([sample]).items[0][near_start:near_end]
    assert run.lower() == near and len(near.split()) > 4


@pytest.mark.parametrize(
    ("body", "got"),
    [
        (b"", "0 entries"),
        (b'["a"]', "1 entries"),
        (b'["a", 3]', "2 entries"),
        (b'{"a": 1}', "dict"),
        (b"[" * 9, "cannot be read"),
    ],
)
def test_a_body_that_holds_no_such_texts_is_refused_in_a_sentence(body, got):
    with pytest.raises(BadRequest, match=got):
        compare.run_nearest(NAMES, Item("", "nearest", {"count": 2}, body))


def test_texts_are_read_with_their_places():
    assert word_marks("Don't, I SAY!") == [("don't", 0, 5), ("i", 7, 8), ("say", 9, 12)]
    assert letter_marks("al") == [("^", 0, 0), ("a", 0, 1), ("l", 1, 2), ("$", 2, 2)]
    assert word_marks("Caf\u00e9 \U0001f600 \u0130x_1") == [("caf\u00e9", 0, 4), ("i\u0307x", 7, 9), ("1", 10, 11)]
    assert class_names((5, 7, 8)) == ("up to 4", "5 to 6", "7", "8 and more")
    assert dialogue_text(["hi\nyou", "", "yes"]) == "- hi you\n- yes"


def test_long_texts_are_cut_as_samples_are():
    tokenizer = TextTokenizer.train(["some words to learn from"], 270)
    assert cut(tokenizer, "some words") == "some words"
    assert len(tokenizer.encode(cut(tokenizer, "zq" * 400))) == 160
    pieces = list(fitting_texts(["word " * 300, "short"]))
    assert "".join(pieces) == "word " * 300 + "short" and max(map(len, pieces)) <= 512
