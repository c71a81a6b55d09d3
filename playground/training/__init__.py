"""Training: one plain loop for every family, the recipes of the shipped checkpoints, and what is added after training.

recipes.py     every shipped checkpoint: family, sizes, data, optimiser, seed
loop.py        the loop: phases, moving average, resume, cost ledger
directions.py  slider directions found in a trained model
evaluation.py  recomputes the numbers of a card
export.py      from a finished run to a checkpoint with its card
reference_music.py  builds those of melodies and chorales
reference.py   builds the small real reference of Compare
"""
