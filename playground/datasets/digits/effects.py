"""What can be told of a handwritten digit: its strokes, its shape, and what the shipped classifier takes it for."""

from pathlib import Path

from playground.checkpoint import find_checkpoint, load_model
from playground.datasets.digits import DATASET
from playground.datasets.digits.metrics import SUITE
from playground.datasets.effects import Effect, Effects
from playground.datasets.shared.class_effects import class_effects
from playground.datasets.shared.picture_effects import SHAPES, measure_pictures
from playground.errors import UnknownModel


def effects(root: Path) -> Effects:
    """Without the classifier in ``root``, strokes and shape alone."""
    known = {"brightness": Effect("thinner", "bolder", 0.02), **SHAPES}
    shape = Effects(known, measure_pictures)
    try:
        network = load_model(find_checkpoint(root, SUITE.network_id))
    except UnknownModel:
        return shape
    return shape.and_also(class_effects(network, DATASET.output.classes))
