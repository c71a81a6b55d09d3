"""How the model of conversations is trained."""

from playground.datasets.recipe import Recipe

RECIPES = (
    Recipe(
        id="text/chat-transformer",
        name="Chat transformer",
        summary="Small talk between two people, learnt from students' conversations; it answers in turns.",
        meant_for="Small talk in turns on a machine without a graphics card, and pushing a conversation's tone along a "
        "direction.",
        limits="It knows no facts and follows no orders: it learnt how students chat, and forgets what was said more "
        "than 256 tokens ago. Conversations that swear, or give away who somebody is, were left out of its "
        "training, by lists of words that cannot be complete. Never take its word for anything.",
        family="causal-lm",
        dataset="chat",
        steps=2000,
        schedule_steps=2600,
        cooldown_steps=400,
        sizes={"vocabulary": 3072, "width": 256, "layers": 5, "heads": 4, "context": 256, "chat": 1},
        batch_size=16,
        optimiser="muon",
        learning_rate=3e-3,
        betas=(0.9, 0.95),
        warmup_steps=100,
        average_steps=100.0,
    ),
)
