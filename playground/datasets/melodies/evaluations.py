"""The numbers of the models of melodies."""

from playground.datasets.chorales.evaluations import EVALUATIONS

__all__ = ["EVALUATIONS"]
