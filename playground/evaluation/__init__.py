"""From samples to numbers.

evaluate.py   recomputes the numbers of a checkpoint's card
directions.py names for a model's sliders, by what they do over many seeds
effects.py    which effects can be told of a data set's outputs
samples.py    n samples of a model against n items of the real reference: numbers with bands
"""
