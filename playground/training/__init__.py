"""Training: one plain loop for every family, the recipes of the shipped checkpoints, and what is added after training.

recipe.py      what decides a run: family, sizes, data, optimiser, seed
recipes.py     every recipe by its id; recipes_<data>.py has those of each data set
loop.py        the loop: phases, moving average, resume, cost ledger
directions.py  slider directions found in a trained model
export.py      from a finished run to a checkpoint with its card
evaluation.py  recomputes the numbers of a card; evaluate_<data>.py measures them
reference.py   builds the small real reference of the digits for Compare
reference_notes.py  that of the notes
reference_music.py  those of melodies and chorales
reference_text.py   those of the texts
"""
