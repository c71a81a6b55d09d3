"""From samples to numbers.

evaluate.py  recomputes the numbers of a checkpoint's card
samples.py   n samples of a model against n items of the real reference: numbers with bands
"""
