"""How the models of the JSB benchmark are trained, to compare with papers. They are not shipped."""

from dataclasses import replace

from playground.datasets.recipe import Recipe

RBM = Recipe(
    id="audio/jsb-rbm",
    name="RNN-RBM on JSB",
    summary="The benchmark's own split, to compare with the paper; not shipped.",
    meant_for="Comparing the family with papers on their own benchmark.",
    limits="It is not shipped, and its quarter frames know no rhythm.",
    shipped=False,
    family="rnn-rbm",
    dataset="jsb",
    steps=2500,
    # From MIDI 43 to 96: the range of the training set; the other keys of the 88 never sound. It is in C already.
    sizes={"lowest": 43, "keys": 54, "planes": 1, "keyed": 0},
    batch_size=16,
    learning_rate=0.012,
    warmup_steps=100,
    average_steps=150.0,
    precision="fp32",
)
RECIPES = (
    RBM,
    replace(
        RBM,
        id="audio/jsb-plain-rbm",
        name="Plain RBM on JSB",
        summary="The RNN-RBM deaf to the past, which leaves one RBM for all frames: a check on its code; not shipped.",
        steps=6000,
        sizes={**RBM.sizes, "dropout": 1.0},
    ),
    replace(
        RBM,
        id="audio/jsb-transformer",
        name="Transformer on JSB",
        summary="The benchmark's own split, to compare with papers; not shipped.",
        family="transformer",
        steps=2000,
        sizes={"lowest": 21, "keys": 88, "planes": 1, "keyed": 0},
        learning_rate=2e-3,
        precision="bf16",
    ),
)
