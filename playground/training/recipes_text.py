"""Recipes of the text models."""

from playground.training.recipe import Recipe, config

TEXT_RECIPES = {
    recipe.id: recipe
    for recipe in (
        Recipe(
            id="text/shakespeare-transformer",
            name="Shakespeare transformer",
            summary="Writes on in the manner of Shakespeare's plays, token after token.",
            family="causal-lm",
            dataset="shakespeare",
            steps=2500,
            config=config("causal-lm", vocabulary=2048, width=256, layers=5, heads=4, context=256),
            batch_size=16,
            optimiser="muon",
            learning_rate=3e-3,
            betas=(0.9, 0.95),
            warmup_steps=100,
            average_steps=100.0,
        ),
        Recipe(
            id="text/chat-transformer",
            name="Chat transformer",
            summary="Small talk between two people, learnt from students' conversations; it answers in turns.",
            family="causal-lm",
            dataset="chat",
            steps=2600,
            config=config("causal-lm", vocabulary=3072, width=256, layers=5, heads=4, context=256, chat=1),
            batch_size=16,
            optimiser="muon",
            learning_rate=3e-3,
            betas=(0.9, 0.95),
            warmup_steps=100,
            average_steps=100.0,
        ),
    )
}
