"""What a newcomer adds, and the command line of a copy."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
FAKE, GAN, VAE, RBM = "image/tiles-fake", "image/tiles-gan", "image/tiles-vae", "image/tiles-rbm"
RING_VAE, RING_GAN, RING_FLOW = "image/ring-vae", "image/ring-gan", "image/ring-flow"


@dataclass(frozen=True)
class Added:
    """A data set of the tests: its models, what a reply says of its outputs, and how it speaks of classes and its own number."""

    name: str
    steps: dict[str, int]  # a trial of so many steps of each model
    output: dict[str, Any]
    frame_bytes: int
    class_name: str
    some: tuple[str, str]  # two of its classes
    classed: str  # a model of which a class can be asked
    summary: str
    limits: str
    one: str
    label: str  # of its own number

    @property
    def models(self) -> tuple[str, ...]:
        """Their ids."""
        return tuple(self.steps)


TILES = Added(
    name="tiles",
    steps={FAKE: 60, GAN: 2, VAE: 2, RBM: 20},
    output={"kind": "image", "height": 20, "width": 24, "channels": 3},
    frame_bytes=20 * 24 * 3,
    class_name="tree",
    some=("oak", "fir"),
    classed=FAKE,
    summary="Draws tiles.",
    limits="It knows twelve trees.",
    one="tile",
    label="Tree KL",
)
RING = Added(
    name="ring",
    steps={RING_VAE: 100, RING_GAN: 100, RING_FLOW: 100},
    output={"kind": "points", "height": 1, "width": 2, "channels": 1, "reach": 3.0},
    frame_bytes=8,
    class_name="side",
    some=("north", "east"),
    classed=RING_GAN,
    summary="Draws points.",
    limits="It knows eight clusters.",
    one="point",
    label="Cluster KL",
)
DATASETS = (TILES, RING)


def command(root: Path, *arguments: str, status: int = 0) -> str:
    """What a verb of the copy prints; it must end with that status."""
    done = subprocess.run(
        [sys.executable, "-m", "playground", *arguments], cwd=root, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == status, done.stderr[-2000:]
    return done.stdout if status == 0 else done.stderr
