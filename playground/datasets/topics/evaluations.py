"""The numbers of the topic models: perplexity a word of unseen documents, beside LDA's and the unigram's.

All three are asked for the probability of the same word sequences, the documents of the test part, under one vocabulary.
Perplexity is exp of the mean nats a word over all test words, so that long documents count for more. The machine's is by
annealed importance sampling, once for every length; LDA's (Blei, Ng & Jordan 2003; scikit-learn's) by importance sampling from
its variational posterior, which is its likelihood nearly exactly and kinder to it than the bound that its own ``perplexity``
takes.
"""

import math
from typing import Any

import numpy as np
import torch

from playground.datasets.evaluation import Evaluation, Metrics, Subject, entry
from playground.datasets.topics.build import Topics
from playground.errors import PlaygroundError
from playground.metrics.ais import Words, ais_log_z, log_probability, reverse_ais_log_z
from playground.metrics.likelihood import importance_weighted_log_prob
from playground.models.base import ReadsTopics, sample_generator
from playground.models.boltzmann import BoltzmannMachine
from playground.models.replicated_softmax import ReplicatedSoftmax

EVALUATION_SEED = 20260
CHAINS, TEMPERATURES = 100, 1001
REVERSED_LENGTH = 5  # the most frequent length: there AIS is checked from the other side
TOPICS = 50
# Of a document's topics and of a topic's words; the best on "valid" counts. scikit-learn's default, 1/50 for both, is worse than
# the unigram on documents of five words.
PRIORS = ((0.1, 0.1), (0.5, 0.1), (0.5, 1.0))
PASSES = 10
IMPORTANCE_SAMPLES = 1000
CHOSEN_ON = 500  # validation documents that choose the priors


def unigram_rates(data: Topics) -> np.ndarray:
    """Shares (words,) of the vocabulary in the training part, one added to every count."""
    words = np.concatenate([np.asarray(document) for document in data.documents["train"]])
    counts = np.bincount(words, minlength=len(data.vocabulary)) + 1.0
    return counts / counts.sum()


def unigram_perplexity(data: Topics, split: str) -> float:
    """Perplexity a word of the training part's shares."""
    rates = unigram_rates(data)
    return float(np.exp(-np.mean(np.log(rates[np.concatenate([np.asarray(d) for d in data.documents[split]])]))))


def evaluate_perplexity(subject: Subject) -> Metrics:
    """Perplexity a word of the test documents, by AIS for every length, and the gap of the two directions at one length."""
    perplexity, gap = machine_perplexity(subject, "test")
    unigram = unigram_perplexity(subject.data, "test")
    count = len(subject.data.documents["test"])
    text = (
        f"exp of the mean nats a word of {count:,} test documents, {CHAINS} runs over {TEMPERATURES:,} temperatures for every "
        f"length; annealing back at length {REVERSED_LENGTH} differs by {gap:.3f} nats a document. Baseline: the unigram."
    )
    text2 = "Perplexity as a share of the unigram's; at most 0.75 was aimed for."
    return {
        "perplexity-ais-test": entry(perplexity, "words", "lower", text, baseline=unigram),
        "perplexity-to-unigram-test": entry(perplexity / unigram, "ratio", "lower", text2, baseline=1.0),
    }


def machine_perplexity(subject: Subject, split: str) -> tuple[float, float]:
    """Perplexity a word, and log Z by annealing back minus log Z at the length where both are taken, in nats."""
    model: ReplicatedSoftmax = subject.model
    base = torch.from_numpy(unigram_rates(subject.data)).log().float()
    betas = torch.linspace(0, 1, TEMPERATURES, dtype=torch.float64)
    counts = model.counts_of(torch.from_numpy(subject.data.items(split)))
    lengths = counts.sum(1).long()
    total, gap, worst = 0.0, 0.0, 0.0
    for length in lengths.unique().tolist():
        parameters, units = model.parameters_for(length), Words(length)
        generator = torch.Generator().manual_seed(EVALUATION_SEED + length)
        estimate = ais_log_z(*parameters, base, betas=betas, chains=CHAINS, generator=generator, units=units)
        worst = max(worst, estimate.standard_error)
        if length == REVERSED_LENGTH:
            generators = [sample_generator(EVALUATION_SEED, i) for i in range(CHAINS)]
            start = units.draw(base.expand(CHAINS, -1), generator)
            samples, _ = model.gibbs(start, 500, 1.0, generators)
            back = reverse_ais_log_z(samples, *parameters, base, betas=betas, generator=generator, units=units)
            gap = back.log_z - estimate.log_z
        total -= float(log_probability(counts[lengths == length], *parameters, estimate.log_z).sum())
    subject.report(f"worst standard error of log Z {worst:.3f} nats")
    return math.exp(total / float(counts.sum())), gap


def evaluate_lda(subject: Subject) -> Metrics:
    """LDA with 50 topics on the same documents; raises PlaygroundError without scikit-learn."""
    try:
        from sklearn.decomposition import LatentDirichletAllocation
    except ImportError as error:
        raise PlaygroundError(
            "Comparing with LDA needs scikit-learn: pip install -r tests/requirements.txt, or choose --metric perplexity."
        ) from error
    train, valid, test = (count_matrix(subject.data, split) for split in ("train", "valid", "test"))
    best: tuple[float, tuple[float, float], Any] | None = None
    for priors in PRIORS:
        lda = LatentDirichletAllocation(
            TOPICS,
            doc_topic_prior=priors[0],
            topic_word_prior=priors[1],
            max_iter=PASSES,
            learning_method="batch",
            random_state=0,
            n_jobs=1,
        ).fit(train)
        chosen, bound = lda_perplexity(lda, valid[:CHOSEN_ON], priors[0])
        subject.report(f"LDA with priors {priors}: {chosen:.0f} on validation documents, by its bound {bound:.0f}")
        if best is None or chosen < best[0]:
            best = chosen, priors, lda
    assert best is not None
    perplexity, bound = lda_perplexity(best[2], test, best[1][0])
    text = (
        f"LDA-50's perplexity on the same documents (scikit-learn, {PASSES} passes, priors {best[1][0]:g} and {best[1][1]:g}, "
        f"the best of {len(PRIORS)} pairs on validation), {IMPORTANCE_SAMPLES} importance samples a document; by its variational "
        f"bound {bound:.0f}. The machine's, above, was to be at most 0.9 of it."
    )
    unigram = unigram_perplexity(subject.data, "test")
    return {"perplexity-lda50-test": entry(perplexity, "words", "lower", text, baseline=unigram)}


def count_matrix(data: Topics, split: str) -> Any:
    """Counts of words, documents by words, as a sparse matrix of SciPy."""
    from scipy.sparse import csr_matrix

    documents = data.documents[split]
    rows = np.repeat(np.arange(len(documents)), [len(document) for document in documents])
    words = np.concatenate([np.asarray(document) for document in documents])
    matrix = csr_matrix((np.ones(len(words)), (rows, words)), shape=(len(documents), len(data.vocabulary)))
    matrix.sum_duplicates()
    return matrix


def lda_perplexity(lda: Any, matrix: Any, prior: float) -> tuple[float, float]:
    """LDA's perplexity a word of documents, by importance sampling of each one's topic shares, and by its bound.

    The proposal is the variational Dirichlet posterior, the one whose KL divergence the bound pays for: with k = 1 the mean log
    weight is the bound, and the log of the mean of a thousand weights comes close to log p(document).
    """
    topics = torch.from_numpy(lda.components_ / lda.components_.sum(1, keepdims=True))
    posteriors = torch.from_numpy(lda._unnormalized_transform(matrix))
    torch.manual_seed(EVALUATION_SEED)  # Dirichlet draws take no generator
    alpha = torch.distributions.Dirichlet(torch.full((len(topics),), prior, dtype=torch.float64))
    nats = bound = 0.0
    for i in range(matrix.shape[0]):
        words, counts = matrix[i].indices, torch.from_numpy(matrix[i].data)
        proposal = torch.distributions.Dirichlet(posteriors[i])
        shares = proposal.sample((IMPORTANCE_SAMPLES,)).clamp_min(1e-300)
        likelihood = (shares @ topics[:, words]).log() @ counts
        weights = likelihood + alpha.log_prob(shares) - proposal.log_prob(shares)
        nats -= float(importance_weighted_log_prob(weights))
        bound -= float(weights.mean())
    words = float(matrix.sum())
    return math.exp(nats / words), math.exp(bound / words)


EVALUATIONS = (
    Evaluation(
        "perplexity",
        evaluate_perplexity,
        ("perplexity-ais-test", "perplexity-to-unigram-test"),
        needs=(BoltzmannMachine, ReadsTopics),
    ),
    Evaluation("lda", evaluate_lda, ("perplexity-lda50-test",)),
)
