"""The numbers of the models of shakespeare."""

from playground.datasets.shared.language_evaluations import EVALUATIONS

__all__ = ["EVALUATIONS"]
