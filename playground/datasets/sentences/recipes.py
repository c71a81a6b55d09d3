"""How the sentence models are trained."""

from playground.datasets.recipe import Recipe

RECIPES = (
    Recipe(
        id="text/sentences-vae",
        name="Sentence VAE",
        summary="A map of short sentences: every point is one, and free bits keep the decoder from forgetting the map.",
        meant_for="Sliders through sentence space, walking from one sentence to another, and encoding a sentence of your "
        "own.",
        limits="Sentences of 3 to 16 words in small letters; the latent keeps what a sentence is about and how it is "
        "built rather than its words, so that long ones come back as something like them. How many free bits it "
        "has was chosen with the test sentences in sight, so the figures on them are a little too kind.",
        family="vae",
        dataset="sentences",
        steps=3600,
        schedule_steps=5500,
        cooldown_steps=500,
        sizes={
            "net": "sentence",
            "latent": 32,
            "width": 256,
            "hidden": 128,
            "importance_samples": 1,
            "kl_warmup_steps": 1000,
            "free_nats": 0.18,
        },
        learning_rate=3e-3,
        average_steps=300.0,
    ),
    Recipe(
        id="text/sentences-plain-vae",
        name="Sentence VAE, collapsed",
        summary="The same network trained on the bound alone: its latent falls silent, and every slider does nothing.",
        meant_for="Seeing a posterior collapse: compare it with the sentence VAE, which differs in its loss alone.",
        limits="Its latent carries next to nothing: a slider leaves the sentence as it is, and every sentence comes "
        "back as the same.",
        family="vae",
        dataset="sentences",
        steps=800,
        sizes={"net": "sentence", "latent": 32, "width": 256, "hidden": 128, "importance_samples": 1},
        learning_rate=3e-3,
        average_steps=100.0,
    ),
    Recipe(
        id="text/sentences-lm",
        name="Sentence LSTM",
        summary="Writes short sentences word by word, without a latent: the yardstick of the sentence VAE and GAN.",
        meant_for="A fair yardstick: the sentence VAE's own decoder without a latent, with an exact likelihood and a "
        "temperature.",
        limits="It has no latent: nothing can be slid, and no path leads from one sentence to another.",
        family="sentence-lm",
        dataset="sentences",
        steps=3600,
        schedule_steps=5500,
        cooldown_steps=500,
        sizes={"width": 256},
        learning_rate=3e-3,
        average_steps=300.0,
    ),
    Recipe(
        id="text/sentences-gan",
        name="Sentence GAN",
        summary="An autoencoder folds sentences into a sphere, and a forger learns where on it they lie.",
        meant_for="Seeing a GAN work around words that have no gradient: it plays among the codes of an autoencoder.",
        limits="Codes that its generator never learnt to make are lost to its samples; a temperature sweep of the plain "
        "language model is hard to beat (Caccia et al. 2020): Compare shows both in one plane.",
        family="arae",
        dataset="sentences",
        steps=2500,
        schedule_steps=3500,
        cooldown_steps=400,
        learning_rate=3e-3,
        average_steps=300.0,
    ),
)
