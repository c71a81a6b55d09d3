"""How the topic model is trained."""

from playground.datasets.recipe import Recipe

RECIPES = (
    Recipe(
        id="text/topics-rbm",
        name="Topics RBM",
        summary="A Boltzmann machine of bags of words: its hidden units are topics, read from definitions.",
        meant_for="Seeing what words go together, and which topics a text of your own has.",
        limits="It knows 2,000 words of WordNet's definitions and reads at most 32 of them in a text, in no order; it "
        "writes lists of words, not sentences. Documents of each length are a distribution of their own, known "
        "only through annealed importance sampling.",
        family="replicated-softmax",
        dataset="topics",
        steps=2500,
        sizes={"hidden": 50},
        batch_size=256,
        learning_rate=5e-3,
        average_steps=200.0,
        precision="fp32",
    ),
)
