"""Latent semantic analysis: the singular vectors are the exact ones, weights are those of TF-IDF, likeness is kept."""

import numpy as np
import pytest
import torch

from playground.metrics.lsa import fit_embedding, leading_vectors, weigh

TEXTS = ["the cat sat", "the dog sat", "the ship sank at sea", "a ship at sea", "cat and dog", "the the sea"] * 5


def test_weights_are_tf_idf_and_rows_have_length_one():
    embedding = fit_embedding(TEXTS, str.split, 100, 4)
    number = embedding.terms.index("cat")
    assert embedding.weights[number] == pytest.approx(np.log(31 / 11) + 1)
    row = weigh([["cat", "cat", "sat", "unheard"]], embedding.terms, embedding.weights).to_dense()[0]
    cat, sat = (1 + np.log(2)) * embedding.weights[number], embedding.weights[embedding.terms.index("sat")]
    assert row[number].item() == pytest.approx(cat / np.hypot(cat, sat))
    assert row.norm().item() == pytest.approx(1)


def test_the_vectors_are_the_singular_ones():
    dense = torch.randn(60, 40, generator=torch.Generator().manual_seed(0)) * 0.8 ** torch.arange(40)
    vectors = leading_vectors(dense.to_sparse(), 5)
    exact = torch.linalg.svd(dense).Vh[:5].T
    np.testing.assert_allclose((vectors * exact).sum(0).abs(), 1, atol=1e-4)
    assert torch.equal(vectors, leading_vectors(dense.to_sparse(), 5))


def test_texts_about_the_same_are_near_and_unknown_ones_at_the_origin():
    embedding = fit_embedding(TEXTS, str.split, 100, 4)
    ship, sea, cat, unknown = embedding.of(["ship sank", "at sea", "cat and dog", "quite unheard"], str.split)
    assert np.linalg.norm(ship - sea) < np.linalg.norm(ship - cat)
    assert not unknown.any()
    assert (np.linalg.norm([ship, sea, cat], axis=1) < 1 + 1e-5).all()
