"""Recipes of the Boltzmann machines of words, and of a small one whose likelihood is exact."""

from playground.training.recipe import Recipe, config

BOLTZMANN_TEXT_RECIPES = {
    recipe.id: recipe
    for recipe in (
        Recipe(
            id="text/names-rbm",
            name="Names RBM",
            summary="A Boltzmann machine of first names: watch letters settle into a name, with those you hold fixed.",
            family="categorical-rbm",
            dataset="names",
            steps=6000,
            config=config("categorical-rbm", hidden=300),
            learning_rate=2e-3,
            average_steps=300.0,
            precision="fp32",
        ),
        Recipe(
            id="text/names-rbm-16",
            name="Names RBM, 16 hidden units",
            summary="Small enough for its likelihood to be summed exactly: a check on the code; not shipped.",
            family="categorical-rbm",
            dataset="names",
            steps=3000,
            config=config("categorical-rbm", hidden=16, gibbs_steps=2, chains=256),
            learning_rate=5e-3,
            average_steps=200.0,
            precision="fp32",
        ),
        Recipe(
            id="text/topics-rbm",
            name="Topics RBM",
            summary="A Boltzmann machine of bags of words: its hidden units are topics, read from definitions.",
            family="replicated-softmax",
            dataset="topics",
            steps=2500,
            config=config("replicated-softmax", hidden=50),
            batch_size=256,
            learning_rate=5e-3,
            average_steps=200.0,
            precision="fp32",
        ),
    )
}
