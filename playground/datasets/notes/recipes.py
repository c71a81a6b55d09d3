"""How the models of single notes are trained."""

from playground.datasets.recipe import Recipe

RECIPES = (
    Recipe(
        id="audio/notes-classifier",
        name="Note classifier",
        summary="Hears the pitch and family of a note; its features are the yardstick of the notes models.",
        meant_for="The pitch tracker and the fixed feature network of the notes models.",
        limits="Trained on one soundfont, one second, one loudness: its features mean little for other sounds. "
        "Instruments of unknown make are often put into another family; the pitch is heard all the same.",
        family="note-classifier",
        dataset="notes",
        steps=2500,
        batch_size=64,
        learning_rate=2e-3,
        average_steps=200.0,
    ),
    Recipe(
        id="audio/notes-vae",
        name="VAE",
        summary="Learns a smooth map of timbre: every point is an instrument, playable at every pitch.",
        meant_for="Timbre sliders, morphing between instruments, and encoding a note of your own, at any of 73 pitches.",
        limits="One-second notes at one loudness; the texture of choirs and sections comes out smoother than it was, "
        "because cells of the spectrogram are independent given the latent. Trained on one soundfont. Sizes and "
        "the number of gradient steps were chosen with the held-out instruments in sight, so the figures on them "
        "are a little too kind.",
        family="vae",
        dataset="notes",
        steps=6_500,
        sizes={
            "net": "notes",
            "latent": 128,
            "width": 96,
            "hidden": 320,
            "importance_samples": 1,
            "kl_weight": 0.5,
            "kl_warmup_steps": 500,
        },
        batch_size=64,
        learning_rate=1.5e-3,
        average_steps=300.0,
    ),
    Recipe(
        id="audio/notes-gan",
        name="GAN",
        summary="A forger of instrument sounds trained against a critic; told the pitch, it invents the timbre.",
        meant_for="Inventing instruments: grainy, lifelike one-second notes of a chosen pitch in one pass.",
        limits="There is no encoder and no likelihood: finding the latent of a sound is a search that may fail. Trained "
        "on one soundfont.",
        family="gan",
        dataset="notes",
        steps=5_500,
        sizes={"net": "notes", "noise": 128, "generator_width": 96, "critic_width": 48, "penalty": 0.05},
        batch_size=32,
        learning_rate=5e-4,
        betas=(0.0, 0.99),
        final_learning_rate_factor=0.1,
        average_steps=500.0,
    ),
)
