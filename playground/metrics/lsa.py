"""Latent semantic analysis: texts as points, by which terms they have (Deerwester et al. 1990, "Indexing by latent semantic
analysis").

A text is counted as terms (words and pairs of words, or letters and their neighbours), weighted by TF-IDF (Salton & Buckley
1988), brought to length 1, and projected on the leading singular vectors of the training texts' matrix.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

PASSES = 12  # of subspace iteration: more change no figure
SPARE = 16  # vectors that iterate along and are dropped
Terms = Callable[[str], Iterable[str]]


@dataclass(frozen=True)
class Embedding:
    """terms (V,), their weights (V,) float32 = ln((1 + texts) / (1 + texts with it)) + 1, and singular vectors (V, k)."""

    terms: list[str]
    weights: NDArray[np.float32]
    vectors: NDArray[np.float32]

    def of(self, texts: Sequence[str], terms_of: Terms) -> NDArray[np.float32]:
        """Points (n, k) of texts, in the unit ball; the origin where no term is known."""
        matrix = weigh([terms_of(text) for text in texts], self.terms, self.weights)
        return (matrix @ torch.from_numpy(self.vectors)).numpy()


def fit_embedding(texts: Sequence[str], terms_of: Terms, most_terms: int, size: int) -> Embedding:
    """The embedding of training texts by their ``most_terms`` terms that most texts have, in ``size`` dimensions or fewer."""
    found = [list(terms_of(text)) for text in texts]
    having = Counter(term for terms in found for term in set(terms))
    common = sorted(having, key=lambda term: (-having[term], term))[:most_terms]
    weights = np.log((1 + len(texts)) / (1 + np.array([having[term] for term in common]))) + 1
    matrix = weigh(found, common, weights.astype(np.float32))
    vectors = leading_vectors(matrix, min(size, len(common), len(texts)))
    return Embedding(common, weights.astype(np.float32), vectors.numpy().astype(np.float32))


def weigh(found: Sequence[Iterable[str]], terms: Sequence[str], weights: NDArray[np.float32]) -> Tensor:
    """The sparse matrix (texts, V) of length-1 rows (1 + ln count) * weight; rows of texts without a known term are 0."""
    numbers = {term: number for number, term in enumerate(terms)}
    ends, columns, values = [0], [], []
    for one in found:
        counts = Counter(numbers[term] for term in one if term in numbers)
        row = np.array([(1 + np.log(count)) * weights[number] for number, count in counts.items()])
        columns += counts
        values.append(row / max(float(np.linalg.norm(row)), 1e-12))
        ends.append(len(columns))
    flat = np.concatenate(values).astype(np.float32) if values else np.zeros(0, np.float32)
    parts = torch.tensor(ends), torch.tensor(columns, dtype=torch.int64), torch.from_numpy(flat)
    # "coo" and not "csr": torch warns that its csr tensors are young.
    rows = torch.repeat_interleave(torch.arange(len(found)), parts[0].diff())
    return torch.sparse_coo_tensor(
        torch.stack([rows, parts[1]]), parts[2], (len(found), len(terms)), check_invariants=False
    ).coalesce()


def leading_vectors(matrix: Tensor, size: int) -> Tensor:
    """The leading right singular vectors (V, size) of a sparse matrix (texts, V), by subspace iteration; signs are fixed."""
    generator = torch.Generator().manual_seed(0)
    width = min(size + SPARE, *matrix.shape)
    basis = torch.randn(matrix.shape[1], width, generator=generator)
    turned = matrix.t().coalesce()
    for _ in range(PASSES):
        basis = torch.linalg.qr(turned @ (matrix @ basis)).Q
    # Inside the subspace the vectors are those of the small matrix.
    _, _, inside = torch.linalg.svd(matrix @ basis, full_matrices=False)
    vectors = (basis @ inside.T)[:, :size]
    largest = vectors.abs().argmax(0)
    return vectors * vectors[largest, torch.arange(vectors.shape[1])].sign()
