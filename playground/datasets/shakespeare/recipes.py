"""How the model of Shakespeare is trained."""

from playground.datasets.recipe import Recipe

RECIPES = (
    Recipe(
        id="text/shakespeare-transformer",
        name="Shakespeare transformer",
        summary="Writes on in the manner of Shakespeare's plays, token after token.",
        meant_for="Writing on in the manner of the plays, with every token's odds in sight, and reading how surprising a "
        "text is.",
        limits="It sees 256 tokens, about 800 characters: speeches hold together, plots do not. It knows no English but "
        "Shakespeare's. What it says is in the manner of a play of its time, and means nothing.",
        family="causal-lm",
        dataset="shakespeare",
        steps=1750,
        schedule_steps=2500,
        cooldown_steps=250,
        sizes={"vocabulary": 2048, "width": 256, "layers": 5, "heads": 4, "context": 256},
        batch_size=16,
        optimiser="muon",
        learning_rate=3e-3,
        betas=(0.9, 0.95),
        warmup_steps=100,
        average_steps=100.0,
    ),
)
