"""How the models of chorales are trained."""

from playground.datasets.recipe import Recipe

RECIPES = (
    Recipe(
        id="audio/chorales-rbm",
        name="Chorale RNN-RBM",
        summary="A Boltzmann machine for every chord, told by a recurrent network what came before; watch chords settle.",
        meant_for="Composing four-part chorales frame by frame, harmonising a melody, and watching Gibbs sampling settle "
        "on chords.",
        limits="Frames are eighths: faster notes are lost. It knows the past only, so that phrases lead nowhere in "
        "particular, and a melody is harmonised without a look at its next note. Its likelihood is known only by "
        "annealed importance sampling.",
        family="rnn-rbm",
        dataset="chorales",
        steps=2500,
        sizes={"hidden": 250, "recurrent": 200},
        batch_size=16,
        learning_rate=0.012,
        warmup_steps=100,
        average_steps=150.0,
        precision="fp32",
    ),
    Recipe(
        id="audio/chorales-transformer",
        name="Chorale transformer",
        summary="Writes four-part chorales note after note, and sets a melody in the manner of Bach.",
        meant_for="Composing four-part chorales note after note, and harmonising a melody, of which it sees a bar ahead.",
        limits="Frames are eighths: faster notes are lost. It sees eight bars at most and plans no form; with 293 "
        "chorales to learn from it quotes them now and then.",
        family="transformer",
        dataset="chorales",
        steps=1900,
        sizes={"ahead": 8},
        batch_size=8,
        learning_rate=2e-3,
        warmup_steps=100,
        average_steps=150.0,
    ),
)
