"""How the models of names are trained; a small one has a likelihood that is exact."""

from playground.datasets.recipe import Recipe

RECIPES = (
    Recipe(
        id="text/names-rbm",
        name="Names RBM",
        summary="A Boltzmann machine of first names: watch letters settle into a name, with those you hold fixed.",
        meant_for="Watching Gibbs sampling in letters, and completing a name of which letters are held fixed.",
        limits="Names of at most 12 letters from a to z. It knows letters by their place, not by their neighbours, so "
        "that an ending is learnt anew for every length; most samples are nobody's name. Sampling is a chain: "
        "samples start from stored chain states; the likelihood is known only through annealed importance "
        "sampling.",
        family="categorical-rbm",
        dataset="names",
        steps=6000,
        sizes={"hidden": 300},
        learning_rate=2e-3,
        average_steps=300.0,
        precision="fp32",
    ),
    Recipe(
        id="text/names-rbm-16",
        name="Names RBM, 16 hidden units",
        summary="Small enough for its likelihood to be summed exactly: a check on the code; not shipped.",
        meant_for="Checking the code against a likelihood that is summed exactly.",
        limits="It is not shipped; so few hidden units know little of names.",
        shipped=False,
        family="categorical-rbm",
        dataset="names",
        steps=3000,
        sizes={"hidden": 16, "gibbs_steps": 2, "chains": 256},
        learning_rate=5e-3,
        average_steps=200.0,
        precision="fp32",
    ),
)
