"""The numbers of the models of chat."""

from playground.datasets.shared.language_evaluations import EVALUATIONS

__all__ = ["EVALUATIONS"]
