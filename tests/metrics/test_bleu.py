"""BLEU and self-BLEU: counted by hand, by the plain definition, and against the published tables of Texygen."""

from collections import Counter

import numpy as np
import pytest

from playground.metrics.bleu import bleu, self_bleu
from playground.metrics.words import treebank_words
from tests.golden import golden_path

TABLE = {  # model -> test BLEU-2..5, training BLEU-2..5, self-BLEU-2..5
    "mle": ((0.7314, 0.4974, 0.3054, 0.1894), (0.9209, 0.7676, 0.5702, 0.3916), (0.9159, 0.7694, 0.5829, 0.4090)),
    "seq": ((0.7457, 0.4977, 0.2945, 0.1801), (0.9170, 0.7469, 0.5303, 0.3485), (0.9510, 0.8410, 0.6704, 0.4900)),
    "maligan": ((0.6730, 0.4322, 0.2567, 0.1587), (0.8869, 0.6975, 0.4820, 0.3116), (0.9182, 0.7814, 0.6069, 0.4374)),
    "rank": ((0.7431, 0.4674, 0.2641, 0.1562), (0.9372, 0.7992, 0.6008, 0.4139), (0.9596, 0.8827, 0.7630, 0.6189)),
    "leakgan": ((0.7457, 0.5279, 0.3550, 0.2300), (0.9257, 0.8165, 0.6598, 0.4701), (0.9663, 0.9133, 0.8486, 0.7804)),
    "textgan": ((0.5931, 0.4631, 0.2772, 0.2067), (0.6499, 0.6457, 0.5958, 0.5235), (0.9419, 0.9319, 0.8047, 0.7464)),
}


def plain_bleu(sample: list[str], references: list[list[str]], n: int) -> float:
    """The definition, one sentence at a time."""
    logs = []
    for k in range(1, n + 1):
        own = Counter(tuple(sample[i : i + k]) for i in range(len(sample) - k + 1))
        most: Counter = Counter()
        for reference in references:
            most |= Counter(tuple(reference[i : i + k]) for i in range(len(reference) - k + 1))
        hits = sum(min(count, most[gram]) for gram, count in own.items())
        if k == 1 and not hits:
            return 0.0
        logs.append(np.log((hits or 0.1) / max(1, sum(own.values()))))
    closest = min((len(reference) for reference in references), key=lambda r: (abs(r - len(sample)), r))
    brevity = 1.0 if len(sample) > closest else np.exp(1 - closest / len(sample))
    return float(brevity * np.exp(np.mean(logs)))


def random_sentences(count: int, seed: int) -> list[list[str]]:
    generator = np.random.default_rng(seed)
    return [[str(word) for word in generator.integers(0, 6, generator.integers(1, 9))] for _ in range(count)]


def test_every_sentence_has_the_value_of_the_definition():
    samples, references = random_sentences(40, 0), random_sentences(12, 1)
    expected = [[plain_bleu(sample, references, n) for n in (2, 3, 4, 5)] for sample in samples]
    np.testing.assert_allclose(bleu(samples, references), expected, rtol=1e-12)


def test_self_bleu_holds_each_sentence_against_all_the_others():
    samples = random_sentences(30, 2)
    samples += [samples[0], ["6", "6", "6", "1"]]  # a sentence that stands twice, and one with words of its own
    expected = [
        [plain_bleu(sample, samples[:i] + samples[i + 1 :], n) for n in (2, 3, 4, 5)]
        for i, sample in enumerate(samples)
    ]
    np.testing.assert_allclose(self_bleu(samples), expected, rtol=1e-12)


def test_a_copy_scores_one_and_strange_words_nothing():
    reference = "a cat sat on the mat".split()
    assert bleu([reference, ["dog"] * 6, []], [reference]).tolist() == [[1.0] * 4, [0.0] * 4, [0.0] * 4]


def test_too_few_sentences_are_refused():
    with pytest.raises(ValueError, match="at least one reference"):
        bleu([["a"]], [])
    with pytest.raises(ValueError, match="two samples"):
        self_bleu([["a"]])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("they don't go, it's 5:30.", "they do n't go , it 's 5:30 ."),
        ('"Well," said he. (Gonna wait...)', "`` Well , '' said he. ( Gon na wait ... )"),
        ("the letters 'mt' on dogs' legs -- cannot!", "the letters ' mt ' on dogs ' legs -- can not !"),
        ("you 'll see it cost $5 & 1,000%", "you 'll see it cost $ 5 & 1,000 %"),
    ],
)
def test_words_are_those_of_the_penn_treebank(text, words):
    assert treebank_words(text) == words.split()


@pytest.fixture(scope="module")
def captions():
    return [golden_sentences(name) for name in ("test_coco", "image_coco_train")]


def golden_sentences(name: str) -> list[list[str]]:
    lines = golden_path(f"texygen_{name}.txt").read_text("utf-8").splitlines()
    return [treebank_words(line.strip()) for line in lines]


@pytest.mark.parametrize("model", TABLE)
def test_texygens_tables_come_out(captions, model):
    samples = golden_sentences(f"instance_{model}")
    found = [bleu(samples, captions[0]), bleu(samples, captions[1]), self_bleu(samples)]
    np.testing.assert_allclose([one.mean(0) for one in found], TABLE[model], atol=0.001)
