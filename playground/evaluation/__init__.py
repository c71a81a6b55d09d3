"""From samples to numbers.

evaluate.py  recomputes the numbers of a checkpoint's card
"""
