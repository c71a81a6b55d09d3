"""The numbers of the models of the JSB benchmark."""

from playground.datasets.shared.chorale_likelihood import LIKELIHOOD

EVALUATIONS = (LIKELIHOOD,)
