"""The numbers of the models of jsb."""

from playground.datasets.chorales.evaluations import EVALUATIONS

__all__ = ["EVALUATIONS"]
