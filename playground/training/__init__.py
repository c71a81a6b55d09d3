"""Training: one plain loop for every family, and what is added after it. Recipes stand with their data sets.

loop.py        a run, advanced in slices: phases, moving average, resume, cost ledger
directions.py  slider directions found in a trained model
export.py      from a run to a checkpoint with its card
"""
