"""The recipes of the single-note models."""

from playground.training.recipe import Recipe, config

NOTES_RECIPES = {
    recipe.id: recipe
    for recipe in (
        Recipe(
            id="audio/notes-classifier",
            name="Note classifier",
            summary="Hears the pitch and family of a note; its features are the yardstick of the notes models.",
            family="note-classifier",
            dataset="notes",
            steps=2500,
            config=config("note-classifier"),
            batch_size=64,
            learning_rate=2e-3,
            average_steps=200.0,
        ),
        Recipe(
            id="audio/notes-vae",
            name="VAE",
            summary="Learns a smooth map of timbre: every point is an instrument, playable at every pitch.",
            family="vae",
            dataset="notes",
            steps=6_500,
            config=config(
                "vae",
                net="notes",
                latent=128,
                width=96,
                hidden=320,
                importance_samples=1,
                kl_weight=0.5,
                kl_warmup_steps=500,
            ),
            batch_size=64,
            learning_rate=1.5e-3,
            average_steps=300.0,
        ),
        Recipe(
            id="audio/notes-gan",
            name="GAN",
            summary="A forger of instrument sounds trained against a critic; told the pitch, it invents the timbre.",
            family="gan",
            dataset="notes",
            steps=5_500,
            config=config("gan", net="notes", noise=128, generator_width=96, critic_width=48, penalty=0.05),
            batch_size=32,
            learning_rate=5e-4,
            betas=(0.0, 0.99),
            final_learning_rate_factor=0.1,
            average_steps=500.0,
        ),
    )
}
