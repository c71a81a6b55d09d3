"""Recipes of the music models, and of the two that are trained on the JSB benchmark only, to compare with papers."""

from playground.training.recipe import Recipe, config

MUSIC_RECIPES = {
    recipe.id: recipe
    for recipe in (
        Recipe(
            id="audio/melodies-vae",
            name="Melody VAE",
            summary="A map of two-bar folk melodies: every point is a tune, and near points are alike.",
            family="vae",
            dataset="melodies",
            steps=4500,
            config=config(
                "vae",
                net="melody",
                latent=96,
                width=128,
                hidden=128,
                importance_samples=1,
                kl_weight=0.3,
                kl_warmup_steps=1500,
            ),
            learning_rate=2e-3,
            average_steps=300.0,
        ),
        Recipe(
            id="audio/chorales-rbm",
            name="Chorale RNN-RBM",
            summary="A Boltzmann machine for every chord, told by a recurrent network what came before; watch chords settle.",
            family="rnn-rbm",
            dataset="chorales",
            steps=2500,
            config=config("rnn-rbm", hidden=250, recurrent=200),
            batch_size=16,
            learning_rate=0.012,
            warmup_steps=100,
            average_steps=150.0,
            precision="fp32",
        ),
        Recipe(
            id="audio/jsb-rbm",
            name="RNN-RBM on JSB",
            summary="The benchmark's own split, to compare with the paper; not shipped.",
            family="rnn-rbm",
            dataset="jsb",
            steps=2500,
            # From MIDI 43 to 96: the range of the training set; the other keys of the 88 never sound. It is in C already.
            config=config("rnn-rbm", lowest=43, keys=54, planes=1, keyed=0),
            batch_size=16,
            learning_rate=0.012,
            warmup_steps=100,
            average_steps=150.0,
            precision="fp32",
        ),
        Recipe(
            id="audio/jsb-transformer",
            name="Transformer on JSB",
            summary="The benchmark's own split, to compare with papers; not shipped.",
            family="transformer",
            dataset="jsb",
            steps=2000,
            config=config("transformer", lowest=21, keys=88, planes=1, keyed=0),
            batch_size=16,
            learning_rate=2e-3,
            warmup_steps=100,
            average_steps=150.0,
        ),
        Recipe(
            id="audio/chorales-transformer",
            name="Chorale transformer",
            summary="Writes four-part chorales note after note, and sets a melody in the manner of Bach.",
            family="transformer",
            dataset="chorales",
            steps=1900,
            config=config("transformer", ahead=8),
            batch_size=8,
            learning_rate=2e-3,
            warmup_steps=100,
            average_steps=150.0,
        ),
    )
}
